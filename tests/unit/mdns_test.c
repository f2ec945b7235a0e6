/* links: mdns dns name addr */
#include "build.h"
#include "mdns.h"

static struct build b;

static void put_header(unsigned flags, unsigned questions, unsigned answers, unsigned additionals)
{
	b.n = b.depth = 0;
	put_int(&b, 0, 2);
	put_int(&b, flags, 2);
	put_int(&b, questions, 2);
	put_int(&b, answers, 2);
	put_int(&b, 0, 2);
	put_int(&b, additionals, 2);
}

static void put_record(const char *name, unsigned type, unsigned class, unsigned ttl, const char *data, size_t n)
{
	put_dns_name(&b, name);
	put_int(&b, type, 2);
	put_int(&b, class, 2);
	put_int(&b, ttl, 4);
	block_open(&b, 2);
	put(&b, data, n);
	block_close(&b);
}

#define SIX "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x05"

static void assert_next(struct mdns_walk *w, const char *host, const char *addr)
{
	struct mdns_host h;
	char text[ADDR_TEXT_MAX];

	assert_true(mdns_next_host(w, &h));
	assert_name(&h.host, host);
	addr_put(&h.addr, text);
	assert_string_equal(text, addr);
}

static uint64_t read_hosts(struct cursor c, void *context)
{
	struct mdns_walk w;
	struct mdns_host h;
	uint64_t sum = 3;

	(void)context;
	if (!mdns_open(c, &w))
		return 1;
	while (mdns_next_host(&w, &h)) {
		assert_true(h.host.len);
		sum = mix_bytes(mix_name(sum, &h.host), h.addr.bytes, 16);
	}
	return sum;
}

/* Addresses of hosts below local, whatever section and case; all else is stepped over. */
static void test_hosts(void **state)
{
	struct mdns_walk w;
	struct mdns_host h;

	(void)state;
	put_header(0x8400, 0, 3, 9);
	put_record("Alices-MacBook.local", 1, 0x8001, 120, "\x0a\0\0\x05", 4);
	put_record("_http._tcp.local", 12, 1, 4500, "\0", 1);
	put_record("alices-macbook.LOCAL", 28, 0x8001, 120, SIX, 16);
	put_record("_odd.local", 1, 1, 120, "\x0a\0\0\x06", 4);
	put_record("a.b.local", 1, 1, 120, "\x0a\0\0\x06", 4);
	put_record("www.example.com", 1, 1, 120, "\x0a\0\0\x06", 4);
	put_record("local", 1, 1, 120, "\x0a\0\0\x06", 4);
	put_record("gone.local", 1, 0x8001, 0, "\x0a\0\0\x06", 4);
	put_record("chaos.local", 1, 3, 120, "\x0a\0\0\x06", 4);
	put_record("short.local", 1, 1, 120, "\x0a\0\0", 3);
	put_record("long.local", 28, 1, 120, SIX "\0", 17);
	put_record("bob.local", 1, 1, 120, "\x0a\0\0\x07", 4);
	assert_true(mdns_open(fence_end(b.bytes, b.n), &w));
	assert_next(&w, "alices-macbook", "10.0.0.5");
	assert_next(&w, "alices-macbook", "fe80::5");
	assert_next(&w, "bob", "10.0.0.7");
	assert_false(mdns_next_host(&w, &h));
	assert_false(mdns_next_host(&w, &h));
	bytes_torture(b.bytes, b.n, read_hosts, NULL);
}

static void test_no_answers(void **state)
{
	struct mdns_walk w;
	struct mdns_host h;

	(void)state;
	put_header(0x0000, 0, 1, 0);		/* a question with known answers */
	put_record("alice.local", 1, 1, 120, "\x0a\0\0\x05", 4);
	assert_false(mdns_open(fence_end(b.bytes, b.n), &w));
	put_header(0x8403, 0, 1, 0);
	assert_false(mdns_open(fence_end(b.bytes, b.n), &w));
	assert_false(mdns_open(fence_end(b.bytes, 11), &w));
	put_header(0x8400, 1, 1, 0);		/* RFC 6762 section 6.7: the question again */
	put_dns_name(&b, "alice.local");
	put(&b, "\0\1\0\1", 4);
	put(&b, "\xc0\x0c\0\1\0\1\0\0\0\x0a\0\x04\x0a\0\0\x05", 16);
	assert_true(mdns_open(fence_end(b.bytes, b.n), &w));
	assert_next(&w, "alice", "10.0.0.5");
	assert_false(mdns_next_host(&w, &h));
	put_header(0x8400, 2, 1, 0);		/* questions that are not there */
	assert_false(mdns_open(fence_end(b.bytes, b.n), &w));
}

static void test_limit(void **state)
{
	struct mdns_walk w;
	struct mdns_host h;
	unsigned n = 0;

	(void)state;
	put_header(0x8400, 0, 2 * MDNS_RECORDS_MAX, 0);
	for (int i = 0; i < 2 * MDNS_RECORDS_MAX; i++)
		put_record("alice.local", 1, 1, 120, "\x0a\0\0\x05", 4);
	assert_true(mdns_open(fence_end(b.bytes, b.n), &w));
	while (mdns_next_host(&w, &h))
		n++;
	assert_int_equal(n, MDNS_RECORDS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_no_answers),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests_name("mdns", tests, NULL, NULL);
}
