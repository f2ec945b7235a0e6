#include "name.h"

#include "addr.h"

enum {
	LABEL_MAX = 63, WIRE_MAX = 255, POINTER = 0xc0,
	JUMPS_MAX = 128		/* as many as a name has labels at the most */
};

typedef uint8_t chunk __attribute__((vector_size(NAME_CHUNK)));

static inline chunk chunk_at(const void *p)
{
	chunk v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* sum gives the sum of a chunk's bytes, of 16 each at the most. */
static inline unsigned sum(chunk v)
{
	uint64_t half[2];

	memcpy(half, &v, sizeof(half));
	return (unsigned)((half[0] + half[1]) * UINT64_C(0x0101010101010101) >> 56);
}

/* is_letter is all ones in each byte that is a letter of ASCII, of either case. */
static inline chunk is_letter(chunk v)
{
	return (chunk)((chunk)((v | 0x20) - 'a') < 26);
}

/* is_plain is 1 in each byte that a host name may have, without its dots; `letters` are the letters among them. */
static inline chunk is_plain(chunk v, chunk letters)
{
	return (chunk)(letters | ((chunk)(v - '0') < 10) | (v == '-') | (v == '_')) & 1;
}

/*
 * fold writes n bytes of src in lower case, and up to NAME_CHUNK - 1 behind them
 * that mean nothing; how many of the n are odd, dots too unless `dot` is 1.  So
 * many more than n may be read as `spare` says.
 */
static unsigned fold(char *dst, const uint8_t *src, size_t n, size_t spare, uint8_t dot)
{
	static const uint8_t edge[3 * NAME_CHUNK] = { [NAME_CHUNK] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	uint8_t room[NAME_CHUNK];
	chunk odd = { 0 }, v, used, letters;
	size_t i = 0;

	for (; i + NAME_CHUNK <= n; i += NAME_CHUNK) {
		v = chunk_at(src + i);
		letters = is_letter(v);
		v |= letters & 0x20;
		memcpy(dst + i, &v, sizeof(v));
		odd += 1 & ~(is_plain(v, letters) | ((chunk)(v == '.') & dot));
	}
	if (i == n)
		return sum(odd);
	used = chunk_at(edge + 2 * NAME_CHUNK - (n - i));
	if (spare < NAME_CHUNK && n >= NAME_CHUNK) {
		used = chunk_at(edge + (n - i));	/* the last chunk once more, of which the end is new */
		i = n - NAME_CHUNK;
	} else if (spare < NAME_CHUNK) {
		memcpy(room, src, n);
		src = room;
	}
	v = chunk_at(src + i);
	letters = is_letter(v);
	v |= letters & 0x20;
	memcpy(dst + i, &v, sizeof(v));
	odd += used & ~(is_plain(v, letters) | ((chunk)(v == '.') & dot));
	return sum(odd);
}

/* Labels that stand one behind the other, as they are on the wire. */
struct run {
	size_t n;		/* bytes of the labels and their lengths */
	unsigned odd;		/* lengths but the first that are no byte of a host name themselves */
	uint8_t end;		/* what stands behind them: the root, a pointer, or what is neither */
};

/* Of each length of a label: 1 when it is no byte of a host name, as all but '-' and the digits. */
static const uint8_t odd_length[LABEL_MAX + 1] = {
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ['.'] = 1, 1, ['9' + 1] = 1, 1, 1, 1, 1, 1,
};

static struct run run_at(const struct cursor *at)
{
	size_t most = cursor_left(at) < WIRE_MAX ? cursor_left(at) : WIRE_MAX;
	struct run r = { .n = 0 };

	while (r.n < most && (r.end = at->at[r.n]) && r.end <= LABEL_MAX) {
		r.odd += odd_length[r.end];
		r.n += r.end + 1u;
	}
	if (r.n)
		r.odd -= odd_length[at->at[0]];	/* the first stands before the text */
	return r;
}

/* put_run writes the labels of a run with a dot behind each; how many of their bytes are odd. */
static unsigned put_run(char *text, const struct cursor *at, const struct run *r)
{
	unsigned odd = fold(text, at->at + 1, r->n - 1, cursor_left(at) - r->n, 0);

	for (size_t i = 0; i < r->n; i += at->at[i] + 1u)
		text[i + at->at[i]] = '.';
	return odd - r->odd;
}

static bool end_name(struct name *out, size_t len, unsigned odd)
{
	out->odd = odd > 0;
	out->len = (uint16_t)(len ? len - 1 : 0);	/* without the dot behind the last label */
	out->text[out->len] = '\0';
	return true;
}

/* read_jumping reads a name of which some or all stands elsewhere in the message. */
static bool read_jumping(struct cursor *c, struct cursor message, struct name *out)
{
	size_t len = 0, limit = (size_t)(c->at - message.at);
	struct cursor at = *c;
	bool jumped = false;
	unsigned odd = 0;
	int jumps = 0;

	for (;;) {
		struct run r = run_at(&at);
		size_t target;

		if (r.n >= cursor_left(&at) || len + r.n + 1 > WIRE_MAX || (r.end > LABEL_MAX && r.end < POINTER))
			break;
		if (r.n)
			odd += put_run(out->text + len, &at, &r);
		len += r.n;
		cursor_skip(&at, r.n + 1);
		if (!r.end) {
			if (!jumped)
				*c = at;
			return end_name(out, len, odd);
		}
		target = (size_t)(r.end & 0x3f) << 8 | cursor_u8(&at);
		if (at.bad || target >= limit || ++jumps > JUMPS_MAX)
			break;
		if (!jumped)
			*c = at;
		jumped = true;
		limit = target;
		at = message;
		cursor_skip(&at, target);
	}
	out->len = 0;
	out->odd = false;
	out->text[0] = '\0';
	c->at = c->end;
	c->bad = true;
	return false;
}

bool name_read_dns(struct cursor *c, struct cursor message, struct name *out)
{
	struct run r = run_at(c);
	unsigned odd;

	if (r.end || !r.n || r.n >= cursor_left(c) || r.n >= WIRE_MAX)
		return read_jumping(c, message, out);
	odd = put_run(out->text, c, &r);
	cursor_skip(c, r.n + 1);
	return end_name(out, r.n, odd);
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
	out->odd = fold(out->text, host.at, n, 0, 1) > 0;
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
