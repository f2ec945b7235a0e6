/*
 * report_parts.h: what the files of report share; no one else includes it.
 */
#ifndef TELLTALE_REPORT_PARTS_H
#define TELLTALE_REPORT_PARTS_H

#include "report.h"
#include "rollup.h"
#include "shared.h"

struct report {
	struct report_options options;
	struct counts *counts;
	struct sink *sink;
	const struct rules *rules;
	const struct policy *policy;
	struct event_context events;
	struct account *account;
	struct shared *shared;
	struct rollup *rollup;		/* NULL when nothing is folded */
	struct client_facts client;	/* of the event in work */
	char client_name[CLIENT_HOST_MAX + 1];
	uint64_t matches, names;
};

/* What a rollup keeps apart beside client, rule, name and server: the evidence, and these above it. */
enum report_kind { KIND_MATCH = 0x100, KIND_NAME = 0x200, KIND_HIDDEN = 0x300, KIND_FLOW = 0x400 };

/* What is known of a sighting on its way. */
struct finding {
	const struct sighting *seen;	/* as it is told: under a pseudonym when the site wants that */
	const struct sighting *real;	/* as it was seen */
	const struct event_told *told;
	struct rule_hit hit;		/* rule NULL when none matched */
	struct resolution *by;		/* set when the match rests on an answer */
	const char *hidden;		/* why no name could be read; NULL */
};

struct json report_line(struct report *r);

/* report_put ends the line and hands it on; one too long for its buffer is lost, and counted. */
void report_put(struct report *r, struct json *j);

/*
 * report_hold is true when the sighting or flow is folded into a rollup, which is
 * counted; false when it is to be written now.
 */
bool report_hold(struct report *r, const struct contact *c, const struct rule *rule, const struct name *name,
		 uint32_t kind, int64_t when, const struct tally *tally);
void report_rollups(struct report *r, int64_t now, bool all);

/* report_flow tells a record of a matched connection. */
void report_flow(struct report *r, const struct account_record *record);

/* report_judge asks the policy; false when the site has decided not to hear of it. */
bool report_judge(struct report *r, struct finding *f);

/* report_disguise puts pseudonyms in the place of addresses of the site. */
void report_disguise(struct pseudonym *p, struct contact *c);

/*
 * report_disguise_sighting does so in all that is told of a sighting; names of
 * machines and of addresses of the site get stand-ins, too, and what was answered to
 * them is left out.  *told may point into itself afterwards.
 */
void report_disguise_sighting(struct pseudonym *p, struct sighting *s, struct event_told *told);

/*
 * report_store adds sightings and bytes to what the store knows of a client (as it is
 * told) and a product; true when it never saw them together.
 */
bool report_store(struct report *r, const struct addr *client, const struct rule *rule, int64_t when, uint64_t count,
		  uint64_t bytes);

/*
 * report_meet notes what a matched sighting tells of its client, and looks up what
 * is known of it for the event in work; report_forget_client ends that.
 */
void report_meet(struct report *r, const struct finding *f);
void report_forget_client(struct report *r);

/* report_rhythm notes a contact, and tells when contacts come by a clock. */
void report_rhythm(struct report *r, const struct finding *f);

#endif
