#include "tls.h"

#include "ech.h"
#include "x509.h"

enum {
	CLIENT_HELLO = 1, SERVER_HELLO = 2, CERTIFICATE = 11, SERVER_HELLO_DONE = 14,
	RECORD_MAX = 16384 + 2048,	/* RFC 5246 section 6.2.3 */
	HANDSHAKE_HEADER = 4,		/* RFC 8446 section 4: type, length */
	EXT_SERVER_NAME = 0, EXT_SIGNATURES = 13, EXT_ALPN = 16, EXT_VERSIONS = 43,
	EXT_ECH = 0xfe0d, EXT_ESNI = 0xffce, SNI_HOST_NAME = 0
};

/* RFC 8446 section 4.1.3: the random that makes a ServerHello a HelloRetryRequest */
static const char retry_random[] =
	"\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"
	"\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c";

/* RFC 6066 section 3 */
static void read_server_name(struct cursor ext, struct name *out)
{
	struct cursor list = cursor_block(&ext, 2);

	while (cursor_left(&list)) {
		uint8_t type = cursor_u8(&list);
		struct cursor host = cursor_block(&list, 2);

		if (type == SNI_HOST_NAME) {
			/* an address is not permitted here, and sent: it is what the client announced */
			(void)name_read_host(host, out);
			return;
		}
	}
}

static void read_extension(uint16_t type, struct cursor body, struct tls_hello *out)
{
	switch (type) {
	case EXT_SERVER_NAME:
		read_server_name(body, &out->name);
		break;
	case EXT_SIGNATURES:
		out->signatures = cursor_block(&body, 2);
		break;
	case EXT_ALPN:
		out->alpn = cursor_block(&body, 2);
		break;
	case EXT_VERSIONS:
		out->versions = cursor_block(&body, 1);
		break;
	case EXT_ECH:
		/* clients that have no keys send the same with noise: RFC 9849 section 6.2 */
		out->ech = ech_read_outer(body, &out->ech_id) ? ECH_UNSURE : out->ech;
		break;
	case EXT_ESNI:
		out->ech = ESNI;
		break;
	default:
		break;
	}
}

static void clear_hello(struct tls_hello *out)
{
	static const struct cursor empty;

	out->ciphers = out->extensions = out->alpn = out->versions = out->signatures = empty;
	out->name.len = 0;
	out->name.text[0] = '\0';
	out->name.odd = false;
	out->ech = ECH_NONE;
	out->partial = false;
}

/* read_hello_body takes a hello behind its header, whole or cut off. */
static enum verdict read_hello_body(struct cursor c, bool whole, bool cookie, struct tls_hello *out)
{
	struct cursor left;
	size_t length;

	clear_hello(out);
	out->version = cursor_u16(&c);
	cursor_skip(&c, 32);
	(void)cursor_block(&c, 1);		/* session id */
	if (cookie)
		(void)cursor_block(&c, 1);	/* RFC 6347 section 4.2.1 */
	out->ciphers = cursor_block(&c, 2);
	(void)cursor_block(&c, 1);		/* compression */
	if (c.bad)
		return whole ? BROKEN : MORE;
	if (!cursor_left(&c))
		return whole ? FOUND : MORE;	/* RFC 5246 section 7.4.1.2: no extensions */
	length = cursor_u16(&c);
	if (whole && length > cursor_left(&c))
		return BROKEN;
	cursor_trim(&c, length);
	left = out->extensions = c;
	while (cursor_left(&left)) {
		uint16_t type = cursor_u16(&left);
		struct cursor body = cursor_block(&left, 2);

		if (body.bad || left.bad)
			return whole ? BROKEN : MORE;
		read_extension(type, body, out);
	}
	return whole ? FOUND : MORE;
}

enum verdict tls_read_hello(struct cursor handshake, struct tls_hello *out)
{
	uint8_t type = cursor_u8(&handshake);
	uint32_t length = cursor_u24(&handshake);
	enum verdict v;

	clear_hello(out);
	if (handshake.bad)
		return type == CLIENT_HELLO || type == 0 ? MORE : NONE;
	if (type != CLIENT_HELLO)
		return NONE;
	if (length < 38 || length > TLS_HELLO_MAX - 4)
		return BROKEN;
	if (length <= cursor_left(&handshake))
		return read_hello_body(cursor_sub(&handshake, length), true, false, out);
	v = read_hello_body(cursor_rest(&handshake), false, false, out);
	out->partial = v == MORE && out->name.len;
	return v;
}

enum verdict tls_read_datagram_hello(struct cursor body, struct tls_hello *out)
{
	return read_hello_body(body, true, true, out);
}

/*
 * join_records gives the handshake bytes of the records at the start of a
 * stream: in place when the first record is all there is, else copied to
 * scratch.  NONE when it is no handshake; *ended when another record type or
 * an impossible length follows.
 */
static enum verdict join_records(struct cursor stream, uint8_t *scratch, size_t want,
				 struct cursor *out, bool *ended)
{
	size_t have = 0;
	bool first = true;

	*ended = false;
	while (cursor_left(&stream) && have < TLS_HELLO_MAX) {
		uint8_t type = cursor_u8(&stream);
		uint16_t version = cursor_u16(&stream);
		uint16_t length = cursor_u16(&stream);
		struct cursor part;

		if (type != TLS_HANDSHAKE || (version >> 8 != 3 && !stream.bad)) {
			*ended = true;
			return first ? NONE : FOUND;
		}
		if (!stream.bad && (!length || length > RECORD_MAX)) {
			*ended = true;
			return first ? BROKEN : FOUND;
		}
		if (stream.bad)
			break;
		part = stream;
		cursor_trim(&part, length);
		cursor_skip(&stream, cursor_left(&part));
		if (first && (cursor_left(&part) >= want || !cursor_left(&stream))) {
			*out = part;
			return FOUND;
		}
		first = false;
		cursor_trim(&part, TLS_HELLO_MAX - have);
		memcpy(scratch + have, part.at, cursor_left(&part));
		have += cursor_left(&part);
		*out = cursor_of(scratch, have);
	}
	return first ? MORE : FOUND;
}

/* hello_bytes is what the first handshake message needs, as far as its header shows. */
static size_t hello_bytes(const struct cursor *stream)
{
	return cursor_left(stream) < 9 ? 4 :
	       ((size_t)cursor_peek(stream, 6) << 16 | cursor_peek16(stream, 7)) + 4;
}

uint32_t tls_missing(struct cursor stream)
{
	size_t total = HANDSHAKE_HEADER, have = 0, length = 0;

	while (cursor_left(&stream) >= TLS_RECORD_HEADER) {
		size_t n = cursor_peek16(&stream, 3);

		cursor_skip(&stream, TLS_RECORD_HEADER);
		n = n < cursor_left(&stream) ? n : cursor_left(&stream);
		for (size_t i = 0; i < n && have + i < HANDSHAKE_HEADER; i++)
			length = length << 8 | (have + i ? cursor_peek(&stream, i) : 0);	/* not the type */
		cursor_skip(&stream, n);
		have += n;
	}
	if (have >= HANDSHAKE_HEADER)
		total += length;
	return total > have ? (uint32_t)(total - have) : 1;
}

enum verdict tls_read_client(struct cursor stream, uint8_t scratch[static TLS_HELLO_MAX],
			     struct tls_hello *out)
{
	struct cursor handshake = { 0 };
	bool ended;
	enum verdict v;

	clear_hello(out);
	if (!tls_may_start(&stream))
		return NONE;
	v = join_records(stream, scratch, hello_bytes(&stream), &handshake, &ended);
	if (v != FOUND)
		return v;
	v = tls_read_hello(handshake, out);
	return v == MORE && ended ? BROKEN : v;
}

static bool read_server_hello(struct cursor c, struct tls_server *out)
{
	const uint8_t *random;
	struct cursor extensions;

	out->version = cursor_u16(&c);
	random = cursor_take(&c, 32);
	(void)cursor_block(&c, 1);
	cursor_skip(&c, 3);		/* cipher suite, compression */
	if (c.bad || out->version >> 8 != 3)
		return false;
	out->retry = memcmp(random, retry_random, 32) == 0;
	extensions = cursor_block(&c, 2);
	while (cursor_left(&extensions)) {
		uint16_t type = cursor_u16(&extensions);
		struct cursor body = cursor_block(&extensions, 2);

		if (type == EXT_VERSIONS && cursor_left(&body) == 2)
			out->version = cursor_u16(&body);
		if (type == EXT_ALPN) {
			struct cursor list = cursor_block(&body, 2);

			out->alpn = cursor_block(&list, 1);
		}
	}
	return true;
}

enum verdict tls_read_server(struct cursor stream, bool want_certificate,
			     uint8_t scratch[static TLS_HELLO_MAX], struct tls_server *out)
{
	struct cursor handshake = { 0 };
	bool ended;
	enum verdict v;

	*out = (struct tls_server){ 0 };
	v = join_records(stream, scratch, want_certificate ? SIZE_MAX : hello_bytes(&stream),
			 &handshake, &ended);
	if (v != FOUND)
		return v;
	while (cursor_left(&handshake)) {
		uint8_t type = cursor_u8(&handshake);
		struct cursor body = cursor_block(&handshake, 3);

		if (body.bad)
			break;
		if (type == SERVER_HELLO) {
			if (!read_server_hello(body, out))
				return BROKEN;
			if (!want_certificate || out->version >= TLS_1_3)
				return FOUND;
		} else if (type == CERTIFICATE && out->version) {
			struct cursor chain = cursor_block(&body, 3);

			x509_read_name(cursor_block(&chain, 3), &out->certificate);
			return FOUND;
		} else if (type == SERVER_HELLO_DONE || !out->version) {
			return out->version ? FOUND : NONE;
		}
	}
	if (ended)
		return out->version ? FOUND : BROKEN;
	return MORE;
}

static void put_alpn(struct cursor list, char out[static ALPN_TEXT_MAX])
{
	size_t at = 0;

	while (cursor_left(&list)) {
		struct cursor one = cursor_block(&list, 1);
		size_t n = cursor_left(&one);

		if (one.bad || at + n + 2 > ALPN_TEXT_MAX)
			break;
		if (at)
			out[at++] = ',';
		memcpy(out + at, one.at, n);
		at += n;
	}
	out[at] = '\0';
}

void tls_facts_of(const struct tls_hello *hello, struct tls_facts *out)
{
	struct cursor versions = hello->versions;

	*out = (struct tls_facts){ .offered = hello->version, .ech = hello->ech, .partial = hello->partial };
	while (cursor_left(&versions)) {
		uint16_t v = cursor_u16(&versions);

		/* DTLS counts its versions downwards: 1.2 is 0xfefd, 1.3 0xfefc; in TLS they are none */
		bool newer = v >> 8 == 0xfe ? v < out->offered : v > out->offered && v <= TLS_1_3;

		if (!tls_is_grease(v) && newer)
			out->offered = v;
	}
	put_alpn(hello->alpn, out->alpn);
}
