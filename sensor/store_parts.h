/*
 * store_parts.h: the file behind the store: its path, and SQLite, one connection.  For
 * store.c alone.
 */
#ifndef TELLTALE_STORE_PARTS_H
#define TELLTALE_STORE_PARTS_H

#include "store.h"

/* One row of `pair`; of a write, count and bytes are what is added. */
struct store_row {
	struct store_pair pair;
	int64_t first, last;
	uint64_t count, bytes;
	bool ask;		/* of a write: the row is to become what the file holds then; cleared when it is */
};

struct store_span {
	int64_t begun, ended;	/* of this run, packet time */
	bool known;
};

struct store_file;

enum file_state {
	FILE_WELL,
	FILE_BUSY,		/* another process holds it: later */
	FILE_REFUSED,		/* the system does not let us: no folder, no right, no room */
	FILE_DAMAGED		/* no database, or one with other tables */
};

/* file_new is NULL when memory is short; nothing is opened yet.  file_free closes; false when that went wrong. */
struct store_file *file_new(const char *path);
bool file_free(struct store_file *f);

bool file_is_open(const struct store_file *f);

/* file_is_gone is true when the path no longer leads to the file that is open. */
bool file_is_gone(struct store_file *f);
void file_shut(struct store_file *f);

/*
 * file_open opens and checks the file, sets a damaged one aside and makes a new one.
 * *fresh when it has no rows; `what` tells of a file set aside even when all is well then.
 */
enum file_state file_open(struct store_file *f, bool *fresh, char what[static STORE_WHAT_MAX]);

/* file_load hands over the newest `most` rows, the one unseen for longest first; *more when there are others. */
typedef void file_taker(void *context, const struct store_row *row);
enum file_state file_load(struct store_file *f, uint32_t most, file_taker *take, void *context, bool *more);

/*
 * file_write puts n rows and the span of this run in one transaction: all or nothing.
 * The rows that ask are answered only when it went well.
 */
enum file_state file_write(struct store_file *f, struct store_row *rows, size_t n, const struct store_span *span);

/* file_why is what SQLite says of the last call that did not go well; until the next call. */
const char *file_why(const struct store_file *f);

/*
 * path_create makes an empty file where there is none, which others cannot read; SQLite
 * gives its helpers the same rights.  path_set_aside renames the file and its write-ahead
 * log, which may hold what the file lacks.  False with `what` when it cannot be.
 */
bool path_create(const char *path, char what[static STORE_WHAT_MAX]);
bool path_set_aside(const char *path, const char *why, char what[static STORE_WHAT_MAX]);

#endif
