/* links: ech name addr */
#include "bytes.h"
#include "ech.h"

/* RFC 9849 section 4: version, length; id, KEM, public key, cipher suites, longest name, public name, extensions */
#define KEY "\x00\x20" "0123456789abcdef0123456789abcdef"
#define SUITES "\x00\x04" "\x00\x01\x00\x01"
#define CONFIG "\xfe\x0d\x00\x41" "\x2a" "\x00\x20" KEY SUITES "\x40" "\x12" "Public.example.com" "\x00\x00"

struct fixture {
	const char *what;
	const uint8_t *bytes;
	size_t n;
	int configs;
};

static const struct fixture good[] = {
	{ "one configuration", TEXT(CONFIG), 1 },
	{ "two", TEXT(CONFIG CONFIG), 2 },
	{ "an unknown version before it is stepped over", TEXT("\xfe\x0a\x00\x03" "abc" CONFIG), 1 },
};
static const struct fixture bad[] = {
	{ "nothing", TEXT(""), 0 },
	{ "length beyond the end", TEXT("\xfe\x0d\x00\x42" "\x2a" "\x00\x20" KEY SUITES "\x40" "\x12" "Public.example.com" "\x00\x00"), 0 },
	{ "name beyond the configuration", TEXT("\xfe\x0d\x00\x2e" "\x2a" "\x00\x20" KEY SUITES "\x40" "\x12" "P"), 0 },
	{ "empty name", TEXT("\xfe\x0d\x00\x2d" "\x2a" "\x00\x20" KEY SUITES "\x40" "\x00" "\x00"), 0 },
	{ "only an unknown version", TEXT("\xfe\x0a\x00\x03" "abc"), 0 },
	{ "an unknown version, whatever it looks like", TEXT("\xfe\x0a\x00\x41" "\x2a" "\x00\x20" KEY SUITES "\x40" "\x12" "Public.example.com" "\x00\x00"), 0 },
};

static uint64_t read_list(struct cursor c, void *context)
{
	struct ech_config config;
	uint64_t h = 0;

	(void)context;
	while (ech_next_config(&c, &config))
		h = mix(mix_name(h + 1, &config.public_name), config.id);
	assert_true(c.at <= c.end);
	return h;
}

static uint64_t read_outer(struct cursor c, void *context)
{
	uint8_t id = 0;

	(void)context;
	return ech_read_outer(c, &id) ? 1 + (uint64_t)id : 0;
}

static void test_configs(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct cursor c = fence_end(good[i].bytes, good[i].n);
		struct ech_config config;
		int n = 0;

		for (; ech_next_config(&c, &config); n++) {
			assert_int_equal(config.id, 0x2a);
			assert_name(&config.public_name, "public.example.com");
		}
		assert_int_equal(n, good[i].configs);
		bytes_torture(good[i].bytes, good[i].n, read_list, NULL);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct cursor c = fence_end(bad[i].bytes, bad[i].n);
		struct ech_config config;

		if (ech_next_config(&c, &config))
			fail_msg("%s", bad[i].what);
		(void)bytes_mutate(bad[i].bytes, bad[i].n, read_list, NULL);
	}
}

/* RFC 9849 section 5: outer is 0, then the cipher suite, the configuration id, enc, payload; inner is 1 alone */
static void test_outer(void **state)
{
	static const uint8_t outer[] = { 0, 0, 1, 0, 1, 0x2a, 0, 2, 'e', 'n', 0, 3, 'p', 'a', 'y' };
	static const uint8_t inner[] = { 1 };
	uint8_t id = 0;

	(void)state;
	assert_true(ech_read_outer(fence_end(outer, sizeof(outer)), &id));
	assert_int_equal(id, 0x2a);
	assert_false(ech_read_outer(fence_end(inner, sizeof(inner)), &id));
	assert_false(ech_read_outer(fence_end(outer, 5), &id));
	bytes_torture(outer, sizeof(outer), read_outer, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_configs),
		cmocka_unit_test(test_outer),
	};

	return cmocka_run_group_tests_name("ech", tests, NULL, NULL);
}
