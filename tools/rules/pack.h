/*
 * pack.h: rule files as their authors wrote them: disabled rules, notes and lines too.
 *
 * The sensor's loader refuses a set whole; this one keeps what can be read, so
 * that a check finds everything at once.  Text is borrowed from the files; what
 * is missing or of the wrong type reads as "".
 */
#ifndef RULES_TOOL_PACK_H
#define RULES_TOOL_PACK_H

#include "jsonfile.h"
#include "rules.h"

struct pack_file {
	char *path;
	const char *base;		/* the last part of path */
	size_t dir;			/* index of the directory named */
	struct jsonfile json;		/* root NULL when it cannot be parsed */
	unsigned bad_line;
	char *bad;			/* why it cannot */
	const char *vendor, *name, *country;
	const cJSON *tags;
};

struct pack_rule {
	const struct pack_file *file;
	const cJSON *json;
	const char *id, *product, *purpose, *confidence, *reviewed, *note;
	bool installed, enabled;
	bool overridden;		/* a later directory has this id */
	size_t first, count;		/* its names, among the patterns */
	size_t others;			/* its networks, AS numbers and fingerprints */
};

struct pack_pattern {
	const char *text;
	uint32_t rule;			/* index */
	uint32_t next;			/* index + 1 of the next one in the same bucket */
	uint16_t anchor;		/* where what stands behind a glob's last star label starts */
	uint8_t kind;			/* enum rule_kind */
};

struct pack {
	struct pack_file **files;
	size_t file_count;
	struct pack_rule *rules;
	size_t rule_count;
	struct pack_pattern *patterns;
	size_t pattern_count;		/* names */
	size_t other_count;		/* what rules match besides */
	uint32_t *buckets;
	uint32_t mask;
};

/* pack_open reads directories, or files when a path is one; false, and said, when a path cannot be read. */
bool pack_open(struct pack *p, const char *const *paths, size_t n);
void pack_close(struct pack *p);

/* pack_next walks the patterns whose plain tail is `tail`; start with 0, ends with NULL. */
const struct pack_pattern *pack_next(const struct pack *p, const char *tail, const struct pack_pattern *before);

/* pack_covers is true when the pattern matches the name. */
bool pack_covers(const struct pack_pattern *p, const char *name);

/* pack_line is where `what` stands quoted behind `after` (either may be NULL), else where `after` does. */
unsigned pack_line(const struct pack_file *f, const char *after, const char *what);

/* pack_quoted finds a string of JSON text between its quotes; NULL when it is not there. */
const char *pack_quoted(const char *text, const char *what);

/* pack_line_at is the line of a place in a text; 0 when either is NULL. */
unsigned pack_line_at(const char *text, const char *at);

/* pack_text reads a string of an object; "" when there is none. */
const char *pack_text(const cJSON *object, const char *key);

static inline bool pack_live(const struct pack_rule *r)
{
	return r->enabled && !r->overridden;
}

#endif
