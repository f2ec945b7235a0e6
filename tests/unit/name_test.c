/* links: name addr */
#include "bytes.h"
#include "addr.h"

struct dns_fixture {
	const char *what;
	const uint8_t *message;
	size_t n, at;		/* where the name starts in the message */
	const char *want;	/* NULL: no name */
	size_t next;		/* where the cursor stands afterwards */
	bool odd;
};

static const struct dns_fixture dns[] = {
	{ "root", TEXT("\x00"), 0, "", 1, false },
	{ "two labels, folded", TEXT("\x03" "WwW\x07" "eXample\x00"), 0, "www.example", 13, false },
	{ "a pointer back", TEXT("\x03" "com\x00" "\x01" "a\xc0\x00"), 5, "a.com", 9, false },
	{ "a pointer to a pointer", TEXT("\x03" "com\x00" "\x01" "a\xc0\x00" "\x01" "b\xc0\x05"), 9, "b.a.com", 13, false },
	{ "only a pointer", TEXT("\x02" "ab\x00" "\xc0\x00"), 4, "ab", 6, false },
	{ "a space", TEXT("\x03" "a b\x00"), 0, "a b", 5, true },
	{ "a dot inside a label", TEXT("\x03" "a.b\x01" "c\x00"), 0, "a.b.c", 7, true },
	{ "underscore and digit", TEXT("\x03" "_a1\x00"), 0, "_a1", 5, false },
	{ "label as long as can be cut off", TEXT("\x3f" "a\x00"), 0, NULL, 0, false },
	{ "bad: no end", TEXT("\x03" "com"), 0, NULL, 0, false },
	{ "bad: label longer than the message", TEXT("\x08" "com\x00"), 0, NULL, 0, false },
	{ "bad: a pointer to itself", TEXT("\xc0\x00"), 0, NULL, 0, false },
	{ "bad: a pointer forward", TEXT("\xc0\x02\x01" "a\x00"), 0, NULL, 0, false },
	{ "bad: a pointer into its own run", TEXT("\x01" "a\xc0\x00"), 0, NULL, 0, false },
	{ "bad: half a pointer", TEXT("\x01" "a\x00\xc0"), 3, NULL, 0, false },
	{ "bad: reserved label type 01", TEXT("\x41" "a\x00"), 0, NULL, 0, false },
	{ "bad: reserved label type 10", TEXT("\x81" "a\x00"), 0, NULL, 0, false },
	{ "bad: nothing", TEXT(""), 0, NULL, 0, false },
};

static uint64_t read_dns(struct cursor message, void *context)
{
	const size_t *at = context;
	struct cursor c = message, skipped;
	struct name out = { 0 };
	bool ok;

	if (*at > cursor_left(&message))
		return 0;
	cursor_skip(&c, *at);
	skipped = c;
	ok = name_read_dns(&c, message, &out);
	assert_true(c.at <= message.end && c.bad != ok);
	if (ok) {
		assert_true(name_skip_dns(&skipped));
		assert_ptr_equal(skipped.at, c.at);
	}
	(void)name_skip_dns(&skipped);
	return ok ? mix_name(mix(1, cursor_left(&c)), &out) : 2;
}

static void test_dns_fixtures(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(dns); i++) {
		const struct dns_fixture *f = &dns[i];
		struct cursor message = fence_end(f->message, f->n), c = message;
		struct name out;
		size_t at = f->at;

		cursor_skip(&c, at);
		if (name_read_dns(&c, message, &out)) {
			assert_non_null(f->want);
			assert_name(&out, f->want);
			assert_int_equal(out.odd, f->odd);
			assert_int_equal(cursor_left(&message) - cursor_left(&c), f->next);
		} else {
			assert_null(f->want);
			assert_true(c.bad);
			assert_name(&out, "");
		}
		if (f->want)
			bytes_torture(f->message, f->n, read_dns, &at);
	}
}

/* RFC 1035 section 2.3.4: 63 bytes a label, 255 a name with its length bytes. */
static void test_dns_limits(void **state)
{
	static const size_t lasts[] = { 1, 60, 61, 62, 63 };
	uint8_t bytes[300];
	struct name out;

	(void)state;
	for (size_t i = 0; i < COUNT(lasts); i++) {
		size_t n = 0, last = lasts[i];
		struct cursor c;

		for (int k = 0; k < 3; k++) {
			bytes[n++] = 63;
			memset(bytes + n, 'a', 63);
			n += 63;
		}
		bytes[n++] = (uint8_t)last;
		memset(bytes + n, 'b', last);
		n += last;
		bytes[n++] = 0;
		c = fence_end(bytes, n);
		assert_int_equal(name_read_dns(&c, c, &out), n <= 255);
		if (n <= 255)
			assert_int_equal(out.len, n - 2);
	}
}

/* RFC 1035 section 4.1.4: a pointer has 14 bits; each goes back, and no more of them than a name has labels. */
static void test_dns_pointers(void **state)
{
	uint8_t bytes[1024] = { 0 };
	struct cursor message = fence_end(bytes, sizeof(bytes)), c = message;
	struct name out;

	(void)state;
	memcpy(bytes + 0x102, "\x02" "ab", 4);
	memcpy(bytes + 0x3f0, "\x01" "c\xc1\x02", 4);
	message = c = fence_end(bytes, sizeof(bytes));
	cursor_skip(&c, 0x3f0);
	assert_true(name_read_dns(&c, message, &out));
	assert_name(&out, "c.ab");
	for (size_t n = 126; n <= 130; n++) {
		memset(bytes, 0, sizeof(bytes));
		for (size_t i = 1; i <= n; i++) {
			bytes[2 * i] = (uint8_t)(0xc0 | (2 * i - 2) >> 8);
			bytes[2 * i + 1] = (uint8_t)(2 * i - 2);
		}
		message = c = fence_end(bytes, 2 * n + 2);
		cursor_skip(&c, 2 * n);
		assert_int_equal(name_read_dns(&c, message, &out), n <= 128);
	}
}

static void test_host(void **state)
{
	static const struct {
		const uint8_t *bytes;
		size_t n;
		const char *want;
		bool odd;
	} hosts[] = {
		{ TEXT("Example.COM"), "example.com", false },
		{ TEXT("example.com."), "example.com", false },
		{ TEXT("a_b-1"), "a_b-1", false },
		{ TEXT("caf\xc3\xa9"), "caf\xc3\xa9", true },
		{ TEXT("a b"), "a b", true },
		{ TEXT(""), NULL, false },
		{ TEXT("."), NULL, false },
	};
	struct name out;

	(void)state;
	for (size_t i = 0; i < COUNT(hosts); i++) {
		bool ok = name_read_host(fence_end(hosts[i].bytes, hosts[i].n), &out);

		assert_int_equal(ok, hosts[i].want != NULL);
		if (ok) {
			assert_name(&out, hosts[i].want);
			assert_int_equal(out.odd, hosts[i].odd);
		}
	}
	assert_false(name_read_host((struct cursor){ .bad = true }, &out));
}

static void test_host_length(void **state)
{
	uint8_t bytes[258];
	struct name out;

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	assert_true(name_read_host(fence_end(bytes, 255), &out));
	assert_int_equal(out.len, 255);
	assert_false(name_read_host(fence_end(bytes, 256), &out));
	bytes[255] = '.';
	assert_true(name_read_host(fence_end(bytes, 256), &out));
}

static bool is_odd(uint8_t c)
{
	return !strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", c) || !c;
}

/* One byte after the other, as RFC 1035 section 3.1 has it. */
static void read_slowly(const uint8_t *wire, struct name *out)
{
	out->len = 0;
	out->odd = false;
	for (; *wire; wire += *wire + 1) {
		if (out->len)
			out->text[out->len++] = '.';
		for (size_t i = 1; i <= *wire; i++) {
			out->odd |= is_odd(wire[i]);
			out->text[out->len++] = (char)(wire[i] >= 'A' && wire[i] <= 'Z' ? wire[i] + 32 : wire[i]);
		}
	}
	out->text[out->len] = '\0';
}

/* Names of every length and labels of every length, with an odd byte anywhere or nowhere, whatever stands behind. */
static void test_against_the_slow_way(void **state)
{
	static const char plain[] = "abXYz019-_";
	static const uint8_t other[] = { 0, '.', '@', '[', '`', '{', '/', ':', ' ', 0x80, 0xc1, 0xff, 46, 45 };
	uint8_t wire[300];
	uint64_t dice = 1;

	(void)state;
	for (unsigned round = 0; round < 60000; round++) {
		size_t n = 0, want = 1 + round % 253, behind = round % 40;
		struct name got, slow;
		struct cursor c, message;

		while (n < want) {
			size_t label = 1 + (dice = mix(dice, n)) % (round % 3 ? 63 : 4);

			label = label < want - n ? label : want - n;
			wire[n++] = (uint8_t)label;
			for (; label; label--)
				wire[n++] = (uint8_t)plain[(dice = mix(dice, label)) % (sizeof(plain) - 1)];
		}
		wire[n++] = 0;
		if (n > 255)
			continue;
		if (round % 2) {	/* in the middle of a label, if it falls there */
			size_t at = 0, odd = (dice = mix(dice, n)) % (n - 1);

			while (at + wire[at] < odd)
				at += wire[at] + 1u;
			if (at != odd)
				wire[odd] = other[round / 2 % sizeof(other)];
		}
		memset(wire + n, (int)(round % 256), behind);
		read_slowly(wire, &slow);
		message = c = fence_end(wire, n + behind);
		assert_true(name_read_dns(&c, message, &got));
		assert_int_equal(cursor_left(&c), behind);
		assert_int_equal(got.len, slow.len);
		assert_memory_equal(got.text, slow.text, slow.len + 1u);
		assert_int_equal(got.odd, slow.odd);
		assert_int_equal(name_hash(&hash_key_files, &got), hash_bytes(&hash_key_files, slow.text, slow.len));
	}
}

static uint64_t read_authority(struct cursor c, void *context)
{
	struct name out = { 0 };

	(void)context;
	return name_read_authority(c, &out) ? mix_name(1, &out) : 2;
}

static void test_authority(void **state)
{
	static const struct {
		const char *text, *want;
		bool literal;
	} all[] = {
		{ "example.com", "example.com", false },
		{ " Example.com:8080 ", "example.com", false },
		{ "\texample.com.\t", "example.com", false },
		{ "user:pass@example.com:1", "example.com", false },
		{ "[2001:db8::1]:443", "2001:db8::1", true },
		{ "[::1]", "::1", true },
		{ "192.0.2.1:80", "192.0.2.1", true },
		{ "1.2.3.4.5", "1.2.3.4.5", false },
		{ "", NULL, false }, { " ", NULL, false }, { ":80", NULL, false }, { "[::1", NULL, false },
		{ "user@", NULL, false }, { "[]", NULL, false },
	};
	struct name out;

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		const uint8_t *bytes = (const uint8_t *)all[i].text;
		size_t n = strlen(all[i].text);
		bool ok = name_read_authority(fence_end(bytes, n), &out);

		assert_int_equal(ok, all[i].want != NULL);
		if (!ok)
			continue;
		assert_name(&out, all[i].want);
		assert_false(out.odd);
		assert_int_equal(name_is_literal(&out), all[i].literal);
		bytes_torture(bytes, n, read_authority, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dns_fixtures),
		cmocka_unit_test(test_dns_limits),
		cmocka_unit_test(test_dns_pointers),
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_host_length),
		cmocka_unit_test(test_against_the_slow_way),
		cmocka_unit_test(test_authority),
	};

	return cmocka_run_group_tests_name("name", tests, NULL, NULL);
}
