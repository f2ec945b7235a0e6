#include "beacon.h"

#include <stdlib.h>

#include "clock.h"
#include "lru.h"

enum { WEIGHT = 64, NANOSECONDS = 1000000 };	/* of the sample, see the header; of a millisecond */

struct pair {
	struct addr client;
	uint64_t rule;
	int64_t begun, last;			/* the newest contact: its first and last sighting */
	uint32_t noted;				/* intervals so far, more than are kept */
	uint32_t interval[BEACON_INTERVALS_MAX];	/* milliseconds */
};

_Static_assert(sizeof(struct pair) <= 176, "a pair is dear: there are many");

struct beacon {
	struct lru pairs;
	struct hash_key key;
	uint64_t forgotten;
};

struct beacon *beacon_new(uint32_t capacity, struct hash_key key)
{
	struct beacon *b = capacity ? calloc(1, sizeof(*b)) : NULL;

	if (!b)
		return NULL;
	b->key = key;
	if (lru_new(&b->pairs, capacity, sizeof(struct pair)))
		return b;
	free(b);
	return NULL;
}

void beacon_free(struct beacon *b)
{
	if (!b)
		return;
	lru_free(&b->pairs);
	free(b);
}

static uint64_t hash_of(const struct beacon *b, const struct addr *client, uint64_t rule)
{
	return hash_pair(&b->key, hash_bytes(&b->key, client, sizeof(*client)), rule);
}

static struct pair *pair_find(const struct beacon *b, uint64_t hash, const struct addr *client, uint64_t rule)
{
	struct pair *p = lru_first(&b->pairs, hash);

	while (p && (p->rule != rule || !addr_equal(&p->client, client)))
		p = lru_next(&b->pairs, p);
	return p;
}

static void add_interval(struct pair *p, int64_t when)
{
	uint64_t ms = ((uint64_t)when - (uint64_t)p->begun) / NANOSECONDS;

	p->interval[p->noted % BEACON_INTERVALS_MAX] = ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
	p->noted++;
	if (p->noted == 2 * BEACON_INTERVALS_MAX)	/* stays full, and never wraps */
		p->noted = BEACON_INTERVALS_MAX;
}

/* is_near is true of two times, `a` not behind `b`, that are one contact. */
static bool is_near(int64_t a, int64_t b)
{
	return (uint64_t)b - (uint64_t)a < BEACON_JOIN_SECONDS * (uint64_t)SECOND;
}

void beacon_note(struct beacon *b, const struct addr *client, uint64_t rule, int64_t when)
{
	uint64_t hash = hash_of(b, client, rule);
	struct pair *p = pair_find(b, hash, client, rule);

	if (!p) {
		p = lru_victim(&b->pairs, hash);
		if (p) {
			lru_drop(&b->pairs, p);
			b->forgotten++;
		}
		p = lru_add(&b->pairs, hash);
		*p = (struct pair){ .client = *client, .rule = rule, .begun = when, .last = when };
		return;
	}
	lru_touch(&b->pairs, p);
	if (when < p->begun ? is_near(when, p->begun) : when < p->last || is_near(p->last, when)) {
		p->begun = when < p->begun ? when : p->begun;	/* packets may come out of order */
		p->last = when > p->last ? when : p->last;
		return;
	}
	if (when > p->begun)
		add_interval(p, when);
	p->begun = p->last = when;
}

static void sort(uint32_t *v, unsigned n)
{
	for (unsigned i = 1; i < n; i++) {
		uint32_t x = v[i];
		unsigned at = i;

		for (; at && v[at - 1] > x; at--)
			v[at] = v[at - 1];
		v[at] = x;
	}
}

/* median sorts v; of an even number it is the mean of the two in the middle. */
static uint32_t median(uint32_t *v, unsigned n)
{
	sort(v, n);
	return (uint32_t)(((uint64_t)v[(n - 1) / 2] + v[n / 2]) / 2);
}

/* The median is at least BEACON_JOIN_SECONDS, as every interval is. */
static uint16_t score_of(uint64_t middle, uint64_t spread, uint64_t n)
{
	uint64_t off = 1000 * spread * (n + WEIGHT) / (2 * n * middle);

	return off < 1000 ? (uint16_t)(1000 - off) : 0;
}

bool beacon_find(const struct beacon *b, const struct addr *client, uint64_t rule, struct beacon_rhythm *out)
{
	const struct pair *p = pair_find(b, hash_of(b, client, rule), client, rule);
	uint32_t v[BEACON_INTERVALS_MAX];
	unsigned n;

	if (!p || p->noted < BEACON_INTERVALS_MIN)
		return false;
	n = p->noted < BEACON_INTERVALS_MAX ? p->noted : BEACON_INTERVALS_MAX;
	memcpy(v, p->interval, n * sizeof(*v));
	out->median = median(v, n);
	for (unsigned i = 0; i < n; i++)
		v[i] = v[i] > out->median ? v[i] - out->median : out->median - v[i];
	out->spread = median(v, n);
	out->intervals = (uint16_t)n;
	out->score = score_of(out->median, out->spread, n);
	return true;
}

uint64_t beacon_forgotten(const struct beacon *b)
{
	return b->forgotten;
}
