/*
 * diff.h: changes from one set of rules to another, collected as JSON and said in either form.
 */
#ifndef RULES_TOOL_DIFF_H
#define RULES_TOOL_DIFF_H

#include "marks.h"
#include "policies.h"

/* One side. */
struct diff_side {
	struct pack pack;
	struct marks marks;
	struct policies policies;
};

/* What is compared: found on either side by its id. */
struct diff_item {
	const char *what;		/* "vendor", "rule", "severity" ... */
	const char *id;
	const cJSON *json;
	const char *rule, *kind;	/* of a pattern; NULL for all else */
};

struct diff {
	cJSON *changes;			/* array */
	size_t added, removed, changed;
};

/* diff_items compares two lists; both are sorted. */
void diff_items(struct diff *d, struct diff_item *old, size_t n, struct diff_item *new, size_t m);

void diff_words(const struct diff *d);

#endif
