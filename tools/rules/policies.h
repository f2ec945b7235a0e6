/*
 * policies.h: policies/(*).json of the directories of a pack, as their authors wrote them: tags, severities and
 * suppressions with the lines where they stand.
 */
#ifndef RULES_TOOL_POLICIES_H
#define RULES_TOOL_POLICIES_H

#include "pack.h"

struct policies_file {
	char *path;
	size_t dir;			/* index of the directory named */
	struct jsonfile json;		/* root NULL when it cannot be parsed */
	unsigned bad_line;
	char *bad;			/* why it cannot */
};

struct policies {
	struct policies_file *files;
	size_t count;
	bool tagged;			/* a file has tags */
};

/* policies_open reads what there is; what cannot be read is kept with its fault. */
void policies_open(struct policies *p, const char *const *dirs, size_t n);
void policies_close(struct policies *p);

/* policies_list is a list of the file, such as "severity"; NULL when it has none. */
const cJSON *policies_list(const struct policies_file *f, const char *key);

/* policies_line is where an entry stands, or `what` quoted in it when that is not NULL. */
unsigned policies_line(const struct policies_file *f, const char *list, const char *id, const char *what);

/* policies_tag is the tag's object, of the last directory that has it; NULL when none does. */
const cJSON *policies_tag(const struct policies *p, const char *id);

/* policies_instrument is the tag, or the part of it, that lists the vendor; NULL when none does. */
const cJSON *policies_instrument(const cJSON *tag, const char *vendor);

/* policies_replaced is true of an entry whose id a later directory has too. */
bool policies_replaced(const struct policies *p, const struct policies_file *f, const char *list, const char *id);

/* policies_in_force is false of an entry that is switched off or that a later directory replaces. */
bool policies_in_force(const struct policies *p, const struct policies_file *f, const char *list, const cJSON *entry);

/*
 * policies_before is true when entry `a` is asked before `b`, by their ids: new entries of a later directory come first,
 * and one that replaces another stands where that stood.
 */
bool policies_before(const struct policies *p, const char *list, const char *a, const char *b);

#endif
