/* Events about the sensor itself: start and stop, and what it has counted. */
#include "event.h"

#include "clock.h"
#include "hash.h"

static void put_rules(struct json *j, const struct rules *rules)
{
	JSON_KEY(j, "rules");
	json_open(j, '{');
	JSON_KEY(j, "vendors");
	json_unsigned(j, rules_vendors(rules));
	JSON_KEY(j, "rules");
	json_unsigned(j, rules_count(rules));
	JSON_KEY(j, "patterns");
	json_unsigned(j, rules_patterns(rules));
	json_close(j, '}');
}

static void put_databases(struct json *j, const struct geo *geo)
{
	JSON_KEY(j, "databases");
	json_open(j, '[');
	for (unsigned i = 0; i < geo_databases(geo); i++) {
		const char *type, *path;
		const char *name;
		uint64_t built;

		path = geo_database(geo, i, &type, &built);
		name = strrchr(path, '/');
		json_open(j, '{');
		JSON_KEY(j, "database");
		json_unsigned(j, i);
		JSON_KEY(j, "file");
		json_text(j, name ? name + 1 : path);
		JSON_KEY(j, "type");
		json_text(j, type);
		JSON_KEY(j, "built");
		json_time(j, (int64_t)built * SECOND);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void event_put_lifecycle(struct json *j, struct event_context *e, const char *action, int64_t when,
			 const struct rules *rules)
{
	static const struct event_head head = EVENT_HEAD("state", "[\"info\"]", "lifecycle");
	const struct hash_key key = hash_key_files;
	/* start, stop and the statistics are numbered together where they fall on one moment; the others stay apart */
	uint64_t id = action[0] == 's' ? 's' : hash_bytes(&key, action, strlen(action));

	event_put_head(j, e, when, &head, id, NULL);
	event_put_observer(j, e);
	JSON_LITERAL(j, ",\"telltale\":{\"schema\":\"" EVENT_SCHEMA "\",\"action\":");
	j->comma = false;
	json_text(j, action);
	if (rules)
		put_rules(j, rules);
	if (e->geo && geo_databases(e->geo))
		put_databases(j, e->geo);
	json_close(j, '}');
	json_close(j, '}');
}

static void put_key(struct json *j, const char *key)
{
	json_constant(j, key);
	json_raw(j, ":", 1);
	j->comma = false;
}

static void put_counts(struct json *j, const struct counts *counts, int from, int to)
{
	for (int i = from; i < to; i++) {
		put_key(j, counter_texts[i].key);
		json_unsigned(j, counts->n[i]);
	}
}

static void put_group(struct json *j, const char *key, const struct counts *counts, int from, int to)
{
	put_key(j, key);
	json_open(j, '{');
	put_counts(j, counts, from, to);
	json_close(j, '}');
}

void event_put_stats(struct json *j, struct event_context *e, int64_t when, const struct counts *counts,
		     const struct event_drops *drops)
{
	static const struct event_head head = EVENT_HEAD("metric", "[\"info\"]", "stats");
	struct counts c = *counts;

	/* this line is an event too, and the balance that it tells includes it */
	c.n[COUNT_EVENTS]++;
	c.n[COUNT_WRITTEN]++;
	event_put_head(j, e, when, &head, 's', NULL);
	event_put_observer(j, e);
	JSON_LITERAL(j, ",\"telltale\":{\"schema\":\"" EVENT_SCHEMA "\",\"packets\":{");
	j->comma = false;
	if (drops->live) {
		JSON_KEY(j, "received");
		json_unsigned(j, drops->received);
		JSON_KEY(j, "dropped_kernel");
		json_unsigned(j, drops->kernel);
		JSON_KEY(j, "dropped_interface");
		json_unsigned(j, drops->interface);
	}
	put_counts(j, &c, COUNT_PACKETS, COUNT_LINK_TYPE);
	json_close(j, '}');
	put_group(j, "undecodable", &c, COUNT_LINK_TYPE, COUNT_DNS_BROKEN);
	put_group(j, "names", &c, COUNT_DNS_BROKEN, COUNT_CLIENTS_EVICTED);
	put_group(j, "tables", &c, COUNT_CLIENTS_EVICTED, COUNT_CONNECTIONS);
	put_group(j, "coverage", &c, COUNT_CONNECTIONS, COUNT_EVENTS);
	put_group(j, "events", &c, COUNT_EVENTS, COUNTERS);
	JSON_KEY(j, "balanced");
	json_flag(j, counts_balance(&c));
	json_close(j, '}');
	json_close(j, '}');
}
