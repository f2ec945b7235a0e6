/* What the workers of a run came to together, and the lines that tell of it. */
#include "run.h"

void run_sum_of(const struct worker *w, struct run_sum *out)
{
	out->counts = *sensor_counts(w->sensor);
	out->drops = *sensor_drops_seen(w->sensor);
	out->matches = sensor_matches(w->sensor);
	out->names = sensor_names(w->sensor);
	out->now = sensor_now(w->sensor);
}

void run_sum(struct run *r, struct run_sum *out)
{
	struct worker *w = r->workers;

	if (!r->threads) {
		run_sum_of(w, out);
		return;
	}
	*out = (struct run_sum){ .now = INT64_MIN };
	for (unsigned k = 0; k < r->count; k++, w++) {
		pthread_mutex_lock(&w->lock);
		for (int i = 0; i < COUNTERS; i++)
			out->counts.n[i] += w->sum.counts.n[i];
		out->drops.live = true;
		out->drops.received += w->sum.drops.received;
		out->drops.kernel += w->sum.drops.kernel;
		out->drops.interface += w->sum.drops.interface;
		out->matches += w->sum.matches;
		out->names += w->sum.names;
		out->now = w->sum.now > out->now ? w->sum.now : out->now;
		pthread_mutex_unlock(&w->lock);
	}
	shared_counts(r->shared, &out->counts);
	/* of a worker's view all that it handed over is written; what was lost behind it is not */
	out->counts.n[COUNT_EVENTS] += r->said;
	out->counts.n[COUNT_WRITTEN] += r->said - r->sink.lost - queue_lost(r->queue);
	out->counts.n[COUNT_LOST_WRITE] += r->sink.lost + queue_lost(r->queue);
}

/* begin_line is a line of the run itself; end_line hands it on. */
static struct json begin_line(struct run *r, struct event_context *e)
{
	*e = (struct event_context){ .geo = r->geo, .host = r->report.host, .interface = r->report.interface,
				     .sequence = shared_next(r->shared) };
	return json_of(sink_space(&r->sink, EVENT_LINE_MAX), EVENT_LINE_MAX);
}

static void end_line(struct run *r, struct json *j)
{
	r->said++;
	if (json_newline(j))
		sink_take(&r->sink, (size_t)(j->at - j->start));
}

void run_say(struct run *r, const char *action)
{
	struct event_context e;
	struct json j;

	if (!r->threads) {
		sensor_say(r->workers->sensor, action);
		return;
	}
	if (r->text)
		return;
	j = begin_line(r, &e);
	event_put_lifecycle(&j, &e, action, clock_wall(), r->set.rules);
	end_line(r, &j);
}

void run_stats(struct run *r)
{
	struct event_context e;
	struct run_sum sum;
	struct json j;

	if (!r->threads) {
		sensor_stats(r->workers->sensor);
		return;
	}
	if (r->text)
		return;
	run_sum(r, &sum);
	j = begin_line(r, &e);
	event_put_stats(&j, &e, clock_wall(), &sum.counts, &sum.drops);
	end_line(r, &j);
}
