/* links: tls ech name x509 addr */
#include "tls.h"
#include "build.h"

static uint8_t scratch[TLS_HELLO_MAX];

#define RANDOM "RANDOM RANDOM RANDOM RANDOM 32.."
#define SNI "\x00\x00\x00\x10" /* server_name, 16 bytes */ "\x00\x0e" "\x00" "\x00\x0b" "Example.com"
#define HELLO(version, extensions) version RANDOM "\x00" "\x00\x02\x13\x01" "\x01\x00" extensions

struct fixture {
	const char *what;
	const uint8_t *bytes;
	size_t n;
	enum verdict want;
	const char *name;
	uint16_t offered;
	enum ech ech;
	const char *alpn;
};

static const struct fixture good[] = {
	{ "one record", TEXT("\x16\x03\x01\x00\x43" "\x01\x00\x00\x3f" HELLO("\x03\x03", "\x00\x14" SNI)),
	  FOUND, "example.com", 0x0303, ECH_NONE, "" },
	{ "two records, cut inside the name", TEXT("\x16\x03\x01\x00\x3d" "\x01\x00\x00\x3f" HELLO("\x03\x03", "\x00\x14"
	  "\x00\x00\x00\x10" "\x00\x0e" "\x00" "\x00\x0b" "Examp") "\x16\x03\x03\x00\x06" "le.com"),
	  FOUND, "example.com", 0x0303, ECH_NONE, "" },
	{ "no extensions (RFC 5246 7.4.1.2)", TEXT("\x16\x03\x00\x00\x2d" "\x01\x00\x00\x29" HELLO("\x03\x00", "")),
	  FOUND, "", 0x0300, ECH_NONE, "" },
	{ "supported_versions with GREASE, ALPN, ECH", TEXT("\x16\x03\x01\x00\x6a" "\x01\x00\x00\x66" HELLO("\x03\x03", "\x00\x3b" SNI
	  "\x00\x2b\x00\x07" "\x06" "\x8a\x8a\x03\x04\x03\x03"
	  "\x00\x10\x00\x0e" "\x00\x0c" "\x02h2" "\x08http/1.1"
	  "\xfe\x0d\x00\x06" "\x00\x00\x01\x00\x01\x07")), FOUND, "example.com", 0x0304, ECH_UNSURE, "h2,http/1.1" },
	{ "ESNI draft", TEXT("\x16\x03\x01\x00\x33" "\x01\x00\x00\x2f" HELLO("\x03\x03", "\x00\x04" "\xff\xce\x00\x00")),
	  FOUND, "", 0x0303, ESNI, "" },
	{ "bytes of the next record behind", TEXT("\x16\x03\x01\x00\x43" "\x01\x00\x00\x3f" HELLO("\x03\x03", "\x00\x14" SNI) "\x14\x03\x03\x00\x01\x01"),
	  FOUND, "example.com", 0x0303, ECH_NONE, "" },
};
static const struct fixture bad[] = {
	{ "application data", TEXT("\x17\x03\x03\x00\x05hello"), NONE, NULL, 0, ECH_NONE, NULL },
	{ "a ServerHello", TEXT("\x16\x03\x03\x00\x04\x02\x00\x00\x00"), NONE, NULL, 0, ECH_NONE, NULL },
	{ "HTTP", TEXT("GET / HTTP/1.1\r\n"), NONE, NULL, 0, ECH_NONE, NULL },
	{ "extension longer than the hello", TEXT("\x16\x03\x01\x00\x33" "\x01\x00\x00\x2f" HELLO("\x03\x03", "\x00\x04" "\x00\x00\x00\x10")),
	  BROKEN, NULL, 0, ECH_NONE, NULL },
	{ "hello shorter than its fixed part", TEXT("\x16\x03\x01\x00\x08" "\x01\x00\x00\x04" "\x03\x03" "RA"), BROKEN, NULL, 0, ECH_NONE, NULL },
	{ "another record inside the hello", TEXT("\x16\x03\x01\x00\x06" "\x01\x00\x00\x3f" "\x03\x03" "\x15\x03\x01\x00\x02\x02\x28"),
	  BROKEN, NULL, 0, ECH_NONE, NULL },
	{ "record of no length", TEXT("\x16\x03\x01\x00\x00\x01"), BROKEN, NULL, 0, ECH_NONE, NULL },
	{ "record of no length inside the hello", TEXT("\x16\x03\x01\x00\x06" "\x01\x00\x00\x3f" "\x03\x03" "\x16\x03\x01\x00\x00"),
	  BROKEN, NULL, 0, ECH_NONE, NULL },
	{ "record longer than RFC 5246 6.2.3 permits, inside the hello", TEXT("\x16\x03\x01\x00\x06" "\x01\x00\x00\x3f" "\x03\x03"
	  "\x16\x03\x01\x48\x01" "RA"), BROKEN, NULL, 0, ECH_NONE, NULL },
	{ "session id longer than the hello", TEXT("\x16\x03\x01\x00\x2d" "\x01\x00\x00\x29" "\x03\x03" RANDOM "\xff" "\x00\x02\x13\x01" "\x01\x00"),
	  BROKEN, NULL, 0, ECH_NONE, NULL },
	{ "extensions longer than the hello", TEXT("\x16\x03\x01\x00\x33" "\x01\x00\x00\x2f" HELLO("\x03\x03", "\x00\x05" "\xff\xce\x00\x00")),
	  BROKEN, NULL, 0, ECH_NONE, NULL },
};

static uint64_t mix_hello(uint64_t h, const struct tls_hello *hello)
{
	struct tls_facts facts;

	tls_facts_of(hello, &facts);
	assert_non_null(memchr(facts.alpn, 0, sizeof(facts.alpn)));
	h = mix(mix_name(h, &hello->name), (uint64_t)hello->version << 32 | (uint64_t)hello->ech);
	h = mix_cursor(mix_cursor(mix_cursor(h, hello->ciphers), hello->extensions), hello->alpn);
	h = mix_cursor(mix_cursor(h, hello->versions), hello->signatures);
	return mix(mix_bytes(h, facts.alpn, strlen(facts.alpn)), facts.offered);
}

static uint64_t read_client(struct cursor c, void *context)
{
	struct tls_hello hello = { 0 };
	enum verdict v = tls_read_client(c, scratch, &hello);

	(void)context;
	if (v == FOUND || (v == MORE && hello.partial))
		return mix_hello((uint64_t)v, &hello);
	return 10 + (uint64_t)v;
}

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		const struct fixture *f = &good[i];
		struct tls_hello hello;
		struct tls_facts facts;

		if (tls_read_client(fence_end(f->bytes, f->n), scratch, &hello) != FOUND)
			fail_msg("%s", f->what);
		assert_name(&hello.name, f->name);
		tls_facts_of(&hello, &facts);
		assert_int_equal(facts.offered, f->offered);
		assert_int_equal(facts.ech, f->ech);
		assert_string_equal(facts.alpn, f->alpn);
		assert_false(hello.partial);
		bytes_torture(f->bytes, f->n, read_client, NULL);
	}
}

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct tls_hello hello;

		if (tls_read_client(fence_end(bad[i].bytes, bad[i].n), scratch, &hello) != bad[i].want)
			fail_msg("%s", bad[i].what);
		(void)bytes_mutate(bad[i].bytes, bad[i].n, read_client, NULL);
	}
}

/* Any prefix asks for more; once the name is there it is the right one; and any record size reads the same. */
static void test_prefixes_and_records(void **state)
{
	static struct build b;
	struct hello_plan p = { .name = "www.example.com", .key_share = 1216 };

	(void)state;
	for (size_t most = 1; most < 1600; most = most * 3 + 1) {
		struct tls_hello hello;

		b.n = 0;
		put_stream(&b, &p, most);
		assert_int_equal(tls_read_client(fence_end(b.bytes, b.n), scratch, &hello), FOUND);
		assert_name(&hello.name, "www.example.com");
		for (size_t n = 0; n < b.n; n++) {
			enum verdict v = tls_read_client(fence_end(b.bytes, n), scratch, &hello);

			assert_int_equal(v, n ? MORE : NONE);
			if (n && hello.partial && hello.name.len)
				assert_name(&hello.name, "www.example.com");
			/* never more than the whole needs, and not one byte a look */
			assert_in_range(tls_missing(fence_end(b.bytes, n)), 1, b.n - n);
			if (n >= 24 && n + 7 < b.n)
				assert_true(tls_missing(fence_end(b.bytes, n)) >= (b.n - n) / 7);
		}
	}
}

/* RFC 8446 section 4.1.3: the random of a HelloRetryRequest */
#define RETRY "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91" \
	      "\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c"

static const uint8_t server_13[] = "\x16\x03\x03\x00\x32" "\x02\x00\x00\x2e" "\x03\x03" RANDOM "\x00" "\x13\x01" "\x00"
				   "\x00\x06" "\x00\x2b\x00\x02\x03\x04";
static const uint8_t server_retry[] = "\x16\x03\x03\x00\x32" "\x02\x00\x00\x2e" "\x03\x03" RETRY "\x00" "\x13\x01" "\x00"
				      "\x00\x06" "\x00\x2b\x00\x02\x03\x04";
static const uint8_t server_12[] = "\x16\x03\x03\x00\x39" "\x02\x00\x00\x31" "\x03\x03" RANDOM "\x00" "\xc0\x2f" "\x00"
				   "\x00\x09" "\x00\x10\x00\x05\x00\x03\x02h2" "\x0e\x00\x00\x00" /* ServerHelloDone */;

static uint64_t read_server(struct cursor c, void *context)
{
	struct tls_server s;
	enum verdict v = tls_read_server(c, *(const bool *)context, scratch, &s);

	return mix(mix_cursor(mix_name((uint64_t)v, &s.certificate), s.alpn), (uint64_t)s.version << 1 | s.retry);
}

static void test_server(void **state)
{
	uint8_t almost[sizeof(server_retry)], other[sizeof(server_12)];
	struct tls_server s;
	bool certificate = false;

	(void)state;
	assert_int_equal(tls_read_server(fence_end(server_13, sizeof(server_13) - 1), false, scratch, &s), FOUND);
	assert_int_equal(s.version, 0x0304);
	assert_false(s.retry);
	assert_int_equal(tls_read_server(fence_end(server_retry, sizeof(server_retry) - 1), true, scratch, &s), FOUND);
	assert_true(s.retry);
	assert_int_equal(tls_read_server(fence_end(server_12, sizeof(server_12) - 1), false, scratch, &s), FOUND);
	assert_int_equal(s.version, 0x0303);
	assert_int_equal(cursor_left(&s.alpn), 2);
	assert_memory_equal(s.alpn.at, "h2", 2);
	memcpy(almost, server_retry, sizeof(almost));
	almost[11 + 31] ^= 1;	/* the last byte of the random */
	assert_int_equal(tls_read_server(fence_end(almost, sizeof(almost) - 1), true, scratch, &s), FOUND);
	assert_false(s.retry);
	memcpy(almost, server_13, sizeof(almost));
	almost[9] = 2;		/* a version of nobody */
	assert_int_equal(tls_read_server(fence_end(almost, sizeof(almost) - 1), false, scratch, &s), BROKEN);
	memcpy(almost, server_13, sizeof(almost));
	almost[11 + 32] = 0xff;	/* a session id longer than the message */
	assert_int_equal(tls_read_server(fence_end(almost, sizeof(almost) - 1), false, scratch, &s), BROKEN);
	/* ServerHelloDone without a certificate; something else before it is stepped over */
	assert_int_equal(tls_read_server(fence_end(server_12, sizeof(server_12) - 1), true, scratch, &s), FOUND);
	memcpy(other, server_12, sizeof(other));
	other[sizeof(other) - 5] = 23;	/* supplemental_data (RFC 4680) */
	assert_int_equal(tls_read_server(fence_end(other, sizeof(other) - 1), true, scratch, &s), MORE);
	assert_int_equal(s.version, 0x0303);
	for (int want = 0; want < 2; want++) {
		certificate = want;
		bytes_torture(server_13, sizeof(server_13) - 1, read_server, &certificate);
		bytes_torture(server_12, sizeof(server_12) - 1, read_server, &certificate);
	}
	assert_int_equal(tls_read_server(fence_end((const uint8_t *)"\x15\x03\x03\x00\x02\x02\x28", 7), false, scratch, &s), NONE);
}

/* offer is the highest version that a hello offers, by legacy_version and supported_versions. */
static unsigned offer(uint16_t legacy, const uint8_t *list, size_t n)
{
	struct tls_hello hello = { .version = legacy, .versions = fence_end(list, n) };
	struct tls_facts facts;

	tls_facts_of(&hello, &facts);
	return facts.offered;
}

/* DTLS counts downwards (RFC 9147 section 5.3); neither's versions count for the other, nor ones of no RFC. */
static void test_offered(void **state)
{
	(void)state;
	assert_int_equal(offer(0x0303, TEXT("")), 0x0303);
	assert_int_equal(offer(0x0303, TEXT("\x03\x03\x03\x04\x03\x02")), 0x0304);
	assert_int_equal(offer(0x0303, TEXT("\x03\x05\x7f\x1c\x03\x04")), 0x0304);
	assert_int_equal(offer(0x0303, TEXT("\xfe\xfc\x03\x04")), 0x0304);
	assert_int_equal(offer(0xfefd, TEXT("\xfe\xfd\xfe\xfc")), 0xfefc);
	assert_int_equal(offer(0xfefd, TEXT("\xfe\xfc\xfe\xfd")), 0xfefc);
	assert_int_equal(offer(0xfefd, TEXT("\xfe\xff\x03\x04")), 0xfefd);
}

/* What is offered by ALPN is told as far as whole names have room (sighting.h). */
static void test_alpn_room(void **state)
{
	uint8_t list[2 * (1 + ALPN_TEXT_MAX)];

	(void)state;
	for (size_t n = 1; n <= ALPN_TEXT_MAX; n++) {
		struct tls_hello hello = { .version = 0x0303 };
		struct tls_facts facts;
		bool both = n + 1 + n + 1 <= ALPN_TEXT_MAX;

		for (size_t i = 0; i < 2; i++) {
			list[i * (n + 1)] = (uint8_t)n;
			memset(list + i * (n + 1) + 1, i ? 'b' : 'a', n);
		}
		hello.alpn = fence_end(list, 2 * (n + 1));
		tls_facts_of(&hello, &facts);
		assert_int_equal(strlen(facts.alpn), both ? n + 1 + n : n + 1 < ALPN_TEXT_MAX ? n : 0);
		assert_int_equal(strspn(facts.alpn, "a,b"), strlen(facts.alpn));
	}
}

/* RFC 8701: sixteen values, both bytes alike */
static void test_grease(void **state)
{
	int n = 0;

	(void)state;
	for (unsigned v = 0; v < 65536; v++)
		n += tls_is_grease((uint16_t)v);
	assert_int_equal(n, 16);
	assert_true(tls_is_grease(0x0a0a) && tls_is_grease(0xfafa));
	assert_false(tls_is_grease(0x0a1a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_prefixes_and_records),
		cmocka_unit_test(test_server),
		cmocka_unit_test(test_offered),
		cmocka_unit_test(test_alpn_room),
		cmocka_unit_test(test_grease),
	};

	return cmocka_run_group_tests_name("tls", tests, NULL, NULL);
}
