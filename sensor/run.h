/*
 * run.h: the loop over captures: opens them, feeds the sensor, heeds signals,
 * says the totals.
 */
#ifndef TELLTALE_RUN_H
#define TELLTALE_RUN_H

#include "capture.h"
#include "geo.h"
#include "options.h"
#include "rules.h"
#include "sensor.h"

struct run {
	const struct options *options;
	struct rules *rules;
	struct policy *policy;
	struct geo *geo;
	bool text;
	struct sensor *sensor;
	struct sink sink;
	uint64_t left;			/* packets still to read, with -c */
	bool damaged;			/* a capture was not read to its end */
	struct capture *reading;
	/* what the user asked for beside events, each NULL when not: */
	struct exhibit *exhibit;
	struct store *store;
	struct pseudonym *pseudonym;
	struct oui *oui;
	int evidence_fd;
	int64_t flushed;		/* of the clock, when they were written last */
};

/*
 * run_extras_open opens what the options ask for and hands it to the report's
 * options; false when something cannot be, which is said.  run_extras_tick writes it
 * down once a second of the clock, run_extras_close the rest; false when not all of
 * it could be.
 */
bool run_extras_open(struct run *r, struct report_options *s);
void run_extras_tick(struct run *r);
bool run_extras_close(struct run *r, int64_t now);

/*
 * run_load loads rules and policy from the directories that the options name;
 * else the shipped ones and, over them, those of the site when there are any.
 * Both or none.
 */
bool run_load(const struct options *o, struct rules **rules, struct policy **policy, struct rules_error *error);

/* run_output opens the sink; false when it said why not.  When `*stop` is set, readers are waited for no more. */
bool run_output(struct run *r, const volatile sig_atomic_t *stop);

/* run_totals says what the run came to; false when something was lost. */
bool run_totals(struct run *r);

/* run_start is the whole run; its value is the exit status. */
int run_start(struct run *r);

#endif
