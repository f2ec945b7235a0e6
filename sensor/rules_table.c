#include "rules_parts.h"

#include <stdlib.h>
#include <sys/auxv.h>

enum { BLOCK_BYTES = 65536, PACKED_BYTES = 65536 };

void *rules_keep(struct rules *r, size_t n)
{
	struct rules_block *b = r->blocks;

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

/*
 * The key comes from what the kernel gives each process at its start: no system
 * call, which a sandbox might refuse at a reload.  What is found does not depend
 * on it, so events do not.
 */
struct rules *rules_new(void)
{
	struct rules *r = calloc(1, sizeof(*r));
	const void *random = (const void *)(uintptr_t)getauxval(AT_RANDOM);
	uint64_t word[2] = { 0, 0 };

	if (!r)
		return NULL;
	if (random)
		memcpy(word, random, sizeof(word));
	r->key.a = hash_pair(&hash_key_files, word[0], word[1]);
	r->key.b = hash_pair(&hash_key_files, word[1], word[0]);
	return r;
}

void rules_free(struct rules *r)
{
	struct rules_block *next;

	if (!r)
		return;
	for (struct rules_block *b = r->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	free(r->buckets);
	free(r->filter);
	free(r->packed);
	free(r->facts);
	free(r->all);
	free(r->networks);
	free(r);
}

bool rules_add_rule(struct rules *r, struct rule *rule)
{
	if (r->all_count == r->all_room) {
		size_t room = r->all_room ? 2 * r->all_room : 1024;
		struct rule **all = realloc(r->all, room * sizeof(struct rule *));

		if (!all)
			return false;
		r->all = all;
		r->all_room = room;
	}
	r->all[r->all_count++] = rule;
	r->rules += rule->enabled;
	return true;
}

bool rules_add_pattern(struct rules *r, const char *text, enum rule_kind kind)
{
	size_t len = strlen(text), need;
	const char *star = kind == RULE_GLOB ? strrchr(text, '*') : NULL, *dot = star ? strchr(star, '.') : NULL;
	uint32_t rule = (uint32_t)(r->all_count - 1);
	uint8_t *p;

	need = r->used + RULES_HEAD + len + 1 + RULES_SPARE;
	if (need >= UINT32_MAX)
		return false;
	if (need > r->room) {
		size_t room = need > PACKED_BYTES ? need + need / 2 : PACKED_BYTES;

		p = realloc(r->packed, room);
		if (!p)
			return false;
		r->packed = p;
		r->room = room;
	}
	p = r->packed + r->used;
	p[0] = 0;
	p[1] = (uint8_t)kind;
	p[2] = (uint8_t)(dot ? dot + 1 - text : 0);
	p[3] = (uint8_t)len;
	memcpy(p + 4, &rule, sizeof(rule));
	memcpy(p + RULES_HEAD, text, len + 1);
	r->used += RULES_HEAD + len + 1;
	return true;
}
