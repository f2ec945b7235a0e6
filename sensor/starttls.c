#include "starttls.h"

enum {
	LINE_MAX_BYTES = 1024,		/* of a command; longer ones are no greeting */
	MYSQL_HEADER = 4, MYSQL_SSL_REQUEST = 32, MYSQL_SSL = 0x0800,
	X224_REQUEST = 0xe0,
	PROXY_LINE_MAX = 107, PROXY_HEADER = 16,
	PREFACE_MAX = 536	/* bytes: PROXY's header is to fit into the smallest segment */
};

/* ends_with compares the end in any case of letters; `upper` holds no letter in lower case. */
static bool ends_with(const struct cursor *c, const char *upper, size_t n)
{
	size_t left = cursor_left(c);

	if (left < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint8_t b = cursor_peek(c, left - n + i);

		if ((b >= 'a' && b <= 'z' ? b - 0x20 : b) != (uint8_t)upper[i])
			return false;
	}
	return true;
}

static bool holds(const struct cursor *c, const char *text, size_t n)
{
	return cursor_left(c) >= n && memmem(c->at, cursor_left(c), text, n);
}

/* A request of its own line; of IMAP a tag stands before it. */
static bool is_command(const struct cursor *c)
{
	static const struct {
		const char *text;
		size_t n;
	} commands[] = { { "STARTTLS\r\n", 10 }, { "STLS\r\n", 6 }, { "AUTH TLS\r\n", 10 }, { "AUTH SSL\r\n", 10 } };

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (ends_with(c, commands[i].text, commands[i].n))
			return true;
	}
	return false;
}

/* PostgreSQL's SSLRequest: length 8, code 80877103 */
static bool is_postgres(const struct cursor *c)
{
	return cursor_left(c) == 8 && cursor_starts(c, "\0\0\0\x08\x04\xd2\x16\x2f", 8);
}

/* MySQL's SSLRequest: a packet of 32 bytes, the second of the connection, whose capabilities hold SSL */
static bool is_mysql(const struct cursor *c)
{
	return cursor_left(c) == MYSQL_HEADER + MYSQL_SSL_REQUEST && cursor_starts(c, "\x20\0\0\x01", MYSQL_HEADER) &&
	       cursor_peek(c, MYSQL_HEADER + 1) & MYSQL_SSL >> 8;
}

/* RDP: a connection request of X.224 in a TPKT (RFC 2126 section 4.3), which asks for TLS */
static bool is_rdp(const struct cursor *c)
{
	return cursor_starts(c, "\x03\0", 2) && cursor_peek16(c, 2) == cursor_left(c) &&
	       cursor_peek(c, 5) == X224_REQUEST;
}

static bool is_xmpp(const struct cursor *c)
{
	return cursor_peek(c, cursor_left(c) - 1) == '>' && holds(c, "<starttls", 9) &&
	       holds(c, "urn:ietf:params:xml:ns:xmpp-tls", 31);
}

bool starttls_asked(struct cursor segment)
{
	if (!cursor_left(&segment) || cursor_left(&segment) > LINE_MAX_BYTES)
		return false;
	return is_command(&segment) || is_postgres(&segment) || is_mysql(&segment) || is_rdp(&segment) ||
	       is_xmpp(&segment) ||
	       (cursor_peek(&segment, 0) == 0x30 && holds(&segment, "1.3.6.1.4.1.1466.20037", 22));
}

bool starttls_may_follow(struct cursor segment)
{
	size_t n = cursor_left(&segment);

	if (n < 4 || n > LINE_MAX_BYTES)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint8_t b = cursor_peek(&segment, i);

		if ((b < 0x20 || b > 0x7e) && b != '\r' && b != '\n' && b != '\t')
			return false;
	}
	return ends_with(&segment, "\r\n", 2) || cursor_peek(&segment, 0) == '<';
}

bool starttls_prefaced(struct cursor stream)
{
	static const struct {
		const char *bytes;
		size_t n;
	} starts[] = { { "\x20\0\0\x01", MYSQL_HEADER }, { "PROXY ", 6 }, { "\r\n\r\n\0\r\nQUIT\n", 12 } };

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		size_t n = cursor_left(&stream) < starts[i].n ? cursor_left(&stream) : starts[i].n;

		if (n && cursor_starts(&stream, starts[i].bytes, n))
			return cursor_left(&stream) < PREFACE_MAX;
	}
	return false;
}

/* The header of a load balancer (HAProxy's PROXY protocol): a line in version 1, binary with a length in version 2. */
static size_t proxy_header(const struct cursor *c)
{
	size_t left = cursor_left(c), line = left < PROXY_LINE_MAX ? left : PROXY_LINE_MAX;
	const uint8_t *lf;

	if (cursor_starts(c, "\r\n\r\n\0\r\nQUIT\n", 12) && cursor_peek(c, 12) >> 4 == 2)
		return PROXY_HEADER + cursor_peek16(c, 14);
	if (!cursor_starts(c, "PROXY ", 6))
		return 0;
	lf = memchr(c->at, '\n', line);
	return lf ? (size_t)(lf - c->at) + 1 : 0;
}

size_t starttls_preface(struct cursor stream)
{
	struct cursor request = stream;
	size_t n = proxy_header(&stream);

	cursor_trim(&request, MYSQL_HEADER + MYSQL_SSL_REQUEST);
	if (!n && is_mysql(&request))
		n = cursor_left(&request);
	return n <= cursor_left(&stream) ? n : 0;
}
