/*
 * rules.h: vendors' services by name, network, autonomous system and client
 * fingerprint; loading from JSON and matching.
 *
 * A rule set is built whole or not at all, and never changes afterwards: a
 * reload builds another and swaps it in.  Strings of a rule live as long as
 * its set.
 */
#ifndef TELLTALE_RULES_H
#define TELLTALE_RULES_H

#include <stdio.h>

#include "addr.h"
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
	const char *file;		/* where it stands */
	bool installed;			/* contact shows an installed product */
	bool enabled;
	bool retired;			/* its set was replaced: */
	const struct rule *successor;	/* the rule of the same id in the set that did; NULL without one */
};

enum rule_kind { RULE_SUFFIX, RULE_GLOB, RULE_EXACT, RULE_CIDR, RULE_AS, RULE_JA4 };

/* Of the far end's address alone. */
static inline bool rule_kind_is_nameless(enum rule_kind kind)
{
	return kind == RULE_CIDR || kind == RULE_AS;
}

struct rule_hit {
	const struct rule *rule;
	const char *pattern;		/* as the rule has it; of an AS its number in decimal */
	enum rule_kind kind;
	const struct name *via;		/* the alias that matched instead of the name itself; NULL */
	int severity;			/* 0 to 100, by policy */
	const char *severity_id;	/* the policy's entry that says so; NULL without one */
	const struct resolution *by;	/* the answer that a nameless connection was told by; NULL */
	const char *hidden;		/* why the connection's own name is not to be read; NULL */
};

/* A network whose addresses say little of who is behind them. */
struct network {
	uint32_t as;
	const char *name;
	const char *kind;		/* "cdn" or "cloud" */
	const char **references;	/* ends with NULL; at least one */
};

struct rules_error {
	char file[512];
	unsigned line;			/* 0 when the whole file is meant */
	char what[512];			/* what is wrong and what to do */
};

struct rules;

/*
 * rules_load reads DIR/vendors/(*).json, or DIR/(*).json when there is no such
 * folder, and DIR/networks.json when it is there.  NULL with *error filled when
 * one file is wrong: nothing half loaded.
 */
struct rules *rules_load(const char *dir, struct rules_error *error);

/*
 * rules_load_all reads several directories as one set: a rule of a later one
 * takes the place of one with the same id in an earlier one, a network of one
 * with the same number.
 */
struct rules *rules_load_all(const char *const *dirs, size_t n, struct rules_error *error);
void rules_free(struct rules *r);

/*
 * rules_match finds the most specific rule of a name: exact, then the longest
 * suffix or glob; of equals the suffix, then the glob with more behind its
 * last star, then the first in order of bytes.  False when there is none.  The
 * cost is that of the name's labels, whatever the number of rules.
 */
bool rules_match(const struct rules *r, const struct name *name, struct rule_hit *out);

/*
 * rules_glob_fits compares from the left.  A star stands for any bytes of one
 * label, or none, and a label has one at the most: so there is nothing to try
 * again, whatever the name.
 */
bool rules_glob_fits(const char *glob, const char *name);

/* rules_retire marks the rules of a set that another is about to replace, and names the successor of each. */
void rules_retire(const struct rules *old, const struct rules *now);

/* rules_match_addr finds the rule with the longest prefix that holds an address. */
bool rules_match_addr(const struct rules *r, const struct addr *a, struct rule_hit *out);

bool rules_match_as(const struct rules *r, uint32_t as, struct rule_hit *out);

/*
 * rules_match_ja4 finds the rule of a fingerprint (36 characters and a NUL, see
 * ja4.h): the one that names most of its three parts, of equals the one that
 * names the earlier parts.
 */
bool rules_match_ja4(const struct rules *r, const char *ja4, struct rule_hit *out);

/* False when no rule of the kind is loaded: then there is nothing to ask. */
bool rules_has_addr(const struct rules *r);
bool rules_has_as(const struct rules *r);
bool rules_has_ja4(const struct rules *r);

/* rules_network tells of an autonomous system that serves many: a CDN or a cloud.  NULL for all others. */
const struct network *rules_network(const struct rules *r, uint32_t as);

size_t rules_count(const struct rules *r);	/* enabled rules */
size_t rules_patterns(const struct rules *r);	/* of enabled rules, of all kinds */
size_t rules_vendors(const struct rules *r);
const char *rule_kind_text(enum rule_kind kind);

#endif
