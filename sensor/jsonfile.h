/*
 * jsonfile.h: a JSON file read whole, with comments, and errors by line.
 */
#ifndef TELLTALE_JSONFILE_H
#define TELLTALE_JSONFILE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

enum { JSONFILE_BYTES_MAX = 256 * 1024 * 1024, JSONFILE_WHAT_MAX = 256 };

struct jsonfile {
	char *text;		/* as read, comments blanked, lines kept */
	cJSON *root;
};

/*
 * jsonfile_read fills *out; comments are // to the end of the line and the C kind.  False
 * with `what` and *line (0: the file itself) when it cannot be read or parsed.
 */
bool jsonfile_read(const char *path, struct jsonfile *out, unsigned *line, char what[static JSONFILE_WHAT_MAX]);
void jsonfile_free(struct jsonfile *f);

/* jsonfile_line is the line where a quoted string first stands, 0 when nowhere. */
unsigned jsonfile_line(const struct jsonfile *f, const char *string);

#endif
