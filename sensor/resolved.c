#include "resolved.h"

#include <stdlib.h>

#include "clock.h"
#include "keep.h"
#include "lru.h"

enum { MAYBE_BITS = 262144 };

struct pair {
	struct addr client, address;
	int64_t when;
	const struct rule *rule;
	const char *pattern;
	struct kept *name;
	uint32_t ttl;
	uint8_t kind;
};

enum { MANY = 2 };	/* in the place of a name: more than are told apart.  Even, as no name's bits are */

/* Which names led to one address: 16 bits of the hash of each, 0 for none. */
struct sketch {
	uint16_t tag;
	uint16_t names[RESOLVED_NAMES];
};

struct resolved {
	struct lru pairs;
	struct keep names;
	struct hash_key key;
	uint64_t evicted;
	uint64_t maybe[MAYBE_BITS / 64];	/* a bit for each pair; read without the owner's lock */
	unsigned learned;			/* pairs since it was made anew */
	struct sketch sketches[RESOLVED_SKETCH];
};

struct resolved *resolved_new(struct hash_key key)
{
	struct resolved *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->key = key;
	if (lru_new(&r->pairs, RESOLVED_MAX, sizeof(struct pair)) && keep_new(&r->names, RESOLVED_MAX))
		return r;
	resolved_free(r);
	return NULL;
}

void resolved_free(struct resolved *r)
{
	if (!r)
		return;
	lru_free(&r->pairs);
	keep_free(&r->names);
	free(r);
}

static uint64_t hash_addr(const struct resolved *r, const struct addr *a)
{
	uint64_t word[2];

	memcpy(word, a->bytes, sizeof(word));
	return hash_fold(word[0] ^ r->key.a, word[1] ^ r->key.b);
}

static uint64_t hash_of(const struct resolved *r, const struct addr *client, const struct addr *address)
{
	return hash_pair(&r->key, hash_addr(r, client), hash_addr(r, address));
}

/* brief is a name's 16 bits, never even. */
static uint16_t brief(const struct resolved *r, const struct name *name)
{
	return (uint16_t)(name_hash(&r->key, name) >> 48) | 1;
}

static void note_one(struct resolved *r, const struct addr *address, uint16_t b)
{
	uint64_t h = hash_addr(r, address);
	struct sketch *s = &r->sketches[h % RESOLVED_SKETCH];
	uint16_t tag = (uint16_t)(h >> 48);

	if (s->tag != tag || !s->names[0]) {
		*s = (struct sketch){ .tag = tag, .names = { b } };
		return;
	}
	for (int i = 0; i < RESOLVED_NAMES; i++) {
		if (s->names[i] == b)
			return;
		if (!s->names[i]) {
			s->names[i] = b;
			return;
		}
	}
	s->names[RESOLVED_NAMES - 1] = MANY;
}

void resolved_expect(const struct resolved *r, const struct addr *addresses, size_t n)
{
	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(&r->sketches[hash_addr(r, &addresses[i]) % RESOLVED_SKETCH], 1);
}

void resolved_note(struct resolved *r, const struct addr *addresses, size_t n, const struct name *name)
{
	uint16_t b = brief(r, name);

	for (size_t i = 0; i < n; i++)
		note_one(r, &addresses[i], b);
}

static const struct sketch *sketch_of(const struct resolved *r, const struct addr *address)
{
	uint64_t h = hash_addr(r, address);
	const struct sketch *s = &r->sketches[h % RESOLVED_SKETCH];

	return s->tag == (uint16_t)(h >> 48) && s->names[0] ? s : NULL;
}

bool resolved_may_lead(const struct resolved *r, const struct addr *address, const struct name *name)
{
	const struct sketch *s = sketch_of(r, address);
	uint16_t b = brief(r, name);

	for (int i = 0; s && i < RESOLVED_NAMES; i++) {
		if (s->names[i] == b || s->names[i] == MANY)
			return true;
	}
	return !s;
}

static unsigned others(const struct resolved *r, const struct addr *address, const struct name *name)
{
	const struct sketch *s = sketch_of(r, address);
	uint16_t b = brief(r, name);
	unsigned n = 0;

	for (int i = 0; s && i < RESOLVED_NAMES; i++)
		n += s->names[i] && s->names[i] != b;
	return n;
}

static struct pair *find(const struct resolved *r, uint64_t hash, const struct addr *client, const struct addr *address)
{
	struct pair *p = lru_first(&r->pairs, hash);

	while (p && !(addr_equal(&p->client, client) && addr_equal(&p->address, address)))
		p = lru_next(&r->pairs, p);
	return p;
}

static bool is_over(const struct pair *p, int64_t now)
{
	return now - p->when > (int64_t)(p->ttl + RESOLVED_GRACE) * SECOND;
}

static void forget(struct resolved *r, struct pair *p)
{
	keep_drop(&r->names, p->name);
	lru_drop(&r->pairs, p);
}

static void mark(struct resolved *r, uint64_t hash)
{
	uint32_t bit = (uint32_t)hash % MAYBE_BITS;

	__atomic_fetch_or(&r->maybe[bit / 64], UINT64_C(1) << bit % 64, __ATOMIC_RELAXED);
}

/* mark_anew leaves only the bits of the pairs that are there. */
static void mark_anew(struct resolved *r)
{
	for (size_t i = 0; i < MAYBE_BITS / 64; i++)
		__atomic_store_n(&r->maybe[i], 0, __ATOMIC_RELAXED);
	for (const struct pair *p = lru_oldest(&r->pairs); p; p = lru_newer(&r->pairs, p))
		mark(r, hash_of(r, &p->client, &p->address));
	r->learned = 0;
}

void resolved_learn(struct resolved *r, const struct addr *client, const struct addr *address,
		    const struct rule_hit *hit, const struct name *name, int64_t when, uint32_t ttl)
{
	uint64_t hash = hash_of(r, client, address);
	struct pair *p = find(r, hash, client, address);

	if (p) {
		keep_drop(&r->names, p->name);
		lru_touch(&r->pairs, p);
	} else {
		p = lru_victim(&r->pairs, hash);
		if (p) {
			r->evicted += !is_over(p, when);
			forget(r, p);
		}
		p = lru_add(&r->pairs, hash);
		p->client = *client;
		p->address = *address;
		mark(r, hash);
		if (++r->learned > RESOLVED_MAX)
			mark_anew(r);
	}
	p->when = when;
	/* RFC 2181 section 8: a TTL with the top bit set is none */
	p->ttl = ttl > INT32_MAX ? 0 : ttl;
	p->rule = hit->rule;
	p->pattern = hit->pattern;
	p->kind = (uint8_t)hit->kind;
	p->name = keep_name(&r->names, name);
}

bool resolved_maybe(const struct resolved *r, const struct addr *client, const struct addr *address)
{
	uint32_t bit = (uint32_t)hash_of(r, client, address) % MAYBE_BITS;

	return __atomic_load_n(&r->maybe[bit / 64], __ATOMIC_RELAXED) >> bit % 64 & 1;
}

bool resolved_find(struct resolved *r, const struct addr *client, const struct addr *address, int64_t now,
		   struct resolution *out)
{
	struct pair *p = find(r, hash_of(r, client, address), client, address);

	if (!p)
		return false;
	if (p->rule->retired)
		return false;
	if (is_over(p, now) || !p->name) {
		forget(r, p);
		return false;
	}
	out->rule = p->rule;
	out->pattern = p->pattern;
	out->kind = p->kind;
	keep_read(p->name, &out->name);
	out->age = now > p->when ? now - p->when : 0;
	out->ttl = p->ttl;
	out->others = others(r, address, &out->name);
	return true;
}

void resolved_reload(struct resolved *r)
{
	struct pair *next;

	for (struct pair *p = lru_oldest(&r->pairs); p; p = next) {
		next = lru_newer(&r->pairs, p);
		/* the pattern's text goes with the old set, so what it matched is learned anew */
		if (p->rule->retired)
			forget(r, p);
	}
}

uint64_t resolved_evicted(const struct resolved *r)
{
	return r->evicted;
}
