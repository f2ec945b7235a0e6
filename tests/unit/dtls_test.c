/* links: dtls tls ech name x509 addr */
#include "dtls.h"
#include "build.h"

/* put_record writes one fragment of a ClientHello in a record of its own (RFC 6347 section 4.2.2). */
static void put_record(struct build *b, const uint8_t *body, size_t whole, size_t from, size_t to)
{
	put(b, "\x16\xfe\xfd", 3);	/* handshake, DTLS 1.2 */
	put_int(b, 0, 2);		/* epoch */
	put_int(b, from, 6);		/* sequence number */
	block_open(b, 2);
	put_int(b, 1, 1);		/* ClientHello */
	put_int(b, whole, 3);
	put_int(b, 0, 2);		/* message_seq */
	put_int(b, from, 3);
	put_int(b, to - from, 3);
	put(b, body + from, to - from);
	block_close(b);
}

static uint64_t read_dtls(struct cursor c, void *context)
{
	struct dtls_fragment f;
	struct tls_hello hello;
	uint64_t h = dtls_may_start(&c);

	(void)context;
	while (dtls_next_hello(&c, &f)) {
		assert_true(f.offset + cursor_left(&f.body) <= f.length);
		assert_true(f.length <= TLS_HELLO_MAX);
		h = mix(mix(mix_cursor(h, f.body), f.length), f.offset);
		if (tls_read_datagram_hello(f.body, &hello) == FOUND)
			h = mix_name(h, &hello.name);
	}
	return h;
}

static void test_whole(void **state)
{
	static struct build body, b;
	struct hello_plan p = { .name = "turn.example.com", .cookie = true, .version = 0xfefd };
	struct dtls_fragment f;
	struct tls_hello hello;
	struct cursor c;

	(void)state;
	put_hello_body(&body, &p);
	put_record(&b, body.bytes, body.n, 0, body.n);
	c = fence_end(b.bytes, b.n);
	assert_true(dtls_may_start(&c));
	assert_true(dtls_next_hello(&c, &f));
	assert_int_equal(f.offset, 0);
	assert_int_equal(f.length, body.n);
	assert_int_equal(tls_read_datagram_hello(f.body, &hello), FOUND);
	assert_name(&hello.name, "turn.example.com");
	assert_int_equal(hello.version, 0xfefd);
	assert_false(dtls_next_hello(&c, &f));
	bytes_torture(b.bytes, b.n, read_dtls, NULL);
}

/* Fragments of one hello in two records of one datagram, an alert between them. */
static void test_fragments(void **state)
{
	static struct build body, b;
	struct hello_plan p = { .name = "turn.example.com", .cookie = true, .version = 0xfefd };
	struct dtls_fragment f;
	struct cursor c;

	(void)state;
	put_hello_body(&body, &p);
	put_record(&b, body.bytes, body.n, 0, 50);
	put(&b, "\x15\xfe\xfd\x00\x00\x00\x00\x00\x00\x00\x01\x00\x02\x01\x00", 15);
	put_record(&b, body.bytes, body.n, 50, body.n);
	c = fence_end(b.bytes, b.n);
	assert_true(dtls_next_hello(&c, &f));
	assert_int_equal(f.offset, 0);
	assert_int_equal(cursor_left(&f.body), 50);
	assert_true(dtls_next_hello(&c, &f));
	assert_int_equal(f.offset, 50);
	assert_memory_equal(f.body.at, body.bytes + 50, body.n - 50);
	assert_false(dtls_next_hello(&c, &f));
	bytes_torture(b.bytes, b.n, read_dtls, NULL);
}

#define NUMBERS "\x00\x00" "\x00\x00\x00\x00\x00\x00"	/* epoch, sequence number */

static const struct {
	const uint8_t *bytes;
	size_t n;
} bad[] = {
	{ TEXT("\x16\xfe\xfd" NUMBERS "\x00\x0d" "\x01\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x05" "a") },	/* fragment longer than the record */
	{ TEXT("\x16\xfe\xfd" NUMBERS "\x00\x0e" "\x01\x00\x00\x02\x00\x00\x00\x00\x01\x00\x00\x02" "ab") },	/* beyond the message */
	{ TEXT("\x16\xfe\xfd" NUMBERS "\x00\x0e" "\x02\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x02" "ab") },	/* a ServerHello */
	{ TEXT("\x16\x03\x03" NUMBERS "\x00\x0e" "\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x02" "ab") },	/* TLS's version */
	{ TEXT("\x16\xfe\xfd" NUMBERS "\x00\xff" "\x01") },
	{ TEXT("") },
};

static void test_bad(void **state)
{
	struct dtls_fragment f;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct cursor c = fence_end(bad[i].bytes, bad[i].n);

		assert_false(dtls_next_hello(&c, &f));
		(void)bytes_mutate(bad[i].bytes, bad[i].n, read_dtls, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests_name("dtls", tests, NULL, NULL);
}
