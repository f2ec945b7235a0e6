#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "paths.h"

enum option_key {
	KEY_STALE = 256, KEY_JSON, KEY_CHECK, KEY_ALL, KEY_VENDOR, KEY_PURPOSE, KEY_CONFIDENCE, KEY_COUNTRY, KEY_TAG,
	KEY_INSTALLED, KEY_FORMAT, KEY_FROM, KEY_NAME, KEY_PRODUCT, KEY_RULE, KEY_REFERENCE, KEY_COLUMN, KEY_AS,
	KEY_REFERENCES, KEY_CLIENT, KEY_AT
};

static const struct option longs[] = {
	{ "rules", required_argument, NULL, 'R' }, { "stale", required_argument, NULL, KEY_STALE },
	{ "json", no_argument, NULL, KEY_JSON }, { "check", no_argument, NULL, KEY_CHECK },
	{ "all", no_argument, NULL, KEY_ALL }, { "vendor", required_argument, NULL, KEY_VENDOR },
	{ "purpose", required_argument, NULL, KEY_PURPOSE },
	{ "confidence", required_argument, NULL, KEY_CONFIDENCE },
	{ "country", required_argument, NULL, KEY_COUNTRY }, { "tag", required_argument, NULL, KEY_TAG },
	{ "installed", required_argument, NULL, KEY_INSTALLED }, { "format", required_argument, NULL, KEY_FORMAT },
	{ "from", required_argument, NULL, KEY_FROM }, { "name", required_argument, NULL, KEY_NAME },
	{ "product", required_argument, NULL, KEY_PRODUCT }, { "rule", required_argument, NULL, KEY_RULE },
	{ "reference", required_argument, NULL, KEY_REFERENCE }, { "column", required_argument, NULL, KEY_COLUMN },
	{ "as", required_argument, NULL, KEY_AS }, { "references", no_argument, NULL, KEY_REFERENCES },
	{ "client", required_argument, NULL, KEY_CLIENT }, { "at", required_argument, NULL, KEY_AT },
	{ "geo", required_argument, NULL, 'g' }, { NULL, 0, NULL, 0 }
};

static bool read_days(const char *text, long *out)
{
	char *end;

	*out = strtol(text, &end, 10);
	return *text && !*end && *out >= 0 && *out <= 100000;
}

static const char **text_of(struct options *o, int key)
{
	switch (key) {
	case KEY_VENDOR: return &o->vendor;
	case KEY_PURPOSE: return &o->purpose;
	case KEY_CONFIDENCE: return &o->confidence;
	case KEY_COUNTRY: return &o->country;
	case KEY_TAG: return &o->tag;
	case KEY_INSTALLED: return &o->installed;
	case KEY_FORMAT: return &o->format;
	case KEY_FROM: return &o->from;
	case KEY_NAME: return &o->name;
	case KEY_PRODUCT: return &o->product;
	case KEY_RULE: return &o->rule;
	case KEY_REFERENCE: return &o->reference;
	case KEY_COLUMN: return &o->column;
	case KEY_AS: return &o->as;
	case KEY_CLIENT: return &o->client;
	case KEY_AT: return &o->at;
	default: return NULL;
	}
}

static bool take(struct options *o, int key, const char *value)
{
	const char **text = text_of(o, key);

	if (text) {
		*text = value;
	} else if (key == 'R') {
		if (o->dir_count == OPTIONS_DIRS_MAX)
			return fprintf(stderr, "telltale-rules: at most %d times -R\n", OPTIONS_DIRS_MAX), false;
		o->dirs[o->dir_count++] = value;
	} else if (key == 'g') {
		if (o->geo_count == OPTIONS_GEO_MAX)
			return fprintf(stderr, "telltale-rules: at most %d times -g\n", OPTIONS_GEO_MAX), false;
		o->geo[o->geo_count++] = value;
	} else if (key == KEY_STALE) {
		if (!read_days(value, &o->stale))
			return fprintf(stderr, "telltale-rules: --stale %s: give a number of days, such as 365\n",
				       value), false;
	} else if (key == KEY_JSON) {
		o->json = true;
	} else if (key == KEY_CHECK) {
		o->check = true;
	} else if (key == KEY_ALL) {
		o->all = true;
	} else if (key == KEY_REFERENCES) {
		o->references = true;
	} else {
		return fprintf(stderr, "see: telltale-rules --help\n"), false;
	}
	return true;
}

/* takes_option: an option that a command would not heed is a mistake, and is told. */
static bool takes_option(const char *command, const char *takes, int key)
{
	const struct option *o = longs;
	char word[32];

	while (o->name && o->val != key)
		o++;
	snprintf(word, sizeof(word), " %s ", o->name ? o->name : "");
	if (!o->name || strstr(takes, word))
		return true;
	fprintf(stderr, "telltale-rules: %s has no --%s; see: telltale-rules --help\n", command, o->name);
	return false;
}

/* standard_dirs: the rules and the site's own, as the sensor takes them. */
static void standard_dirs(struct options *o)
{
	static char found[PATH_BYTES_MAX];

	paths_rules(found);
	o->dirs[o->dir_count++] = found;
	if (access(PATHS_SITE_RULES, F_OK) == 0)
		o->dirs[o->dir_count++] = PATHS_SITE_RULES;
}

int options_read(int argc, char **argv, const char *takes, struct options *out)
{
	int key;

	*out = (struct options){ .stale = -1 };
	optind = 1;
	while ((key = getopt_long(argc, argv, "R:g:", longs, NULL)) != -1) {
		if (!takes_option(argv[0], takes, key) || !take(out, key, optarg))
			return STATUS_USAGE;
	}
	out->words = argv + optind;
	out->word_count = argc - optind;
	if (out->installed && strcmp(out->installed, "true") != 0 && strcmp(out->installed, "false") != 0) {
		fprintf(stderr, "telltale-rules: --installed %s: give true or false\n", out->installed);
		return STATUS_USAGE;
	}
	if (!out->dir_count)
		standard_dirs(out);
	return STATUS_OK;
}

bool options_words(const struct options *o, int min, int max, const char *usage)
{
	if (o->word_count >= min && (max < 0 || o->word_count <= max))
		return true;
	fprintf(stderr, "telltale-rules: %s; usage: telltale-rules %s\n",
		o->word_count < min ? "something is missing" : "too many words", usage);
	return false;
}
