#include "lru.h"

#include <stdlib.h>

enum {
	BUCKETS = 1024,		/* at first */
	SPREAD = 4		/* buckets for an entry, until there are as many as there may be */
};

struct lru_link {
	uint64_t hash;
	uint32_t chain;		/* next entry of the same bucket; of the spare list too */
	uint32_t older, newer;	/* the age ring, through the sentinel 0 */
};

static uint32_t index_of(const struct lru *t, const void *entry)
{
	return (uint32_t)((size_t)((const uint8_t *)entry - t->entries) / t->size) + 1;
}

static void *entry_at(const struct lru *t, uint32_t i)
{
	return i ? t->entries + (size_t)(i - 1) * t->size : NULL;
}

bool lru_new(struct lru *t, uint32_t capacity, size_t size)
{
	uint32_t most = 64;

	while (most < 2 * capacity)
		most *= 2;
	*t = (struct lru){ .size = (size + 15) & ~(size_t)15, .capacity = capacity, .most = most,
			   .mask = (most < BUCKETS ? most : BUCKETS) - 1 };
	t->present = calloc(most / 64, sizeof(*t->present));
	t->heads = calloc(most, sizeof(*t->heads));
	t->links = calloc((size_t)capacity + 1, sizeof(*t->links));
	t->entries = calloc(capacity, t->size);
	if (t->present && t->heads && t->links && t->entries)
		return true;
	lru_free(t);
	return false;
}

void lru_free(struct lru *t)
{
	free(t->present);
	free(t->heads);
	free(t->links);
	free(t->entries);
	*t = (struct lru){ 0 };
}

static uint32_t same_hash(const struct lru *t, uint32_t i, uint64_t hash)
{
	while (i && t->links[i].hash != hash)
		i = t->links[i].chain;
	return i;
}

void *lru_first(const struct lru *t, uint64_t hash)
{
	if (!lru_maybe(t, hash))
		return NULL;
	return entry_at(t, same_hash(t, t->heads[(uint32_t)hash & t->mask], hash));
}

void *lru_next(const struct lru *t, const void *entry)
{
	const struct lru_link *l = &t->links[index_of(t, entry)];

	return entry_at(t, same_hash(t, l->chain, l->hash));
}

static void ring_out(struct lru *t, uint32_t i)
{
	struct lru_link *l = &t->links[i];

	t->links[l->older].newer = l->newer;
	t->links[l->newer].older = l->older;
}

/* The sentinel's `older` is the newest entry and its `newer` the oldest. */
static void ring_in(struct lru *t, uint32_t i)
{
	struct lru_link *s = &t->links[0], *l = &t->links[i];

	l->older = s->older;
	l->newer = 0;
	t->links[s->older].newer = i;
	s->older = i;
}

bool lru_full(const struct lru *t)
{
	return !t->spare && t->used == t->capacity;
}

void *lru_victim(const struct lru *t, uint64_t hash)
{
	uint32_t i = lru_maybe(t, hash) ? t->heads[(uint32_t)hash & t->mask] : 0;

	for (unsigned n = 1; i; n++, i = t->links[i].chain) {
		if (!t->links[i].chain && n >= LRU_CHAIN_MAX)
			return entry_at(t, i);
	}
	return lru_full(t) ? lru_oldest(t) : NULL;
}

/* note_present sets the bit of a bucket by whether it has entries. */
static void note_present(struct lru *t, uint32_t b)
{
	uint64_t bit = UINT64_C(1) << (b & 63);

	if (t->heads[b])
		t->present[b >> 6] |= bit;
	else
		t->present[b >> 6] &= ~bit;
}

/* widen makes two buckets of each; the order within stays. */
static void widen(struct lru *t)
{
	uint32_t old = t->mask + 1;

	t->mask = 2 * old - 1;
	for (uint32_t b = 0; b < old; b++) {
		uint32_t i = t->heads[b], *end[2] = { &t->heads[b], &t->heads[b + old] };

		while (i) {
			struct lru_link *l = &t->links[i];
			int side = (l->hash & old) != 0;

			*end[side] = i;
			end[side] = &l->chain;
			i = l->chain;
		}
		*end[0] = *end[1] = 0;
		note_present(t, b);
		note_present(t, b + old);
	}
}

void *lru_add(struct lru *t, uint64_t hash)
{
	uint32_t b, i = t->spare;

	if (SPREAD * ++t->live > t->mask && t->mask + 1 < t->most)
		widen(t);
	b = (uint32_t)hash & t->mask;
	if (i)
		t->spare = t->links[i].chain;
	else
		i = ++t->used;
	t->links[i].hash = hash;
	t->links[i].chain = t->heads[b];
	t->heads[b] = i;
	t->present[b >> 6] |= UINT64_C(1) << (b & 63);
	ring_in(t, i);
	return entry_at(t, i);
}

void *lru_oldest(const struct lru *t)
{
	return entry_at(t, t->links[0].newer);
}

void *lru_newer(const struct lru *t, const void *entry)
{
	return entry_at(t, t->links[index_of(t, entry)].newer);
}

void lru_touch(struct lru *t, void *entry)
{
	uint32_t i = index_of(t, entry);

	if (t->links[0].older == i)
		return;
	ring_out(t, i);
	ring_in(t, i);
}

void lru_drop(struct lru *t, void *entry)
{
	uint32_t i = index_of(t, entry), *at;
	uint32_t b = (uint32_t)t->links[i].hash & t->mask;

	for (at = &t->heads[b]; *at != i; at = &t->links[*at].chain)
		;
	*at = t->links[i].chain;
	note_present(t, b);
	t->live--;
	ring_out(t, i);
	t->links[i].chain = t->spare;
	t->spare = i;
}
