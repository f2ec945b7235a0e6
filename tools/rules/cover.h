/*
 * cover.h: all patterns that match a name, the most specific first.
 */
#ifndef RULES_TOOL_COVER_H
#define RULES_TOOL_COVER_H

#include "pack.h"

enum { COVER_MAX = 256 };

struct cover {
	const struct pack_pattern *list[COVER_MAX];
	size_t count;
};

/* cover_find takes live rules only; a name has no more labels than the list has room for but in odd packs. */
void cover_find(const struct pack *p, const char *name, struct cover *out);

/* cover_above is true when `a` wins over `b`. */
bool cover_above(const struct pack_pattern *a, const struct pack_pattern *b);

#endif
