/*
 * rules.h: vendors' services by name; loading from JSON and matching.
 *
 * A rule set is built whole or not at all, and never changes afterwards: a
 * reload builds another and swaps it in.  Strings of a rule live as long as
 * its set.
 */
#ifndef TELLTALE_RULES_H
#define TELLTALE_RULES_H

#include <stdio.h>

#include "name.h"

struct resolution;

/* The purposes that a rule may have, NULL behind the last. */
extern const char *const rule_purposes[];

struct vendor {
	const char *id, *name;
	const char *country;		/* ISO 3166-1 alpha-2; NULL when unknown */
	const char **tags;		/* ends with NULL */
};

struct rule {
	const struct vendor *vendor;
	const char *id, *product, *purpose, *confidence;
	const char *reviewed;		/* date; NULL when missing */
	const char **references;	/* ends with NULL; at least one */
	bool installed;			/* contact shows an installed product */
	bool enabled;
	struct rule *before;		/* the one loaded before this, for the loader */
	bool retired;			/* its set was replaced: */
	const struct rule *successor;	/* the rule of the same id in the set that did; NULL without one */
};

enum rule_kind { RULE_SUFFIX, RULE_GLOB, RULE_EXACT };

static inline bool rule_kind_is_nameless(enum rule_kind kind)
{
	return kind > RULE_EXACT;
}

struct rule_hit {
	const struct rule *rule;
	const char *pattern;
	enum rule_kind kind;
	const struct name *via;		/* the alias that matched instead of the name itself; NULL */
	int severity;			/* 0 to 100, by policy */
	const char *severity_id;	/* the policy's entry that says so; NULL without one */
	const struct resolution *by;	/* the answer that a nameless connection was told by; NULL */
	const char *hidden;		/* why the connection's own name is not to be read; NULL */
};

struct rules_error {
	char file[512];
	unsigned line;			/* 0 when the whole file is meant */
	char what[512];			/* what is wrong and what to do */
};

struct rules;

/*
 * rules_load reads DIR/vendors/(*).json, or DIR/(*).json when there is no such
 * folder.  NULL with *error filled when one file is wrong: nothing half loaded.
 */
struct rules *rules_load(const char *dir, struct rules_error *error);

/*
 * rules_load_all reads several directories as one set: a rule of a later one
 * takes the place of one with the same id in an earlier one.
 */
struct rules *rules_load_all(const char *const *dirs, size_t n, struct rules_error *error);
void rules_free(struct rules *r);

/*
 * rules_match finds the most specific rule of a name: exact before longest
 * suffix or glob.  False when there is none.  The cost is that of the name's
 * labels, whatever the number of rules.
 */
bool rules_match(const struct rules *r, const struct name *name, struct rule_hit *out);

/* rules_retire marks the rules of a set that another is about to replace, and names the successor of each. */
void rules_retire(const struct rules *old, const struct rules *now);

size_t rules_count(const struct rules *r);	/* enabled rules */
size_t rules_patterns(const struct rules *r);	/* of enabled rules */
size_t rules_vendors(const struct rules *r);
const char *rule_kind_text(enum rule_kind kind);

#endif
