#include "run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "paths.h"

enum {
	BATCH = 1024,		/* frames between looks at the signals */
	WAIT_MS = 250,		/* longest wait for a frame: then the clock advances */
	PROGRESS_BATCHES = 512
};

#define FLUSH_AFTER (1 * SECOND)	/* longest that a line of a capture waits for others */

static volatile sig_atomic_t stopping, reloading;

static void on_signal(int sig)
{
	if (sig == SIGHUP)
		reloading = 1;
	else
		stopping = 1;
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

static void feed(void *to, const struct frame *f)
{
	struct run *r = to;

	sensor_feed(r->sensor, f);
	if (--r->left == 0)
		capture_stop(r->reading);
}

static void reload(struct run *r);

static bool done(const struct run *r)
{
	return stopping || !r->left || r->sink.closed;
}

static void progress(const struct run *r, const struct capture *c, bool end)
{
	int percent = capture_percent(c);

	if (r->options->quiet || percent < 0 || !isatty(STDERR_FILENO) || (r->text && isatty(STDOUT_FILENO)))
		return;
	if (end)
		fputs("\r\033[K", stderr);
	else
		fprintf(stderr, "\r%s: %d %%\033[K", capture_name(c), percent);
}

static void read_capture(struct run *r, struct capture *c)
{
	enum capture_result result = CAPTURE_OK;

	r->reading = c;
	for (unsigned batch = 1; result == CAPTURE_OK && !done(r); batch++) {
		result = capture_read(c, BATCH, feed, r);
		if (reloading)
			reload(r);
		sink_flush_after(&r->sink, FLUSH_AFTER);
		if (batch % PROGRESS_BATCHES == 0)
			progress(r, c, false);
		run_extras_tick(r);
	}
	progress(r, c, true);
	if (result == CAPTURE_BROKEN && !stopping) {
		log_warn("%s; the events up to there are written", capture_error(c));
		r->damaged = true;
	}
}

/* flush_idle: nothing to read at the moment, so write. */
static void flush_idle(void *run)
{
	(void)sink_flush(&((struct run *)run)->sink);
}

static void capture_settings(struct run *r, struct capture_options *out)
{
	const struct options *o = r->options;

	*out = (struct capture_options){ .filter = o->filter, .snaplen = o->snaplen,
					 .buffer_kib = o->buffer_kib, .promiscuous = !o->no_promiscuous,
					 .idle = flush_idle, .to = r };
}

static bool read_file(struct run *r, const char *path)
{
	struct capture_options settings;
	char what[CAPTURE_WHAT_MAX];
	struct capture *c;

	capture_settings(r, &settings);
	c = capture_open_file(path, &settings, what);
	if (!c) {
		log_warn("%s", what);
		return false;
	}
	if (!r->options->test)
		read_capture(r, c);
	capture_close(c);
	return true;
}

static const char *const endings[] = { ".pcap", ".pcapng", ".cap", ".dmp", NULL };

static bool is_folder(const char *path)
{
	struct stat st;

	return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* is_there checks a path before the first packet is read, so that nothing is half started. */
static bool is_there(const char *path)
{
	char **list;
	int n;

	if (strcmp(path, "-") == 0)
		return true;
	if (!is_folder(path)) {
		if (access(path, R_OK) == 0)
			return true;
		log_warn("%s: %s", path, strerror(errno));
		return false;
	}
	n = paths_dir(path, endings, &list);
	if (n >= 0)
		paths_dir_free(list, n);
	if (n <= 0)
		log_warn("%s: no capture in it (*.pcap, *.pcapng, *.cap, *.dmp)", path);
	return n > 0;
}

/* read_path reads a capture or a folder of them; how many could be opened. */
static unsigned read_path(struct run *r, const char *path)
{
	char **list;
	int n;
	unsigned opened = 0;

	if (!is_folder(path))
		return read_file(r, path);
	n = paths_dir(path, endings, &list);
	for (int i = 0; i < n && !done(r); i++) {
		bool ok = read_file(r, list[i]);

		opened += ok;
		r->damaged |= !ok;
	}
	if (n >= 0)
		paths_dir_free(list, n);
	return opened;
}

/* read_files is false when nothing was read at all; one that cannot be read among others counts as damaged. */
static bool read_files(struct run *r)
{
	unsigned opened = 0;

	for (unsigned i = 0; i < r->options->file_count; i++) {
		if (!is_there(r->options->files[i]))
			return false;
	}
	for (unsigned i = 0; i < r->options->file_count && !done(r); i++) {
		unsigned n = read_path(r, r->options->files[i]);

		opened += n;
		r->damaged |= !n;
	}
	return opened > 0 && !(r->options->test && r->damaged);
}

bool run_load(const struct options *o, struct rules **rules, struct policy **policy, struct rules_error *error)
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
	*rules = rules_load_all(dirs, n, error);
	*policy = *rules ? policy_load(dirs, n, error) : NULL;
	if (*policy)
		return true;
	rules_free(*rules);
	*rules = NULL;
	return false;
}

static void refuse(struct run *r, struct rules *rules, struct policy *policy)
{
	rules_free(rules);
	policy_free(policy);
	sensor_say(r->sensor, "reload-failed");
}

/* reload swaps in what is on disk now, whole or not at all. */
static void reload(struct run *r)
{
	struct rules_error error;
	struct rules *rules;
	struct policy *policy;

	reloading = 0;
	if (!sink_reopen(&r->sink))
		log_warn("%s: cannot be opened again: %s; the old file is kept", r->sink.path, strerror(errno));
	if (!run_load(r->options, &rules, &policy, &error)) {
		log_warn("reload: %s:%u: %s; the old rules stay", error.file, error.line, error.what);
		refuse(r, NULL, NULL);
		return;
	}
	if (rules_patterns(rules) < rules_patterns(r->rules) / 2) {
		log_warn("reload: %zu names where there were %zu: too few to be meant; the old rules stay, "
			 "restart to force it", rules_patterns(rules), rules_patterns(r->rules));
		refuse(r, rules, policy);
		return;
	}
	sensor_rules(r->sensor, rules, policy);
	rules_free(r->rules);
	policy_free(r->policy);
	r->rules = rules;
	r->policy = policy;
	log_info("reloaded: %zu rules of %zu vendors", rules_count(rules), rules_vendors(rules));
	sensor_say(r->sensor, "reload");
}

static void note_drops(struct run *r, struct capture **c, unsigned n)
{
	struct event_drops sum = { .live = true };

	for (unsigned i = 0; i < n; i++) {
		struct capture_drops d;

		if (!capture_drops(c[i], &d))
			continue;
		sum.received += d.received;
		sum.kernel += d.kernel;
		sum.interface += d.interface;
	}
	sensor_drops(r->sensor, &sum);
}

static int64_t wall_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec;
}

/* watch_round waits for frames and reads what is there; false when an interface is gone. */
static bool watch_round(struct run *r, struct capture **c, struct pollfd *fds, unsigned n)
{
	bool quiet = true;

	if (poll(fds, n, WAIT_MS) < 0 && errno != EINTR)
		log_warn("poll: %s", strerror(errno));
	for (unsigned i = 0; i < n && !done(r); i++) {
		enum capture_result result;

		r->reading = c[i];
		result = capture_read(c[i], BATCH, feed, r);
		if (result == CAPTURE_BROKEN) {
			log_warn("%s", capture_error(c[i]));
			return false;
		}
		quiet &= result == CAPTURE_IDLE;
	}
	note_drops(r, c, n);
	if (quiet)
		sensor_clock(r->sensor, wall_clock());
	run_extras_tick(r);
	(void)sink_flush(&r->sink);
	return true;
}

static void watch(struct run *r, struct capture **c, unsigned n)
{
	struct pollfd fds[OPTIONS_LIST_MAX];

	for (unsigned i = 0; i < n; i++) {
		fds[i] = (struct pollfd){ .fd = capture_pollable(c[i]), .events = POLLIN };
		log_info("listening on %s", capture_name(c[i]));
	}
	sensor_clock(r->sensor, wall_clock());
	while (!done(r)) {
		if (reloading)
			reload(r);
		if (!watch_round(r, c, fds, n)) {
			r->damaged = true;
			break;
		}
	}
	note_drops(r, c, n);
}

static bool watch_interfaces(struct run *r)
{
	struct capture *c[OPTIONS_LIST_MAX] = { 0 };
	struct capture_options settings;
	char what[CAPTURE_WHAT_MAX];
	unsigned n = 0;
	bool ok = true;

	capture_settings(r, &settings);
	while (ok && n < r->options->interface_count) {
		c[n] = capture_open_live(r->options->interfaces[n], &settings, what);
		ok = c[n] != NULL;
		n += ok;
	}
	if (!ok)
		log_warn("%s", what);
	else if (!r->options->test)
		watch(r, c, n);
	for (unsigned i = 0; i < n; i++)
		capture_close(c[i]);
	return ok;
}

static bool make_sensor(struct run *r, char *host, size_t size)
{
	const struct options *o = r->options;
	struct report_options s = { .key = hash_key_files, .all = o->all, .text = r->text };

	s.colour = r->text && isatty(STDOUT_FILENO) && (!o->output || strcmp(o->output, "-") == 0);
	s.summary = o->summary || (s.colour && o->file_count);
	if (o->interface_count) {
		if (getrandom(&s.key, sizeof(s.key), 0) != (ssize_t)sizeof(s.key))
			return false;
		if (gethostname(host, size - 1) == 0)
			s.host = host;
		s.interface = o->interfaces[0];
	}
	if (!run_extras_open(r, &s))
		return false;
	r->sensor = sensor_new(&s, &r->sink, r->rules, r->policy, r->geo);
	if (!r->sensor)
		log_warn("not enough memory, or no AES in libcrypto");
	return r->sensor != NULL;
}

int run_start(struct run *r)
{
	const struct options *o = r->options;
	char host[256] = "";
	size_t expired;
	bool ok, whole;

	heed_signals();
	if (!run_output(r, &stopping))
		return 1;
	if (!make_sensor(r, host, sizeof(host)))
		return 1;
	expired = policy_expired(r->policy, wall_clock());
	if (expired)
		log_info("%zu suppressions are past their day and no longer hold; see telltale-policy(5)", expired);
	r->left = o->packets ? o->packets : UINT64_MAX;
	ok = o->interface_count ? watch_interfaces(r) : read_files(r);
	if (!ok || o->test) {
		sensor_free(r->sensor);
		(void)sink_close(&r->sink);
		return ok ? 0 : 1;
	}
	sensor_finish(r->sensor);
	whole = run_extras_close(r, sensor_now(r->sensor));
	(void)sink_close(&r->sink);
	sensor_summary(r->sensor, stderr, isatty(STDERR_FILENO));
	whole &= run_totals(r);
	sensor_free(r->sensor);
	return !whole ? 3 : r->damaged ? 2 : 0;
}
