/* The report over time: what ends, what is left, and what is said of the sensor itself. */
#include "report_parts.h"

void report_tick(struct report *r, int64_t now)
{
	struct account_record due;

	while (account_expired(r->account, now, &due))
		report_flow(r, &due);
	report_rollups(r, now, false);
}

void report_rest(struct report *r, int64_t now)
{
	struct account_record due;

	while (account_rest(r->account, &due))
		report_flow(r, &due);
	report_rollups(r, now, true);
}

void report_rules(struct report *r, const struct rules *rules, const struct policy *policy, struct geo *geo)
{
	struct account_record due;

	/* what the tables hold of the old set is told, or goes over; flows first, which may be folded */
	while (account_reload(r->account, &due))
		report_flow(r, &due);
	report_rollups(r, 0, true);
	r->rules = rules;
	r->policy = policy;
	r->events.geo = geo;
	r->events.rules = rules;
}

void report_say(struct report *r, const char *action, int64_t when)
{
	struct json j;

	if (r->options.text || r->options.part)
		return;
	j = report_line(r);
	event_put_lifecycle(&j, &r->events, action, when, r->rules);
	report_put(r, &j);
}

void report_counts(struct report *r)
{
	r->counts->n[COUNT_FLOWS_NAMELESS] = account_nameless(r->account);
	r->counts->n[COUNT_ROLLUPS_EARLY] = r->rollup ? rollup_early(r->rollup) : 0;
	/* what workers have in common would be counted once for each */
	if (!r->options.part)
		shared_counts(r->shared, r->counts);
}

void report_stats(struct report *r, int64_t when, const struct event_drops *drops)
{
	struct json j;

	if (r->options.text || r->options.part)
		return;
	j = report_line(r);
	event_put_stats(&j, &r->events, when, r->counts, drops);
	report_put(r, &j);
}

void report_interface(struct report *r, const char *name)
{
	r->events.interface = name;
}

uint64_t report_matches(const struct report *r)
{
	return r->matches;
}

uint64_t report_names(const struct report *r)
{
	return r->names;
}
