#include "policy_parts.h"

enum { YEAR_MIN = 1970, YEAR_MAX = 2261 };	/* whose nanoseconds 64 bits hold */

static const char *quote_end(const char *p)
{
	for (; *p && *p != '"'; p++) {
		if (*p == '\\' && p[1])
			p++;
	}
	return p;
}

const char *policy_find_quoted(const char *p, const char *want, bool as_key)
{
	size_t n = strlen(want);
	const char *end;

	for (; *p; p = *end ? end + 1 : end) {
		p += strcspn(p, "\"");
		end = *p ? quote_end(p + 1) : p;
		if (*end && (size_t)(end - p) == n + 1 && memcmp(p + 1, want, n) == 0 &&
		    (end[1 + strspn(end + 1, " \t\r\n")] == ':') == as_key)
			return p;
	}
	return NULL;
}

const char *policy_find_entry(const char *text, const char *list, size_t index)
{
	const char *p = policy_find_quoted(text, list, true);
	int depth = 0;

	for (; p && *p; p++) {
		if (*p == '"') {
			p = quote_end(p + 1);
			if (!*p)
				break;
		} else if (*p == '{' || *p == '[') {
			if (depth++ == 1 && index-- == 0)
				return p;
		} else if (*p == '}' || *p == ']') {
			depth--;
		}
	}
	return text;
}

bool policy_is_country(const char *text)
{
	return strlen(text) == 2 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2;
}

bool policy_is_id(const char *text)
{
	size_t n = strlen(text);

	return n && n <= POLICY_ID_MAX && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == n &&
	       text[0] != '-' && text[n - 1] != '-';
}

bool policy_is_name(const char *text)
{
	size_t n = strlen(text);

	return n && n <= NAME_TEXT_MAX && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == n &&
	       text[0] != '.' && text[n - 1] != '.' && !strstr(text, "..");
}

bool policy_is_purpose(const char *text)
{
	const char *const *p = rule_purposes;

	while (*p && strcmp(*p, text) != 0)
		p++;
	return *p;
}

/* number reads n digits. */
static bool number(const char *text, size_t n, unsigned *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*out = *out * 10 + (unsigned)(text[i] - '0');
	}
	return n;
}

bool policy_net_read(const char *text, struct policy_net *out)
{
	size_t n = strcspn(text, "/"), digits = text[n] ? strlen(text + n + 1) : 0;
	char addr[ADDR_TEXT_MAX];
	unsigned bits, most;

	if (n >= sizeof(addr) || digits > 3)
		return false;
	memcpy(addr, text, n);
	addr[n] = '\0';
	if (!addr_parse(addr, &out->addr))
		return false;
	most = addr_is_v4(&out->addr) ? 32 : 128;
	if (!text[n])
		bits = most;
	else if (!number(text + n + 1, digits, &bits) || bits > most)
		return false;
	out->bits = (uint8_t)(128 - most + bits);
	return true;
}

bool policy_net_clip(struct policy_net *net)
{
	struct addr was = net->addr;

	for (size_t bit = net->bits; bit < 128; bit++)
		net->addr.bytes[bit / 8] &= (uint8_t)~(0x80 >> bit % 8);
	return !addr_equal(&was, &net->addr);
}

static bool clock_parse(const char *text, uint16_t *out)
{
	unsigned hour, minute;

	if (!number(text, 2, &hour) || text[2] != ':' || !number(text + 3, 2, &minute) || minute > 59)
		return false;
	*out = (uint16_t)(hour * 60 + minute);
	return *out <= POLICY_MINUTES;
}

bool policy_hours_read(const char *text, struct policy_hours *out)
{
	return strlen(text) == 11 && text[5] == '-' && clock_parse(text, &out->from) &&
	       clock_parse(text + 6, &out->to) && out->from != POLICY_MINUTES && out->from != out->to;
}

static bool is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool policy_date_read(const char *text, int64_t *over)
{
	static const uint8_t length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned year, month, day;
	int64_t days = 0;

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' || !number(text, 4, &year) ||
	    !number(text + 5, 2, &month) || !number(text + 8, 2, &day))
		return false;
	if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1 ||
	    day > length[month - 1] + (unsigned)(month == 2 && is_leap(year)))
		return false;
	for (unsigned y = YEAR_MIN; y < year; y++)
		days += 365 + is_leap(y);
	for (unsigned m = 1; m < month; m++)
		days += length[m - 1] + (m == 2 && is_leap(year));
	*over = (days + day) * POLICY_MINUTES * 60 * SECOND;
	return true;
}
