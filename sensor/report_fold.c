/* Repeats, flows and rhythms: what is told of many sightings at once. */
#include "clock.h"
#include "report_parts.h"
#include "summary.h"

enum { RHYTHM_SECONDS = 3600 };	/* within which a rhythm is told of once */

static void put_rollup(struct report *r, const struct rollup_record *record)
{
	struct json j;

	if (r->options.text)
		return;
	j = report_line(r);
	event_put_rollup(&j, &r->events, record);
	report_put(r, &j);
}

bool report_hold(struct report *r, const struct contact *c, const struct rule *rule, const struct name *name,
		 uint32_t kind, int64_t when, const struct tally *tally)
{
	struct rollup_key key;
	struct rollup_traffic traffic;
	struct rollup_record early;
	enum rollup_fate fate;

	if (!r->rollup)
		return false;
	key = (struct rollup_key){ .client = c->client, .server = c->server, .rule = rule, .name = name, .kind = kind };
	traffic = (struct rollup_traffic){ .out = tally->bytes[SIDE_CLIENT], .in = tally->bytes[SIDE_SERVER] };
	fate = rollup_note(r->rollup, &key, when, traffic, &early);
	if (early.count)
		put_rollup(r, &early);
	if (fate == ROLLUP_FIRST)
		return false;
	r->counts->n[COUNT_EVENTS]++;
	r->counts->n[COUNT_HELD]++;
	return true;
}

void report_rollups(struct report *r, int64_t now, bool all)
{
	struct rollup_record record;

	if (!r->rollup)
		return;
	while (all ? rollup_rest(r->rollup, &record) : rollup_expired(r->rollup, now, &record))
		put_rollup(r, &record);
}

void report_flow(struct report *r, const struct account_record *record)
{
	struct account_record told = *record;
	const struct place *p;
	struct place place;
	struct json j;

	r->counts->n[COUNT_FLOWS]++;
	if (record->end == ACCOUNT_EVICTED)
		count_add(r->counts, COUNT_FLOWS_EARLY);
	if (r->shared->summary) {
		shared_lock(r->shared);
		summary_add_bytes(r->shared->summary, record->rule, &record->tally);
		shared_unlock(r->shared);
	}
	if (r->options.pseudonym)
		report_disguise(r->options.pseudonym, &told.contact);
	(void)report_store(r, &told.contact.client, record->rule, record->to, 0,
			   record->tally.bytes[SIDE_CLIENT] + record->tally.bytes[SIDE_SERVER]);
	if (r->options.text)
		return;
	if (record->held && report_hold(r, &told.contact, record->rule, &record->name,
					KIND_FLOW | (uint32_t)record->evidence, record->to, &record->tally))
		return;
	r->events.server_stand_in = r->options.pseudonym && addr_is_local(&record->contact.server);
	p = event_place(&r->events, &record->contact.server);
	if (p)
		place = *p;
	j = report_line(r);
	event_put_flow(&j, &r->events, &told, p ? &place : NULL);
	report_put(r, &j);
}

void report_rhythm(struct report *r, const struct finding *f)
{
	const struct contact *c = &f->seen->contact;
	uint64_t rule = hash_bytes(&r->options.key, f->hit.rule->id, strlen(f->hit.rule->id));
	uint64_t pair = hash_pair(&r->options.key, rule, hash_bytes(&r->options.key, c->client.bytes,
								    sizeof(c->client.bytes)));
	struct beacon_rhythm rhythm;
	struct json j;

	bool news;

	shared_lock(r->shared);
	beacon_note(r->shared->beacon, &c->client, rule, c->when);
	news = beacon_find(r->shared->beacon, &c->client, rule, &rhythm) && rhythm.score >= BEACON_SCORE_MIN &&
	       !recent_has(r->shared->rhythms, pair, c->when, RHYTHM_SECONDS * SECOND);
	if (news)
		recent_note(r->shared->rhythms, pair, c->when);
	shared_unlock(r->shared);
	if (!news || r->options.text)
		return;
	j = report_line(r);
	event_put_beacon(&j, &r->events, c, &f->hit, &rhythm);
	report_put(r, &j);
}
