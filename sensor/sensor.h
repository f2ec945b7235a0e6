/*
 * sensor.h: the story of one packet, from frame to line.  This is the one file
 * that knows the order of the stages.
 */
#ifndef TELLTALE_SENSOR_H
#define TELLTALE_SENSOR_H

#include "frame.h"
#include "report.h"

struct sensor;

/*
 * sensor_new borrows the sink, the rules, the policy (NULL: none) and the
 * databases, which must outlive it.  NULL when memory or the ciphers are missing.
 */
struct sensor *sensor_new(const struct report_options *o, struct sink *sink, const struct rules *rules,
			  const struct policy *policy, struct geo *geo);
void sensor_free(struct sensor *s);

/* sensor_feed takes a frame; its bytes are done with when it returns. */
void sensor_feed(struct sensor *s, const struct frame *frame);

/* sensor_clock moves the packet clock when no packet comes (live). */
void sensor_clock(struct sensor *s, int64_t now);

/* sensor_now is where the packet clock stands. */
int64_t sensor_now(const struct sensor *s);

/* sensor_rules swaps in what is loaded anew: see report_rules. */
void sensor_rules(struct sensor *s, const struct rules *rules, const struct policy *policy, struct geo *geo);

/* sensor_interface names where the frames to come are from; borrowed. */
void sensor_interface(struct sensor *s, const char *name);

/* sensor_drops notes what the capture says of its losses. */
void sensor_drops(struct sensor *s, const struct event_drops *drops);

const struct event_drops *sensor_drops_seen(const struct sensor *s);

/* sensor_say writes a lifecycle event at the clock's time; sensor_stats one of the counters. */
void sensor_say(struct sensor *s, const char *action);
void sensor_stats(struct sensor *s);

/* sensor_finish reports what still waited, tells the counters and the stop. */
void sensor_finish(struct sensor *s);

/* sensor_counts brings the counters of all stages up to date. */
const struct counts *sensor_counts(struct sensor *s);
uint64_t sensor_matches(const struct sensor *s);
uint64_t sensor_names(const struct sensor *s);

#endif
