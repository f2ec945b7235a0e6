/* What others may ask of a run while it lasts: the service manager's status, and a file of metrics. */
#include <errno.h>
#include <inttypes.h>

#include "log.h"
#include "metrics.h"
#include "notify.h"
#include "run.h"

#define TELL_EVERY (60 * SECOND)

void run_tell_open(struct run *r)
{
	r->tell = (struct run_tell){ .notify = notify_open(), .watchdog = notify_watchdog() / 2 };
	r->tell.started = clock_wall() / SECOND;
}

static bool write_metrics(struct run *r)
{
	static char page[METRICS_BYTES_MAX];
	struct run_sum sum;
	size_t n;

	run_sum(r, &sum);
	const struct metric more[] = {
		{ "start_time_seconds", "when the run began, in seconds since 1970", false, (uint64_t)r->tell.started },
		{ "workers", "workers that read", false, r->count },
		{ "rules", "rules loaded", false, rules_count(r->set.rules) },
		{ "vendors", "vendors of these rules", false, rules_vendors(r->set.rules) },
		{ "patterns", "names, addresses and the like in them", false, rules_patterns(r->set.rules) },
		{ "databases", "geolocation databases", false, geo_databases(r->workers->geo) },
		{ "received_packets_total", "packets that the kernel saw", true, sum.drops.received },
		{ "dropped_kernel_packets_total", "packets that the kernel dropped", true, sum.drops.kernel },
		{ "dropped_interface_packets_total", "packets that the interface dropped", true, sum.drops.interface },
		{ "output_waiting_events", "events not written yet", false, r->sink.pending },
		{ "output_rotations_total", "rotations of the output", true, r->sink.rotations },
		{ "output_reopened_total", "times that somebody else moved the output", true, r->sink.reopened },
		{ "output_refused", "1: the output cannot be written at the moment", false, r->sink.refused },
	};

	n = metrics_put(page, METRICS_BYTES_MAX, &sum.counts, more, sizeof(more) / sizeof(*more));
	return n && metrics_write(r->options->metrics, page, n);
}

bool run_tell_metrics(struct run *r)
{
	bool ok = !r->options->metrics || write_metrics(r);

	if (!ok && !r->tell.stuck)
		log_warn("%s: cannot be written: %s", r->options->metrics, strerror(errno));
	r->tell.stuck = !ok;
	return ok;
}

static void say_status(struct run *r)
{
	struct run_sum sum;

	if (r->tell.notify < 0)
		return;
	run_sum(r, &sum);
	notify_say(r->tell.notify, "STATUS=%" PRIu64 " packets, %" PRIu64 " dropped; %" PRIu64 " names, %" PRIu64
		   " of a known vendor's service; %" PRIu64 " events written, %" PRIu64 " lost",
		   sum.counts.n[COUNT_PACKETS], sum.drops.kernel + sum.drops.interface, sum.names, sum.matches,
		   sum.counts.n[COUNT_WRITTEN], sum.counts.n[COUNT_LOST_WRITE] + sum.counts.n[COUNT_LOST_LONG]);
}

void run_tell_ready(struct run *r)
{
	notify_say(r->tell.notify, "READY=1");
}

void run_tell_reloading(struct run *r)
{
	notify_say(r->tell.notify, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_steady() / 1000);
}

/* all_go_round is false while a worker that has not ended has read nothing, not even in vain, since it was true. */
static bool all_go_round(struct run *r)
{
	bool all = true;

	for (unsigned i = 0; i < r->count; i++) {
		struct worker *w = &r->workers[i];

		pthread_mutex_lock(&w->lock);
		all &= w->ended || w->rounds != w->rounds_told;
		pthread_mutex_unlock(&w->lock);
	}
	for (unsigned i = 0; all && i < r->count; i++) {
		struct worker *w = &r->workers[i];

		pthread_mutex_lock(&w->lock);
		w->rounds_told = w->rounds;
		pthread_mutex_unlock(&w->lock);
	}
	return all;
}

void run_tell_tick(struct run *r)
{
	int64_t now = clock_steady();

	if (r->tell.watchdog && now >= r->tell.next_watchdog && all_go_round(r)) {
		r->tell.next_watchdog = now + r->tell.watchdog;
		notify_say(r->tell.notify, "WATCHDOG=1");
	}
	if (now < r->tell.next)
		return;
	r->tell.next = now + TELL_EVERY;
	say_status(r);
	(void)run_tell_metrics(r);
}

void run_tell_stopping(struct run *r)
{
	notify_say(r->tell.notify, "STOPPING=1");
}
