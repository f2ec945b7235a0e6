/* What a run may have beside its events: evidence, a store, pseudonyms, the makers of network cards. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "evidence.h"
#include "log.h"
#include "oui.h"
#include "run.h"
#include "store.h"

static bool open_evidence(struct run *r)
{
	const char *path = r->options->evidence;

	r->evidence_fd = STDOUT_FILENO;
	if (strcmp(path, "-") != 0)
		r->evidence_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (r->evidence_fd < 0) {
		log_warn("%s: %s; name a file that can be written with -w", path, strerror(errno));
		return false;
	}
	r->exhibit = evidence_new(r->evidence_fd);
	if (r->exhibit)
		evidence_stop(r->exhibit, &run_stopping);
	return r->exhibit != NULL;
}

static bool open_store(struct run *r, struct hash_key key)
{
	char what[STORE_WHAT_MAX];

	r->store = store_open(r->options->store, STORE_PAIRS_MAX, key, what);
	if (*what)
		log_warn("%s", what);
	return r->store != NULL;
}

bool run_extras_open(struct run *r)
{
	const struct options *o = r->options;
	struct report_options *s = &r->report;

	if (o->test)
		return true;
	if ((o->evidence && !open_evidence(r)) || (o->store && !open_store(r, s->key)))
		return false;
	/* a list that changes with the system's packages would change what files give */
	if (o->interface_count && (r->oui = oui_new()))
		(void)oui_add_system(r->oui);
	s->exhibit = r->exhibit;
	s->store = r->store;
	s->oui = r->oui;
	return true;
}

static void flush(struct run *r, int64_t now)
{
	char what[STORE_WHAT_MAX];

	if (r->exhibit) {
		shared_lock(r->shared);
		(void)evidence_flush(r->exhibit);
		shared_unlock(r->shared);
	}
	if (!r->store)
		return;
	(void)store_flush(r->store, now, what);
	if (*what)
		log_warn("%s", what);
}

void run_extras_tick(struct run *r, int64_t now)
{
	if (now >= r->flushed && now - r->flushed < SECOND)
		return;
	r->flushed = now;
	flush(r, now);
}

/* close_evidence says what could not be written; false when something was. */
static bool close_evidence(struct run *r)
{
	struct evidence_counts c;
	bool whole;

	if (!r->exhibit)
		return true;
	(void)evidence_flush(r->exhibit);
	c = evidence_counts(r->exhibit);
	whole = evidence_free(r->exhibit);
	r->exhibit = NULL;
	if (r->evidence_fd != STDOUT_FILENO)
		close(r->evidence_fd);
	if (c.missing || c.overwritten)
		log_warn("%s: %llu matches without their packets, %llu packets came too long before their match",
			 r->options->evidence, (unsigned long long)c.missing, (unsigned long long)c.overwritten);
	if (!whole)
		log_warn("%s: not all packets could be written: %s", r->options->evidence,
			 c.error ? strerror(c.error) : "more link types than one capture has");
	else
		log_info("%s: %llu packets behind %llu matches", r->options->evidence, (unsigned long long)c.frames,
			 (unsigned long long)c.commits);
	return whole;
}

bool run_extras_close(struct run *r, int64_t now)
{
	bool whole;

	flush(r, now);
	whole = close_evidence(r);
	if (r->store && store_counts(r->store).lost)
		log_warn("%s: %llu sightings had no room", r->options->store,
			 (unsigned long long)store_counts(r->store).lost);
	if (r->store && !store_close(r->store))
		log_warn("%s: not closed in order", r->options->store);
	r->store = NULL;
	oui_free(r->oui);
	r->oui = NULL;
	return whole;
}
