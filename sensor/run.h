/*
 * run.h: the loop over captures: opens them, feeds the sensor, heeds signals,
 * says the totals.  Live, several workers may share an interface.
 */
#ifndef TELLTALE_RUN_H
#define TELLTALE_RUN_H

#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include "capture.h"
#include "geo.h"
#include "options.h"
#include "queue.h"
#include "rules.h"
#include "sensor.h"
#include "shared.h"

enum {
	RUN_BATCH = 1024,	/* frames between looks at the signals */
	RUN_WAIT_MS = 250	/* longest wait for a frame: then the clock advances */
};

/* What the sensors of a run came to, added up. */
struct run_sum {
	struct counts counts;
	struct event_drops drops;
	uint64_t matches, names;
	int64_t now;
};

/* What a reload replaces. */
struct run_set {
	struct rules *rules;
	struct policy *policy;
};

struct run;

/* One sensor with its own captures and tables; of files the only one, live with a thread of its own. */
struct worker {
	struct run *run;
	unsigned number;
	struct sensor *sensor;
	struct sink *sink;		/* the run's, or its own that fills the queue */
	struct sink own;
	struct geo *geo;
	struct pseudonym *pseudonym;	/* NULL when not wanted */
	struct capture *captures[OPTIONS_LIST_MAX], *reading;
	struct pollfd polled[OPTIONS_LIST_MAX];
	unsigned count;
	uint64_t left;			/* packets still to read, with -c; of several workers see `taken` */
	bool damaged;			/* a capture was not read to its end, an interface is gone */
	/* of a thread: */
	pthread_t thread;
	pthread_mutex_t lock;
	struct run_sum sum;		/* as of its last round; under the lock, as what follows */
	uint64_t rounds, rounds_told;	/* how often it has looked for packets, and until the last sign of life */
	bool next, ended;		/* `set` waits to be taken; it reads no more */
	struct run_set set;
};

/* What others are told while a run lasts; see run_tell.c. */
struct run_tell {
	int notify;			/* socket of the service manager, -1 for none */
	int64_t watchdog;		/* ns between its signs of life, 0: it wants none */
	int64_t next, next_watchdog;	/* of the monotonic clock */
	int64_t started;		/* seconds since 1970 */
	bool stuck;			/* the metrics could not be written: said */
};

struct run {
	const struct options *options;
	struct run_set set;
	bool text;
	struct sink sink;
	struct shared *shared;
	struct worker *workers;
	unsigned count;
	struct geo *geo;		/* of threads the one that a reload is tried on first, else the worker's */
	bool threads;			/* live: the workers read, and this one writes: no packet waits for it */
	struct queue *queue;		/* from them to it */
	struct report_options report;
	char host[256];
	/* what the user asked for beside events, each NULL when not: */
	struct exhibit *exhibit;
	struct store *store;
	struct oui *oui;
	int evidence_fd;
	struct run_tell tell;
	uint64_t taken;			/* packets, of several workers with -c; atomic */
	uint64_t said;			/* lines of the run itself, of several workers */
	int64_t flushed;		/* of the clock, when they were written last */
};

extern volatile sig_atomic_t run_stopping, run_reloading;

/* run_stop ends the run; any thread may, and a signal handler. */
static inline void run_stop(void)
{
	__atomic_store_n(&run_stopping, 1, __ATOMIC_RELAXED);
}

static inline bool run_done(const struct worker *w)
{
	return __atomic_load_n(&run_stopping, __ATOMIC_RELAXED) || !w->left || w->sink->closed;
}

/*
 * run_load loads rules and policy from the directories that the options name;
 * else the shipped ones and, over them, those of the site when there are any.
 * Both or none.
 */
bool run_load(const struct options *o, struct run_set *out, struct rules_error *error);
void run_unload(struct run_set *set);

/* run_geo opens the databases named, else those found; NULL, and said, when one that is named cannot be. */
struct geo *run_geo(const struct options *o, bool quiet);

/* run_reload swaps in what is on disk now, whole or not at all. */
void run_reload(struct run *r);

/* run_take has a worker use what was loaded, and open its databases anew. */
void run_take(struct worker *w, const struct run_set *set);

/* run_output opens what the events go to; false, and said, when it cannot be. */
bool run_output(struct run *r, const volatile sig_atomic_t *stop);

/*
 * run_guard gives up all rights that the run does not need (privdrop.h), once
 * everything is open and before a thread starts; false when it said why it could
 * not.  run_guard_prepare goes before the captures are opened.
 */
bool run_guard(struct run *r);
void run_guard_prepare(void);

/*
 * run_tell_open goes before the sandbox, run_tell_metrics after it; false when
 * they could not be written, which is said once.  run_tell_tick is called some
 * times a second of a live run.
 */
void run_tell_open(struct run *r);
bool run_tell_metrics(struct run *r);
void run_tell_ready(struct run *r);
void run_tell_reloading(struct run *r);
void run_tell_tick(struct run *r);
void run_tell_stopping(struct run *r);

/* run_feed hands a frame to the worker's sensor. */
void run_feed(void *worker, const struct frame *f);
void run_settings(struct worker *w, struct capture_options *out);

/* run_files reads the captures of the options; false when nothing was read at all. */
bool run_files(struct worker *w);

/* run_write writes what the workers have made, or make within so many milliseconds. */
void run_write(struct run *r, int ms);

/* run_watch is a whole live run; false when it could not begin. */
bool run_watch(struct run *r);

/* run_say and run_stats tell of the run in its output, whoever reads the packets. */
void run_say(struct run *r, const char *action);
void run_stats(struct run *r);

/*
 * run_sum_of is what a worker's sensor has come to, for the thread that feeds it.  run_sum
 * adds that up over the workers; run_totals says it, and is false when something was lost.
 */
void run_sum_of(const struct worker *w, struct run_sum *out);
void run_sum(struct run *r, struct run_sum *out);
bool run_totals(struct run *r, const struct run_sum *sum);

/*
 * run_extras_open opens what the options ask for beside events; false when
 * something cannot be, which is said.  run_extras_tick writes it down once a second
 * of the clock, run_extras_close the rest; false when not all of it could be.
 */
bool run_extras_open(struct run *r);
void run_extras_tick(struct run *r, int64_t now);
bool run_extras_close(struct run *r, int64_t now);

/* run_start is the whole run; its value is the exit status. */
int run_start(struct run *r);

#endif
