/*
 * explain.h: what is known about one name, address or fingerprint, for both ways to say it.
 */
#ifndef RULES_TOOL_EXPLAIN_H
#define RULES_TOOL_EXPLAIN_H

#include "cover.h"
#include "geo.h"
#include "marks.h"
#include "options.h"
#include "policies.h"
#include "policy.h"

enum { EXPLAIN_HITS_MAX = COVER_MAX, EXPLAIN_COUNTRIES_MAX = 16 };

/* A pattern that fits. */
struct explain_hit {
	uint32_t rule;			/* index */
	const char *kind, *text;
};

/* The contact that the policy is asked about: what the options say, else what is known of the address. */
struct explain_contact {
	bool has_client, has_countries, has_as, has_at;
	struct addr client;
	char countries[EXPLAIN_COUNTRIES_MAX][3];
	size_t country_count;
	uint32_t as_number;
	int64_t when;			/* nanoseconds since 1970 UTC */
};

struct explain {
	const struct options *options;
	struct pack pack;
	struct policies policies;
	struct marks marks;
	struct explain_hit hits[EXPLAIN_HITS_MAX];	/* most specific first */
	size_t hit_count;
	enum explain_subject { SUBJECT_NAME, SUBJECT_ADDR, SUBJECT_JA4 } subject;
	struct name name;		/* what is asked about; as text also of an address or a fingerprint */
	struct addr addr;
	struct place place;		/* of the address */
	bool placed;			/* a database knows it */
	size_t unasked;			/* AS rules, for want of a database */
	const char *domain;		/* registrable part of a name; NULL: none */
	const struct pack_pattern *near;	/* under the same domain, when nothing fits the name */
	struct explain_contact contact;
	struct policy *policy;
	struct policy_verdict verdict;
};

/* explain_name, explain_addr, explain_ja4 find the hits; false, and said, when it cannot be done. */
bool explain_name(struct explain *e);
bool explain_addr(struct explain *e);
bool explain_ja4(struct explain *e);

/* explain_contact_read takes the options; false, and said, when one is wrong. */
bool explain_contact_read(const struct options *o, struct explain_contact *out);

/* explain_judge asks the policy about the first hit; false, and said, when there is no policy to ask. */
bool explain_judge(struct explain *e);

/*
 * explain_may walks the entries of a list ("severity", "suppressions") that would decide if the contact were known
 * closer; start with NULL.  *file is where it stands.
 */
const cJSON *explain_may(const struct explain *e, const char *list, const cJSON *before,
			 const struct policies_file **file);

void explain_words(const struct explain *e);
void explain_json(const struct explain *e);

/* Parts of these, for the policy. */
void explain_row(const char *key, const char *value, const char *more);
void explain_policy_words(const struct explain *e);
cJSON *explain_policy_json(const struct explain *e);

#endif
