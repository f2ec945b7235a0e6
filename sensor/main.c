#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "options.h"
#include "paths.h"
#include "run.h"

/* open_databases takes those named, else those found; only a named one must be there. */
static struct geo *open_databases(const struct options *o)
{
	struct geo *geo = geo_new();
	struct paths found = { 0 };
	char what[GEO_WHAT_MAX];

	for (unsigned i = 0; geo && i < o->database_count; i++) {
		if (strcmp(o->databases[i], "none") == 0)
			return geo;
		if (!geo_open(geo, o->databases[i], what)) {
			log_warn("%s", what);
			geo_free(geo);
			return NULL;
		}
	}
	if (geo && !o->database_count) {
		paths_geo(&found);
		for (size_t i = 0; i < found.count; i++) {
			if (!geo_open(geo, found.path[i], what))
				log_warn("%s", what);
		}
		if (!geo_databases(geo))
			log_info("no geolocation database found: countries are left out; name one with -g, "
				 "or run: make geo");
	}
	return geo;
}

static bool is_text(const struct options *o)
{
	bool terminal = (!o->output || strcmp(o->output, "-") == 0) && isatty(STDOUT_FILENO);

	return o->format == FORMAT_TEXT || (o->format == FORMAT_AUTO && terminal);
}

static int start(const struct options *o)
{
	struct run run = { .options = o, .text = is_text(o) };
	struct rules_error error;
	int status = 1;

	(void)run_load(o, &run.rules, &run.policy, &error);
	if (!run.rules && error.line)
		log_warn("%s:%u: %s", error.file, error.line, error.what);
	else if (!run.rules)
		log_warn("%s: %s", error.file, error.what);
	run.geo = run.rules ? open_databases(o) : NULL;
	if (run.rules && run.geo && o->test && !o->file_count && !o->interface_count) {
		log_info("%zu rules of %zu vendors (%zu names), %u databases: all well", rules_count(run.rules),
			 rules_vendors(run.rules), rules_patterns(run.rules), geo_databases(run.geo));
		status = 0;
	} else if (run.rules && run.geo) {
		status = run_start(&run);
	}
	geo_free(run.geo);
	policy_free(run.policy);
	rules_free(run.rules);
	return status;
}

/* become runs telltale-NAME for `telltale NAME`; it comes back when there is no such program. */
static void become(char **argv)
{
	char name[64], path[PATH_BYTES_MAX];

	if (argv[1][strspn(argv[1], "abcdefghijklmnopqrstuvwxyz")])
		return;
	snprintf(name, sizeof(name), "telltale-%s", argv[1]);
	paths_program(name, path);
	execv(path, argv + 1);
	execvp(name, argv + 1);
}

int main(int argc, char **argv)
{
	struct options o;
	char what[CAPTURE_WHAT_MAX];
	int status = 0;

	if (argc > 1)
		become(argv);
	switch (options_read(argc, argv, &o)) {
	case OPTIONS_DONE:
		break;
	case OPTIONS_VERSION:
		printf("telltale %s\n%s\n", TELLTALE_VERSION, capture_library());
		break;
	case OPTIONS_WRONG:
		status = 1;
		break;
	case OPTIONS_RUN:
		if (o.quiet)
			log_quiet();
		if (!o.list) {
			status = start(&o);
		} else if (!capture_list(what)) {
			log_warn("%s", what);
			status = 1;
		}
		break;
	}
	options_free(&o);
	if (fflush(stdout) != 0 && errno != EPIPE)
		status = status ? status : 1;
	return status;
}
