/*
 * telltale-rules: what can be done with rules besides matching; telltale-rules(1).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "version.h"

#define FILTERS " vendor purpose confidence country tag installed all "

struct command {
	const char *name;
	int (*run)(const struct options *o);
	const char *takes;		/* long names of its options, blanks around each */
	const char *words, *what;
};

static const struct command commands[] = {
	{ "check", check_command, " rules json stale references" FILTERS,
	  "[--stale DAYS] [--references]", "find what is wrong, with file and line" },
	{ "explain", explain_command, " rules json geo client country as at ",
	  "NAME|ADDRESS|JA4", "which rule, why, what it shows, how grave" },
	{ "list", list_command, " rules json" FILTERS, "[FILTER]...", "one line a rule" },
	{ "stats", stats_command, " rules json" FILTERS, "[FILTER]...", "counts by purpose, confidence, country, age" },
	{ "export", export_command, " rules json format" FILTERS, "--format FORMAT [FILTER]...", "names for other tools" },
	{ "import", import_command, " json from vendor name product rule purpose confidence country installed reference "
	  "column as ", "--from FORMAT ... FILE", "a rule file from another tool's list" },
	{ "format", format_command, " json check ", "[--check] FILE...", "the one layout of a rule file" },
	{ "diff", diff_command, " json ", "OLD[:OVER] NEW[:OVER]", "what changed from one set of rules to another" },
};

static void help(FILE *out)
{
	fputs("usage: telltale-rules COMMAND [-R DIR]... [OPTION]... [WORD]...\n\n", out);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		fprintf(out, "  %-8s %-30s %s\n", commands[i].name, commands[i].words, commands[i].what);
	fputs("\n"
	      "  -R, --rules DIR    a directory of rules; may be repeated, a later one overrides by id\n"
	      "      --json         answer in JSON (export, import: the account on standard error)\n"
	      "  FILTER: --vendor, --purpose, --confidence, --country, --tag LIST, --installed true|false\n"
	      "                     only such rules; --all: switched off ones too\n"
	      "  explain: -g MMDB   a geolocation database, or none; --client ADDRESS --country LIST --as N --at TIME\n"
	      "                     of the contact that the policy is to judge\n"
	      "  import: --from FORMAT --vendor ID --name NAME --purpose P; --product, --rule, --confidence, --country,\n"
	      "                     --installed, --reference URL, --column NAME, --as suffix|exact\n"
	      "\n"
	      "Exit status: 0 well; 1 errors found, no rule matches, nothing usable; 2 usage.\n"
	      "diff: 0 the same; 1 they differ; 2 trouble.\n"
	      "See telltale-rules(1), and telltale-rules(5) for the rules themselves.\n", out);
}

static int run(int argc, char **argv)
{
	struct options o;
	int status;

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(argv[0], commands[i].name) == 0) {
			status = options_read(argc, argv, commands[i].takes, &o);
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
