#include "json.h"

#include <endian.h>
#include <math.h>
#include <time.h>

static void separate(struct json *j)
{
	if (j->comma)
		json_raw(j, ",", 1);
	j->comma = true;
}

/* utf8_length is the length of a well-formed sequence (RFC 3629) of more than one byte at p, 0 when there is none. */
static size_t utf8_length(const uint8_t *p, size_t left)
{
	uint32_t v;
	size_t n = p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (!n || n > left)
		return 0;
	v = p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		v = v << 6 | (p[i] & 0x3f);
	}
	return v < least[n] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000) ? 0 : n;
}

static void escape(struct json *j, uint8_t c)
{
	static const char hex[] = "0123456789abcdef";
	char u[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 0xf] };
	char two[2] = { '\\', (char)c };

	if (c == '"' || c == '\\') {
		json_raw(j, two, 2);
	} else if (c < 0x80) {
		json_raw(j, u, 6);
	} else {
		/* RFC 1035 section 5.1 spells such a byte \DDD; the backslash is escaped in turn */
		char ddd[5] = { '\\', '\\', (char)('0' + c / 100), (char)('0' + c / 10 % 10), (char)('0' + c % 10) };

		json_raw(j, ddd, 5);
	}
}

/* is_plain is true of ASCII that stands for itself in a string. */
static inline bool is_plain(uint8_t c)
{
	return (uint8_t)(c - ' ') < 0x7f - ' ' && c != '"' && c != '\\';
}

/* all_plain is is_plain of eight bytes at once; it may be false of some that are. */
static inline bool all_plain(const uint8_t *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t x, quote, slash;

	memcpy(&x, p, sizeof(x));
	quote = x ^ ones * '"';
	slash = x ^ ones * '\\';
	/* a top bit for each byte from 0x7f on, below a blank, or equal to one of the two */
	return !((x | (x + ones) | (x - ones * ' ') | (quote - ones) | (slash - ones)) & tops);
}

void json_bytes(struct json *j, const char *text, size_t n)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t from = 0, at = 0;

	separate(j);
	json_raw(j, "\"", 1);
	while (at < n) {
		size_t len;

		if (n - at >= 8 && all_plain(p + at)) {
			at += 8;
			continue;
		}
		if (is_plain(p[at])) {
			at++;
			continue;
		}
		len = p[at] < 0x80 ? 0 : utf8_length(p + at, n - at);
		if (len) {
			at += len;
			continue;
		}
		json_raw(j, text + from, at - from);
		escape(j, p[at]);
		from = ++at;
	}
	json_raw(j, text + from, n - from);
	json_raw(j, "\"", 1);
}

void json_text(struct json *j, const char *text)
{
	json_bytes(j, text, strlen(text));
}

/* digits gives the eight decimal digits of a number below 10^8, a byte each, the first in the lowest. */
static inline uint64_t digits(uint32_t v)
{
	uint64_t x, tens;

	/* two halves of four digits, then four pairs, then eight: each division is a multiplication */
	x = v / 10000 | (uint64_t)(v % 10000) << 32;
	tens = (x * 10486 >> 20) & UINT64_C(0x0000007f0000007f);
	x = tens | (x - tens * 100) << 16;
	tens = (x * 103 >> 10) & UINT64_C(0x000f000f000f000f);
	return tens | (x - tens * 10) << 8;
}

/* few_digits is digits of a number below 10^4, four bytes. */
static inline uint32_t few_digits(uint32_t v)
{
	uint32_t x = v / 100 | v % 100 << 16, tens = (x * 103 >> 10) & 0x000f000f;

	return tens | (x - tens * 10) << 8;
}

static char *put_many(char *p, uint64_t v)
{
	enum { EIGHT = 100000000 };
	uint64_t x;
	int zeros;

	if (v >= EIGHT) {
		p = json_put_digits(p, v / EIGHT);
		x = htole64(digits((uint32_t)(v % EIGHT)) | UINT64_C(0x3030303030303030));
		memcpy(p, &x, 8);
		return p + 8;
	}
	x = digits((uint32_t)v);
	zeros = __builtin_ctzll(x) / 8;
	x = htole64((x | UINT64_C(0x3030303030303030)) >> 8 * zeros);
	memcpy(p, &x, 8);
	return p + 8 - zeros;
}

char *json_put_digits(char *p, uint64_t v)
{
	uint32_t x;
	int zeros;

	if (v >= 10000)
		return put_many(p, v);
	x = few_digits((uint32_t)v);
	zeros = __builtin_ctz(x | UINT32_C(1) << 24) / 8;
	x = htole32((x | 0x30303030) >> 8 * zeros);
	memcpy(p, &x, 4);
	return p + 4 - zeros;
}

void json_unsigned(struct json *j, uint64_t v)
{
	bool fits = json_has(j, JSON_NUMBER_MAX);
	char text[JSON_NUMBER_MAX], *p = fits ? j->at : text, *end;

	*p = ',';
	end = json_put_digits(p + (j->comma ? 1 : 0), v);
	if (fits)
		j->at = end;
	else
		json_raw(j, text, (size_t)(end - text));
	j->comma = true;
}

void json_flag(struct json *j, bool v)
{
	separate(j);
	if (v)
		JSON_LITERAL(j, "true");
	else
		JSON_LITERAL(j, "false");
}

void json_fixed(struct json *j, double v)
{
	double scaled = round(fabs(v) * 1000);
	uint64_t n;
	char decimals[4] = ".000";
	size_t keep = 4;

	if (!(scaled < 9e15))
		scaled = 0;	/* JSON has no NaN and no infinity */
	n = (uint64_t)scaled;
	separate(j);
	if (v < 0 && n)
		json_raw(j, "-", 1);
	j->comma = false;
	json_unsigned(j, n / 1000);
	decimals[1] = (char)('0' + n / 100 % 10);
	decimals[2] = (char)('0' + n / 10 % 10);
	decimals[3] = (char)('0' + n % 10);
	while (keep > 1 && decimals[keep - 1] == '0')
		keep--;
	if (keep > 1)
		json_raw(j, decimals, keep);
}

static void put_digits(char *p, unsigned v, int n)
{
	while (n--) {
		p[n] = (char)('0' + v % 10);
		v /= 10;
	}
}

char *json_put_time(char *p, int64_t when)
{
	static _Thread_local int64_t cached = INT64_MIN;	/* one calendar computation a second */
	static _Thread_local char text[JSON_TIME_MAX];
	int64_t second = when / 1000000000, rest = when % 1000000000;
	uint64_t micro;
	struct tm tm;
	time_t t;

	if (rest < 0) {
		second--;
		rest += 1000000000;
	}
	if (second != cached) {
		t = (time_t)second;
		if (!gmtime_r(&t, &tm) || tm.tm_year > 8099 || tm.tm_year < -1900)
			memset(&tm, 0, sizeof(tm));
		memcpy(text, "0000-00-00T00:00:00.000000Z", sizeof(text));
		put_digits(text, (unsigned)(tm.tm_year + 1900), 4);
		put_digits(text + 5, (unsigned)tm.tm_mon + 1, 2);
		put_digits(text + 8, (unsigned)tm.tm_mday, 2);
		put_digits(text + 11, (unsigned)tm.tm_hour, 2);
		put_digits(text + 14, (unsigned)tm.tm_min, 2);
		put_digits(text + 17, (unsigned)tm.tm_sec, 2);
		cached = second;
	}
	memcpy(p, text, sizeof(text));
	micro = htole64((digits((uint32_t)(rest / 1000)) | UINT64_C(0x3030303030303030)) >> 16);
	memcpy(p + 20, &micro, 6);
	return p + sizeof(text);
}

void json_time(struct json *j, int64_t when)
{
	char text[JSON_TIME_MAX];
	size_t n = (size_t)(json_put_time(text, when) - text);

	json_plain(j, text, n);
}

bool json_newline(struct json *j)
{
	json_raw(j, "\n", 1);
	return !j->full;
}
