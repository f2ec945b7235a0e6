/* links: gquic name addr */
#include "bytes.h"
#include "quic.h"

/* A CHLO of two tags: PAD before SNI; the offsets are ends, least byte first. */
#define CHLO \
	"CHLO" "\x02\x00" "\x00\x00" \
	"PAD\x00" "\x04\x00\x00\x00" \
	"SNI\x00" "\x0f\x00\x00\x00" \
	"----" "Example.org"
#define HASH "0123456789ab"

struct fixture {
	const char *what;
	const uint8_t *bytes;
	size_t n;
	const char *want;
	uint32_t version;
};

static const struct fixture good[] = {
	{ "Q043: flags, connection id, version, packet number, hash, STREAM frame",
	  TEXT("\x0d" "12345678" "Q043" "\x01" HASH "\xa0\x01\x00\x26" CHLO), "example.org", 0x51303433 },
	{ "Q009, without connection id", TEXT("\x01" "Q009" "\x01" HASH "\xa0\x01\x00\x26" CHLO), "example.org", 0x51303039 },
	{ "Q090", TEXT("\x09" "12345678" "Q090" "\x01" HASH "\xa0\x01\x00\x26" CHLO), "example.org", 0x51303930 },
	{ "Q046: long header", TEXT("\xc3" "Q046" "\x50" "12345678" "\x00\x00\x00\x01" HASH "\xa0\x01\x00\x26" CHLO), "example.org", 0x51303436 },
};
static const struct fixture bad[] = {
	{ "no version flag", TEXT("\x0c" "12345678" "Q043" "\x01" HASH "\xa0\x01\x00\x26" CHLO), NULL, 0 },
	{ "no Google", TEXT("\xc3" "\x00\x00\x00\x01" "\x50" "12345678"), NULL, 0 },
	{ "the offsets go back", TEXT("\x0d" "12345678" "Q043" "\x01" HASH "CHLO" "\x02\x00" "\x00\x00"
	  "PAD\x00" "\x04\x00\x00\x00" "SNI\x00" "\x03\x00\x00\x00" "----" "Example.org"), NULL, 0 },
	{ "the offsets go back behind the name", TEXT("\x0d" "12345678" "Q043" "\x01" HASH "CHLO" "\x02\x00" "\x00\x00"
	  "SNI\x00" "\x0b\x00\x00\x00" "VER\x00" "\x03\x00\x00\x00" "Example.org"), NULL, 0 },
	{ "a version of no digits", TEXT("\x0d" "12345678" "Q0:3" "\x01" HASH "\xa0\x01\x00\x26" CHLO), NULL, 0 },
	{ "a version of one digit", TEXT("\x0d" "12345678" "Q04:" "\x01" HASH "\xa0\x01\x00\x26" CHLO), NULL, 0 },
	{ "a version of no digits, below", TEXT("\x0d" "12345678" "Q0/3" "\x01" HASH "\xa0\x01\x00\x26" CHLO), NULL, 0 },
	{ "a version of one digit, below", TEXT("\x0d" "12345678" "Q04/" "\x01" HASH "\xa0\x01\x00\x26" CHLO), NULL, 0 },
	{ "the value is not there", TEXT("\x0d" "12345678" "Q043" "\x01" HASH "CHLO" "\x01\x00" "\x00\x00"
	  "SNI\x00" "\xff\x00\x00\x00" "Example.org"), NULL, 0 },
	{ "no SNI", TEXT("\x0d" "12345678" "Q043" "\x01" HASH "CHLO" "\x01\x00" "\x00\x00" "PAD\x00" "\x04\x00\x00\x00" "----"), NULL, 0 },
	{ "no tags", TEXT("\x0d" "12345678" "Q043" "\x01" HASH "CHLO" "\x00\x00" "\x00\x00"), NULL, 0 },
};

static uint64_t read_google(struct cursor c, void *context)
{
	struct name out = { 0 };
	uint32_t version;
	uint64_t h = gquic_may_start(&c);

	(void)context;
	if (gquic_read_name(c, &version, &out) != FOUND)
		return h;
	return mix(mix_name(h, &out), version);
}

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct cursor c = fence_end(good[i].bytes, good[i].n);
		struct name out;
		uint32_t version;

		assert_true(gquic_may_start(&c));
		assert_int_equal(gquic_read_name(c, &version, &out), FOUND);
		assert_name(&out, good[i].want);
		assert_int_equal(version, good[i].version);
		bytes_torture(good[i].bytes, good[i].n, read_google, NULL);
	}
}

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct cursor c = fence_end(bad[i].bytes, bad[i].n);
		struct name out;
		uint32_t version;

		if (gquic_may_start(&c) && gquic_read_name(c, &version, &out) == FOUND)
			fail_msg("%s", bad[i].what);
		(void)bytes_mutate(bad[i].bytes, bad[i].n, read_google, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests_name("gquic", tests, NULL, NULL);
}
