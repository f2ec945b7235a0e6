/*
 * policy.h: how grave a sighting is, and whether a site has decided not to hear of it.
 *
 * A policy is built whole or not at all, and never changes afterwards: a reload
 * builds another and swaps it in.  Texts of a verdict live as long as the
 * policy.  telltale-policy(5) describes the files.
 */
#ifndef TELLTALE_POLICY_H
#define TELLTALE_POLICY_H

#include "addr.h"
#include "name.h"
#include "rules.h"

struct policy;

/* What is asked about.  Borrowed for the call. */
struct policy_input {
	const struct rule *rule;	/* NULL: no rule matched */
	struct addr client;
	const struct name *name;	/* sighted; NULL when there is none */
	const struct name *via;		/* the alias that matched instead of it; NULL */
	const char (*countries)[3];	/* of the far end, each two letters and a NUL */
	size_t country_count;
	uint32_t as_number;		/* of the far end, 0 when unknown */
	int64_t when;			/* the packet's clock, nanoseconds since 1970 UTC */
};

struct policy_verdict {
	int severity;			/* 0 to 100; 0 when no entry fits */
	const char *severity_id;	/* the entry that decided; NULL when none fits */
	const char *note;		/* what it says of itself; NULL */
	const char *suppressed_by;	/* id of the suppression; NULL: to be told */
	const char *reason;		/* of the suppression; NULL without one */
};

/*
 * policy_load reads DIR/policies/(*).json of each directory in order; a later one
 * takes the place of what has the same id in an earlier one.  A directory without
 * that folder adds nothing.  NULL with *error filled when one file is wrong.
 */
struct policy *policy_load(const char *const *dirs, size_t n, struct rules_error *error);
void policy_free(struct policy *p);

/*
 * policy_judge allocates nothing and cannot fail.  The cost grows with the entries,
 * hardly with how long their lists are.  Without a policy (NULL) nothing is grave
 * and nothing suppressed.
 */
void policy_judge(const struct policy *p, const struct policy_input *in, struct policy_verdict *out);

/* policy_expired counts the suppressions whose last day is over at `now`. */
size_t policy_expired(const struct policy *p, int64_t now);

size_t policy_severities(const struct policy *p);	/* entries in force */
size_t policy_suppressions(const struct policy *p);	/* the same, expired ones with them */

#endif
