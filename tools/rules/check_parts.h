/*
 * check_parts.h: the parts of `check`, a file each.
 */
#ifndef RULES_TOOL_CHECK_PARTS_H
#define RULES_TOOL_CHECK_PARTS_H

#include "findings.h"
#include "options.h"
#include "policies.h"

struct check {
	const struct options *options;
	struct pack pack;
	struct policies policies;
	struct findings found;
	long today;
};

/* check_schema: keys, types and forms of one file that could be parsed */
void check_schema(struct check *c, const struct pack_file *f);

/* check_names: patterns repeated, shadowed, over-broad, never to match; returns how many stand in more than one place. */
size_t check_names(const struct pack *p, struct findings *out);

/* check_globs: globs of which a longer one takes all names, and such as tie. */
void check_globs(struct check *c);

/* check_marks: networks, AS numbers and fingerprints that are none, are repeated, or lie within another of the rule. */
void check_marks(struct check *c);

/* check_policy: suppressions past their day; conditions on vendors, tags, rules and products that there are not. */
void check_policy(struct check *c);

/* check_references: malformed ones; with --references also those that a network no longer has. */
void check_references(struct check *c);

#endif
