#include "rules_parts.h"

#include <stdlib.h>

enum { FILTER_BITS_PER_NAME = 12, NAMES_PER_BUCKET = 4 };

/* hash_tail also notes how many labels the tails have. */
static uint64_t hash_tail(struct rules *r, const struct pattern *p)
{
	const char *tail = p->text + p->anchor;
	unsigned labels = 0;
	uint64_t h = 0;

	for (size_t at = p->len - p->anchor, end = at; at; end = at ? --at : 0) {
		while (at && tail[at - 1] != '.')
			at--;
		h = rules_hash(&r->key, h, tail + at, end - at);
		labels++;
	}
	r->fewest = labels < r->fewest ? labels : r->fewest;
	r->most = labels > r->most ? labels : r->most;
	return h;
}

/* note_use keeps a list in falling order of `rank`, which ends with 0. */
static void note_use(uint8_t *list, uint8_t value, const uint8_t *rank)
{
	uint8_t carried = value;

	for (; *list && *list != value; list++) {
		if ((rank ? rank[carried] > rank[*list] : carried > *list)) {
			uint8_t smaller = *list;

			*list = carried;
			carried = smaller;
		}
	}
	*list = *list == value ? value : carried;
}

/* index_fact notes what a pattern is; false when another one says the same. */
static bool index_fact(struct rules *r, uint32_t at, struct rules_clash *clash)
{
	/* by the parts named, the first of them in bit 0: more before fewer, then the earlier ones */
	static const uint8_t rank[RULES_JA4_SHAPES] = { 0, 3, 2, 6, 1, 5, 4, 7 };
	struct pattern p = rules_pattern(r->packed + at);
	struct rules_key key = { { 0, 0, 0 } };
	struct rules_fact *f;
	unsigned shape;

	if (p.kind == RULE_CIDR && rules_key_cidr(p.text, &key))
		note_use(r->lengths[strchr(p.text, ':') == NULL], (uint8_t)key.word[2], NULL);
	else if (p.kind == RULE_JA4 && rules_key_ja4(p.text, &key, &shape))
		note_use(r->shapes, (uint8_t)shape, rank);
	else
		key.word[0] = strtoul(p.text, NULL, 10);
	f = rules_fact(r, p.kind, &key);
	if (f->at) {
		*clash = (struct rules_clash){ .why = RULES_SAME, .at = at, .other = f->at };
		return false;
	}
	*f = (struct rules_fact){ .key = key, .at = at, .kind = p.kind };
	return true;
}

static bool is_name(const struct pattern *p)
{
	return p->kind <= RULE_EXACT;
}

/* count counts the patterns of enabled rules, of each kind. */
static void count(struct rules *r)
{
	for (size_t at = 0; at < r->used; at += rules_pattern_size(r->packed + at)) {
		struct pattern p = rules_pattern(r->packed + at);

		r->count[p.kind] += r->all[p.rule]->enabled;
	}
}

/* measure finds where each bucket starts, and behind the last one the facts; the bytes of all. */
static size_t measure(struct rules *r)
{
	uint32_t sum = 1, facts = 0;	/* 0 says that the place of a fact is free */

	for (size_t at = 0; at < r->used; at += rules_pattern_size(r->packed + at)) {
		struct pattern p = rules_pattern(r->packed + at);
		uint32_t size = r->all[p.rule]->enabled ? (uint32_t)rules_pattern_size(r->packed + at) : 0;

		if (is_name(&p) && size)
			r->buckets[rules_reduce(hash_tail(r, &p), r->bucket_count)] += size;
		else
			facts += size;
	}
	for (uint32_t i = 0; i <= r->bucket_count; i++) {
		uint32_t size = r->buckets[i];

		r->buckets[i] = sum;
		sum += size;
	}
	return (size_t)sum + facts;
}

/* place copies each pattern into its bucket, and the facts behind; then a bucket starts where the one before ends. */
static void place(struct rules *r, uint8_t *to)
{
	for (size_t at = 0, size; at < r->used; at += size) {
		struct pattern p = rules_pattern(r->packed + at);
		uint32_t *end = &r->buckets[r->bucket_count];
		uint64_t h = 0;

		size = rules_pattern_size(r->packed + at);
		if (!r->all[p.rule]->enabled)
			continue;
		if (is_name(&p)) {
			h = hash_tail(r, &p);
			end = &r->buckets[rules_reduce(h, r->bucket_count)];
			r->filter[rules_reduce(h, r->words)] |= rules_filter_bits(h);
		}
		memcpy(to + *end, r->packed + at, size);
		to[*end] = rules_tag(h);
		*end += (uint32_t)size;
	}
	r->used = r->buckets[r->bucket_count];
	memmove(r->buckets + 1, r->buckets, r->bucket_count * sizeof(*r->buckets));
	r->buckets[0] = 1;
	free(r->packed);
	r->packed = to;
}

/* check_bucket is false when two patterns say the same, or too many globs end the same. */
static bool check_bucket(const struct rules *r, uint32_t start, uint32_t end, struct rules_clash *clash)
{
	for (uint32_t at = start; at < end; at += (uint32_t)rules_pattern_size(r->packed + at)) {
		struct pattern p = rules_pattern(r->packed + at);
		unsigned globs = 0;

		for (uint32_t o = start; o < at; o += (uint32_t)rules_pattern_size(r->packed + o)) {
			struct pattern q = rules_pattern(r->packed + o);

			globs += p.kind == RULE_GLOB && q.kind == RULE_GLOB &&
				 strcmp(q.text + q.anchor, p.text + p.anchor) == 0;
			if (q.kind == p.kind && strcmp(q.text, p.text) == 0)
				*clash = (struct rules_clash){ .why = RULES_SAME, .at = at, .other = o };
			else if (globs == RULES_GLOBS_MAX)
				*clash = (struct rules_clash){ .why = RULES_GLOBS, .at = at, .other = o };
			if (clash->at)
				return false;
		}
	}
	return true;
}

static bool check(struct rules *r, struct rules_clash *clash)
{
	bool ok = true;

	for (uint32_t i = 0; ok && i < r->bucket_count; i++)
		ok = check_bucket(r, r->buckets[i], r->buckets[i + 1], clash);
	for (uint32_t at = r->buckets[r->bucket_count]; ok && at < r->used;
	     at += (uint32_t)rules_pattern_size(r->packed + at))
		ok = index_fact(r, at, clash);
	return ok && !rules_shadowed(r, clash);
}

bool rules_index(struct rules *r, struct rules_clash *clash)
{
	size_t names, facts, size = 16;
	uint8_t *packed;

	*clash = (struct rules_clash){ .at = 0 };
	count(r);
	names = r->count[RULE_SUFFIX] + r->count[RULE_GLOB] + r->count[RULE_EXACT];
	facts = r->count[RULE_CIDR] + r->count[RULE_AS] + r->count[RULE_JA4];
	while (size < 2 * facts)
		size *= 2;
	r->fact_mask = (uint32_t)(size - 1);
	r->words = (uint32_t)(names * FILTER_BITS_PER_NAME / 64 + 1);
	r->bucket_count = (uint32_t)(names / NAMES_PER_BUCKET + 1);
	r->fewest = NAME_TEXT_MAX;
	r->filter = calloc(r->words, sizeof(*r->filter));
	r->buckets = calloc((size_t)r->bucket_count + 1, sizeof(*r->buckets));
	r->facts = calloc(size, sizeof(*r->facts));
	if (!r->filter || !r->buckets || !r->facts)
		return false;
	packed = malloc(measure(r) + RULES_SPARE);
	if (!packed)
		return false;
	place(r, packed);
	return check(r, clash);
}
