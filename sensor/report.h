/*
 * report.h: what is made of a sighting: rule, policy, places, and the lines that tell of it.
 *
 * The second half of a packet's story, behind extract: which rule a name or a
 * nameless connection belongs to, what the site wants to hear of, how much went
 * over the connection, which repeats are folded.  It writes to the sink and keeps
 * the two balances of events.
 */
#ifndef TELLTALE_REPORT_H
#define TELLTALE_REPORT_H

#include "account.h"
#include "count.h"
#include "event.h"
#include "hash.h"
#include "policy.h"
#include "sink.h"

struct layers;
struct report;
struct store;
struct pseudonym;
struct exhibit;
struct oui;
struct shared;

struct report_options {
	struct hash_key key;		/* of the tables: see hash.h */
	bool all;			/* names that no rule matches, too */
	bool text, colour;		/* lines for people instead of JSON */
	bool part;			/* one of several workers: it tells nothing of the sensor itself */
	const char *interface, *host;	/* of a live capture; NULL for files */
	int rollup;			/* seconds within which repeats are folded; 0: none is */
	int flow_interval;		/* seconds after which a long connection is told of; 0: at its end only */
	uint64_t evidence_bytes;	/* of a matched connection written behind its sighting */
	struct store *store;		/* each NULL when not wanted; borrowed */
	struct pseudonym *pseudonym;
	struct exhibit *exhibit;
	struct oui *oui;
	struct shared *shared;		/* never NULL */
};

/* report_new borrows what it is given.  NULL when memory is short. */
struct report *report_new(const struct report_options *o, struct counts *counts, struct sink *sink,
			  const struct rules *rules, const struct policy *policy, struct geo *geo);
void report_free(struct report *r);

/* report_tables says which packets report_packet needs: see account_may. */
struct account_tables report_tables(const struct report *r);

/* report_packet counts a packet of a matched connection, before its names are looked for. */
void report_packet(struct report *r, const struct packet *p, int64_t when);

/*
 * report_stranger is true of a packet of UDP outside of connections of QUIC that
 * goes where its client was sent by the answer for a matched name.
 */
bool report_stranger(const struct report *r, const struct packet *p);

void report_sighting(struct report *r, const struct sighting *s);

/* report_tick, once a second of the packets' clock, tells what has ended; report_rest what is left. */
void report_tick(struct report *r, int64_t now);
void report_rest(struct report *r, int64_t now);

/* report_learn takes what a packet tells of the machines of the site. */
void report_learn(struct report *r, const struct packet *p, const struct layers *layers, int64_t when);

/* report_interface names where the packets come from now; borrowed. */
void report_interface(struct report *r, const char *name);

/*
 * report_rules swaps in another set, which the old one was told of (rules_retire),
 * another policy and other databases; the old ones are not used afterwards, but by
 * what is shared: see resolved_reload.
 */
void report_rules(struct report *r, const struct rules *rules, const struct policy *policy, struct geo *geo);

/* report_counts brings the counters of the tables up to date. */
void report_counts(struct report *r);

/* report_say writes a lifecycle event, report_stats one of the counters. */
void report_say(struct report *r, const char *action, int64_t when);
void report_stats(struct report *r, int64_t when, const struct event_drops *drops);

uint64_t report_matches(const struct report *r);
uint64_t report_names(const struct report *r);

#endif
