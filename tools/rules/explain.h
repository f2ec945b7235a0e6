/*
 * explain.h: what is known about one name, for both ways to say it.
 */
#ifndef RULES_TOOL_EXPLAIN_H
#define RULES_TOOL_EXPLAIN_H

#include "cover.h"
#include "policies.h"

struct explain {
	struct name name;
	struct pack pack;
	struct policies policies;
	struct cover cover;
	const char *domain;			/* registrable part; NULL: none */
	const struct pack_pattern *near;	/* under the same domain, when nothing covers the name */
	bool near_off;				/* its rule is switched off */
};

void explain_words(const struct explain *e);
void explain_json(const struct explain *e);

#endif
