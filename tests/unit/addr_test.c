/* links: addr */
#include <arpa/inet.h>

#include "bytes.h"
#include "addr.h"

static struct addr parsed(const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return a;
}

static void assert_text(const char *text, const char *want)
{
	struct addr a = parsed(text);
	char out[ADDR_TEXT_MAX];

	assert_int_equal(addr_put(&a, out), strlen(want));
	assert_string_equal(out, want);
}

/* RFC 5952 sections 4 and 5, by their own examples */
static void test_canonical_text(void **state)
{
	(void)state;
	assert_text("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1");
	assert_text("2001:db8:0:0:0:0:2:1", "2001:db8::2:1");
	assert_text("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1");	/* one group is not shortened */
	assert_text("2001:0:0:1:0:0:0:1", "2001:0:0:1::1");		/* the longer run */
	assert_text("2001:DB8:AAAA:BBBB:CCCC:DDDD:EEEE:1", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1");
	assert_text("::", "::");
	assert_text("::1", "::1");
	assert_text("fe80::", "fe80::");
	assert_text("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::");
	assert_text("0:0:3:4:5:6:7:8", "::3:4:5:6:7:8");
	assert_text("::ffff:192.0.2.1", "::ffff:192.0.2.1");
	assert_text("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
		    "255.255.255.254");	/* the place where IPv4 stands: no packet carries this as IPv6 */
}

/* Zeros in every set of groups, and groups of every length, as the C library writes them. */
static void test_every_run(void **state)
{
	static const uint16_t values[] = { 0x1, 0x10, 0x100, 0x1000, 0xf, 0xabc, 0x9f0a, 0xffff };
	char out[ADDR_TEXT_MAX], want[INET6_ADDRSTRLEN];
	struct addr a;

	(void)state;
	for (unsigned zeros = 0; zeros < 256; zeros++) {
		for (unsigned turn = 0; turn < 8; turn++) {
			for (unsigned i = 0; i < 8; i++) {
				unsigned v = zeros >> i & 1 ? 0 : values[(i + turn) % 8];

				a.bytes[2 * i] = (uint8_t)(v >> 8);
				a.bytes[2 * i + 1] = (uint8_t)v;
			}
			if ((zeros & 0x3f) == 0x3f && zeros != 0xff)
				continue;	/* which the library takes for an IPv4 address (RFC 4291 section 2.5.5.1) */
			assert_non_null(inet_ntop(AF_INET6, a.bytes, want, sizeof(want)));
			assert_int_equal(addr_put(&a, out), strlen(want));
			assert_string_equal(out, want);
		}
	}
}

static void test_v4(void **state)
{
	static const uint8_t bytes[4] = { 192, 0, 2, 109 };
	struct addr a = addr_v4(bytes), b = parsed("192.0.2.109"), mapped = parsed("::ffff:192.0.2.109");

	(void)state;
	assert_true(addr_is_v4(&a));
	assert_true(addr_equal(&a, &b));
	assert_false(addr_is_v4(&mapped));
	assert_false(addr_equal(&a, &mapped));
	assert_text("0.0.0.0", "0.0.0.0");
	assert_text("255.255.255.255", "255.255.255.255");
	assert_text("10.20.100.9", "10.20.100.9");
}

/* Every value of a byte and of a group goes out and comes back. */
static void test_round_trip(void **state)
{
	char out[ADDR_TEXT_MAX];
	struct addr a, b;

	(void)state;
	for (unsigned v = 0; v < 65536; v += v < 256 ? 1 : 251) {
		for (unsigned at = 0; at < 16; at += 2) {
			memset(a.bytes, 0x11 * (v & 1), sizeof(a.bytes));
			a.bytes[at] = (uint8_t)(v >> 8);
			a.bytes[at + 1] = (uint8_t)v;
			assert_true(addr_put(&a, out) < ADDR_TEXT_MAX);
			assert_true(addr_parse(out, &b));
			assert_true(addr_equal(&a, &b));
		}
	}
}

static void test_parse_refuses(void **state)
{
	static const char *const bad[] = {
		"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4 ", "example.com", ":::", "1::2::3",
		"12345::", "fe80::1%eth0", "[::1]", "::g", "1.2.3.4:80"
	};
	struct addr a;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(addr_parse(bad[i], &a));
}

static void test_groups_and_local(void **state)
{
	static const char *const groups[] = { "224.0.0.251", "239.255.255.255", "255.255.255.255", "ff02::fb" };
	static const char *const local[] = {
		"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.9.9", "127.0.0.1",
		"0.0.0.0", "100.64.0.1", "fe80::1", "febf::1", "fc00::1", "fdff::1", "::1", "::"
	};
	static const char *const global[] = {
		"8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "169.253.0.1", "11.0.0.1",
		"100.63.255.255", "100.128.0.1", "223.255.255.255", "2001:db8::1", "fec0::1", "::2"
	};
	struct addr a;

	(void)state;
	for (size_t i = 0; i < COUNT(groups); i++) {
		a = parsed(groups[i]);
		assert_true(addr_is_group(&a));
	}
	for (size_t i = 0; i < COUNT(local); i++) {
		a = parsed(local[i]);
		assert_true(addr_is_local(&a));
		assert_false(addr_is_group(&a));
	}
	for (size_t i = 0; i < COUNT(global); i++) {
		a = parsed(global[i]);
		assert_false(addr_is_local(&a));
		assert_false(addr_is_group(&a));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_canonical_text),
		cmocka_unit_test(test_every_run),
		cmocka_unit_test(test_v4),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_groups_and_local),
	};

	return cmocka_run_group_tests_name("addr", tests, NULL, NULL);
}
