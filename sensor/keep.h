/*
 * keep.h: names that outlive their packet, in blocks bought at start: most fit
 * a small one.
 */
#ifndef TELLTALE_KEEP_H
#define TELLTALE_KEEP_H

#include "name.h"

enum { KEEP_SMALL_MAX = 45 };	/* bytes of a name in a small block */

struct pool;

struct kept {
	uint8_t len;
	bool odd;
	char text[];		/* no NUL behind it */
};

struct keep {
	struct pool *small, *big;
};

/* keep_new buys room for `count` names, a quarter of which may be long; false when memory is short. */
bool keep_new(struct keep *k, uint32_t count);
void keep_free(struct keep *k);

/* keep_name gives a copy, or NULL when the blocks are out; keep_drop takes it back, NULL is fine. */
struct kept *keep_name(struct keep *k, const struct name *name);
void keep_drop(struct keep *k, struct kept *kept);

/* keep_read gives the name as the rest of the program knows it; an empty one for NULL. */
void keep_read(const struct kept *kept, struct name *out);

#endif
