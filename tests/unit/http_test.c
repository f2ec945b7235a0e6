/* links: http name addr */
#include "bytes.h"
#include "http.h"

struct fixture {
	const char *what, *text, *host, *proxied, *method;
	uint16_t port;
	bool connect;
	size_t consumed;
};

static const struct fixture good[] = {
	{ "plain", "GET / HTTP/1.1\r\nHost: www.Example.com\r\nAccept: */*\r\n\r\n", "www.example.com", "", "GET", 0, false, 54 },
	{ "host last, other case, port", "POST /a HTTP/1.1\r\nX: y\r\nhOsT:example.com:8080\r\nContent-Length: 3\r\n\r\nabc",
	  "example.com", "", "POST", 0, false, 71 },
	{ "bare line feeds", "GET / HTTP/1.0\nHost: a.b\n\n", "a.b", "", "GET", 0, false, 26 },
	{ "host before the end of the head", "GET / HTTP/1.1\r\nHost: a.b\r\nCook", "a.b", "", "GET", 0, false, 0 },
	{ "absolute form (RFC 9112 3.2.2)", "GET http://user@Example.org:81/x HTTP/1.1\r\nHost: proxy.example\r\n\r\n",
	  "proxy.example", "example.org", "GET", 0, false, 66 },
	{ "absolute form without Host", "GET http://example.org HTTP/1.0\r\n\r\n", "example.org", "example.org", "GET", 0, false, 35 },
	{ "CONNECT", "CONNECT example.net:443 HTTP/1.1\r\nHost: example.net:443\r\n\r\n", "example.net", "example.net",
	  "CONNECT", 443, true, 59 },
	{ "no host at all", "GET / HTTP/1.0\r\n\r\n", "", "", "GET", 0, false, 18 },
	{ "empty host (RFC 9110 7.2)", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "", "", "GET", 0, false, 25 },
	{ "WebDAV method", "VERSION-CONTROL / HTTP/1.1\r\nHost: a.b\r\n\r\n", "a.b", "", "VERSION-CONTROL", 0, false, 41 },
	{ "chunked: the body's end is not known", "POST / HTTP/1.1\r\nHost: a.b\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	  "a.b", "", "POST", 0, false, 0 },
	{ "a body of two digits", "POST / HTTP/1.1\r\nHost: a.b\r\nContent-Length: 12\r\n\r\n", "a.b", "", "POST", 0, false, 62 },
	{ "the longest method; what is kept of it", "ABCDEFGHIJKLMNOPQRSTUVWX / HTTP/1.1\r\nHost: a.b\r\n\r\n", "a.b", "", "ABCDEFGHIJKLMNO", 0, false, 50 },
	{ "CONNECT, the last port", "CONNECT example.net:65535 HTTP/1.1\r\n\r\n", "example.net", "example.net", "CONNECT", 65535, true, 38 },
	{ "CONNECT, a port of nines", "CONNECT example.net:9999 HTTP/1.1\r\n\r\n", "example.net", "example.net", "CONNECT", 9999, true, 37 },
	{ "CONNECT, a port too large", "CONNECT example.net:65536 HTTP/1.1\r\n\r\n", "example.net", "example.net", "CONNECT", 0, true, 38 },
	{ "CONNECT, a port that is none", "CONNECT example.net:8a HTTP/1.1\r\n\r\n", "example.net", "example.net", "CONNECT", 0, true, 35 },
	{ "CONNECT to an IPv6 address without port", "CONNECT [2001:db8::1] HTTP/1.1\r\n\r\n", "2001:db8::1", "2001:db8::1", "CONNECT", 0, true, 34 },
	{ "absolute form of a proxy's https", "GET HTTPS://example.org/ HTTP/1.1\r\nHost: a.b\r\n\r\n", "a.b", "example.org", "GET", 0, false, 48 },
	{ "absolute form of a proxy's ftp", "GET ftp://example.org?x HTTP/1.1\r\nHost: a.b\r\n\r\n", "a.b", "example.org", "GET", 0, false, 47 },
	{ "empty lines before it (RFC 9112 2.2)", "\r\n\r\nGET / HTTP/1.1\r\nHost: a.b\r\n\r\n", "a.b", "", "GET", 0, false, 33 },
	{ "OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a.b\r\n\r\n", "a.b", "", "OPTIONS", 0, false, 33 },
};
static const char *const bad[] = {
	"", "GE", "\x16\x03\x01\x02\x00", "get / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "GET /\r\n\r\n",
	"SSH-2.0-OpenSSH_9.2\r\n", "EHLO mail.example\r\n", "GET / FTP/1.1\r\n\r\n", "USER anonymous\r\n",
	"ABCDEFGHIJKLMNOPQRSTUVWXY / HTTP/1.1\r\n\r\n",
};

static enum verdict read_text(const char *text, bool ended, struct http_request *r)
{
	return http_read_request(fence_end((const uint8_t *)text, strlen(text)), ended, r);
}

static uint64_t read_http(struct cursor c, void *context)
{
	struct http_request r;
	enum verdict v = http_read_request(c, *(const bool *)context, &r);
	uint64_t h = (uint64_t)v;

	assert_true(http_may_start(&c) || v == NONE);
	if (v != FOUND)
		return h;
	assert_non_null(memchr(r.facts.method, 0, sizeof(r.facts.method)));
	h = mix_name(mix_name(h, &r.host), &r.facts.proxied);
	return mix(mix_bytes(h, r.facts.method, strlen(r.facts.method)), r.consumed << 17 | r.facts.target_port);
}

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		const struct fixture *f = &good[i];
		struct http_request r;
		bool ended = false;

		if (read_text(f->text, false, &r) != FOUND)
			fail_msg("%s: not found", f->what);
		assert_name(&r.host, f->host);
		assert_name(&r.facts.proxied, f->proxied);
		assert_string_equal(r.facts.method, f->method);
		assert_int_equal(r.facts.target_port, f->port);
		assert_int_equal(r.connect, f->connect);
		if (r.consumed != f->consumed)
			fail_msg("%s: consumed %zu, not %zu", f->what, r.consumed, f->consumed);
		bytes_torture((const uint8_t *)f->text, strlen(f->text), read_http, &ended);
		ended = true;
		bytes_torture((const uint8_t *)f->text, strlen(f->text), read_http, &ended);
	}
}

static void test_bad(void **state)
{
	struct http_request r;
	bool ended = false;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (read_text(bad[i], false, &r) != NONE)
			fail_msg("%s", bad[i]);
		(void)bytes_mutate((const uint8_t *)bad[i], strlen(bad[i]), read_http, &ended);
	}
}

/* Every prefix of a request asks for more, until the host's line is there; and gives no other name. */
static void test_prefixes(void **state)
{
	static const char *const texts[] = {
		"GET /index.html HTTP/1.1\r\nAccept: */*\r\nHost: www.example.com\r\n",
		"OPTIONS * HTTP/1.1\r\nHost: www.example.com\r\n",
		"CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com\r\n",
		"GET HTTP://www.example.com/ HTTP/1.1\r\nHost: www.example.com\r\n",
	};
	struct http_request r;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		for (size_t n = 4; n < strlen(texts[i]); n++)
			assert_int_equal(http_read_request(fence_end((const uint8_t *)texts[i], n), false, &r), MORE);
		assert_int_equal(read_text(texts[i], false, &r), FOUND);
		assert_name(&r.host, "www.example.com");
	}
	assert_int_equal(http_read_request(fence_end(TEXT("GET www")), false, &r), NONE);
	assert_int_equal(http_read_request(fence_end(TEXT("GETS\x01")), false, &r), NONE);
}

/* Whatever is read in two looks: where the second says something new, http_tells has said that it may. */
static void test_tells(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good) + COUNT(bad); i++) {
		const char *text = i < COUNT(good) ? good[i].text : bad[i - COUNT(good)];
		size_t whole = strlen(text);

		for (size_t seen = 0; seen < whole; seen++) {
			struct http_request r;

			if (http_read_request(fence_end((const uint8_t *)text, seen), false, &r) != MORE)
				continue;
			for (size_t n = seen + 1; n <= whole; n++) {
				struct cursor c = fence_end((const uint8_t *)text, n);

				if (http_read_request(c, false, &r) != MORE && !http_tells(c, seen))
					fail_msg("%s: %zu, then %zu bytes", text, seen, n);
			}
		}
	}
}

/* Long heads are not read again for each of their lines. */
static void test_tells_not(void **state)
{
	static const char text[] = "GET /index.html HTTP/1.1\r\nX-Host: a\r\nHosts: b\r\nhos";

	(void)state;
	for (size_t seen = 30; seen < sizeof(text) - 1; seen++)
		assert_false(http_tells(fence_end((const uint8_t *)text, sizeof(text) - 1), seen));
}

/* RFC 9112 section 5: the first Host line is the one that is taken. */
static void test_two_hosts(void **state)
{
	struct http_request r;

	(void)state;
	assert_int_equal(read_text("GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n", false, &r), FOUND);
	assert_name(&r.host, "a.example");
}

static void test_endless_head(void **state)
{
	static uint8_t text[HTTP_HEAD_MAX + 1];
	struct http_request r;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "GET /", 5);
	assert_int_equal(http_read_request(fence_end(text, HTTP_HEAD_MAX - 1), false, &r), MORE);
	assert_int_equal(http_read_request(fence_end(text, HTTP_HEAD_MAX), false, &r), NONE);
	memcpy(text, "GET / HTTP/1.1\r\n", 16);
	assert_int_equal(http_read_request(fence_end(text, HTTP_HEAD_MAX - 1), false, &r), MORE);
	assert_int_equal(http_read_request(fence_end(text, HTTP_HEAD_MAX), false, &r), BROKEN);
}

static uint64_t read_socks(struct cursor c, void *context)
{
	struct name host = { 0 };
	uint16_t port = 0;
	enum verdict v = socks_read_request(c, &host, &port);

	(void)context;
	return v == FOUND ? mix(mix_name(1, &host), port) : 2 + (uint64_t)v;
}

static void test_socks(void **state)
{
	static const struct {
		const uint8_t *bytes;
		size_t n;
		enum verdict want;
	} all[] = {
		{ TEXT("\x05\x01\x00\x03" "\x0b" "example.com" "\x01\xbb"), FOUND },		/* RFC 1928 section 4 */
		{ TEXT("\x05\x01\x00" "\x05\x01\x00\x03" "\x0b" "example.com" "\x01\xbb"), FOUND },	/* methods in front */
		{ TEXT("\x05\x08\x00\x01\x02\x03\x04\x05\x06\x07" "\x05\x03\x00\x03" "\x0b" "example.com" "\x01\xbb"), FOUND },
		{ TEXT("\x05\x09\x00\x01\x02\x03\x04\x05\x06\x07\x08" "\x05\x01\x00\x03" "\x0b" "example.com" "\x01\xbb"), NONE },
		{ TEXT("\x05\x04\x00\x03" "\x0b" "example.com" "\x01\xbb"), NONE },	/* no command */
		{ TEXT("\x05\x01\x00\x03" "\x0b" "example.com" "\x01\xbb" "\x00"), NONE },	/* something behind */
		{ TEXT("\x04\x03\x01\xbb" "\x00\x00\x00\x01" "me\x00" "example.com\x00"), NONE },
		{ TEXT("\x04\x01\x01\xbb" "\x00\x00\x00\x00" "me\x00" "example.com\x00"), NONE },	/* x is 0 */
		{ TEXT("\x04\x01\x01\xbb" "\x00\x00\x00\x01" "me\x00" "example.com"), MORE },
		{ TEXT("\x04\x01\x01\xbb" "\x00\x00\x00\x01" "me"), MORE },
		{ TEXT("\x04\x01\x01\xbb" "\x00\x00\x00\x01" "me\x00" "example.com\x00"), FOUND },	/* SOCKS4a */
		{ TEXT("\x05\x01\x00\x01" "\xc0\x00\x02\x01" "\x01\xbb"), NONE },		/* an address */
		{ TEXT("\x04\x01\x01\xbb" "\xc0\x00\x02\x01" "me\x00"), NONE },
		{ TEXT("\x05\x01\x00\x03" "\x00" "\x01\xbb"), NONE },
		{ TEXT("\x05\x02\x00\x02" "\x01\x02me\x03key" "\x05\x01\x00\x03" "\x0b" "example.com" "\x01\xbb"), FOUND },	/* RFC 1929 */
		{ TEXT("\x05\x01\x00" "\x01\x02me\x03key" "\x05\x01\x00\x03" "\x0b" "example.com" "\x01\xbb"), NONE },
		{ TEXT("\x05\x01\x00" "\x05\x01\x00\x01" "\xc0\x00\x02\x01" "\x01\xbb"), NONE },
		{ TEXT("\x05\x01\x00\x03" "\x0b" "example.com" "\x01\xbb" "more"), NONE },
		{ TEXT("\x05\x01\x00"), MORE },
		{ TEXT("\x05\x01\x00" "\x05\x01"), MORE },
		{ TEXT("\x05\x02\x00\x02" "\x01\x02me\x03k"), MORE },
		{ TEXT("\x05\x01\x00\x03" "\x0b" "example"), MORE },
		{ TEXT("\x05\x09\x00"), NONE },
	};
	struct name host;
	uint16_t port;

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		assert_int_equal(socks_read_request(fence_end(all[i].bytes, all[i].n), &host, &port), all[i].want);
		if (all[i].want == FOUND) {
			assert_name(&host, "example.com");
			assert_int_equal(port, 443);
			bytes_torture(all[i].bytes, all[i].n, read_socks, NULL);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_tells),
		cmocka_unit_test(test_tells_not),
		cmocka_unit_test(test_two_hosts),
		cmocka_unit_test(test_endless_head),
		cmocka_unit_test(test_socks),
	};

	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
