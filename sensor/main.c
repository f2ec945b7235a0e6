#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "options.h"
#include "paths.h"
#include "run.h"

static bool is_text(const struct options *o)
{
	bool terminal = (!o->output || strcmp(o->output, "-") == 0) && isatty(STDOUT_FILENO);

	return o->format == FORMAT_TEXT || (o->format == FORMAT_AUTO && terminal);
}

/* say_well is the end of -t: what is loaded, and that it is well. */
static int say_well(const struct run *r, bool again)
{
	struct geo *geo = run_geo(r->options, again);

	if (!geo)
		return 1;
	log_info("%zu rules of %zu vendors (%zu names), %u databases: all well", rules_count(r->set.rules),
		 rules_vendors(r->set.rules), rules_patterns(r->set.rules), geo_databases(geo));
	geo_free(geo);
	return 0;
}

static int start(const struct options *o)
{
	struct run run = { .options = o, .text = is_text(o) };
	struct rules_error error;
	bool reads = o->file_count || o->interface_count;
	int status = 0;

	if (!run_load(o, &run.set, &error)) {
		if (error.line)
			log_warn("%s:%u: %s", error.file, error.line, error.what);
		else
			log_warn("%s: %s", error.file, error.what);
		return 1;
	}
	if (reads)
		status = run_start(&run);
	if (o->test && !status)
		status = say_well(&run, reads);
	run_unload(&run.set);
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
