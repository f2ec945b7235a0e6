/*
 * import_document.h: a JSON document whose entries are read in their order, with the line of each.
 */
#ifndef RULES_TOOL_IMPORT_DOCUMENT_H
#define RULES_TOOL_IMPORT_DOCUMENT_H

#include "import.h"
#include "pack.h"

struct document {
	struct jsonfile json;
	const char *at;			/* where the last entry was found */
	unsigned line;			/* of that place */
};

/* document_open reads the file; false, and said, when it is no JSON. */
bool document_open(struct document *d, const char *path);
void document_close(struct document *d);

/*
 * document_line is the line of a string that stands as the value of `key` at or behind the entry before: entries are
 * asked for in the file's order, so the text is walked once.  Where it is not found the line before stays.
 */
unsigned document_line(struct document *d, const char *key, const char *value);

#endif
