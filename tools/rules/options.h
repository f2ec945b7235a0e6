/*
 * options.h: the command line of telltale-rules, read into a value.
 */
#ifndef RULES_TOOL_OPTIONS_H
#define RULES_TOOL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum { OPTIONS_DIRS_MAX = 16, OPTIONS_GEO_MAX = 8 };
enum { STATUS_OK, STATUS_NO, STATUS_USAGE };	/* what the program leaves with */

struct options {
	const char *dirs[OPTIONS_DIRS_MAX];
	size_t dir_count;
	const char *geo[OPTIONS_GEO_MAX];
	size_t geo_count;
	bool json, check, all, references;
	long stale;			/* days; -1: any age */
	/* filters: values with commas between them, NULL: any */
	const char *vendor, *purpose, *confidence, *country, *tag, *installed;
	const char *format, *from, *name, *product, *rule, *reference, *column, *as, *client, *at;
	char **words;			/* what is left */
	int word_count;
};

/*
 * options_read: argv[0] is the subcommand, `takes` the long names of the options it knows, blanks around each.
 * STATUS_OK, or STATUS_USAGE with the fault said.  Without -R the directories are the sensor's own.
 */
int options_read(int argc, char **argv, const char *takes, struct options *out);

/* options_words says what is wrong when there are not at least `min` and at most `max` words (-1: any). */
bool options_words(const struct options *o, int min, int max, const char *usage);

#endif
