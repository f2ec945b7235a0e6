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
};

/*
 * run_load loads rules and policy from the directories that the options name;
 * else the shipped ones and, over them, those of the site when there are any.
 * Both or none.
 */
bool run_load(const struct options *o, struct rules **rules, struct policy **policy, struct rules_error *error);

/* run_totals says what the run came to; false when something was lost. */
bool run_totals(struct run *r);

/* run_start is the whole run; its value is the exit status. */
int run_start(struct run *r);

#endif
