/* Events about more than one packet's story: connections, repeats, rhythms. */
#include "event.h"

#include "account.h"
#include "beacon.h"
#include "rollup.h"

enum { KIND_BITS = 8 };	/* what a rollup keeps apart: the evidence, above it what was folded */

static void put_time(struct json *j, const char *key, size_t n, int64_t when)
{
	json_raw(j, key, n);
	j->comma = false;
	json_time(j, when);
}

#define PUT_TIME(j, key, when) put_time(j, ",\"" key "\":", sizeof(key) + 3, when)

/* event.* ends with when it began and ended: the head is opened once more behind its bracket. */
static void put_span(struct json *j, int64_t from, int64_t to)
{
	if (!j->full)
		j->at--;
	PUT_TIME(j, "start", from);
	PUT_TIME(j, "end", to);
	JSON_KEY(j, "duration");
	json_unsigned(j, to > from ? (uint64_t)(to - from) : 0);
	json_close(j, '}');
}

static void put_own_head(struct json *j, const struct rule *rule)
{
	JSON_LITERAL(j, ",\"telltale\":{\"schema\":\"" EVENT_SCHEMA "\"");
	j->comma = true;
	if (rule)
		event_put_vendor(j, rule, rule->confidence);
}

void event_put_flow(struct json *j, struct event_context *e, const struct account_record *r, const struct place *place)
{
	static const struct event_head heads[] = {
		EVENT_HEAD("event", "[\"connection\",\"info\"]", "flow"),
		EVENT_HEAD("event", "[\"connection\",\"end\"]", "flow"),
	};
	static const char *const ends[] = { NULL, "fin", "rst", "idle", "replaced", "evicted", "stopped" };
	const struct event_told nothing = { .alias_record = EVENT_ANSWERS_MAX };
	const struct contact *c = &r->contact;

	event_put_head(j, e, r->to, &heads[r->end != 0], event_identity(c, &r->name, r->number << KIND_BITS), NULL);
	put_span(j, r->from, r->to);
	event_put_source(j, e, c, &r->tally);
	event_put_server(j, c, NULL, place, &r->tally);
	event_put_network(j, c, event_protocol(r->evidence), true, &r->tally);
	event_put_rule(j, r->rule);
	event_put_observer(j, e);
	put_own_head(j, r->rule);
	if (r->name.len) {
		JSON_KEY(j, "name");
		event_put_name(j, &r->name);
	}
	if (place)
		event_put_countries(j, e, place, &nothing);
	event_put_opinions(j, place);
	if (place)
		event_put_edge(j, e, place);
	JSON_KEY(j, "record");
	json_unsigned(j, r->number);
	if (r->end) {
		JSON_KEY(j, "end");
		json_constant(j, ends[r->end]);
	}
	json_close(j, '}');
	json_close(j, '}');
}

void event_put_rollup(struct json *j, struct event_context *e, const struct rollup_record *r)
{
	static const struct event_head head = EVENT_HEAD("event", "[\"info\"]", "rollup");
	static const char *const folded[] = { NULL, "match", "name", "hidden", "flow" };
	struct contact c = { .client = r->client, .server = r->server };

	event_put_head(j, e, r->last, &head, event_identity(&c, &r->name, r->kind), NULL);
	put_span(j, r->first, r->last);
	JSON_LITERAL(j, ",\"source\":{\"ip\":");
	j->comma = false;
	event_put_addr(j, &r->client);
	JSON_KEY(j, "bytes");
	json_unsigned(j, r->traffic.out);
	JSON_LITERAL(j, "},\"destination\":{\"ip\":");
	j->comma = false;
	event_put_addr(j, &r->server);
	JSON_KEY(j, "bytes");
	json_unsigned(j, r->traffic.in);
	JSON_LITERAL(j, "}");
	if (r->rule)
		event_put_rule(j, r->rule);
	event_put_observer(j, e);
	put_own_head(j, r->rule);
	JSON_KEY(j, "evidence");
	json_word(j, event_told_by_word(r->kind & ((1 << KIND_BITS) - 1)));
	if (r->name.len) {
		JSON_KEY(j, "name");
		event_put_name(j, &r->name);
	}
	JSON_KEY(j, "folded");
	json_constant(j, folded[r->kind >> KIND_BITS]);
	JSON_KEY(j, "count");
	json_unsigned(j, r->count);
	json_close(j, '}');
	json_close(j, '}');
}

void event_put_beacon(struct json *j, struct event_context *e, const struct contact *c, const struct rule_hit *hit,
		      const struct beacon_rhythm *rhythm)
{
	static const struct event_head head = EVENT_HEAD("event", "[\"info\"]", "beacon");
	const struct name none = { .len = 0 };

	event_put_head(j, e, c->when, &head, event_identity(c, &none, 'b'), hit);
	JSON_LITERAL(j, ",\"source\":{\"ip\":");
	j->comma = false;
	event_put_addr(j, &c->client);
	json_close(j, '}');
	event_put_rule(j, hit->rule);
	event_put_observer(j, e);
	put_own_head(j, hit->rule);
	JSON_KEY(j, "beacon");
	json_open(j, '{');
	JSON_KEY(j, "median_milliseconds");
	json_unsigned(j, rhythm->median);
	JSON_KEY(j, "spread_milliseconds");
	json_unsigned(j, rhythm->spread);
	JSON_KEY(j, "score");
	json_fixed(j, rhythm->score / 1000.0);
	JSON_KEY(j, "intervals");
	json_unsigned(j, rhythm->intervals);
	json_close(j, '}');
	json_close(j, '}');
	json_close(j, '}');
}
