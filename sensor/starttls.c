#include "starttls.h"

enum {
	LINE_MAX_BYTES = 1024,		/* of a command; longer ones are no greeting */
	MYSQL_HEADER = 4, MYSQL_SSL_REQUEST = 32, MYSQL_SSL = 0x0800,
	X224_REQUEST = 0xe0
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
