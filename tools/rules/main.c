/*
 * telltale-rules: what can be done with rules besides matching; telltale-rules(1).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "version.h"

struct command {
	const char *name;
	int (*run)(const struct options *o);
	const char *words, *what;
};

static const struct command commands[] = {
	{ "check", check_command, "[--stale DAYS]", "find what is wrong, with file and line" },
	{ "explain", explain_command, "NAME", "which rule matches, why, what it shows" },
	{ "list", list_command, "[FILTER]...", "one line a rule" },
	{ "stats", stats_command, "[FILTER]...", "counts by purpose, confidence, country, age" },
	{ "export", export_command, "--format FORMAT [FILTER]...", "names for other tools" },
	{ "import", import_command, "--from FORMAT ... FILE", "a rule file from another tool's list" },
	{ "format", format_command, "[--check] FILE...", "the one layout of a rule file" },
};

static void help(FILE *out)
{
	fputs("usage: telltale-rules COMMAND [-R DIR]... [OPTION]... [WORD]...\n\n", out);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		fprintf(out, "  %-8s %-28s %s\n", commands[i].name, commands[i].words, commands[i].what);
	fputs("\n"
	      "  -R, --rules DIR    a directory of rules; may be repeated, a later one overrides by id\n"
	      "      --json         answer in JSON (check, explain, list, stats)\n"
	      "      --vendor, --purpose, --confidence, --country, --tag LIST, --installed true|false\n"
	      "                     only such rules (list, export); --all: switched off ones too\n"
	      "\n"
	      "Exit status: 0 well; 1 errors found, no rule matches, nothing usable; 2 usage.\n"
	      "See telltale-rules(1), and telltale-rules(5) for the rules themselves.\n", out);
}

static int run(int argc, char **argv)
{
	struct options o;
	int status;

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(argv[0], commands[i].name) == 0) {
			status = options_read(argc, argv, &o);
			return status == STATUS_OK ? commands[i].run(&o) : status;
		}
	}
	fprintf(stderr, "telltale-rules: \"%s\" is no command; telltale-rules --help lists them\n", argv[0]);
	return STATUS_USAGE;
}

int main(int argc, char **argv)
{
	int status = STATUS_OK;

	if (argc < 2) {
		help(stderr);
		return STATUS_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
		help(stdout);
	else if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		printf("telltale-rules %s\n", TELLTALE_VERSION);
	else
		status = run(argc - 1, argv + 1);
	if (fflush(stdout) != 0 && errno != EPIPE) {
		fprintf(stderr, "telltale-rules: cannot write: %s\n", strerror(errno));
		return STATUS_NO;
	}
	return status;
}
