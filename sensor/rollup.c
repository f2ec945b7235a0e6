#include "rollup.h"

#include <stdlib.h>

#include "lru.h"
#include "pool.h"

enum { NAME_SHORT = 52 };	/* bytes; a longer name takes a block of the pool */

struct window {
	struct addr client, server;
	const struct rule *rule;
	int64_t opened, first, last;
	uint64_t count;
	struct rollup_traffic traffic;
	char *longer;		/* block of NAME_TEXT_MAX bytes, NULL for a short name */
	uint32_t kind;
	uint16_t len;
	bool odd;
	char text[NAME_SHORT];
};

_Static_assert(sizeof(struct window) <= 160, "a window is dear: there are many");

struct rollup {
	struct lru windows;	/* its age ring keeps the order of opening: nothing is touched */
	struct pool *names;	/* one block a window: it never runs out, and untouched pages cost nothing */
	struct hash_key key;
	int64_t length;
	uint64_t early;
};

static const struct name no_name;

struct rollup *rollup_new(uint32_t capacity, int64_t window, struct hash_key key)
{
	struct rollup *r = capacity ? calloc(1, sizeof(*r)) : NULL;

	if (!r)
		return NULL;
	r->key = key;
	r->length = window;
	r->names = pool_new(capacity, NAME_TEXT_MAX);
	if (lru_new(&r->windows, capacity, sizeof(struct window)) && r->names)
		return r;
	rollup_free(r);
	return NULL;
}

void rollup_free(struct rollup *r)
{
	if (!r)
		return;
	lru_free(&r->windows);
	pool_free(r->names);
	free(r);
}

/* The rule stays out: its address differs from run to run, and the name mostly gives it. */
static uint64_t hash_of(const struct rollup *r, const struct rollup_key *k, const struct name *name)
{
	uint64_t h = name_hash(&r->key, name);

	h = hash_pair(&r->key, h, hash_bytes(&r->key, &k->client, sizeof(k->client)));
	return hash_pair(&r->key, h ^ k->kind, hash_bytes(&r->key, &k->server, sizeof(k->server)));
}

static const char *text_of(const struct window *w)
{
	return w->longer ? w->longer : w->text;
}

static bool same_key(const struct window *w, const struct rollup_key *k, const struct name *name)
{
	return w->rule == k->rule && w->kind == k->kind && w->len == name->len &&
	       addr_equal(&w->client, &k->client) && addr_equal(&w->server, &k->server) &&
	       memcmp(text_of(w), name->text, name->len) == 0;
}

static struct window *window_find(const struct rollup *r, uint64_t hash, const struct rollup_key *k,
				  const struct name *name)
{
	struct window *w = lru_first(&r->windows, hash);

	while (w && !same_key(w, k, name))
		w = lru_next(&r->windows, w);
	return w;
}

/* Times can be any: the difference is taken without a sign to overflow. */
static bool is_over(const struct rollup *r, const struct window *w, int64_t now)
{
	uint64_t apart = now < w->opened ? (uint64_t)w->opened - (uint64_t)now - 1 :
					   (uint64_t)now - (uint64_t)w->opened;

	return apart >= (uint64_t)r->length;
}

/* end_window frees an entry; false when it held nothing back. */
static bool end_window(struct rollup *r, struct window *w, struct rollup_record *out)
{
	bool held = w->count > 0;

	out->count = 0;
	if (held) {
		*out = (struct rollup_record){ .client = w->client, .server = w->server, .rule = w->rule,
					       .kind = w->kind, .first = w->first, .last = w->last,
					       .count = w->count, .traffic = w->traffic };
		out->name.len = w->len;
		out->name.odd = w->odd;
		memcpy(out->name.text, text_of(w), w->len);
	}
	pool_give(r->names, w->longer);
	lru_drop(&r->windows, w);
	return held;
}

static void open_window(struct rollup *r, uint64_t hash, const struct rollup_key *k, const struct name *name,
			int64_t when)
{
	struct window *w = lru_add(&r->windows, hash);

	*w = (struct window){ .client = k->client, .server = k->server, .rule = k->rule, .kind = k->kind,
			      .opened = when, .len = name->len, .odd = name->odd };
	if (name->len > NAME_SHORT)
		w->longer = pool_take(r->names);
	memcpy(w->longer ? w->longer : w->text, name->text, name->len);
}

static void hold(struct window *w, int64_t when, struct rollup_traffic traffic)
{
	if (!w->count || when < w->first)
		w->first = when;
	if (!w->count || when > w->last)
		w->last = when;
	w->count++;
	w->traffic.out += traffic.out;
	w->traffic.in += traffic.in;
}

enum rollup_fate rollup_note(struct rollup *r, const struct rollup_key *key, int64_t when,
			     struct rollup_traffic traffic, struct rollup_record *early)
{
	const struct name *name = key->name ? key->name : &no_name;
	uint64_t hash = hash_of(r, key, name);
	struct window *w = window_find(r, hash, key, name);

	early->count = 0;
	if (w && !is_over(r, w, when)) {
		hold(w, when, traffic);
		return ROLLUP_HELD;
	}
	if (!w) {
		w = lru_victim(&r->windows, hash);
		r->early += w && !is_over(r, w, when);
	}
	if (w)
		(void)end_window(r, w, early);
	open_window(r, hash, key, name, when);
	return ROLLUP_FIRST;
}

bool rollup_expired(struct rollup *r, int64_t now, struct rollup_record *out)
{
	struct window *w;

	while ((w = lru_oldest(&r->windows)) && is_over(r, w, now)) {
		if (end_window(r, w, out))
			return true;
	}
	return false;
}

bool rollup_rest(struct rollup *r, struct rollup_record *out)
{
	struct window *w;

	while ((w = lru_oldest(&r->windows))) {
		if (end_window(r, w, out))
			return true;
	}
	return false;
}

uint64_t rollup_early(const struct rollup *r)
{
	return r->early;
}
