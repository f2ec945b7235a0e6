/* links: starttls */
#include "bytes.h"
#include "starttls.h"

struct fixture {
	const char *what;
	const uint8_t *bytes;
	size_t n;
};

#define EXTENDED "\x30\x1d\x02\x01\x01\x77\x18\x80\x16" "1.3.6.1.4.1.1466.20037"	/* RFC 4511 section 4.14.1 */
#define MYSQL_CAPABILITIES(middle) "\x85" middle "\xff\x19" "\0\0\0\x01" "\xff"
#define ZEROS "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static const struct fixture asks[] = {
	{ "SMTP", TEXT("STARTTLS\r\n") },
	{ "IMAP with its tag, in any case", TEXT("A001 StartTLS\r\n") },
	{ "POP3", TEXT("stls\r\n") },
	{ "FTP", TEXT("AUTH TLS\r\n") },
	{ "FTP, the old name", TEXT("AUTH SSL\r\n") },
	{ "EHLO and the request in one segment", TEXT("EHLO a\r\nSTARTTLS\r\n") },
	{ "LDAP", TEXT(EXTENDED) },
	{ "XMPP", TEXT("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>") },
	{ "PostgreSQL", TEXT("\0\0\0\x08\x04\xd2\x16\x2f") },
	{ "MySQL", TEXT("\x20\0\0\x01" MYSQL_CAPABILITIES("\xae") ZEROS) },
	{ "RDP", TEXT("\x03\0\0\x13" "\x0e\xe0\0\0\0\0\0" "\x01\0\x08\0\x03\0\0\0") },
};
static const struct fixture does_not[] = {
	{ "nothing", TEXT("") },
	{ "no line yet", TEXT("STARTTLS") },
	{ "words behind it", TEXT("STARTTLS\r\nEHLO a\r\n") },
	{ "PostgreSQL's plain start", TEXT("\0\0\0\x08\0\x03\0\0") },
	{ "PostgreSQL, longer", TEXT("\0\0\0\x08\x04\xd2\x16\x2f\0") },
	{ "MySQL without SSL", TEXT("\x20\0\0\x01" MYSQL_CAPABILITIES("\xa6") ZEROS) },
	{ "MySQL, first packet", TEXT("\x20\0\0\0" MYSQL_CAPABILITIES("\xae") ZEROS) },
	{ "RDP, data", TEXT("\x03\0\0\x13" "\x0e\xf0\0\0\0\0\0" "\x01\0\x08\0\x03\0\0\0") },
	{ "LDAP, another operation", TEXT("\x30\x1d\x02\x01\x01\x77\x18\x80\x16" "1.3.6.1.4.1.1466.20036") },
	{ "XMPP, what the server offers", TEXT("<stream:features/>") },
};

static void test_asks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(asks) / sizeof(*asks); i++) {
		struct cursor c = fence_end(asks[i].bytes, asks[i].n);

		if (!starttls_asked(c))
			fail_msg("%s", asks[i].what);
		/* cut short it is no request yet */
		for (size_t n = 0; n < asks[i].n; n++)
			assert_false(starttls_asked(fence_end(asks[i].bytes, n)));
	}
}

static void test_does_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(does_not) / sizeof(*does_not); i++) {
		if (starttls_asked(fence_end(does_not[i].bytes, does_not[i].n)))
			fail_msg("%s", does_not[i].what);
	}
}

static void test_may_follow(void **state)
{
	static uint8_t long_line[4096];

	(void)state;
	assert_true(starttls_may_follow(fence_end(TEXT("EHLO client\r\n"))));
	assert_true(starttls_may_follow(fence_end(TEXT("a1 CAPABILITY\r\n"))));
	assert_true(starttls_may_follow(fence_end(TEXT("<stream:stream to='a'>"))));
	assert_false(starttls_may_follow(fence_end(TEXT("EHLO"))));
	assert_false(starttls_may_follow(fence_end(TEXT("\x01" "EHLO\r\n"))));
	assert_true(starttls_may_follow(fence_end(TEXT("~ \t\r\n"))));
	assert_false(starttls_may_follow(fence_end(TEXT("EHLO\x7f\r\n"))));
	assert_true(starttls_may_follow(fence_end(TEXT("ab\r\n"))));
	assert_false(starttls_may_follow(fence_end(TEXT("a\r\n"))));
	assert_false(starttls_may_follow(fence_end(TEXT("SSH-2.0-\x01\r\n"))));
	assert_false(starttls_may_follow(fence_end(TEXT("\x16\x03\x01\r\n"))));
	memset(long_line, 'a', sizeof(long_line));
	memcpy(long_line + sizeof(long_line) - 2, "\r\n", 2);
	assert_false(starttls_may_follow(fence_end(long_line, sizeof(long_line))));
}

static void test_preface(void **state)
{
	static const struct {
		const uint8_t *bytes;
		size_t n, want;
	} all[] = {
		{ TEXT("PROXY TCP4 192.0.2.1 192.0.2.2 5555 443\r\n" "\x16"), 41 },
		{ TEXT("PROXY UNKNOWN\r\n"), 15 },
		{ TEXT("PROXY TCP4 192.0.2.1 192.0.2.2 5555 443"), 0 },
		{ TEXT("\r\n\r\n\0\r\nQUIT\n" "\x21\x11\0\x0c" "\xc0\0\2\1" "\xc0\0\2\2" "\x15\xb3\1\xbb" "\x16"), 28 },
		{ TEXT("\r\n\r\n\0\r\nQUIT\n" "\x21\x11\0\x0c" "\xc0\0\2\1"), 0 },
		{ TEXT("\x20\0\0\x01" MYSQL_CAPABILITIES("\xae") ZEROS "\x16"), 36 },
		{ TEXT("GET / HTTP/1.1\r\n"), 0 },
		{ TEXT(""), 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		assert_int_equal(starttls_preface(fence_end(all[i].bytes, all[i].n)), all[i].want);
		for (size_t n = 1; n < all[i].want; n++) {
			assert_int_equal(starttls_preface(fence_end(all[i].bytes, n)), 0);
			assert_true(starttls_prefaced(fence_end(all[i].bytes, n)));
		}
	}
	assert_false(starttls_prefaced(fence_end(TEXT("PROXIMITY / HTTP/1.1\r\n"))));
	assert_false(starttls_prefaced(fence_end(TEXT(""))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asks),
		cmocka_unit_test(test_does_not),
		cmocka_unit_test(test_may_follow),
		cmocka_unit_test(test_preface),
	};

	return cmocka_run_group_tests_name("starttls", tests, NULL, NULL);
}
