/* links: tds */
#include "build.h"
#include "tds.h"

#define HEADER(status, length) "\x12" status "\0" length "\0\0\0\0"
#define VERSION "\0\0\x0b\0\6" "\1\0\x11\0\1" "\xff" "\x11\0\0\0\0\0" "\1"
#define OPTIONS HEADER("\1", "\x1a") VERSION

static enum tds_kind kind_of(const char *bytes, size_t n)
{
	struct cursor c = fence_end((const uint8_t *)bytes, n);

	return tds_kind(&c);
}

static size_t options_of(const char *bytes, size_t n)
{
	struct cursor c = fence_end((const uint8_t *)bytes, n);

	return tds_options(&c);
}

static struct cursor unwrap(const char *bytes, size_t n, uint8_t *room, size_t most)
{
	return tds_unwrap(fence_end((const uint8_t *)bytes, n), room, most);
}

#define TEXT_OF(text) text, sizeof(text) - 1

static void test_kind(void **state)
{
	static const struct {
		const char *what, *bytes;
		size_t n;
		enum tds_kind kind;
	} cases[] = {
		{ "nothing", TEXT_OF(""), TDS_NONE },
		{ "a client's options (MS-TDS section 4.1)", TEXT_OF(
			"\x12\1\0\x2f\0\0\1\0" "\0\0\x1a\0\6" "\1\0\x20\0\1" "\2\0\x21\0\1" "\3\0\x22\0\4" "\4\0\x26\0\1" "\xff"
			"\x09\0\0\0\0\0" "\1" "\0" "\xb8\x0d\0\0" "\1"), TDS_OPTIONS },
		{ "options", TEXT_OF(OPTIONS), TDS_OPTIONS },
		{ "options, not all there", TEXT_OF(HEADER("\1", "\x1a") "\0\0\x0b\0\6"), TDS_OPTIONS },
		{ "options, no length of the version", TEXT_OF(HEADER("\1", "\x1a") "\0\0\x0b\0"), TDS_SHORT },
		{ "a version of five bytes", TEXT_OF(HEADER("\1", "\x1a") "\0\0\x0b\0\5"), TDS_NONE },
		{ "options that do not begin with the version", TEXT_OF(HEADER("\1", "\x1a") "\1\0\x0b\0\6"), TDS_NONE },
		{ "too short for the version", TEXT_OF(HEADER("\1", "\x0c") "\0\0\x0b\0\6"), TDS_NONE },
		{ "longer than any client's", TEXT_OF("\x12\1\2\1\0\0\0\0" "\0\0\x0b\0\6"), TDS_NONE },
		{ "as long as the longest", TEXT_OF("\x12\1\2\0\0\0\0\0" "\0\0\x0b\0\6"), TDS_OPTIONS },
		{ "a server's options", TEXT_OF("\4\1\0\x1a\0\0\1\0" VERSION), TDS_NONE },
		{ "TLS", TEXT_OF(HEADER("\1", "\x40") "\x16\3"), TDS_TLS },
		{ "TLS, more packets of it behind", TEXT_OF(HEADER("\0", "\x40") "\x16\3\1"), TDS_TLS },
		{ "TLS of a server", TEXT_OF("\4\1\4\xc2\0\x33\1\0" "\x16\3\3"), TDS_TLS },
		{ "another major version", TEXT_OF(HEADER("\1", "\x40") "\x16\2"), TDS_NONE },
		{ "TLS, a byte in each packet", TEXT_OF(HEADER("\0", "\x09") "\x16\x12"), TDS_TLS },
		{ "something else, a byte in each packet", TEXT_OF(HEADER("\0", "\x09") "\x15\x12"), TDS_NONE },
		{ "an alert", TEXT_OF(HEADER("\1", "\x0f") "\x15\3"), TDS_NONE },
		{ "the first byte", TEXT_OF("\x12"), TDS_SHORT },
		{ "a header alone", TEXT_OF(HEADER("\1", "\x40")), TDS_SHORT },
		{ "a header and one byte", TEXT_OF(HEADER("\1", "\x40") "\x16"), TDS_SHORT },
		{ "a login", TEXT_OF("\x10\1\1\x20\0\0\1\0" "\x18\1"), TDS_NONE },
		{ "the first byte of a server's", TEXT_OF("\4"), TDS_SHORT },
		{ "the first byte of another packet", TEXT_OF("\x10"), TDS_NONE },
		{ "a status that no handshake has", TEXT_OF("\x12\2"), TDS_NONE },
		{ "the same, whole", TEXT_OF(HEADER("\x9", "\x40") "\x16\3"), TDS_NONE },
		{ "no room for what a packet carries", TEXT_OF("\x12\1\0\x8"), TDS_NONE },
		{ "room for one byte", TEXT_OF("\x12\1\0\x9"), TDS_SHORT },
		{ "an empty packet", TEXT_OF(HEADER("\1", "\x8") "\x16\3"), TDS_NONE },
		{ "a window, which nobody uses", TEXT_OF("\x12\1\0\x40\0\0\0\1"), TDS_NONE },
		{ "the same, whole", TEXT_OF("\x12\1\0\x40\0\0\0\1" "\x16\3"), TDS_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (kind_of(cases[i].bytes, cases[i].n) != cases[i].kind)
			fail_msg("%s", cases[i].what);
	}
}

static void test_grows(void **state)
{
	static const char tls[] = HEADER("\1", "\x40") "\x16\3\1\0\x33\1";

	(void)state;
	for (size_t n = 1; n < sizeof(OPTIONS) - 1; n++) {
		assert_int_equal(kind_of(OPTIONS, n), n < 13 ? TDS_SHORT : TDS_OPTIONS);
		assert_int_equal(options_of(OPTIONS, n), 0);
	}
	for (size_t n = 1; n < sizeof(tls); n++)
		assert_int_equal(kind_of(tls, n), n < 10 ? TDS_SHORT : TDS_TLS);
}

static void test_options(void **state)
{
	(void)state;
	assert_int_equal(options_of(TEXT_OF(OPTIONS)), 26);
	assert_int_equal(options_of(TEXT_OF(OPTIONS HEADER("\1", "\x40") "\x16\3")), 26);
	assert_int_equal(options_of(TEXT_OF(HEADER("\1", "\x0a") "\x16\3")), 0);
}

static void test_unwraps(void **state)
{
	static const char one[] = HEADER("\1", "\x0d") "\x16\3abc", two[] = HEADER("\0", "\x0b") "\x16\3a" HEADER("\1", "\x0a") "bc";
	static const char other[] = HEADER("\0", "\x0b") "\x16\3a" "\4\1\0\x0a\0\0\0\0" "bc";
	uint8_t room[16], large[128];
	char many[100 * 9];
	struct cursor c;

	(void)state;
	for (size_t n = 10; n < sizeof(two); n++) {
		c = unwrap(two, n, room, sizeof(room));
		assert_ptr_equal(c.at, room);
		assert_int_equal(cursor_left(&c), n < 11 ? 2 : n < 20 ? 3 : n - 16);
		assert_memory_equal(room, "\x16\3abc", cursor_left(&c));
	}
	for (size_t n = 1; n < 10; n++) {	/* not known yet */
		c = unwrap(two, n, room, sizeof(room));
		assert_int_equal(cursor_left(&c), 0);
		assert_false(c.bad);
	}
	c = unwrap(TEXT_OF(one), room, sizeof(room));
	assert_int_equal(cursor_left(&c), 5);
	c = unwrap(TEXT_OF("\4\1\0\x0d\0\x33\1\0" "\x16\3abc"), room, sizeof(room));
	assert_int_equal(cursor_left(&c), 5);
	c = unwrap(TEXT_OF(other), room, sizeof(room));
	assert_int_equal(cursor_left(&c), 3);	/* the other side's packet is no part of it */
	c = unwrap(TEXT_OF(two), room, 4);
	assert_int_equal(cursor_left(&c), 4);
	assert_memory_equal(room, "\x16\3ab", 4);
	/* no hello is in so many packets */
	for (size_t i = 0; i < sizeof(many); i += 9)
		memcpy(many + i, HEADER("\0", "\x09") "\x16", 9);
	c = unwrap(many, sizeof(many), large, sizeof(large));
	assert_int_equal(cursor_left(&c), 64);
	/* what is no such stream is as it was */
	c = unwrap(TEXT_OF("\x16\3\1"), room, sizeof(room));
	assert_int_equal(cursor_left(&c), 3);
	assert_true(c.at != room);
	c = unwrap(TEXT_OF(OPTIONS), room, sizeof(room));
	assert_int_equal(cursor_left(&c), sizeof(OPTIONS) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kind),
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_unwraps),
	};

	return cmocka_run_group_tests_name("tds", tests, NULL, NULL);
}
