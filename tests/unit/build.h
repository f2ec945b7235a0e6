/*
 * build.h: writes wire formats for tests: integers, length-prefixed blocks, and
 * the messages that several tests need, made from their RFCs and not by the
 * code under test.
 */
#ifndef TELLTALE_TESTS_BUILD_H
#define TELLTALE_TESTS_BUILD_H

#include "bytes.h"

enum { BUILD_MAX = 70000, BUILD_DEPTH = 8 };	/* bytes; blocks open at once */

struct build {
	uint8_t bytes[BUILD_MAX];
	size_t n;
	size_t open[BUILD_DEPTH], width[BUILD_DEPTH];
	size_t depth;
};

static inline void put(struct build *b, const void *bytes, size_t n)
{
	assert_true(b->n + n <= BUILD_MAX);
	if (n)
		memcpy(b->bytes + b->n, bytes, n);
	b->n += n;
}

/* put_int writes the lowest `width` bytes of v in network order. */
static inline void put_int(struct build *b, uint64_t v, size_t width)
{
	for (size_t i = width; i--;) {
		uint8_t byte = (uint8_t)(v >> 8 * i);

		put(b, &byte, 1);
	}
}

static inline void put_text(struct build *b, const char *text)
{
	put(b, text, strlen(text));
}

static inline void put_fill(struct build *b, uint8_t v, size_t n)
{
	assert_true(b->n + n <= BUILD_MAX);
	memset(b->bytes + b->n, v, n);
	b->n += n;
}

/* block_open leaves room for a length that block_close fills in. */
static inline void block_open(struct build *b, size_t width)
{
	assert_true(b->depth < BUILD_DEPTH);
	b->open[b->depth] = b->n;
	b->width[b->depth++] = width;
	put_int(b, 0, width);
}

static inline void block_close(struct build *b)
{
	size_t at = b->open[--b->depth], width = b->width[b->depth], length = b->n - at - width;

	for (size_t i = 0; i < width; i++)
		b->bytes[at + i] = (uint8_t)(length >> 8 * (width - 1 - i));
}

/* What a ClientHello shall hold (RFC 8446 section 4.1.2). */
struct hello_plan {
	const char *name;	/* NULL: no server_name */
	size_t key_share;	/* bytes of it; 0: none, as TLS 1.2 */
	bool ech;		/* encrypted_client_hello, outer form (RFC 9849) */
	bool cookie;		/* DTLS has one behind the session id */
	uint16_t version;	/* legacy_version; 0: that of TLS 1.2 */
	uint8_t random;		/* each byte of the random */
};

static inline void put_server_name(struct build *b, const char *name)
{
	put_int(b, 0, 2);
	block_open(b, 2);
	block_open(b, 2);
	put_int(b, 0, 1);	/* host_name */
	block_open(b, 2);
	put_text(b, name);
	block_close(b);
	block_close(b);
	block_close(b);
}

static inline void put_ech(struct build *b)
{
	put_int(b, 0xfe0d, 2);
	block_open(b, 2);
	put_int(b, 0, 1);		/* outer */
	put_int(b, 0x00010001, 4);	/* HKDF-SHA256, AES-128-GCM */
	put_int(b, 0x42, 1);		/* config id */
	block_open(b, 2);
	put_fill(b, 0xe0, 32);
	block_close(b);
	block_open(b, 2);
	put_fill(b, 0xec, 144);
	block_close(b);
	block_close(b);
}

static inline void put_extension(struct build *b, unsigned type, const char *bytes, size_t n)
{
	put_int(b, type, 2);
	block_open(b, 2);
	put(b, bytes, n);
	block_close(b);
}

/* put_hello_body writes a ClientHello without its handshake header. */
static inline void put_hello_body(struct build *b, const struct hello_plan *p)
{
	put_int(b, p->version ? p->version : 0x0303, 2);
	put_fill(b, p->random, 32);
	put_int(b, 0, 1);			/* session id: none */
	if (p->cookie)
		put_int(b, 0, 1);
	put(b, "\x00\x06\x13\x01\xc0\x2b\xc0\x2f", 8);
	put(b, "\x01\x00", 2);			/* no compression */
	block_open(b, 2);
	put_extension(b, 0x0a0a, "", 0);	/* GREASE (RFC 8701) */
	if (p->key_share) {
		put_extension(b, 43, "\x04\x03\x04\x03\x03", 5);
		put_int(b, 51, 2);
		block_open(b, 2);
		block_open(b, 2);
		put_int(b, 0x11ec, 2);		/* X25519MLKEM768 */
		block_open(b, 2);
		put_fill(b, 0x5a, p->key_share);
		block_close(b);
		block_close(b);
		block_close(b);
	}
	if (p->name)
		put_server_name(b, p->name);
	if (p->ech)
		put_ech(b);
	put_extension(b, 13, "\x00\x04\x04\x03\x08\x04", 6);
	put_extension(b, 16, "\x00\x0c\x02h2\x08http/1.1", 14);
	block_close(b);
}

/* put_hello writes it as a handshake message. */
static inline void put_hello(struct build *b, const struct hello_plan *p)
{
	put_int(b, 1, 1);
	block_open(b, 3);
	put_hello_body(b, p);
	block_close(b);
}

/* put_records cuts a handshake message into TLS records of at most `most` bytes. */
static inline void put_records(struct build *b, const uint8_t *message, size_t n, size_t most)
{
	for (size_t at = 0; at < n; at += most) {
		size_t part = n - at < most ? n - at : most;

		put(b, "\x16\x03\x01", 3);
		put_int(b, part, 2);
		put(b, message + at, part);
	}
}

/* put_stream writes the hello as a TCP stream, in records of at most `most` bytes. */
static inline void put_stream(struct build *b, const struct hello_plan *p, size_t most)
{
	struct build *message = calloc(1, sizeof(*message));

	assert_non_null(message);
	put_hello(message, p);
	put_records(b, message->bytes, message->n, most);
	free(message);
}

/* put_dns_name writes labels (RFC 1035 section 3.1). */
static inline void put_dns_name(struct build *b, const char *name)
{
	while (*name) {
		size_t n = strcspn(name, ".");

		put_int(b, n, 1);
		put(b, name, n);
		name += n + (name[n] == '.');
	}
	put_int(b, 0, 1);
}

/* put_dns writes a query of one question, or the answer to it with one address. */
static inline void put_dns(struct build *b, unsigned id, const char *name, unsigned type, bool answer)
{
	put_int(b, id, 2);
	put_int(b, answer ? 0x8180 : 0x0100, 2);
	put_int(b, 1, 2);
	put_int(b, answer ? 1 : 0, 2);
	put_int(b, 0, 4);
	put_dns_name(b, name);
	put_int(b, type, 2);
	put_int(b, 1, 2);
	if (!answer)
		return;
	put_int(b, 0xc00c, 2);		/* the question's name */
	put_int(b, type, 2);
	put_int(b, 1, 2);
	put_int(b, 300, 4);
	block_open(b, 2);
	put_fill(b, 0x0a, type == 28 ? 16 : 4);
	block_close(b);
}

#endif
