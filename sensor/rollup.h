/*
 * rollup.h: repeats folded into one record.
 *
 * Sightings of one key (client, server, rule, name, kind) within a window of
 * packet time are one story: the first is written at once, the later ones are
 * counted, and when the window has passed, one record tells them.  For every
 * key, sightings = those told to be written + the sum of its records' counts,
 * whatever the clocks and however small the table.  The table is bought at
 * start; when it is full, the window opened longest ago ends early.
 *
 * The rule is compared and handed back, never looked into: before a reload
 * frees it, take out every record with rollup_rest.
 */
#ifndef TELLTALE_ROLLUP_H
#define TELLTALE_ROLLUP_H

#include "addr.h"
#include "hash.h"
#include "name.h"

enum { ROLLUP_ENTRIES_MAX = 65536 };	/* what the sensor asks for */

struct rule;

struct rollup_key {
	struct addr client, server;
	const struct rule *rule;	/* NULL is a rule like any other */
	const struct name *name;	/* NULL is the empty name */
	uint32_t kind;			/* what else the caller keeps apart, as the evidence */
};

struct rollup_traffic {
	uint64_t out, in;		/* bytes from and to the client */
};

struct rollup_record {
	struct addr client, server;
	const struct rule *rule;
	struct name name;
	uint32_t kind;
	int64_t first, last;		/* nanoseconds since 1970: earliest and latest of those held back */
	uint64_t count;			/* held back, the written one not among them; 0: no record */
	struct rollup_traffic traffic;	/* of those held back */
};

enum rollup_fate {
	ROLLUP_FIRST,			/* write it now */
	ROLLUP_HELD			/* it stands in a record to come */
};

struct rollup;

/* rollup_new takes the window in nanoseconds; NULL when memory is short, or for a capacity of 0. */
struct rollup *rollup_new(uint32_t capacity, int64_t window, struct hash_key key);
void rollup_free(struct rollup *r);

/*
 * rollup_note tells what to do with a sighting.  Room for a first one may have to
 * be made by ending a window: then early->count is not 0, and that record is to be
 * written before the sighting.
 */
enum rollup_fate rollup_note(struct rollup *r, const struct rollup_key *key, int64_t when,
			     struct rollup_traffic traffic, struct rollup_record *early);

/*
 * rollup_expired gives the records of windows that are over at `now`, one a call, in
 * the order in which they were opened; false when there is none.  A clock that is
 * set back by more than a window ends windows, too.
 */
bool rollup_expired(struct rollup *r, int64_t now, struct rollup_record *out);

/* rollup_rest gives what is left, in the same order, until it is false and the table empty. */
bool rollup_rest(struct rollup *r, struct rollup_record *out);

/* rollup_early counts windows that ended before their time because the table was full. */
uint64_t rollup_early(const struct rollup *r);

#endif
