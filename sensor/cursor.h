/*
 * cursor.h: the one bounds check of the program.
 *
 * A cursor walks borrowed bytes; it owns nothing.  A read that asks for more
 * than is left yields 0 (or an empty, bad child), empties the cursor so that
 * every loop ends, and sets `bad`.  Readers read straight down and test `bad`
 * once, before a value leaves them.  Integers are big-endian (network order)
 * unless the name says otherwise.  No other file compares or adds pointers
 * into packet bytes.
 */
#ifndef TELLTALE_CURSOR_H
#define TELLTALE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cursor {
	const uint8_t *at, *end;	/* bytes not read yet */
	bool bad;			/* something asked for more than there was */
};

static inline struct cursor cursor_of(const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	return (struct cursor){ .at = p, .end = n ? p + n : p, .bad = false };
}

static inline size_t cursor_left(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

/* cursor_done is true when every byte was read and none was missing. */
static inline bool cursor_done(const struct cursor *c)
{
	return c->at == c->end && !c->bad;
}

static inline const uint8_t *cursor_take(struct cursor *c, size_t n)
{
	const uint8_t *p = c->at;

	if (n > cursor_left(c)) {
		c->at = c->end;		/* empty, so every loop ends */
		c->bad = true;
		return NULL;
	}
	if (n)
		c->at += n;
	return p;
}

static inline void cursor_skip(struct cursor *c, size_t n)
{
	(void)cursor_take(c, n);
}

static inline uint8_t cursor_u8(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 1);

	return p ? p[0] : 0;
}

static inline uint16_t cursor_u16(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	if (!p)
		return 0;
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t cursor_u24(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 3);

	return p ? (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2] : 0;
}

static inline uint32_t cursor_u32(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);

	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
			   (uint32_t)p[2] << 8 | p[3] : 0;
}

static inline uint16_t cursor_u16le(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	if (!p)
		return 0;
	return (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t cursor_u32le(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);

	return p ? (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
			   (uint32_t)p[1] << 8 | p[0] : 0;
}

/* cursor_varint reads a QUIC variable-length integer (RFC 9000 section 16). */
static inline uint64_t cursor_varint(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 1);
	uint64_t v;
	int more;

	if (!p)
		return 0;
	v = p[0] & 0x3f;
	more = (1 << (p[0] >> 6)) - 1;
	p = cursor_take(c, (size_t)more);
	if (!p)
		return 0;
	for (int i = 0; i < more; i++)
		v = v << 8 | p[i];
	return v;
}

/* cursor_sub takes the next n bytes as a cursor of their own. */
static inline struct cursor cursor_sub(struct cursor *c, size_t n)
{
	struct cursor sub;

	sub.at = cursor_take(c, n);
	if (sub.at) {
		sub.end = c->at;
		sub.bad = c->bad;	/* its length may be what was missing */
		return sub;
	}
	sub.at = sub.end = c->end;
	sub.bad = true;
	return sub;
}

/* cursor_block reads a length of `width` (1 to 3) bytes, then that many. */
static inline struct cursor cursor_block(struct cursor *c, int width)
{
	size_t n = width == 1 ? cursor_u8(c) :
		   width == 2 ? cursor_u16(c) : cursor_u24(c);

	return cursor_sub(c, n);
}

/* cursor_rest takes all that is left. */
static inline struct cursor cursor_rest(struct cursor *c)
{
	return cursor_sub(c, cursor_left(c));
}

/* cursor_peek gives byte n without reading it, 0 when it is not there. */
static inline uint8_t cursor_peek(const struct cursor *c, size_t n)
{
	return n < cursor_left(c) ? c->at[n] : 0;
}

/* cursor_peek16 gives the two bytes at n, 0 when they are not both there. */
static inline uint16_t cursor_peek16(const struct cursor *c, size_t n)
{
	if (n + 2 > cursor_left(c))
		return 0;
	return (uint16_t)(c->at[n] << 8 | c->at[n + 1]);
}

/* cursor_trim forgets bytes beyond the first n; shorter ones stay as they are. */
static inline void cursor_trim(struct cursor *c, size_t n)
{
	if (n < cursor_left(c))
		c->end = c->at + n;
}

static inline bool cursor_starts(const struct cursor *c, const char *text, size_t n)
{
	return n <= cursor_left(c) && memcmp(c->at, text, n) == 0;
}

#endif
