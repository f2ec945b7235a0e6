#include "name.h"

#include "addr.h"

enum {
	LABEL_MAX = 63, WIRE_MAX = 255, POINTER = 0xc0,
	JUMPS_MAX = 128		/* as many as a name has labels at the most */
};

enum { IN_HOST = 1, IN_LABEL = 2, PLAIN = IN_HOST | IN_LABEL };

/* where each byte is plain, and what makes it lower case; the others are odd and stay as they are */
static const struct {
	uint8_t plain, flip;
} fold[256] = {
#define BYTE(c) [c] = { PLAIN, 0 }
#define LETTER(c) [c] = { PLAIN, 0x20 }, [(c) + 0x20] = { PLAIN, 0 }
#define FOUR(of, c) of(c), of((c) + 1), of((c) + 2), of((c) + 3)
	BYTE('-'), BYTE('_'), ['.'] = { IN_HOST, 0 }, FOUR(BYTE, '0'), FOUR(BYTE, '4'), BYTE('8'), BYTE('9'),
	FOUR(LETTER, 'A'), FOUR(LETTER, 'E'), FOUR(LETTER, 'I'), FOUR(LETTER, 'M'), FOUR(LETTER, 'Q'),
	FOUR(LETTER, 'U'), LETTER('Y'), LETTER('Z'),
};

/* put_label folds n bytes to dst; what all of them have in common of IN_HOST and IN_LABEL. */
static unsigned put_label(char *dst, const uint8_t *src, size_t n)
{
	unsigned all = PLAIN;

	for (size_t i = 0; i < n; i++) {
		all &= fold[src[i]].plain;
		dst[i] = (char)(src[i] ^ fold[src[i]].flip);
	}
	return all;
}

bool name_read_dns(struct cursor *c, struct cursor message, struct name *out)
{
	const uint8_t *start = message.at;
	struct cursor at = *c;
	bool jumped = false;
	size_t len = 0, limit = (size_t)(c->at - start);
	int jumps = 0;

	unsigned all = PLAIN;

	out->len = 0;
	for (;;) {
		uint8_t n = cursor_u8(&at);

		if (n >= POINTER) {
			size_t target = (size_t)(n & 0x3f) << 8 | cursor_u8(&at);

			if (at.bad || target >= limit || ++jumps > JUMPS_MAX)
				break;
			if (!jumped)
				*c = at;
			jumped = true;
			limit = target;
			at = message;
			cursor_skip(&at, target);
			continue;
		}
		const uint8_t *label = cursor_take(&at, n);

		if (at.bad || n > LABEL_MAX || (n && len + n + 2 > WIRE_MAX))
			break;
		if (!n) {
			if (!jumped)
				*c = at;
			out->odd = !(all & IN_LABEL);	/* a dot inside a label is no plain byte */
			out->len = (uint16_t)(len ? len - 1 : 0);
			out->text[out->len] = '\0';
			return true;
		}
		all &= put_label(out->text + len, label, n);
		len += n;
		out->text[len++] = '.';
	}
	out->odd = false;
	out->text[0] = '\0';
	c->at = c->end;
	c->bad = true;
	return false;
}

bool name_skip_dns(struct cursor *c)
{
	for (;;) {
		uint8_t n = cursor_u8(c);

		if (n >= POINTER) {
			cursor_skip(c, 1);
			return !c->bad;
		}
		if (n > LABEL_MAX)
			c->bad = true;
		if (c->bad || !n)
			return !c->bad;
		cursor_skip(c, n);
	}
}

bool name_read_host(struct cursor host, struct name *out)
{
	size_t n = cursor_left(&host);

	out->len = 0;
	out->text[0] = '\0';
	if (n && host.at[n - 1] == '.')
		n--;
	if (host.bad || !n || n > NAME_TEXT_MAX)
		return false;
	out->odd = !(put_label(out->text, host.at, n) & IN_HOST);
	out->len = (uint16_t)n;
	out->text[n] = '\0';
	return true;
}

static bool read_bracketed(struct cursor c, struct name *out)
{
	const uint8_t *close = memchr(c.at, ']', cursor_left(&c));

	cursor_skip(&c, 1);
	if (!close)
		return false;
	if (!name_read_host(cursor_sub(&c, (size_t)(close - c.at)), out))
		return false;
	out->odd = !name_is_literal(out);	/* the colons of an address are no oddity */
	return true;
}

bool name_read_authority(struct cursor authority, struct name *out)
{
	struct cursor c = authority;
	const uint8_t *mark;

	while (cursor_left(&c) && (c.at[0] == ' ' || c.at[0] == '\t'))
		cursor_skip(&c, 1);
	while (cursor_left(&c) && (c.end[-1] == ' ' || c.end[-1] == '\t'))
		cursor_trim(&c, cursor_left(&c) - 1);
	if (!cursor_left(&c))
		return name_read_host(c, out);
	mark = memchr(c.at, '@', cursor_left(&c));
	if (mark)
		cursor_skip(&c, (size_t)(mark - c.at) + 1);
	if (cursor_peek(&c, 0) == '[')
		return read_bracketed(c, out);
	mark = cursor_left(&c) ? memchr(c.at, ':', cursor_left(&c)) : NULL;
	if (mark)
		cursor_trim(&c, (size_t)(mark - c.at));
	return name_read_host(c, out);
}

bool name_is_literal(const struct name *n)
{
	struct addr a;

	if (strlen(n->text) != n->len)
		return false;		/* a NUL in the middle would hide what follows */
	/* no host name ends in a number (RFC 3696 section 2) or has a colon */
	if (!n->len || (!memchr(n->text, ':', n->len) && (n->text[n->len - 1] < '0' || n->text[n->len - 1] > '9')))
		return false;
	return addr_parse(n->text, &a);
}
