/*
 * name.h: a domain or host name as a value, and the two ways it is read.
 *
 * Text is lower case (ASCII), dots between labels, no dot at the end, closed
 * by a NUL.  Bytes outside a-z 0-9 . _ - are kept as they came and `odd` is
 * set: whoever prints such a name escapes it (RFC 4343 section 2.1).
 */
#ifndef TELLTALE_NAME_H
#define TELLTALE_NAME_H

#include <endian.h>

#include "cursor.h"
#include "hash.h"

enum {
	NAME_TEXT_MAX = 255,	/* bytes without the NUL (RFC 1035 section 2.3.4) */
	NAME_CHUNK = 16		/* bytes read or written at once; so many behind the NUL mean nothing */
};

struct name {
	uint16_t len;
	bool odd;
	char text[NAME_TEXT_MAX + 1 + NAME_CHUNK];
};

/* name_copy copies what is used of a name. */
static inline void name_copy(struct name *to, const struct name *from)
{
	to->len = from->len;
	to->odd = from->odd;
	for (size_t i = 0; i <= from->len; i += NAME_CHUNK)
		memcpy(to->text + i, from->text + i, NAME_CHUNK);
}

/*
 * name_read_dns reads a name at *c (RFC 1035 section 4.1.4) whose compression
 * pointers refer to the whole message.  A pointer must land before the run of
 * labels that it follows, so the walk ends without a counter.  The root gives
 * an empty name.  False, and *c bad, when the bytes are no name.
 */
bool name_read_dns(struct cursor *c, struct cursor message, struct name *out);

/* name_skip_dns steps over a name without following pointers; false when it is cut off. */
bool name_skip_dns(struct cursor *c);

/*
 * name_read_host takes all of `host` as a host name: one dot at the end is
 * dropped, upper case folded.  False when it is bad, empty or too long.
 */
bool name_read_host(struct cursor host, struct name *out);

/*
 * name_read_authority is name_read_host for `host [":" port]` (RFC 3986
 * section 3.2): user information and port are left out, brackets of an IPv6
 * literal too.
 */
bool name_read_authority(struct cursor authority, struct name *out);

/* name_is_literal is true when the name is an IPv4 or IPv6 address. */
bool name_is_literal(const struct name *n);

/* name_mask keeps the first n bytes of a word in memory; of eight or more all. */
static inline uint64_t name_mask(size_t n)
{
	return n < 8 ? htole64((UINT64_C(1) << 8 * n) - 1) : UINT64_MAX;
}

/* name_hash is hash_bytes of the text, without a call. */
static inline uint64_t name_hash(const struct hash_key *key, const struct name *name)
{
	const char *p = name->text;
	uint64_t h = key->b ^ name->len, word[2];
	size_t n = name->len;

	for (; n >= sizeof(word); n -= sizeof(word), p += sizeof(word)) {
		memcpy(word, p, sizeof(word));
		h = hash_fold(word[0] ^ key->a, word[1] ^ h);
	}
	memcpy(word, p, sizeof(word));
	word[0] &= name_mask(n);
	word[1] &= name_mask(n < 8 ? 0 : n - 8);
	return hash_fold(hash_fold(word[0] ^ key->a, word[1] ^ h), key->a);
}

static inline bool name_equal(const struct name *a, const struct name *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

#endif
