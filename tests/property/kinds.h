/*
 * kinds.h: what clients say first on a TCP connection, one of each kind, and how
 * the tests of streams send it and what they expect.
 */
#ifndef TELLTALE_TESTS_KINDS_H
#define TELLTALE_TESTS_KINDS_H

#include "wire.h"


#define NAME "www.example.com"
#define WORDS(text) text, sizeof(text) - 1

enum { KINDS = 14 };

struct kind {
	const char *what, *name;	/* NULL: there is none to find */
	uint16_t port;
	enum evidence evidence;
	size_t whole;			/* bytes from which on the name must be found */
	struct build stream;
};

static struct kind kinds[KINDS + 1];	/* the last one is only used whole */

static inline void make_hello(struct kind *k, const char *what, const struct hello_plan *p, size_t record)
{
	k->what = what;
	k->name = p->name;
	k->port = 443;
	k->evidence = EVIDENCE_TLS;
	put_stream(&k->stream, p, record);
	k->whole = k->stream.n;
}

static inline void make_words(struct kind *k, const char *what, uint16_t port, enum evidence evidence, const char *words,
		       size_t n)
{
	*k = (struct kind){ .what = what, .name = NAME, .port = port, .evidence = evidence, .whole = n };
	put(&k->stream, words, n);
}

/* make_wrapped puts a hello into packets of TDS (MS-TDS section 2.2.3.1) of `each` bytes. */
static inline void make_wrapped(struct kind *k, const char *what, const struct hello_plan *p, size_t each)
{
	struct build hello = { .n = 0 };

	put_stream(&hello, p, 16384);
	*k = (struct kind){ .what = what, .name = NAME, .port = 1433, .evidence = EVIDENCE_TLS };
	for (size_t at = 0; at < hello.n; at += each) {
		size_t n = hello.n - at < each ? hello.n - at : each;

		put_int(&k->stream, 0x12, 1);
		put_int(&k->stream, at + n == hello.n, 1);
		put_int(&k->stream, n + 8, 2);
		put_int(&k->stream, 0, 4);
		put(&k->stream, hello.bytes + at, n);
	}
	k->whole = k->stream.n;
}

static inline int make_kinds(void **state)
{
	static const char request[] = "GET /a HTTP/1.1\r\nAccept: */*\r\nHost: " NAME "\r\nX: y\r\n\r\n";
	struct build *b;

	make_hello(&kinds[0], "TLS 1.2", &(struct hello_plan){ .name = NAME }, 16384);
	make_hello(&kinds[1], "TLS 1.3, post-quantum", &(struct hello_plan){ .name = NAME, .key_share = 1600 }, 16384);
	make_hello(&kinds[2], "hello over three records", &(struct hello_plan){ .name = NAME, .key_share = 100 }, 90);
	make_hello(&kinds[3], "no server name", &(struct hello_plan){ .name = NULL, .key_share = 32 }, 16384);
	make_hello(&kinds[4], "ECH beside the outer name", &(struct hello_plan){ .name = NAME, .key_share = 32, .ech = true }, 16384);
	kinds[5] = (struct kind){ .what = "HTTP", .name = NAME, .port = 80, .evidence = EVIDENCE_HTTP };
	put_text(&kinds[5].stream, request);
	kinds[5].whole = (size_t)(strstr(request, "X: y") - request);
	kinds[6] = (struct kind){ .what = "DNS over TCP", .name = NAME, .port = 53, .evidence = EVIDENCE_DNS };
	b = &kinds[6].stream;
	block_open(b, 2);
	put_dns(b, 0x1234, NAME, 28, false);
	block_close(b);
	kinds[6].whole = b->n;
	make_hello(&kinds[7], "a record for each byte", &(struct hello_plan){ .name = NAME, .key_share = 32 }, 1);
	make_words(&kinds[8], "SOCKS5", 1080, EVIDENCE_SOCKS, WORDS("\5\1\0" "\5\1\0\3\x0f" NAME "\1\xbb"));
	make_words(&kinds[9], "SOCKS5 with a password", 1080, EVIDENCE_SOCKS,
		   WORDS("\5\2\0\2" "\1\2me\3key" "\5\1\0\3\x0f" NAME "\1\xbb"));
	make_words(&kinds[10], "SOCKS4a", 1080, EVIDENCE_SOCKS, WORDS("\4\1\1\xbb\0\0\0\1me\0" NAME "\0"));
	kinds[11] = (struct kind){ .what = "HTTP behind empty lines", .name = NAME, .port = 80, .evidence = EVIDENCE_HTTP };
	put_text(&kinds[11].stream, "\r\n\r\n");
	put_text(&kinds[11].stream, request);
	kinds[11].whole = kinds[5].whole + 4;
	make_wrapped(&kinds[12], "TLS within TDS", &(struct hello_plan){ .name = NAME, .key_share = 32 }, 4088);
	make_wrapped(&kinds[13], "TLS within small packets of TDS", &(struct hello_plan){ .name = NAME, .key_share = 100 }, 97);
	make_words(&kinds[KINDS], "CONNECT", 3128, EVIDENCE_CONNECT,
		   WORDS("CONNECT " NAME ":443 HTTP/1.1\r\nHost: " NAME ":443\r\n\r\n"));
	return wire_setup(state);
}

static inline void send_part(const struct kind *k, size_t from, size_t to)
{
	wire_tcp(true, (uint32_t)from, k->stream.bytes + from, to - from);
}

static inline void send_halves(const struct kind *k, size_t at, bool swapped)
{
	if (swapped)
		send_part(k, at, k->stream.n);
	send_part(k, 0, at);
	if (!swapped)
		send_part(k, at, k->stream.n);
}

/* expect asserts that the name was found once, as the stream was there as a whole. */
static inline void expect(const struct kind *k)
{
	wire_rest();
	wire_expect(k->name ? k->name : "", k->evidence, k->name ? 1 : 0);
	/* each connection whose opening was seen is told once, by its name or without one */
	assert_int_equal(wire.nameless, k->name ? 0 : 1);
}

static inline void begin(const struct kind *k)
{
	wire_case(k->port);
	wire_syn();
}

#endif
