/* Live: a worker's captures, and the run that waits for it or, of several, writes for them. */
#include <errno.h>
#include <sched.h>

#include "log.h"
#include "run.h"

enum { STATS_SECONDS = 60, WRITE_MS = 50 };

/* open_captures opens the interfaces for a worker. */
static bool open_captures(struct worker *w)
{
	const struct options *o = w->run->options;
	struct capture_options settings;
	char what[CAPTURE_WHAT_MAX];

	run_settings(w, &settings);
	while (w->count < o->interface_count) {
		struct capture *c = capture_open_live(o->interfaces[w->count], &settings, what);

		if (!c) {
			log_warn("%s", what);
			return false;
		}
		w->polled[w->count] = (struct pollfd){ .fd = capture_pollable(c), .events = POLLIN };
		w->captures[w->count++] = c;
	}
	return true;
}

static void close_captures(struct worker *w)
{
	for (unsigned i = 0; i < w->count; i++)
		capture_close(w->captures[i]);
	w->count = 0;
}

static void note_drops(struct worker *w)
{
	struct event_drops sum = { .live = true };

	for (unsigned i = 0; i < w->count; i++) {
		struct capture_drops d;

		if (!capture_drops(w->captures[i], &d))
			continue;
		sum.received += d.received;
		sum.kernel += d.kernel;
		/* the interface's own, which every worker sees */
		sum.interface += w->number ? 0 : d.interface;
	}
	sensor_drops(w->sensor, &sum);
}

/*
 * drain notes what was received by now and reads that much of it: packets that the
 * kernel still holds at the end would be losses without a counter.
 */
static void drain(struct worker *w)
{
	enum { TRIES = 4 };	/* in which none came, though the kernel hands over what it has ten times a second */

	note_drops(w);
	if (w->damaged || !w->left)
		return;
	for (unsigned i = 0; i < w->count; i++) {
		struct capture *c = w->captures[i];
		unsigned tries = 0;
		uint64_t n;

		w->reading = c;
		sensor_interface(w->sensor, w->run->options->interfaces[i]);	/* which outlives the capture */
		while ((n = capture_unread(c)) && tries < TRIES && w->left) {
			if (capture_read(c, n < RUN_BATCH ? (int)n : RUN_BATCH, run_feed, w) == CAPTURE_OK)
				tries = 0;
			else if (++tries < TRIES)
				(void)poll(&w->polled[i], 1, RUN_WAIT_MS);
		}
	}
}

/* watch_round waits for frames and reads what is there. */
static bool watch_round(struct worker *w)
{
	bool quiet = true;

	if (poll(w->polled, w->count, RUN_WAIT_MS) < 0 && errno != EINTR)
		log_warn("poll: %s", strerror(errno));
	for (unsigned i = 0; i < w->count && !run_done(w); i++) {
		enum capture_result result;

		w->reading = w->captures[i];
		sensor_interface(w->sensor, w->run->options->interfaces[i]);	/* which outlives the capture */
		result = capture_read(w->reading, RUN_BATCH, run_feed, w);
		if (result == CAPTURE_BROKEN) {
			log_warn("%s", capture_error(w->reading));
			w->damaged = true;
			return false;
		}
		quiet &= result == CAPTURE_IDLE;
	}
	note_drops(w);
	if (quiet)
		sensor_clock(w->sensor, clock_wall());
	return true;
}

/* snapshot leaves what the worker has come to for whoever asks. */
static void snapshot(struct worker *w, bool ended)
{
	(void)sink_flush(w->sink);
	pthread_mutex_lock(&w->lock);
	w->rounds++;
	run_sum_of(w, &w->sum);
	if (w->next && !ended) {
		run_take(w, &w->set);
		w->next = false;
	}
	w->ended = ended;
	pthread_mutex_unlock(&w->lock);
}

/* pin keeps the worker on one of the processors that the process may use, each worker on the next. */
static void pin(const struct worker *w)
{
	cpu_set_t all, one;
	unsigned nth;

	if (sched_getaffinity(0, sizeof(all), &all) != 0 || !CPU_COUNT(&all))
		return;
	nth = w->number % (unsigned)CPU_COUNT(&all);
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all) || nth--)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one) != 0)
			log_warn("worker %u cannot be pinned: %s", w->number, strerror(errno));
		return;
	}
}

static void *work(void *self)
{
	struct worker *w = self;

	if (w->run->options->pin)
		pin(w);
	sensor_clock(w->sensor, clock_wall());
	while (!run_done(w) && watch_round(w))
		snapshot(w, false);
	drain(w);
	sensor_finish(w->sensor);
	snapshot(w, true);
	return NULL;
}

static void put_batch(void *sink, const char *bytes, size_t n, uint64_t lines)
{
	sink_put(sink, bytes, n, lines);
}

void run_write(struct run *r, int ms)
{
	queue_wait(r->queue, ms);
	queue_take(r->queue, put_batch, &r->sink);
	(void)sink_flush(&r->sink);
}

/* write_round writes what the workers made; false when none of them reads any more. */
static bool write_round(struct run *r, int64_t *next_stats)
{
	bool any = false;
	int64_t now = clock_wall();

	run_write(r, WRITE_MS);
	if (r->sink.closed)	/* which the workers do not see */
		run_stop();
	if (run_reloading)
		run_reload(r);
	run_extras_tick(r, now);
	run_tell_tick(r);
	if (now >= *next_stats || now < *next_stats - STATS_SECONDS * SECOND) {
		*next_stats = now + STATS_SECONDS * SECOND;
		run_stats(r);
	}
	for (unsigned i = 0; i < r->count; i++) {
		pthread_mutex_lock(&r->workers[i].lock);
		any |= !r->workers[i].ended;
		/* one that cannot go on takes the others with it: a part of the traffic is not what was asked for */
		if (r->workers[i].ended && r->workers[i].damaged)
			run_stop();
		pthread_mutex_unlock(&r->workers[i].lock);
	}
	return any;
}

/* start_workers is how many could be started; signals are for the thread that writes. */
static unsigned start_workers(struct run *r)
{
	unsigned started = 0;
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (started < r->count &&
	       pthread_create(&r->workers[started].thread, NULL, work, &r->workers[started]) == 0)
		started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

static void watch(struct run *r)
{
	int64_t next_stats = clock_wall() + STATS_SECONDS * SECOND;
	unsigned started;

	run_say(r, "start");
	started = start_workers(r);
	if (started < r->count) {
		log_warn("only %u of %u workers could be started", started, r->count);
		run_stop();
	}
	for (unsigned i = started; i < r->count; i++)
		r->workers[i].ended = r->workers[i].damaged = true;
	while (write_round(r, &next_stats))
		;
	for (unsigned i = 0; i < started; i++)
		pthread_join(r->workers[i].thread, NULL);
	for (int half = 0; half < 2; half++)
		queue_take(r->queue, put_batch, &r->sink);
}

bool run_watch(struct run *r)
{
	bool ok = true;

	for (unsigned i = 0; i < r->count && ok; i++)
		ok = open_captures(&r->workers[i]);
	ok = ok && run_guard(r);
	for (unsigned i = 0; ok && !r->options->test && i < r->options->interface_count; i++)
		log_info(r->count > 1 ? "listening on %s, %u workers" : "listening on %s",
			 r->options->interfaces[i], r->count);
	if (ok && !r->options->test)
		run_tell_ready(r);
	if (ok && !r->options->test)
		watch(r);
	for (unsigned i = 0; i < r->count; i++)
		close_captures(&r->workers[i]);
	return ok;
}
