/* The configuration file: a JSON object with comments, whose keys are the long options. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jsonfile.h"
#include "options_parts.h"

struct file {
	struct jsonfile json;
	const char *path;
	struct options *options;
};

/* Options for the moment of a command line, which no file can mean. */
static bool of_the_moment(const char *name)
{
	static const char *const all[] = { "help", "version", "list-interfaces", "test", "config" };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (strcmp(all[i], name) == 0)
			return true;
	}
	return false;
}

static const struct option *find(const char *name)
{
	const struct option *known = options_longs;

	while (known->name && (strcmp(known->name, name) != 0 || of_the_moment(name)))
		known++;
	return known->name ? known : NULL;
}

/* Repeatable options hold a list, too. */
static bool repeats(int option)
{
	return option == 'i' || option == 'r' || option == 'g' || option == 'R';
}

static bool take_value(struct options *o, const struct option *known, const cJSON *value)
{
	char text[32];
	const cJSON *each;

	if (known->has_arg == no_argument) {
		if (!cJSON_IsBool(value))
			return options_wrong(known->name, " takes true or false");
		return cJSON_IsFalse(value) || options_take(known->val, NULL, o);
	}
	if (cJSON_IsString(value))
		return options_take(known->val, value->valuestring, o);
	/* only what is read at once: the text of the number does not stay */
	if (cJSON_IsNumber(value) && options_is_number(known->val)) {
		if (value->valuedouble != floor(value->valuedouble) || fabs(value->valuedouble) > 1e15)
			return options_wrong(known->name, " takes a whole number");
		snprintf(text, sizeof(text), "%.0f", value->valuedouble);
		return options_take(known->val, text, o);
	}
	if (!cJSON_IsArray(value) || !repeats(known->val))
		return options_wrong(known->name, options_is_number(known->val) ? " takes a number"
				     : repeats(known->val) ? " takes a string or a list of them" : " takes a string");
	cJSON_ArrayForEach(each, value) {
		if (!cJSON_IsString(each))
			return options_wrong(known->name, " takes a string or a list of them");
		if (!options_take(known->val, each->valuestring, o))
			return false;
	}
	return true;
}

static bool take_item(const struct file *f, const cJSON *item)
{
	const struct option *known = find(item->string);

	options_at(f->path, jsonfile_line(&f->json, item->string));
	if (cJSON_GetObjectItemCaseSensitive(f->json.root, item->string) != item)
		return options_wrong(item->string, " stands there twice");
	if (strcmp(item->string, "filter") == 0 && cJSON_IsString(item)) {
		f->options->filter = item->valuestring;
		return true;
	}
	if (strcmp(item->string, "filter") == 0)
		return options_wrong("filter", " takes a string");
	if (!known)
		return options_wrong(item->string, " is no key; keys are the long options, and filter");
	return take_value(f->options, known, item);
}

bool options_file(const char *path, struct options *o)
{
	struct file *f = calloc(1, sizeof(*f));
	char what[JSONFILE_WHAT_MAX];
	unsigned line;
	const cJSON *item;
	bool ok = true;

	if (!f)
		return options_wrong("no memory for ", path);
	o->config = f;
	f->path = path;
	f->options = o;
	options_at(path, 0);
	if (!jsonfile_read(path, &f->json, &line, what)) {
		options_at(path, line);
		return options_wrong("", what);
	}
	if (!cJSON_IsObject(f->json.root))
		return options_wrong("", "is no JSON object: write { \"interface\": \"eth1\" }");
	cJSON_ArrayForEach(item, f->json.root) {
		ok = ok && take_item(f, item);
	}
	options_at(NULL, 0);
	return ok;
}

void options_file_free(struct options *o)
{
	struct file *f = o->config;

	if (f)
		jsonfile_free(&f->json);
	free(f);
	o->config = NULL;
}
