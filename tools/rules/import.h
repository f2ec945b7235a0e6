/*
 * import.h: one reader a list format; each says of every line what became of it.
 */
#ifndef RULES_TOOL_IMPORT_H
#define RULES_TOOL_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

struct import {
	const char *path;
	bool wide;			/* a plain name means those below it too */
	const char *column;		/* csv: its name; NULL: found */
	size_t at, kind_at;		/* csv, zeek: where the name stands, and its type */
	bool headed;
	unsigned line;
	size_t lines, idle, bad;	/* idle: blank, comment, or of a kind that names nothing */
	char **suffix, **exact;
	size_t suffixes, exacts;
};

struct import_format {
	const char *name;
	void (*line)(struct import *in, char *text);	/* NULL: a document is read whole, by */
	bool (*document)(struct import *in);
};

extern const struct import_format import_formats[];	/* ends with a NULL name */

/* What is said back of a line, in bytes: enough to find it by. */
enum { IMPORT_ECHO_MAX = 120 };

/* import_bad reports the line; import_name takes a name or reports it. */
void import_bad(struct import *in, const char *text, const char *why);
void import_name(struct import *in, const char *text, bool wide);

/* import_misp, import_stix read a document; false, and said, when it is none. */
bool import_misp(struct import *in);
bool import_stix(struct import *in);

#endif
