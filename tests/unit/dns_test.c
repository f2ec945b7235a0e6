/* links: dns name addr */
#include "bytes.h"
#include "dns.h"

#define HEADER(flags, counts) "\x12\x34" flags counts
#define WWW "\x03www\x07" "example\x03" "com\x00"

struct fixture {
	const char *what;
	const uint8_t *bytes;
	size_t n;
	bool query;		/* dns_is_query_by_content */
};

static const struct fixture good[] = {
	{ "query for A", TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x00") WWW "\x00\x01\x00\x01"), true },
	{ "query with EDNS", TEXT(HEADER("\x01\x20", "\x00\x01\x00\x00\x00\x00\x00\x01") WWW "\x00\x1c\x00\x01"
	  "\x00" "\x00\x29" "\x04\xd0" "\x00\x00\x80\x00" "\x00\x00"), true },
	{ "query for HTTPS", TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x00") WWW "\x00\x41\x00\x01"), true },
};
static const struct fixture answers[] = {
	{ "CNAME, then A, compressed", TEXT(HEADER("\x81\x80", "\x00\x01\x00\x02\x00\x00\x00\x00") WWW "\x00\x01\x00\x01"
	  "\xc0\x0c" "\x00\x05\x00\x01" "\x00\x00\x0e\x10" "\x00\x06" "\x03" "cdn\xc0\x10"
	  "\xc0\x2d" "\x00\x01\x00\x01" "\x01\x02\x03\x04" "\x00\x04" "\xc0\x00\x02\x01"), false },
};
static const struct fixture bad[] = {
	{ "short header", TEXT("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00"), false },
	{ "an answer is no query", TEXT(HEADER("\x81\x80", "\x00\x01\x00\x00\x00\x00\x00\x00") WWW "\x00\x01\x00\x01"), false },
	{ "two questions", TEXT(HEADER("\x01\x00", "\x00\x02\x00\x00\x00\x00\x00\x00") WWW "\x00\x01\x00\x01"), false },
	{ "bytes behind", TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x00") WWW "\x00\x01\x00\x01\x00"), false },
	{ "no class", TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x00") WWW "\x00\x01\x00"), false },
	{ "type 0", TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x00") WWW "\x00\x00\x00\x01"), false },
	{ "a type of nobody", TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x00") WWW "\x01\x2d\x00\x01"), false },
	{ "class 2", TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x00") WWW "\x00\x01\x00\x02"), false },
	{ "two records behind, one of them there", TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x02") WWW "\x00\x01\x00\x01"
	  "\x00" "\x00\x29" "\x04\xd0" "\x00\x00\x80\x00" "\x00\x00"), false },
	{ "two records behind", TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x02") WWW "\x00\x01\x00\x01"
	  "\x00" "\x00\x29" "\x04\xd0" "\x00\x00\x80\x00" "\x00\x00" "\x00" "\x00\x29" "\x04\xd0" "\x00\x00\x80\x00" "\x00\x00"), false },
	{ "class 5", TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x00") WWW "\x00\x01\x00\x05"), false },
	{ "update (RFC 2136)", TEXT(HEADER("\x28\x00", "\x00\x01\x00\x00\x00\x00\x00\x00") WWW "\x00\x06\x00\x01"), false },
	{ "name without end", TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x00") "\x03www"), false },
	{ "the question is a loop", TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x00") "\xc0\x0c\x00\x01\x00\x01"), false },
};

static uint64_t mix_records(uint64_t h, struct dns_message *m)
{
	struct cursor again = m->at;
	unsigned n = (unsigned)m->answers + m->authorities + m->additionals;
	struct dns_record r;
	struct name owner;

	for (unsigned i = 0; i < n && cursor_left(&m->at); i++) {
		bool named = name_read_dns(&again, m->whole, &owner), ok = dns_read_record(&m->at, &m->whole, &r);

		assert_true(m->at.at <= m->at.end && m->at.end == m->whole.end);
		if (!ok)
			return mix(h, 3);
		if (!named)	/* whom it is of is found out by who asks */
			return mix(h, 4);
		assert_ptr_equal(again.at + 10, r.data.at);
		assert_true(m->whole.at + r.data_at == r.data.at && r.at < r.data_at);
		again = m->at;
		assert_true(r.data.at >= m->whole.at && r.data.end <= m->whole.end);
		h = mix_cursor(mix_name(mix(h, (uint64_t)r.type << 48 | (uint64_t)r.class << 32 | r.ttl), &owner), r.data);
	}
	return h;
}

static uint64_t read_message(struct cursor c, void *context)
{
	struct dns_message m;
	struct dns_question q;
	uint64_t h = dns_is_query_by_content(c);

	(void)context;
	if (!dns_read(c, &m))
		return 1;
	h = mix(mix(h, m.id), m.flags);
	for (unsigned i = 0; i < m.questions && i < 4; i++) {
		if (!dns_read_question(&m, &q))
			return mix(h, 2);
		h = mix(mix_name(h, &q.name), (uint64_t)q.type << 16 | q.class);
	}
	return mix_records(h, &m);
}

static void test_queries(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct dns_message m;
		struct dns_question q;
		struct cursor c = fence_end(good[i].bytes, good[i].n);

		assert_int_equal(dns_is_query_by_content(c), good[i].query);
		assert_true(dns_read(c, &m));
		assert_int_equal(m.id, 0x1234);
		assert_int_equal(m.questions, 1);
		assert_true(dns_read_question(&m, &q));
		assert_name(&q.name, "www.example.com");
		assert_int_equal(q.class, 1);
		bytes_torture(good[i].bytes, good[i].n, read_message, NULL);
	}
}

static void test_answer(void **state)
{
	const struct fixture *f = &answers[0];
	struct cursor c = fence_end(f->bytes, f->n);
	struct dns_message m;
	struct dns_question q;
	struct dns_record r;
	struct name target;
	struct cursor owner;

	(void)state;
	assert_true(dns_read(c, &m));
	assert_int_equal(m.answers, 2);
	assert_true(m.flags & DNS_QR);
	assert_true(dns_read_question(&m, &q));
	assert_true(dns_read_record(&m.at, &m.whole, &r));
	assert_int_equal(r.type, DNS_CNAME);
	assert_int_equal(r.ttl, 3600);
	owner = m.whole;
	cursor_skip(&owner, r.at);
	assert_true(name_read_dns(&owner, m.whole, &target));
	assert_name(&target, "www.example.com");
	assert_true(name_read_dns(&r.data, m.whole, &target));
	assert_name(&target, "cdn.example.com");
	assert_true(dns_read_record(&m.at, &m.whole, &r));
	assert_int_equal(r.type, DNS_A);
	owner = m.whole;
	cursor_skip(&owner, r.at);
	assert_true(name_read_dns(&owner, m.whole, &target));
	assert_name(&target, "cdn.example.com");
	assert_int_equal(r.ttl, 0x01020304);
	assert_int_equal(cursor_u32(&r.data), 0xc0000201);
	assert_true(cursor_done(&m.at));
	assert_false(dns_read_record(&m.at, &m.whole, &r));
	bytes_torture(f->bytes, f->n, read_message, NULL);
}

/* What a query on another port may ask for: CHAOS, and the types of the top half (RFC 6895 section 3.1). */
static void test_by_content(void **state)
{
	(void)state;
	assert_true(dns_is_query_by_content(fence_end(TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x00") WWW "\x00\x10\x00\x03"))));
	assert_true(dns_is_query_by_content(fence_end(TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x00") WWW "\x80\x00\x00\x01"))));
	assert_true(dns_is_query_by_content(fence_end(TEXT(HEADER("\x01\x00", "\x00\x01\x00\x00\x00\x00\x00\x00") WWW "\x01\x2c\x00\x01"))));
}

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (dns_is_query_by_content(fence_end(bad[i].bytes, bad[i].n)))
			fail_msg("%s: taken for a query", bad[i].what);
		(void)bytes_mutate(bad[i].bytes, bad[i].n, read_message, NULL);
	}
}

/* Names of the IANA registries "DNS Resource Record Types" and "DNS RCODEs" */
static void test_names_of_numbers(void **state)
{
	(void)state;
	assert_string_equal(dns_type_word(1)->text, "A");
	assert_string_equal(dns_type_word(28)->text, "AAAA");
	assert_string_equal(dns_type_word(33)->text, "SRV");
	assert_string_equal(dns_type_word(64)->text, "SVCB");
	assert_string_equal(dns_type_word(65)->text, "HTTPS");
	assert_string_equal(dns_type_word(255)->text, "ANY");
	assert_string_equal(dns_type_word(256)->text, "URI");
	assert_string_equal(dns_type_word(257)->text, "CAA");
	assert_null(dns_type_word(0));
	assert_null(dns_type_word(254 + 4));
	assert_null(dns_type_word(65535));
	assert_string_equal(dns_rcode_word(0x8180)->text, "NOERROR");
	assert_string_equal(dns_rcode_word(0x8183)->text, "NXDOMAIN");
	assert_string_equal(dns_rcode_word(5)->text, "REFUSED");
	assert_null(dns_rcode_word(15));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_queries),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_by_content),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_names_of_numbers),
	};

	return cmocka_run_group_tests_name("dns", tests, NULL, NULL);
}
