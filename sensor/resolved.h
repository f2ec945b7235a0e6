/*
 * resolved.h: who was told which address for a name that a rule matches, so that
 * a connection without a name can be told from the answer that led to it.
 *
 * Written on a match only; asked when a connection has opened without a name of
 * its own.  Beside it, for every address that an answer told, a sketch of which
 * names led there: the fewer, the surer.  All memory is bought by resolved_new.
 */
#ifndef TELLTALE_RESOLVED_H
#define TELLTALE_RESOLVED_H

#include "addr.h"
#include "hash.h"
#include "rules.h"

enum {
	RESOLVED_MAX = 65536,		/* pairs of client and address remembered */
	RESOLVED_GRACE = 600,		/* seconds behind its TTL that an answer still explains a connection */
	RESOLVED_SKETCH = 32768,	/* addresses whose names are sketched */
	RESOLVED_NAMES = 3		/* names told apart of one address */
};

struct resolved;

struct resolution {
	const struct rule *rule;
	const char *pattern;		/* of the rule, which matched; as long as the rules live */
	enum rule_kind kind;
	struct name name;		/* that was asked for */
	int64_t age;			/* of the answer, nanoseconds */
	uint32_t ttl;			/* seconds */
	unsigned others;		/* other names seen to lead to the address, at least */
};

struct resolved *resolved_new(struct hash_key key);
void resolved_free(struct resolved *r);

/* resolved_expect has what is known of the addresses fetched from memory: resolved_note comes soon. */
void resolved_expect(const struct resolved *r, const struct addr *addresses, size_t n);

/* resolved_note sketches that a name leads to some addresses: every answer's, matched or not. */
void resolved_note(struct resolved *r, const struct addr *addresses, size_t n, const struct name *name);

/* resolved_learn remembers an address that a client was told for a matched name. */
void resolved_learn(struct resolved *r, const struct addr *client, const struct addr *address,
		    const struct rule_hit *hit, const struct name *name, int64_t when, uint32_t ttl);

/* resolved_maybe is false of nearly every pair that resolved_find would not find: one load, which needs no lock. */
bool resolved_maybe(const struct resolved *r, const struct addr *client, const struct addr *address);

/* resolved_find is false when the client was not told the address, or too long ago. */
bool resolved_find(struct resolved *r, const struct addr *client, const struct addr *address, int64_t now,
		   struct resolution *out);

/*
 * resolved_may_lead is true when the name itself was seen to lead to the address, or
 * may have been: more names did than are told apart, or the sketch is of another.
 */
bool resolved_may_lead(const struct resolved *r, const struct addr *address, const struct name *name);

/* resolved_reload forgets what a retired rule matched: its texts are about to go. */
void resolved_reload(struct resolved *r);

uint64_t resolved_evicted(const struct resolved *r);	/* pairs forgotten for newer ones before their time */

#endif
