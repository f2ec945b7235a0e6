/*
 * tags.h: policies/tags.json of the directories of a pack: which instrument names whom.
 */
#ifndef RULES_TOOL_TAGS_H
#define RULES_TOOL_TAGS_H

#include "options.h"
#include "pack.h"

struct tags {
	struct jsonfile files[OPTIONS_DIRS_MAX];
	char *paths[OPTIONS_DIRS_MAX];
	unsigned lines[OPTIONS_DIRS_MAX];	/* of a file that cannot be parsed */
	char *bad[OPTIONS_DIRS_MAX];
	size_t count;
};

void tags_open(struct tags *t, const struct options *o);
void tags_close(struct tags *t);

/* tags_find is the tag's object; NULL when no file has it. */
const cJSON *tags_find(const struct tags *t, const char *id);

/* tags_instrument is the tag, or the part of it, that lists the vendor; NULL when none does. */
const cJSON *tags_instrument(const cJSON *tag, const char *vendor);

#endif
