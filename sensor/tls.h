/*
 * tls.h: TLS handshakes as far as they are in the clear: the ClientHello (RFC
 * 8446 section 4.1.2, 5246, 6066) over any number of records, the ServerHello
 * and, up to TLS 1.2, the certificate behind it.
 */
#ifndef TELLTALE_TLS_H
#define TELLTALE_TLS_H

#include "sighting.h"

enum {
	TLS_HELLO_MAX = 65536,	/* bytes of handshake kept for one hello */
	TLS_1_3 = 0x0304,
	TLS_HANDSHAKE = 22, TLS_RECORD_HEADER = 5
};

/* Slices of the handshake message, borrowed; empty when the hello has none. */
struct tls_hello {
	uint16_t version;		/* legacy_version */
	struct cursor ciphers;		/* of two bytes each */
	struct cursor extensions;	/* type, length, body */
	struct cursor alpn;		/* the ProtocolNameList without its length */
	struct cursor versions;		/* supported_versions without its length */
	struct cursor signatures;	/* signature_algorithms without its length */
	struct name name;		/* empty without server_name */
	enum ech ech;
	uint8_t ech_id;			/* of the configuration that an ECH extension names */
	bool partial;			/* cut off behind the name */
};

struct tls_server {
	uint16_t version;		/* chosen */
	bool retry;			/* it is a HelloRetryRequest */
	struct cursor alpn;		/* the one protocol chosen (up to TLS 1.2) */
	struct name certificate;	/* first dNSName of the leaf, else its common name; or empty */
};

/* tls_may_start is true when a stream could begin a ClientHello here: six bytes looked at. */
static inline bool tls_may_start(const struct cursor *c)
{
	size_t n = cursor_left(c);

	return cursor_peek(c, 0) == TLS_HANDSHAKE && (n < 2 || cursor_peek(c, 1) == 3) &&
	       (n < 3 || cursor_peek(c, 2) <= 4) && (n < 6 || cursor_peek(c, 5) == 1);
}

/* tls_is_ssl2 is true of a ClientHello in the form of SSL 2 (RFC 5246 appendix E.2). */
static inline bool tls_is_ssl2(const struct cursor *c)
{
	return cursor_peek(c, 0) & 0x80 && cursor_peek(c, 2) == 1 && cursor_peek(c, 3) == 3 &&
	       cursor_peek(c, 4) <= 3 && cursor_left(c) == (size_t)(cursor_peek16(c, 0) & 0x7fff) + 2;
}

/*
 * tls_missing is how many bytes more the stream needs at least for its first
 * handshake message, as far as its headers show; never 0.
 */
uint32_t tls_missing(struct cursor stream);

/* tls_read_hello takes a handshake message as QUIC carries it, without records. */
enum verdict tls_read_hello(struct cursor handshake, struct tls_hello *out);

/* tls_read_datagram_hello takes the body of a DTLS hello, which has a cookie in it. */
enum verdict tls_read_datagram_hello(struct cursor body, struct tls_hello *out);

/*
 * tls_read_client takes a TCP stream from its first record.  A hello that
 * stands in one record is read in place, one over several is joined in
 * `scratch`.  MORE fills `out` too when the name is there already; then
 * `partial` is set and out->name not empty.
 */
enum verdict tls_read_client(struct cursor stream, uint8_t scratch[static TLS_HELLO_MAX],
			     struct tls_hello *out);

/*
 * tls_read_server takes the other direction.  FOUND once the ServerHello is
 * whole and, when `want_certificate`, the leaf certificate too (TLS 1.3 hides
 * it: FOUND without).  MORE with out->version set when only the certificate
 * is still to come.
 */
enum verdict tls_read_server(struct cursor stream, bool want_certificate,
			     uint8_t scratch[static TLS_HELLO_MAX], struct tls_server *out);

/* tls_facts_of fills what a hello says in itself, but for JA4. */
void tls_facts_of(const struct tls_hello *hello, struct tls_facts *out);

/* tls_is_grease is true of the reserved values of RFC 8701. */
static inline bool tls_is_grease(uint16_t v)
{
	return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff);
}

#endif
