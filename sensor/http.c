#include "http.h"

enum {
	METHOD_MAX = 24,	/* letters; the longest registered has 17 */
	EMPTY_MAX = 8,		/* bytes of empty lines before a request */
	METHODS_MAX = 8,	/* of authentication that a SOCKS5 client offers */
	METHOD_PASSWORD = 2,
	COMMANDS4 = 2
};

static bool is_method_char(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

size_t http_skip_empty(struct cursor *c)
{
	size_t n = 0;

	for (; n < EMPTY_MAX && (cursor_peek(c, 0) == '\r' || cursor_peek(c, 0) == '\n'); n++)
		cursor_skip(c, 1);
	return n;
}

static bool may_start(const struct cursor *c)
{
	return cursor_left(c) >= 4 && is_method_char(c->at[0]) && is_method_char(c->at[1]) &&
	       is_method_char(c->at[2]) && (is_method_char(c->at[3]) || c->at[3] == ' ');
}

bool http_may_start(const struct cursor *c)
{
	struct cursor start = *c;

	(void)http_skip_empty(&start);
	return may_start(&start);
}

bool http_may_yet_start(const struct cursor *c)
{
	struct cursor start = *c;

	(void)http_skip_empty(&start);
	return cursor_left(&start) < 4;
}

/* take_line takes up to the line feed; false when there is none yet. */
static bool take_line(struct cursor *c, struct cursor *line)
{
	const uint8_t *lf = cursor_left(c) ? memchr(c->at, '\n', cursor_left(c)) : NULL;

	if (!lf)
		return false;
	*line = cursor_sub(c, (size_t)(lf - c->at));
	cursor_skip(c, 1);
	if (cursor_left(line) && line->end[-1] == '\r')
		cursor_trim(line, cursor_left(line) - 1);
	return true;
}

static struct cursor take_word(struct cursor *c)
{
	size_t n = 0, left = cursor_left(c);
	struct cursor word;

	while (n < left && c->at[n] != ' ')
		n++;
	word = cursor_sub(c, n);
	while (cursor_peek(c, 0) == ' ')
		cursor_skip(c, 1);
	return word;
}

static bool equal_fold(struct cursor c, const char *lower, size_t n)
{
	if (cursor_left(&c) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint8_t ch = c.at[i];

		if ((ch >= 'A' && ch <= 'Z' ? ch | 0x20 : ch) != (uint8_t)lower[i])
			return false;
	}
	return true;
}

static uint16_t read_port(struct cursor authority)
{
	const uint8_t *colon = NULL;
	unsigned port = 0;

	for (const uint8_t *p = authority.at; p && p < authority.end; p++) {
		if (*p == ':' || *p == ']')
			colon = *p == ':' ? p : NULL;	/* the colons of an IPv6 literal stand in brackets */
	}

	if (!colon)
		return 0;
	cursor_skip(&authority, (size_t)(colon - authority.at) + 1);
	while (cursor_left(&authority)) {
		uint8_t c = cursor_u8(&authority);

		if (c < '0' || c > '9' || port > 6553)
			return 0;
		port = port * 10 + c - '0';
	}
	return port > 65535 ? 0 : (uint16_t)port;
}

/* skip_fold steps over a text in any case; false, and nothing is skipped, when it is not there. */
static bool skip_fold(struct cursor *c, const char *lower, size_t n)
{
	struct cursor start = *c;

	if (cursor_left(c) >= n && equal_fold(cursor_sub(c, n), lower, n))
		return true;
	*c = start;
	return false;
}

/* RFC 9112 section 3.2: origin, absolute and authority form */
static void read_target(struct cursor target, struct http_request *out)
{
	size_t n;

	if (out->connect) {
		(void)name_read_authority(target, &out->facts.proxied);
		out->facts.target_port = read_port(target);
		return;
	}
	if (skip_fold(&target, "http://", 7) || skip_fold(&target, "https://", 8) ||
	    skip_fold(&target, "ftp://", 6)) {
		/* RFC 3986 section 3.2: the authority ends at a slash, question mark or number sign */
		for (n = 0; n < cursor_left(&target) && !strchr("/?#", target.at[n]); n++)
			;
		cursor_trim(&target, n);
		(void)name_read_authority(target, &out->facts.proxied);
	}
}

static bool read_request_line(struct cursor line, struct http_request *out)
{
	struct cursor method = take_word(&line), target = take_word(&line);
	size_t n = cursor_left(&method);

	if (n < 3 || n > METHOD_MAX || !cursor_left(&target))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_method_char(method.at[i]))
			return false;
	}
	/* spaces inside a target are against the rules and yet sent: the last word counts */
	while (cursor_left(&line) > 8 && !cursor_starts(&line, "HTTP/1.", 7))
		(void)take_word(&line);
	/* a request without a target is answered by servers, too */
	if (!cursor_starts(&line, "HTTP/1.", 7) && !cursor_starts(&target, "HTTP/1.", 7))
		return false;
	if (n >= sizeof(out->facts.method))
		n = sizeof(out->facts.method) - 1;
	memcpy(out->facts.method, method.at, n);
	out->connect = equal_fold(method, "connect", 7);
	read_target(target, out);
	return true;
}

/* starts_request is true while an unfinished first line can still be a request's. */
static bool starts_request(struct cursor c)
{
	struct cursor method = take_word(&c);
	size_t n = cursor_left(&method);

	if (n > METHOD_MAX || n < 3)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_method_char(method.at[i]))
			return false;
	}
	if (!cursor_left(&c))
		return true;
	return c.at[0] == '/' || c.at[0] == '*' || equal_fold(method, "connect", 7) ||
	       (c.at[0] | 0x20) == 'h';
}

static bool split_field(struct cursor line, struct cursor *name, struct cursor *value)
{
	const uint8_t *colon = cursor_left(&line) ? memchr(line.at, ':', cursor_left(&line)) : NULL;

	if (!colon)
		return false;
	*name = cursor_sub(&line, (size_t)(colon - line.at));
	while (cursor_left(name) && (name->end[-1] == ' ' || name->end[-1] == '\t'))
		cursor_trim(name, cursor_left(name) - 1);
	cursor_skip(&line, 1);
	*value = line;
	return true;
}

static size_t read_length(struct cursor value)
{
	size_t n = 0;

	while (cursor_left(&value)) {
		uint8_t c = cursor_u8(&value);

		if (c >= '0' && c <= '9' && n < SIZE_MAX / 16)
			n = n * 10 + c - '0';
		else if (c != ' ')
			return SIZE_MAX;
	}
	return n;
}

static enum verdict read_fields(struct cursor c, struct cursor whole, bool ended, struct http_request *out)
{
	struct cursor line, name, value;
	size_t body = 0;
	bool has_host = false;

	while (take_line(&c, &line)) {
		if (!cursor_left(&line)) {
			size_t head = cursor_left(&whole) - cursor_left(&c);

			out->consumed = body == SIZE_MAX ? 0 : head + body;
			return FOUND;
		}
		if (!split_field(line, &name, &value))
			continue;
		if (!has_host && equal_fold(name, "host", 4)) {
			(void)name_read_authority(value, &out->host);
			has_host = true;
		} else if (equal_fold(name, "content-length", 14)) {
			body = read_length(value);
		} else if (equal_fold(name, "transfer-encoding", 17)) {
			body = SIZE_MAX;
		}
	}
	if (has_host || (ended && out->facts.proxied.len))
		return FOUND;
	return MORE;
}

enum verdict http_read_request(struct cursor stream, bool ended, struct http_request *out)
{
	struct cursor c = stream, line;
	enum verdict v;

	out->host.len = out->facts.proxied.len = 0;
	out->host.odd = out->facts.proxied.odd = false;
	out->host.text[0] = out->facts.proxied.text[0] = '\0';
	memset(out->facts.method, 0, sizeof(out->facts.method));
	out->facts.target_port = 0;
	out->connect = false;
	out->consumed = 0;
	(void)http_skip_empty(&c);
	if (!may_start(&c))
		return NONE;
	if (!take_line(&c, &line))
		return starts_request(c) && cursor_left(&stream) < HTTP_HEAD_MAX && !ended ? MORE : NONE;
	if (!read_request_line(line, out))
		return NONE;
	v = read_fields(c, stream, ended, out);
	if (v == FOUND && !out->host.len)
		out->host = out->facts.proxied;
	if (v == MORE && (ended || cursor_left(&stream) >= HTTP_HEAD_MAX))
		return BROKEN;
	return v;
}

bool http_tells(struct cursor stream, size_t seen)
{
	struct cursor lines = stream, before = cursor_sub(&stream, seen), line, name, value;
	const uint8_t *lf = cursor_left(&before) ? memrchr(before.at, '\n', cursor_left(&before)) : NULL;

	if (seen <= METHOD_MAX + 2)
		return true;		/* it may still turn out to be no request */
	if (!cursor_left(&stream) || !memchr(stream.at, '\n', cursor_left(&stream)))
		return false;
	if (!lf)
		return true;		/* the request line itself */
	cursor_skip(&lines, (size_t)(lf - before.at) + 1);
	while (take_line(&lines, &line)) {
		if (!cursor_left(&line) || (split_field(line, &name, &value) && equal_fold(name, "host", 4)))
			return true;
	}
	return false;
}

static enum verdict read_socks4(struct cursor c, struct name *host, uint16_t *port)
{
	const uint8_t *end;
	uint32_t address;

	*port = cursor_u16(&c);
	address = cursor_u32(&c);
	if (!address || address >> 8)		/* SOCKS4a marks a name by 0.0.0.x, x not 0 */
		return c.bad ? MORE : NONE;
	end = cursor_left(&c) ? memchr(c.at, 0, cursor_left(&c)) : NULL;
	if (!end)
		return cursor_left(&c) < 256 ? MORE : NONE;
	cursor_skip(&c, (size_t)(end - c.at) + 1);
	end = cursor_left(&c) ? memchr(c.at, 0, cursor_left(&c)) : NULL;
	if (!end)
		return cursor_left(&c) < 256 ? MORE : NONE;
	if (!name_read_host(cursor_sub(&c, (size_t)(end - c.at)), host) || host->odd)
		return NONE;
	cursor_skip(&c, 1);
	return cursor_done(&c) ? FOUND : NONE;	/* nothing is said before the proxy answers */
}

/* skip_socks5_greeting steps over methods (RFC 1928 section 3) and password (RFC 1929 section 2); false: too short */
static bool skip_socks5_greeting(struct cursor *c)
{
	size_t methods = cursor_peek(c, 1), behind = 2 + methods;
	uint8_t next = cursor_peek(c, behind);

	if (cursor_left(c) <= behind)
		return false;
	if (next == 5) {
		cursor_skip(c, behind);
	} else if (next == 1 && memchr(c->at + 2, METHOD_PASSWORD, methods)) {
		cursor_skip(c, behind + 1);
		(void)cursor_block(c, 1);
		(void)cursor_block(c, 1);
	}
	return !c->bad && cursor_left(c);
}

static enum verdict read_socks5(struct cursor c, struct name *host, uint16_t *port)
{
	struct cursor name;
	uint8_t command;

	if (!skip_socks5_greeting(&c))
		return MORE;
	if (cursor_u8(&c) != 5)
		return NONE;
	command = cursor_u8(&c);
	if (!c.bad && (command < 1 || command > 3 || cursor_u8(&c) != 0))
		return NONE;
	if (!c.bad && cursor_u8(&c) != 3 && !c.bad)
		return NONE;		/* an address, no name */
	name = cursor_block(&c, 1);
	*port = cursor_u16(&c);
	if (c.bad)
		return MORE;
	return cursor_done(&c) && name_read_host(name, host) && !host->odd ? FOUND : NONE;
}

bool socks_may_start(const struct cursor *c)
{
	uint8_t version = cursor_peek(c, 0), second = cursor_peek(c, 1);
	uint8_t most = version == 4 ? COMMANDS4 : version == 5 ? METHODS_MAX : 0;

	return most && (cursor_left(c) == 1 || (second >= 1 && second <= most));
}

enum verdict socks_read_request(struct cursor c, struct name *host, uint16_t *port)
{
	if (!socks_may_start(&c))
		return NONE;
	if (cursor_peek(&c, 0) == 5)
		return read_socks5(c, host, port);
	cursor_skip(&c, 2);
	return read_socks4(c, host, port);
}
