/* Captures that were written before: one after the other, folders of them too. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "paths.h"
#include "run.h"

enum { PROGRESS_BATCHES = 512 };

#define FLUSH_AFTER (1 * SECOND)	/* longest that a line of a capture waits for others */

static void progress(const struct worker *w, const struct capture *c, bool end)
{
	const struct run *r = w->run;
	int percent = capture_percent(c);

	if (r->options->quiet || percent < 0 || !isatty(STDERR_FILENO) || (r->text && isatty(STDOUT_FILENO)))
		return;
	if (end)
		fputs("\r\033[K", stderr);
	else
		fprintf(stderr, "\r%s: %d %%\033[K", capture_name(c), percent);
}

static void read_capture(struct worker *w, struct capture *c)
{
	enum capture_result result = CAPTURE_OK;

	w->reading = c;
	for (unsigned batch = 1; result == CAPTURE_OK && !run_done(w); batch++) {
		result = capture_read(c, RUN_BATCH, run_feed, w);
		if (run_reloading)
			run_reload(w->run);
		sink_flush_after(w->sink, FLUSH_AFTER);
		if (batch % PROGRESS_BATCHES == 0)
			progress(w, c, false);
		run_extras_tick(w->run, sensor_now(w->sensor));
	}
	progress(w, c, true);
	if (result == CAPTURE_BROKEN && !run_stopping) {
		log_warn("%s; the events up to there are written", capture_error(c));
		w->damaged = true;
	}
}

static bool read_file(struct worker *w, const char *path)
{
	struct capture_options settings;
	char what[CAPTURE_WHAT_MAX];
	struct capture *c;

	run_settings(w, &settings);
	c = capture_open_file(path, &settings, what);
	if (!c) {
		log_warn("%s", what);
		return false;
	}
	if (!w->run->options->test)
		read_capture(w, c);
	capture_close(c);
	return true;
}

static const char *const endings[] = {
#define ENDING(text) text, text ".gz", text ".xz", text ".zst"
	ENDING(".pcap"), ENDING(".pcapng"), ENDING(".cap"), ENDING(".dmp"), NULL
#undef ENDING
};

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
		log_warn("%s: no capture in it (*.pcap, *.pcapng, *.cap, *.dmp, and these with .gz, .xz, .zst)", path);
	return n > 0;
}

/* read_path reads a capture or a folder of them; how many could be opened. */
static unsigned read_path(struct worker *w, const char *path)
{
	char **list;
	int n;
	unsigned opened = 0;

	if (!is_folder(path))
		return read_file(w, path);
	n = paths_dir(path, endings, &list);
	for (int i = 0; i < n && !run_done(w); i++) {
		bool ok = read_file(w, list[i]);

		opened += ok;
		w->damaged |= !ok;
	}
	if (n >= 0)
		paths_dir_free(list, n);
	return opened;
}

/* One that cannot be read among others counts as damaged. */
bool run_files(struct worker *w)
{
	const struct options *o = w->run->options;
	unsigned opened = 0;

	for (unsigned i = 0; i < o->file_count; i++) {
		if (!is_there(o->files[i]))
			return false;
	}
	if (!run_guard(w->run))
		return false;
	for (unsigned i = 0; i < o->file_count && !run_done(w); i++) {
		unsigned n = read_path(w, o->files[i]);

		opened += n;
		w->damaged |= !n;
	}
	return opened > 0 && !(o->test && w->damaged);
}
