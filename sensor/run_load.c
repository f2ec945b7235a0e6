/* Rules, policies and databases: loaded at start, and anew at SIGHUP, whole or not at all. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "log.h"
#include "paths.h"
#include "run.h"

bool run_load(const struct options *o, struct run_set *out, struct rules_error *error)
{
	char shipped[PATH_BYTES_MAX];
	const char *standard[] = { shipped, PATHS_SITE_RULES };
	const char *const *dirs = o->rules_count ? o->rules : standard;
	size_t n = o->rules_count;
	struct stat st;

	if (!n) {
		paths_rules(shipped);
		n = stat(PATHS_SITE_RULES, &st) == 0 ? 2 : 1;
	}
	out->rules = rules_load_all(dirs, n, error);
	out->policy = out->rules ? policy_load(dirs, n, error) : NULL;
	if (out->policy)
		return true;
	run_unload(out);
	return false;
}

void run_unload(struct run_set *set)
{
	rules_free(set->rules);
	policy_free(set->policy);
	*set = (struct run_set){ 0 };
}

static bool open_named(struct geo *geo, const struct options *o)
{
	char what[GEO_WHAT_MAX];

	for (unsigned i = 0; i < o->database_count && strcmp(o->databases[i], "none") != 0; i++) {
		if (!geo_open(geo, o->databases[i], what)) {
			log_warn("%s", what);
			return false;
		}
	}
	return true;
}

static void open_found(struct geo *geo, bool quiet)
{
	struct paths found = { 0 };
	char what[GEO_WHAT_MAX];

	paths_geo(&found);
	for (size_t i = 0; i < found.count; i++) {
		if (!geo_open(geo, found.path[i], what) && !quiet)
			log_warn("%s", what);
	}
	if (!geo_databases(geo) && !quiet)
		log_info("no geolocation database found: countries are left out; name one with -g, or run: make geo");
}

struct geo *run_geo(const struct options *o, bool quiet)
{
	struct geo *geo = geo_new();

	if (geo && !open_named(geo, o)) {
		geo_free(geo);
		return NULL;
	}
	if (geo && !o->database_count)
		open_found(geo, quiet);
	return geo;
}

/* is_meant is false of a set so small that something must have gone wrong. */
static bool is_meant(const struct run *r, const struct run_set *set)
{
	size_t now = rules_patterns(r->set.rules), then = rules_patterns(set->rules);

	if (then >= now / 2)
		return true;
	log_warn("reload: %zu names where there were %zu: too few to be meant; the old rules stay, restart to force it",
		 then, now);
	return false;
}

/* renew_geo opens the databases anew, before anything is swapped. */
static bool renew_geo(struct run *r)
{
	char what[GEO_WHAT_MAX];

	if (geo_reload(r->geo, what))
		return true;
	log_warn("reload: %s; the old rules and databases stay", what);
	return false;
}

void run_take(struct worker *w, const struct run_set *set)
{
	char what[GEO_WHAT_MAX];

	if (w->geo != w->run->geo && !geo_reload(w->geo, what))
		log_warn("worker %u: %s; its old databases stay", w->number, what);
	sensor_rules(w->sensor, set->rules, set->policy, w->geo);
}

/* give_out hands each worker what it is to use from its next round on. */
static void give_out(struct run *r, const struct run_set *set)
{
	for (unsigned i = 0; i < r->count; i++) {
		struct worker *w = &r->workers[i];

		if (!r->threads) {
			run_take(w, set);
			return;
		}
		pthread_mutex_lock(&w->lock);
		w->set = *set;
		w->next = true;
		pthread_mutex_unlock(&w->lock);
	}
	/* none waits for long: a round ends after RUN_WAIT_MS or RUN_BATCH frames */
	for (unsigned i = 0; i < r->count; i++) {
		struct worker *w = &r->workers[i];
		bool waits = true;

		while (waits) {
			pthread_mutex_lock(&w->lock);
			waits = w->next && !w->ended;
			pthread_mutex_unlock(&w->lock);
			if (waits)
				run_write(r, 1);
		}
	}
}

static void reload(struct run *r)
{
	struct rules_error error;
	struct run_set set;

	if (!sink_reopen(&r->sink))
		log_warn("%s: cannot be opened again: %s; the old file is kept", r->sink.path, strerror(errno));
	if (!run_load(r->options, &set, &error)) {
		log_warn("reload: %s:%u: %s; the old rules stay", error.file, error.line, error.what);
		run_say(r, "reload-failed");
		return;
	}
	if (!is_meant(r, &set) || !renew_geo(r)) {
		run_unload(&set);
		run_say(r, "reload-failed");
		return;
	}
	shared_lock(r->shared);	/* for who looks up what was resolved meanwhile */
	rules_retire(r->set.rules, set.rules);
	shared_unlock(r->shared);
	give_out(r, &set);
	shared_lock(r->shared);
	resolved_reload(r->shared->resolved);
	shared_unlock(r->shared);
	run_unload(&r->set);
	r->set = set;
	log_info("reloaded: %zu rules of %zu vendors", rules_count(set.rules), rules_vendors(set.rules));
	run_say(r, "reload");
}

void run_reload(struct run *r)
{
	run_reloading = 0;
	run_tell_reloading(r);
	reload(r);
	run_tell_ready(r);
}
