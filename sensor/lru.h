/*
 * lru.h: a table of a fixed number of equal entries, oldest use evicted first.
 *
 * Entries are found by a 64-bit hash; the caller compares the key, which it
 * keeps at the start of its entry.  A bitmap answers most misses without touching
 * the table: the price of a packet that does not matter.  It and the index are as
 * wide as what was in the table at once, so that of a quiet network they stay in
 * the nearest cache; at each doubling what is in use is dealt out anew, at once.
 * All memory is bought by lru_new.
 */
#ifndef TELLTALE_LRU_H
#define TELLTALE_LRU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LRU_CHAIN_MAX = 16 };	/* entries of one bucket; chance alone never comes near it */

struct lru {
	uint64_t *present;	/* one bit a bucket: set when its chain is not empty */
	uint32_t *heads;	/* index of the first entry of the chain, 0 for none */
	struct lru_link *links;	/* [0] is the sentinel of the age ring */
	uint8_t *entries;
	size_t size;		/* of an entry, in bytes */
	uint32_t capacity, mask, used, spare;
	uint32_t live, most;	/* entries in use; buckets that there may be */
};

/* lru_new takes room for `capacity` entries of `size` bytes; false when memory is short. */
bool lru_new(struct lru *t, uint32_t capacity, size_t size);
void lru_free(struct lru *t);

/* lru_maybe is false when no entry has this hash: one load from a small bitmap. */
static inline bool lru_maybe(const struct lru *t, uint64_t hash)
{
	uint32_t b = (uint32_t)hash & t->mask;

	return t->present[b >> 6] >> (b & 63) & 1;
}

/* lru_first and lru_next walk the entries of one hash; NULL ends the walk. */
void *lru_first(const struct lru *t, uint64_t hash);
void *lru_next(const struct lru *t, const void *entry);

/*
 * lru_victim is the entry that has to make way before one of this hash is added,
 * NULL when there is room: the oldest of a full table, or of a bucket that is as
 * long as it may be the one that stands there longest.  So what was made to
 * collide under the known key of files costs its like, and not time.
 */
void *lru_victim(const struct lru *t, uint64_t hash);

/*
 * lru_add gives an entry for the hash, newest, its bytes as they were left.
 * There must be room: the caller drops lru_victim first, as that may hold things
 * to give back.
 */
void *lru_add(struct lru *t, uint64_t hash);
bool lru_full(const struct lru *t);

/* lru_oldest is the entry longest unused, NULL when there is none. */
void *lru_oldest(const struct lru *t);

/* lru_newer is the entry used next after this one, NULL at the newest. */
void *lru_newer(const struct lru *t, const void *entry);

void lru_touch(struct lru *t, void *entry);
void lru_drop(struct lru *t, void *entry);

#endif
