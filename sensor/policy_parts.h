/*
 * policy_parts.h: what loading and judging share; no one else includes it.
 */
#ifndef TELLTALE_POLICY_PARTS_H
#define TELLTALE_POLICY_PARTS_H

#include "clock.h"
#include "policy.h"

enum { POLICY_ANY = -1, POLICY_ID_MAX = 64, POLICY_MINUTES = 24 * 60 };	/* bytes of an id; of a day */

struct policy_texts {
	const char **all;		/* in order, for the search */
	size_t count;			/* 0: not asked */
};

struct policy_net {
	struct addr addr;		/* the bits behind the prefix are zero */
	uint8_t bits;			/* of the sixteen bytes, so 96 more for IPv4 */
};

struct policy_hours {
	uint16_t from, to;		/* minutes of the day, `to` not included */
};

/* Every condition that is asked must hold; one of a list is enough. */
struct policy_when {
	struct policy_texts vendor, tag, purpose, rule, product, country, name;
	struct {
		struct policy_net *all;	/* in order, none within another */
		size_t count;
	} client;
	struct {
		uint32_t *all;		/* in order */
		size_t count;
	} as;
	struct {
		struct policy_hours *all;
		size_t count;
	} hours;
	int installed;			/* POLICY_ANY, else as the rule has it */
	bool every_country;		/* of the event's, not one of them */
};

struct policy_entry {
	const char *id;
	const char *text;		/* the note of a severity, or NULL; the reason of a suppression */
	struct policy_when when;
	int severity;
	int64_t until;			/* nanoseconds; from then on a suppression is over */
	bool off;
	size_t dir;			/* where it comes from */
};

struct policy_list {
	struct policy_entry *all;	/* the first that fits decides */
	size_t count, room;
};

struct policy_kept;

struct policy {
	struct policy_list severities, suppressions;
	struct policy_kept *kept;	/* texts and lists */
};

/* policy_keep takes n zeroed bytes that live as long as the policy; NULL when memory is short. */
void *policy_keep(struct policy *p, size_t n);

/* policy_when_sort brings all lists into the order that the search needs. */
void policy_when_sort(struct policy_when *w);

bool policy_is_id(const char *text);
bool policy_is_name(const char *text);		/* lower case, no dot at either end */
bool policy_is_country(const char *text);
bool policy_is_purpose(const char *text);

/* policy_net_read reads an address or ADDRESS/BITS; policy_net_clip clears the bits behind; false: none were. */
bool policy_net_read(const char *text, struct policy_net *out);
bool policy_net_clip(struct policy_net *net);

bool policy_hours_read(const char *text, struct policy_hours *out);

/* policy_date_read reads YYYY-MM-DD and tells when that day is over, nanoseconds. */
bool policy_date_read(const char *text, int64_t *over);

/* policy_find_quoted finds a string of JSON, as a key or a value, at or behind p; NULL when it is not there. */
const char *policy_find_quoted(const char *p, const char *want, bool as_key);

/* policy_find_entry finds the index-th object of a list in the outermost one; the whole text when there is none. */
const char *policy_find_entry(const char *text, const char *list, size_t index);

/* The loader, for the part of it that reads conditions.  What these return NULL or false for is noted as the error. */
struct policy_load;
struct cJSON;

void *policy_load_keep(struct policy_load *l, size_t n);
const char *policy_load_text(struct policy_load *l, const char *text);

/* policy_fail notes what is wrong at the line of a key of the entry, and of a value behind it; always false. */
__attribute__((format(printf, 4, 5)))
bool policy_fail(struct policy_load *l, const char *key, const char *value, const char *format, ...);

bool policy_when_read(struct policy_load *l, const struct cJSON *when, struct policy_when *w);

#endif
