#include "rules_parts.h"

#include <stdlib.h>

enum { BLOCK_BYTES = 65536, FILTER_BITS_PER_PATTERN = 16 };

const char *const rule_purposes[] = {
	"telemetry", "cloud-lookup", "update", "activation", "crash-report", "remote-management",
	"remote-access", "cloud-video", "connectivity-check", "time", "account", "ads", "content",
	"website", "encrypted-dns", NULL
};

void *rules_keep(struct rules *r, size_t n)
{
	struct block *b = r->blocks;

	n = (n + 7) & ~(size_t)7;
	if (!b || b->size - b->used < n) {
		size_t size = n > BLOCK_BYTES ? n : BLOCK_BYTES;

		b = calloc(1, sizeof(*b) + size);
		if (!b)
			return NULL;
		b->size = size;
		b->next = r->blocks;
		r->blocks = b;
	}
	b->used += n;
	return b->bytes + b->used - n;
}

void rules_free(struct rules *r)
{
	struct block *next;

	if (!r)
		return;
	for (struct block *b = r->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	free(r->patterns);
	free(r->slots);
	free(r->filter);
	free(r);
}

/* The hash of a name's tail grows from its end, one byte at a time to the left. */
static uint64_t hash_left(uint64_t h, char c)
{
	return (h ^ (uint8_t)c) * UINT64_C(0x9e3779b97f4a7c15);
}

static uint64_t hash_done(uint64_t h)
{
	h ^= h >> 32;
	h *= UINT64_C(0xd6e8feb86659fd93);
	return h ^ h >> 29;
}

static uint64_t hash_text(const char *text, size_t n)
{
	uint64_t h = 0;

	while (n)
		h = hash_left(h, text[--n]);
	return hash_done(h);
}

bool rules_add_pattern(struct rules *r, const struct rule *rule, const char *text, enum rule_kind kind)
{
	struct pattern *p;
	const char *star = strrchr(text, '*');

	if (r->count == r->room) {
		size_t room = r->room ? 2 * r->room : 1024;

		p = realloc(r->patterns, room * sizeof(*p));
		if (!p)
			return false;
		r->patterns = p;
		r->room = room;
	}
	p = &r->patterns[r->count++];
	*p = (struct pattern){ .text = text, .rule = rule, .len = (uint16_t)strlen(text), .kind = (uint8_t)kind };
	if (kind == RULE_GLOB && star) {
		const char *dot = strchr(star, '.');

		p->anchor = (uint16_t)(dot ? dot + 1 - text : p->len);
	}
	return true;
}

void rules_forget_disabled(struct rules *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->count; i++) {
		if (r->patterns[i].rule->enabled)
			r->patterns[kept++] = r->patterns[i];
	}
	r->count = kept;
}

bool rules_index(struct rules *r)
{
	uint32_t slots = 64, bits = 512;

	while (slots < r->count * 2)
		slots *= 2;
	while (bits < r->count * FILTER_BITS_PER_PATTERN)
		bits *= 2;
	r->mask = slots - 1;
	r->filter_mask = bits - 1;
	r->slots = calloc(slots, sizeof(*r->slots));
	r->filter = calloc(bits / 64, sizeof(*r->filter));
	if (!r->slots || !r->filter)
		return false;
	for (size_t i = 0; i < r->count; i++) {
		const struct pattern *p = &r->patterns[i];
		uint64_t h = hash_text(p->text + p->anchor, (size_t)(p->len - p->anchor));
		uint32_t at = (uint32_t)h & r->mask, bit = (uint32_t)h & r->filter_mask;

		while (r->slots[at].pattern)
			at = (at + 1) & r->mask;
		r->slots[at] = (struct slot){ .tag = (uint32_t)(h >> 32), .pattern = (uint32_t)i + 1 };
		r->filter[bit >> 6] |= UINT64_C(1) << (bit & 63);
	}
	return true;
}

/*
 * glob_matches compares from the left.  A star stands for any bytes of one
 * label, or none, and a label has one at the most: so there is nothing to try
 * again, whatever the name.
 */
static bool glob_matches(const char *glob, const char *text)
{
	while (*glob) {
		if (*glob == '*') {
			size_t rest = strcspn(++glob, "."), left = strcspn(text, ".");

			if (rest > left)
				return false;
			text += left - rest;
		} else if (*glob++ != *text++) {
			return false;
		}
	}
	return !*text;
}

static bool pattern_fits(const struct pattern *p, const struct name *name, size_t at)
{
	size_t n = name->len - at;

	if (n != (size_t)(p->len - p->anchor) || memcmp(p->text + p->anchor, name->text + at, n) != 0)
		return false;
	if (p->kind != RULE_GLOB)
		return p->kind == RULE_SUFFIX || at == 0;
	return strlen(name->text) == name->len && glob_matches(p->text, name->text);
}

static bool more_specific(const struct pattern *p, const struct pattern *best)
{
	if (!best || p->kind == RULE_EXACT)
		return true;
	if (best->kind == RULE_EXACT || p->len < best->len)
		return false;
	return p->len > best->len || p->kind == RULE_SUFFIX;	/* of equals the plain one */
}

/* look asks the table for the tail of the name that starts at `at`. */
static const struct pattern *look(const struct rules *r, const struct name *name, size_t at,
				  uint64_t hash, const struct pattern *best)
{
	uint32_t bit = (uint32_t)hash & r->filter_mask;

	if (!(r->filter[bit >> 6] >> (bit & 63) & 1))
		return best;
	for (uint32_t i = (uint32_t)hash & r->mask; r->slots[i].pattern; i = (i + 1) & r->mask) {
		const struct pattern *p = &r->patterns[r->slots[i].pattern - 1];

		if (r->slots[i].tag == (uint32_t)(hash >> 32) && pattern_fits(p, name, at) &&
		    more_specific(p, best))
			best = p;
	}
	return best;
}

bool rules_match(const struct rules *r, const struct name *name, struct rule_hit *out)
{
	const struct pattern *best = NULL;
	uint64_t h = 0;

	for (size_t at = name->len; at--;) {
		h = hash_left(h, name->text[at]);
		if (at == 0 || name->text[at - 1] == '.')
			best = look(r, name, at, hash_done(h), best);
	}
	if (!best)
		return false;
	out->rule = best->rule;
	out->pattern = best->text;
	out->kind = best->kind;
	out->via = NULL;
	out->severity = 0;
	out->severity_id = NULL;
	return true;
}

const struct pattern *rules_same(const struct rules *r, const struct pattern *p)
{
	uint64_t h = hash_text(p->text + p->anchor, (size_t)(p->len - p->anchor));

	for (uint32_t i = (uint32_t)h & r->mask; r->slots[i].pattern; i = (i + 1) & r->mask) {
		const struct pattern *q = &r->patterns[r->slots[i].pattern - 1];

		if (q->kind == p->kind && strcmp(q->text, p->text) == 0)
			return q;
	}
	return NULL;
}

size_t rules_count(const struct rules *r)
{
	return r->rules;
}

size_t rules_patterns(const struct rules *r)
{
	return r->count;
}

size_t rules_vendors(const struct rules *r)
{
	return r->vendors;
}

const char *rule_kind_text(enum rule_kind kind)
{
	static const char *const texts[] = { "suffix", "glob", "exact" };

	return texts[kind];
}
