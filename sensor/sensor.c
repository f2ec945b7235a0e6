#include "sensor.h"

#include <stdlib.h>

#include "defrag.h"
#include "extract.h"
#include "ip.h"
#include "link.h"
#include "summary.h"
#include "transport.h"
#include "tunnel.h"

enum { STATS_SECONDS = 60 };

struct sensor {
	struct sensor_options options;
	struct sink *sink;
	const struct rules *rules;
	const struct policy *policy;
	struct event_context events;
	struct defrag *defrag;
	struct extract *extract;
	struct summary *summary;
	struct counts counts;
	struct event_drops drops;
	int64_t now, next_tick, next_stats;
	bool started;
	uint64_t matches, names;
};

struct sensor *sensor_new(const struct sensor_options *o, struct sink *sink, const struct rules *rules,
			  const struct policy *policy, struct geo *geo)
{
	struct sensor *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->options = *o;
	s->sink = sink;
	s->rules = rules;
	s->policy = policy;
	s->events = (struct event_context){ .geo = geo, .interface = o->interface, .host = o->host, .sequence = 1 };
	s->defrag = defrag_new(o->key);
	s->extract = extract_new(o->key, &s->counts);
	s->summary = o->summary ? summary_new() : NULL;
	s->next_tick = INT64_MIN;
	if (s->defrag && s->extract && (s->summary || !o->summary))
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
	summary_free(s->summary);
	free(s);
}

static struct json new_line(struct sensor *s)
{
	return json_of(sink_space(s->sink, EVENT_LINE_MAX), EVENT_LINE_MAX);
}

/* put_line ends the line and hands it on; one too long for its buffer is lost, and counted. */
static void put_line(struct sensor *s, struct json *j)
{
	s->counts.n[COUNT_EVENTS]++;
	if (json_newline(j))
		sink_take(s->sink, (size_t)(j->at - j->start));
	else
		count_add(&s->counts, COUNT_LOST_LONG);
}

/* Where the vendor's side of a sighting lies: the server, of DNS the addresses told. */
struct far_end {
	char countries[EVENT_ANSWERS_MAX + 1][3];
	size_t known;
	uint32_t as_number;
};

static void find_far_end(struct sensor *s, const struct sighting *seen, const struct event_told *told,
			 struct far_end *out)
{
	const struct addr *at = event_is_dns(seen) ? told->addr : &seen->contact.server;
	size_t count = event_is_dns(seen) ? told->count : 1;

	out->known = 0;
	out->as_number = 0;
	if (!s->events.geo)
		return;
	for (size_t i = 0; i < count; i++) {
		const struct place *p = geo_find(s->events.geo, &at[i]);

		if (p && p->country[0])
			memcpy(out->countries[out->known++], p->country, 3);
		if (p && !out->as_number)
			out->as_number = p->as_number;
	}
}

/* judge asks the policy; false when the site has decided not to hear of it. */
static bool judge(const struct sensor *s, const struct sighting *seen, const struct far_end *far, struct rule_hit *hit)
{
	struct policy_input in = {
		.rule = hit->rule, .client = seen->contact.client, .name = &seen->name, .via = hit->via,
		.countries = (const char (*)[3])far->countries, .country_count = far->known,
		.as_number = far->as_number, .when = seen->contact.when,
	};
	struct policy_verdict verdict;

	policy_judge(s->policy, &in, &verdict);
	hit->severity = verdict.severity;
	hit->severity_id = verdict.severity_id;
	return !verdict.suppressed_by;
}

/* match_alias finds the rule of a name that the name in question leads to (a tracker behind a first-party name). */
static bool match_alias(const struct sensor *s, const struct sighting *seen, const struct event_told *told,
			struct name *room, struct rule_hit *hit)
{
	const struct name *alias;
	size_t i = 0;

	while ((alias = event_next_alias(seen, told, &i, room))) {
		if (rules_match(s->rules, alias, hit)) {
			hit->via = alias;
			return true;
		}
	}
	return false;
}

static void report(struct sensor *s, const struct sighting *seen)
{
	struct rule_hit hit;
	struct name alias;
	struct far_end far;
	struct event_told told;
	struct json j;
	bool matched;

	event_told_of(seen, &told);
	matched = rules_match(s->rules, &seen->name, &hit) || match_alias(s, seen, &told, &alias, &hit);
	s->names++;
	s->matches += matched;
	if (!matched && !s->options.all)
		return;
	if (!matched)
		hit = (struct rule_hit){ 0 };
	if (matched || policy_suppressions(s->policy)) {
		find_far_end(s, seen, &told, &far);
		if (!judge(s, seen, &far, &hit)) {
			s->counts.n[COUNT_EVENTS]++;
			s->counts.n[COUNT_SUPPRESSED]++;
			return;
		}
	}
	if (matched && s->summary)
		summary_add(s->summary, hit.rule, &seen->contact.client,
			    (const char (*)[3])far.countries, far.known);
	j = new_line(s);
	if (s->options.text)
		event_put_text(&j, &s->events, seen, matched ? &hit : NULL, &told, s->options.colour);
	else
		event_put_sighting(&j, &s->events, seen, matched ? &hit : NULL, &told);
	put_line(s, &j);
}

static void report_all(struct sensor *s, size_t (*next)(struct extract *, int64_t, struct sighting **), int64_t now)
{
	struct sighting *seen;
	size_t n;

	while ((n = next(s->extract, now, &seen))) {
		for (size_t i = 0; i < n; i++)
			report(s, &seen[i]);
	}
}

void sensor_say(struct sensor *s, const char *action)
{
	struct json j = new_line(s);

	if (s->options.text)
		return;
	event_put_lifecycle(&j, &s->events, action, s->now, s->rules);
	put_line(s, &j);
}

void sensor_stats(struct sensor *s)
{
	struct json j = new_line(s);

	if (s->options.text)
		return;
	event_put_stats(&j, &s->events, s->now, sensor_counts(s), &s->drops);
	put_line(s, &j);
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
	if (s->options.interface && s->now >= s->next_stats) {
		s->next_stats = s->now + STATS_SECONDS * SECOND;
		sensor_stats(s);
	}
}

void sensor_clock(struct sensor *s, int64_t now)
{
	/* a step back of more than a moment is a clock that was set: go with it */
	if (now < s->now - 10 * SECOND)
		s->next_tick = now;
	else if (now < s->now)
		return;
	s->now = now;
	if (now >= s->next_tick)
		tick(s);
}

/*
 * unwrap reads down to a datagram's transport header, through any tunnels;
 * COUNT_DECODED, or the reason why not.
 */
static enum counter unwrap(struct sensor *s, const struct frame *frame, struct layers *layers, struct packet *packet)
{
	struct cursor bytes = frame->bytes, inner;
	struct datagram d;
	int link = frame->link, inner_link;

	for (int depth = 0; depth <= TUNNELS_MAX; depth++) {
		enum link_verdict v = link_read(&bytes, link, layers);

		if (v != LINK_IP)
			return v == LINK_OTHER ? COUNT_NOT_IP : v == LINK_CUT ? COUNT_LINK_CUT : COUNT_LINK_TYPE;
		if (!ip_read(&bytes, &d))
			return COUNT_IP_BAD;
		/* of a fragment that was cut in capture the rest cannot help: the first says what it has */
		if (d.fragment && !(d.cut && !d.offset) && !defrag_add(s->defrag, frame->when, &d))
			return COUNT_FRAGMENTS;
		if (!tunnel_open(&d, &inner, &inner_link))
			break;
		struct layers within = *layers;
		struct cursor probe = inner;
		struct datagram probed;

		if (link_read(&probe, inner_link, &within) != LINK_IP || !ip_read(&probe, &probed)) {
			if (d.proto == IP_UDP)
				break;		/* the port alone makes no tunnel */
			return COUNT_NOT_IP;
		}
		if (depth == TUNNELS_MAX)
			return COUNT_NESTING;
		s->counts.n[COUNT_TUNNELS]++;
		bytes = inner;
		link = inner_link;
	}
	if (d.proto != IP_TCP && d.proto != IP_UDP)
		return COUNT_TRANSPORT_OTHER;
	return transport_read(&d, packet) ? COUNT_DECODED : COUNT_TRANSPORT_BAD;
}

void sensor_feed(struct sensor *s, const struct frame *frame)
{
	struct layers layers = { 0 };
	struct packet packet;
	struct sighting *seen;
	enum counter outcome;
	size_t n;

	sensor_clock(s, frame->when);	/* first: what it writes balances without this packet */
	s->counts.packet = frame->number;
	s->counts.n[COUNT_PACKETS]++;
	s->counts.n[COUNT_BYTES] += frame->length;
	outcome = unwrap(s, frame, &layers, &packet);
	if (outcome != COUNT_DECODED) {
		count_add(&s->counts, outcome);
		return;
	}
	s->counts.n[COUNT_DECODED]++;
	n = extract_packet(s->extract, &packet, &layers, frame->when, &seen);
	for (size_t i = 0; i < n; i++)
		report(s, &seen[i]);
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
	report_all(s, rest, s->now);
	sensor_say(s, "stop");
	sensor_stats(s);
}

void sensor_rules(struct sensor *s, const struct rules *rules, const struct policy *policy)
{
	s->rules = rules;
	s->policy = policy;
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
	const struct defrag_counts *d = defrag_counts(s->defrag);

	s->counts.n[COUNT_DEFRAG_JOINED] = d->joined;
	s->counts.n[COUNT_DEFRAG_SPOILED] = d->spoiled;
	s->counts.n[COUNT_DEFRAG_INCOMPLETE] = d->expired + d->evicted;
	s->counts.n[COUNT_WRITTEN] = s->sink->lines + s->sink->pending;
	s->counts.n[COUNT_LOST_WRITE] = s->sink->lost;
	return &s->counts;
}

uint64_t sensor_matches(const struct sensor *s)
{
	return s->matches;
}

uint64_t sensor_names(const struct sensor *s)
{
	return s->names;
}

void sensor_summary(const struct sensor *s, FILE *out, bool colour)
{
	if (s->summary)
		summary_print(s->summary, out, colour);
}
