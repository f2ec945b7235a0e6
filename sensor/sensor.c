#include "sensor.h"

#include <stdlib.h>

#include "defrag.h"
#include "extract.h"
#include "evidence.h"
#include "flow.h"
#include "learn.h"
#include "shared.h"
#include "unwrap.h"

enum { STATS_SECONDS = 60 };

struct sensor {
	struct hash_key key;
	bool live;
	struct sink *sink;
	struct defrag *defrag;
	struct extract *extract;
	struct report *report;
	struct account_tables counted;	/* of the report: most packets are in neither */
	struct exhibit *exhibit;	/* NULL without -w */
	struct shared *shared;
	struct counts counts;
	struct event_drops drops;
	int64_t now, next_tick, next_stats;
	bool started;
};

struct sensor *sensor_new(const struct report_options *o, struct sink *sink, const struct rules *rules,
			  const struct policy *policy, struct geo *geo)
{
	struct sensor *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->key = o->key;
	s->live = o->interface != NULL;
	s->sink = sink;
	s->exhibit = o->exhibit;
	s->shared = o->shared;
	s->defrag = defrag_new(o->key, &s->counts);
	s->extract = extract_new(o->key, &s->counts);
	s->report = report_new(o, &s->counts, sink, rules, policy, geo);
	s->next_tick = INT64_MIN;
	if (s->report)
		s->counted = report_tables(s->report);
	if (s->defrag && s->extract && s->report)
		return s;
	sensor_free(s);
	return NULL;
}

void sensor_free(struct sensor *s)
{
	if (!s)
		return;
	defrag_free(s->defrag);
	extract_free(s->extract);
	report_free(s->report);
	free(s);
}

static void report_all(struct sensor *s, size_t (*next)(struct extract *, int64_t, struct sighting **), int64_t now)
{
	struct sighting *seen;
	size_t n;

	while ((n = next(s->extract, now, &seen))) {
		for (size_t i = 0; i < n; i++)
			report_sighting(s->report, &seen[i]);
	}
}

void sensor_say(struct sensor *s, const char *action)
{
	report_say(s->report, action, s->now);
}

void sensor_stats(struct sensor *s)
{
	(void)sensor_counts(s);
	report_stats(s->report, s->now, &s->drops);
}

/* tick runs once a second of the clock: what has waited long enough, and the counters now and then. */
static void tick(struct sensor *s)
{
	s->next_tick = s->now + SECOND;
	if (!s->started) {
		s->started = true;
		s->next_stats = s->now + STATS_SECONDS * SECOND;
		sensor_say(s, "start");
	}
	report_all(s, extract_expired, s->now);
	report_tick(s->report, s->now);
	if (s->live && s->now >= s->next_stats) {
		s->next_stats = s->now + STATS_SECONDS * SECOND;
		sensor_stats(s);
	}
}

void sensor_clock(struct sensor *s, int64_t now)
{
	/* a step back of more than a moment is a clock that was set: go with it */
	if (now < s->now - 10 * SECOND)
		s->next_tick = s->next_stats = now;
	else if (now < s->now)
		return;
	s->now = now;
	if (now >= s->next_tick)
		tick(s);
}

/* report_bare reports a datagram of a protocol without names that goes to a vendor's address. */
static void report_bare(struct sensor *s, const struct packet *p, const struct layers *layers, int64_t when)
{
	struct sighting seen;

	extract_bare(p, layers, when, &seen);
	report_sighting(s->report, &seen);
}

static void keep_evidence(struct sensor *s, const struct frame *frame, uint64_t hash)
{
	shared_lock(s->shared);
	evidence_keep(s->exhibit, frame, hash);
	shared_unlock(s->shared);
}

/* take_stranger takes a datagram that is of no connection, or tells of the clients themselves. */
static void take_stranger(struct sensor *s, const struct packet *p, const struct layers *layers, int64_t when,
			  size_t named)
{
	if (learn_may(p))
		report_learn(s->report, p, layers, when);
	if (!named && !extract_follows(s->extract) && report_stranger(s->report, p))
		report_bare(s, p, layers, when);
}

static bool is_bare_syn(const struct packet *p)
{
	return p->proto == IP_TCP && (p->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && !cursor_left(&p->payload);
}

/* take_packet takes one packet of a frame, as a rule `part` is all of it; *more is what else the frame carries. */
static enum counter take_packet(struct sensor *s, const struct frame *frame, const struct frame *part,
				struct cursor *more)
{
	struct layers layers = { 0 };
	struct packet packet;
	struct sighting *seen;
	enum counter outcome = unwrap_plain(part, &layers, &packet) ?
			       COUNT_DECODED : unwrap_any(s->defrag, &s->counts, part, &layers, &packet);
	bool begins;
	size_t n;

	*more = layers.more;
	if (outcome != COUNT_DECODED)
		return outcome;
	packet.length -= (uint32_t)cursor_left(more);
	packet.hash = flow_hash(&s->key, &packet);
	begins = is_bare_syn(&packet);
	if (!begins && account_may(&s->counted, &packet))
		report_packet(s->report, &packet, frame->when);
	n = extract_packet(s->extract, &packet, &layers, frame->when, &seen);
	if (s->exhibit && (n || extract_follows(s->extract)))
		keep_evidence(s, frame, packet.hash);
	for (size_t i = 0; i < n; i++)
		report_sighting(s->report, &seen[i]);
	if (begins)	/* last: what it ends may have been told just now, and takes nothing of the new connection */
		report_packet(s->report, &packet, frame->when);
	if (packet.proto == IP_UDP)
		take_stranger(s, &packet, &layers, frame->when, n);
	return outcome;
}

/* take_more takes the other packets of an aggregate; COUNT_DECODED when it or one of them was read. */
static enum counter take_more(struct sensor *s, const struct frame *frame, struct cursor more, enum counter outcome)
{
	while (cursor_left(&more)) {
		struct frame part = { .bytes = more, .when = frame->when, .number = frame->number,
				      .length = (uint32_t)cursor_left(&more), .link = LINK_MSDU };
		enum counter o = take_packet(s, frame, &part, &more);

		if (outcome != COUNT_DECODED)
			outcome = o;
	}
	return outcome;
}

void sensor_feed(struct sensor *s, const struct frame *frame)
{
	enum counter outcome;
	struct cursor more;

	sensor_clock(s, frame->when);	/* first: what it writes balances without this packet */
	s->counts.packet = frame->number;
	s->counts.n[COUNT_PACKETS]++;
	s->counts.n[COUNT_BYTES] += frame->length;
	outcome = take_packet(s, frame, frame, &more);
	if (cursor_left(&more))
		outcome = take_more(s, frame, more, outcome);
	count_add(&s->counts, outcome);
}

static size_t rest(struct extract *x, int64_t now, struct sighting **out)
{
	(void)now;
	return extract_rest(x, out);
}

void sensor_finish(struct sensor *s)
{
	if (!s->started)
		sensor_clock(s, s->now);
	defrag_rest(s->defrag);
	report_all(s, rest, s->now);
	report_rest(s->report, s->now);
	sensor_say(s, "stop");
	sensor_stats(s);
}

int64_t sensor_now(const struct sensor *s)
{
	return s->now;
}

void sensor_rules(struct sensor *s, const struct rules *rules, const struct policy *policy, struct geo *geo)
{
	report_rules(s->report, rules, policy, geo);
}

void sensor_drops(struct sensor *s, const struct event_drops *drops)
{
	s->drops = *drops;
}

const struct event_drops *sensor_drops_seen(const struct sensor *s)
{
	return &s->drops;
}

const struct counts *sensor_counts(struct sensor *s)
{
	report_counts(s->report);
	s->counts.n[COUNT_WRITTEN] = s->sink->lines + s->sink->pending;
	s->counts.n[COUNT_LOST_WRITE] = s->sink->lost;
	return &s->counts;
}

uint64_t sensor_matches(const struct sensor *s)
{
	return report_matches(s->report);
}

uint64_t sensor_names(const struct sensor *s)
{
	return report_names(s->report);
}

void sensor_interface(struct sensor *s, const char *name)
{
	report_interface(s->report, name);
}
