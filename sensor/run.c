#include "run.h"

#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "log.h"
#include "pseudonym.h"
#include "summary.h"

volatile sig_atomic_t run_stopping, run_reloading;

static void on_signal(int sig)
{
	if (sig == SIGHUP)
		run_reloading = 1;
	else
		run_stop();
}

static void heed_signals(void)
{
	struct sigaction act = { .sa_handler = on_signal };

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	act.sa_flags = SA_RESTART;	/* a capture from a pipe is read on behind it */
	sigaction(SIGHUP, &act, NULL);
	act.sa_flags = 0;
	act.sa_handler = SIG_IGN;	/* a reader that left shows as EPIPE, a limit of file size as EFBIG */
	sigaction(SIGPIPE, &act, NULL);
	sigaction(SIGXFSZ, &act, NULL);
}

/* take_one counts a packet for -c, whichever worker reads it; false when there were enough. */
static bool take_one(struct worker *w)
{
	uint64_t n = __atomic_add_fetch(&w->run->taken, 1, __ATOMIC_RELAXED);

	if (n >= w->run->options->packets) {
		run_stop();
		capture_stop(w->reading);
	}
	if (n <= w->run->options->packets)
		return true;
	w->left = 0;
	return false;
}

void run_feed(void *worker, const struct frame *f)
{
	struct worker *w = worker;

	if (w->run->count > 1 && w->run->options->packets && !take_one(w))
		return;
	sensor_feed(w->sensor, f);
	if (--w->left == 0)
		capture_stop(w->reading);
}

/* flush_idle: nothing to read at the moment, so write. */
static void flush_idle(void *worker)
{
	(void)sink_flush(((struct worker *)worker)->sink);
}

void run_settings(struct worker *w, struct capture_options *out)
{
	const struct options *o = w->run->options;

	*out = (struct capture_options){ .filter = o->filter, .snaplen = o->snaplen,
					 .buffer_kib = o->buffer_kib, .promiscuous = !o->no_promiscuous,
					 .fanout = w->run->count > 1, .group = (uint16_t)w->run->report.key.a,
					 .idle = flush_idle, .to = w };
}

static void put_on_queue(void *queue, const char *bytes, size_t n, uint64_t lines)
{
	(void)queue_put(queue, bytes, n, lines);
}

/* make_worker gives a worker its sensor and what it cannot share. */
static bool make_worker(struct run *r, unsigned i)
{
	struct worker *w = &r->workers[i];
	struct report_options s = r->report;
	char what[PSEUDONYM_WHAT_MAX];

	w->run = r;
	w->number = i;
	w->left = r->options->packets && r->count == 1 ? r->options->packets : UINT64_MAX;
	w->sink = &r->sink;
	pthread_mutex_init(&w->lock, NULL);
	if (r->threads) {
		w->sink = &w->own;
		if (!sink_relay(w->sink, put_on_queue, r->queue))
			return false;
	}
	w->geo = r->threads ? run_geo(r->options, true) : r->geo;
	if (!w->geo)
		return false;
	if (r->options->keyfile && !r->options->test) {
		s.pseudonym = w->pseudonym = pseudonym_open(r->options->keyfile, what);
		if (!s.pseudonym) {
			log_warn("%s", what);
			return false;
		}
	}
	w->sensor = sensor_new(&s, w->sink, r->set.rules, r->set.policy, w->geo);
	if (!w->sensor)
		log_warn("not enough memory, or no AES in libcrypto");
	return w->sensor != NULL;
}

static bool make_report(struct run *r)
{
	const struct options *o = r->options;
	struct report_options *s = &r->report;
	bool terminal = r->text && isatty(STDOUT_FILENO) && (!o->output || strcmp(o->output, "-") == 0);

	*s = (struct report_options){ .key = hash_key_files, .all = o->all, .text = r->text, .colour = terminal,
				      .part = r->threads, .rollup = o->rollup, .flow_interval = o->flow_interval,
				      .evidence_bytes = o->evidence_bytes };
	if (o->interface_count) {
		if (getrandom(&s->key, sizeof(s->key), 0) != (ssize_t)sizeof(s->key))
			return false;
		if (gethostname(r->host, sizeof(r->host) - 1) == 0)
			s->host = r->host;
		s->interface = o->interfaces[0];
	}
	s->shared = r->shared = shared_new(s->key, !r->threads);
	if (r->shared && (o->summary || (terminal && o->file_count)))
		r->shared->summary = summary_new();
	if (r->threads)
		r->queue = queue_new();
	return r->shared && (r->queue || !r->threads);
}

static bool make(struct run *r)
{
	r->threads = r->options->interface_count > 0;
	r->count = r->options->workers && r->threads ? (unsigned)r->options->workers : 1;
	r->workers = calloc(r->count, sizeof(*r->workers));
	if (!r->workers || !make_report(r)) {
		log_warn("not enough memory");
		return false;
	}
	r->geo = run_geo(r->options, false);
	if (!r->geo || !run_extras_open(r))
		return false;
	for (unsigned i = 0; i < r->count; i++) {
		if (!make_worker(r, i))
			return false;
	}
	return true;
}

static void unmake(struct run *r)
{
	for (unsigned i = 0; r->workers && i < r->count; i++) {
		struct worker *w = &r->workers[i];

		sensor_free(w->sensor);
		if (r->threads)
			geo_free(w->geo);
		pseudonym_free(w->pseudonym);
		if (w->sink == &w->own)
			(void)sink_close(&w->own);
	}
	free(r->workers);
	geo_free(r->geo);
	queue_free(r->queue);
	if (r->shared)
		summary_free(r->shared->summary);
	shared_free(r->shared);
}

/* finish tells what the run came to; its value is the exit status. */
static int finish(struct run *r)
{
	struct run_sum sum;
	bool whole, damaged = false;

	run_tell_stopping(r);
	if (!r->threads) {
		sensor_finish(r->workers->sensor);
	} else {
		run_say(r, "stop");
		run_stats(r);
	}
	run_sum(r, &sum);
	whole = run_extras_close(r, sum.now);
	(void)sink_close(&r->sink);
	if (r->shared->summary)
		summary_print(r->shared->summary, stderr, isatty(STDERR_FILENO));
	run_sum(r, &sum);
	(void)run_tell_metrics(r);
	whole &= run_totals(r, &sum);
	for (unsigned i = 0; i < r->count; i++)
		damaged |= r->workers[i].damaged;
	return !whole ? 3 : damaged ? 2 : 0;
}

int run_start(struct run *r)
{
	const struct options *o = r->options;
	size_t expired;
	int status = 1;
	bool ok;

	heed_signals();
	if (!run_output(r, &run_stopping))
		return 1;
	ok = make(r);
	if (ok) {
		expired = policy_expired(r->set.policy, clock_wall());
		if (expired)
			log_info("%zu suppressions are past their day and no longer hold; see telltale-policy(5)",
				 expired);
		ok = o->interface_count ? run_watch(r) : run_files(r->workers);
	}
	if (ok && !o->test) {
		status = finish(r);
	} else {
		status = ok ? 0 : 1;
		(void)run_extras_close(r, 0);
		(void)sink_close(&r->sink);
	}
	unmake(r);
	return status;
}
