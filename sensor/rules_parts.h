/*
 * rules_parts.h: what loading and matching share; no one else includes it.
 */
#ifndef TELLTALE_RULES_PARTS_H
#define TELLTALE_RULES_PARTS_H

#include "rules.h"

struct pattern {
	const char *text;	/* without the leading labels of a glob's star: see anchor */
	const struct rule *rule;
	uint16_t len;
	uint16_t anchor;	/* where the part that the table knows starts; 0 but for globs */
	uint8_t kind;
};

struct slot {
	uint32_t tag;		/* upper half of the hash */
	uint32_t pattern;	/* index + 1, 0 when free */
};

struct block {
	struct block *next;
	size_t used, size;
	char bytes[];
};

struct rules {
	struct pattern *patterns;
	size_t count, room;
	struct slot *slots;
	uint32_t mask;
	uint64_t *filter;	/* one bit a hash: most names end here */
	uint32_t filter_mask;
	struct block *blocks;	/* strings and rules */
	struct rule *newest;	/* all of them, linked by `before` */
	size_t rules, vendors;
};

/* rules_keep takes n zeroed bytes that live as long as the set; NULL when memory is short. */
void *rules_keep(struct rules *r, size_t n);

/* rules_add_pattern notes a pattern; rules_index makes all of them findable. */
bool rules_add_pattern(struct rules *r, const struct rule *rule, const char *text, enum rule_kind kind);
bool rules_index(struct rules *r);

/* rules_forget_disabled drops the patterns of rules that a later directory replaced. */
void rules_forget_disabled(struct rules *r);

/* rules_same finds the first indexed pattern of the same kind and text: itself, when there is no other. */
const struct pattern *rules_same(const struct rules *r, const struct pattern *p);

#endif
