/* links: json */
#include "bytes.h"
#include "json.h"

#include <cjson/cJSON.h>
#include <stdio.h>

static char buffer[4096], other[4096];

static const char *text_of(const void *bytes, size_t n)
{
	struct json j = json_of(buffer, sizeof(buffer) - 1);

	json_bytes(&j, bytes, n);
	assert_false(j.full);
	*j.at = '\0';
	return buffer;
}

/* RFC 8259 section 7; bytes that are no UTF-8 (RFC 3629) are spelled \DDD, the backslash escaped */
static void test_escapes(void **state)
{
	static const struct {
		const uint8_t *bytes;
		size_t n;
		const char *want;
	} all[] = {
		{ TEXT("plain.example"), "\"plain.example\"" },
		{ TEXT(""), "\"\"" },
		{ TEXT("a\"b\\c"), "\"a\\\"b\\\\c\"" },
		{ TEXT("\x00\x01\n\x1f\x7f"), "\"\\u0000\\u0001\\u000a\\u001f\\u007f\"" },
		{ TEXT("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"), "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"" },
		{ TEXT("\xff"), "\"\\\\255\"" },
		{ TEXT("\xc3"), "\"\\\\195\"" },			/* cut off */
		{ TEXT("\xc3("), "\"\\\\195(\"" },
		{ TEXT("\xc0\xaf"), "\"\\\\192\\\\175\"" },		/* longer than need be */
		{ TEXT("\xe0\x80\xaf"), "\"\\\\224\\\\128\\\\175\"" },
		{ TEXT("\xed\xa0\x80"), "\"\\\\237\\\\160\\\\128\"" },	/* a surrogate */
		{ TEXT("\xf4\x90\x80\x80"), "\"\\\\244\\\\144\\\\128\\\\128\"" },	/* beyond U+10FFFF */
		{ TEXT("\xf4\x8f\xbf\xbf"), "\"\xf4\x8f\xbf\xbf\"" },
		{ TEXT("\x80"), "\"\\\\128\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++)
		assert_string_equal(text_of(fence_end(all[i].bytes, all[i].n).at, all[i].n), all[i].want);
}

static bool is_utf8(const char *s)
{
	cJSON *item = cJSON_Parse(s);
	bool ok = cJSON_IsString(item);

	cJSON_Delete(item);
	return ok;
}

/* Every pair of bytes makes a string that another parser reads. */
static void test_all_pairs_parse(void **state)
{
	(void)state;
	for (unsigned v = 0; v < 65536; v++) {
		uint8_t two[2] = { (uint8_t)(v >> 8), (uint8_t)v };
		const char *text = text_of(two, 2);

		if (v % 7 == 0 || two[0] >= 0x80)
			assert_true(is_utf8(text));
		for (const char *p = text; *p; p++)
			assert_true((uint8_t)*p >= 0x20 && *p != 0x7f);
	}
}

static void test_structure(void **state)
{
	struct json j = json_of(buffer, sizeof(buffer) - 1);

	(void)state;
	json_open(&j, '{');
	JSON_KEY(&j, "a");
	json_unsigned(&j, UINT64_MAX);
	JSON_KEY(&j, "b");
	json_open(&j, '[');
	json_unsigned(&j, 0);
	json_flag(&j, true);
	json_flag(&j, false);
	json_plain(&j, "x", 1);
	json_text(&j, "y");
	json_close(&j, ']');
	JSON_KEY(&j, "c");
	json_open(&j, '{');
	json_close(&j, '}');
	json_close(&j, '}');
	assert_true(json_newline(&j));
	*j.at = '\0';
	assert_string_equal(buffer, "{\"a\":18446744073709551615,\"b\":[0,true,false,\"x\",\"y\"],"
				    "\"c\":{}}\n");
}

static void test_fixed(void **state)
{
	static const struct {
		double v;
		const char *want;
	} all[] = {
		{ 0, "0" }, { 1, "1" }, { 1.5, "1.5" }, { 0.001, "0.001" }, { -0.25, "-0.25" }, { 1.9999, "2" },
		{ 12.34, "12.34" }, { -0.0001, "0" }, { 1e9, "1000000000" }, { -37.8136, "-37.814" },
		{ 0.1 + 0.2, "0.3" }, { 0.010, "0.01" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		struct json j = json_of(buffer, sizeof(buffer) - 1);

		json_fixed(&j, all[i].v);
		*j.at = '\0';
		assert_string_equal(buffer, all[i].want);
	}
	for (int i = 0; i < 3; i++) {	/* JSON knows no NaN and no infinity */
		struct json j = json_of(buffer, sizeof(buffer) - 1);

		json_fixed(&j, i == 0 ? 0.0 / (double)0 : i == 1 ? 1e308 * 10 : -1e308 * 10);
		*j.at = '\0';
		assert_null(strpbrk(buffer, "nNiI"));
	}
}

/* RFC 3339; the days that calendars get wrong, and the time before 1970 */
static void test_times(void **state)
{
	static const struct {
		int64_t second, nanosecond;
		const char *want;
	} all[] = {
		{ 0, 0, "\"1970-01-01T00:00:00.000000Z\"" },
		{ 951782400, 999999999, "\"2000-02-29T00:00:00.999999Z\"" },	/* cut off, never into the next second */
		{ 951868799, 0, "\"2000-02-29T23:59:59.000000Z\"" },
		{ 951868800, 1000, "\"2000-03-01T00:00:00.000001Z\"" },
		{ 4107542399, 0, "\"2100-02-28T23:59:59.000000Z\"" },
		{ 4107542400, 0, "\"2100-03-01T00:00:00.000000Z\"" },		/* 2100 is no leap year */
		{ 1735689599, 0, "\"2024-12-31T23:59:59.000000Z\"" },
		{ 1709164800, 0, "\"2024-02-29T00:00:00.000000Z\"" },
		{ 2147483648, 0, "\"2038-01-19T03:14:08.000000Z\"" },
		{ -1, 0, "\"1969-12-31T23:59:59.000000Z\"" },
		{ -1, 500000000, "\"1969-12-31T23:59:59.500000Z\"" },
		{ -86400, 0, "\"1969-12-31T00:00:00.000000Z\"" },
		{ -2208988800, 0, "\"1900-01-01T00:00:00.000000Z\"" },
		{ 9223372036, 854775807, "\"2262-04-11T23:47:16.854775Z\"" },
		{ -9223372036, -854775808, "\"1677-09-21T00:12:43.145224Z\"" },
	};

	(void)state;
	for (int twice = 0; twice < 2; twice++) {	/* a second that was asked for before, too */
		for (size_t i = 0; i < COUNT(all); i++) {
			struct json j = json_of(buffer, sizeof(buffer) - 1);

			json_time(&j, all[i].second * 1000000000 + all[i].nanosecond);
			*j.at = '\0';
			assert_string_equal(buffer, all[i].want);
		}
	}
}

static const char padded[JSON_CHUNK] = "chunk";

/* Every length of a text and of a number, at the border of whole chunks and powers of ten. */
static void test_padded_and_numbers(void **state)
{
	static char text[256 + JSON_CHUNK];

	(void)state;
	for (size_t n = 0; n <= 255; n++) {
		struct json j = json_of(buffer, sizeof(buffer) - 1), plain;

		memset(text, 'a' + (int)(n % 26), sizeof(text));
		j.comma = n % 2;
		plain = j;
		json_padded(&j, text, n);
		assert_int_equal(j.at - j.start, (ptrdiff_t)(n + 2 + n % 2));
		assert_true(j.comma);
		plain.start = plain.at = other;
		plain.end = other + sizeof(other);
		json_plain(&plain, text, n);
		assert_memory_equal(buffer, other, n + 2 + n % 2);
	}
	for (uint64_t ten = 1; ten; ten = ten > UINT64_MAX / 10 ? 0 : ten * 10) {
		for (uint64_t v = ten - 1; v <= ten + 1; v++) {
			struct json j = json_of(buffer, sizeof(buffer) - 1);
			char want[32];

			json_unsigned(&j, v);
			*j.at = '\0';
			snprintf(want, sizeof(want), "%llu", (unsigned long long)v);
			assert_string_equal(buffer, want);
			*json_put_digits(other, v * 7) = '\0';
			snprintf(want, sizeof(want), "%llu", (unsigned long long)(v * 7));
			assert_string_equal(other, want);
		}
	}
}

static void put_everything(struct json *j)
{
	json_open(j, '{');
	JSON_KEY(j, "key");
	json_text(j, "a \"b\" \xff");
	JSON_KEY(j, "n");
	json_unsigned(j, 12);
	JSON_KEY(j, "f");
	json_fixed(j, -1.25);
	JSON_KEY(j, "t");
	json_time(j, 1);
	JSON_KEY(j, "p");
	json_plain(j, "plain", 5);
	JSON_KEY(j, "b");
	json_flag(j, true);
	JSON_KEY(j, "a");
	json_open(j, '[');
	json_padded(j, padded, 5);
	json_unsigned(j, 70000);
	json_close(j, ']');
	json_close(j, '}');
	(void)json_newline(j);
}

/* A buffer of any size too small is never written beyond, and is marked. */
static void test_full(void **state)
{
	struct json j = json_of(buffer, sizeof(buffer));
	size_t whole;

	(void)state;
	put_everything(&j);
	assert_false(j.full);
	whole = (size_t)(j.at - j.start);
	for (size_t n = 0; n <= whole; n++) {
		char *place = (char *)fence_area() + FENCE_BYTES - n;

		j = json_of(place, n);
		put_everything(&j);
		assert_int_equal(j.full, n < whole);
		assert_true(j.at <= j.end);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_all_pairs_parse),
		cmocka_unit_test(test_structure),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_padded_and_numbers),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
