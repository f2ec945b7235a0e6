/*
 * store_parts.h: what the files of the store share: the table in memory, the path, and
 * the file behind it, which is one SQLite connection.  For store*.c alone.
 */
#ifndef TELLTALE_STORE_PARTS_H
#define TELLTALE_STORE_PARTS_H

#include <pthread.h>

#include "lru.h"
#include "pool.h"
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

enum { TEXT_SHORT = 92 };	/* bytes; longer texts take a block of the pool */

struct entry {
	int64_t first, last;
	uint64_t count, bytes;		/* in all */
	uint64_t more, more_bytes;	/* of those, not in the file yet */
	char *longer;			/* block of STORE_TEXT_MAX bytes, NULL for short texts */
	uint16_t len;
	bool queued, changed;		/* waits to be written; was noted since it was copied to be */
	bool unsure;			/* came when the memory did not hold all: the file may know more of it */
	char text[TEXT_SHORT];		/* client, vendor, product, a NUL behind each */
};

struct batch {
	struct store_row rows[STORE_BATCH];
	uint64_t more[STORE_BATCH], more_bytes[STORE_BATCH];	/* what each entry had waiting */
	char texts[STORE_BATCH][STORE_TEXT_MAX];
};

struct store {
	pthread_mutex_t lock;		/* of all down to `counts` */
	struct lru pairs;
	struct pool *texts;
	struct entry **queue;		/* a ring of those that wait, as many places as pairs */
	uint32_t head, waiting, capacity;
	bool unsure;			/* the memory does not hold all that the file does */
	struct store_counts counts;

	struct hash_key key;
	struct store_file *file;	/* from here on: the flushing thread's */
	struct batch *batch;
	struct store_span span;
	int64_t span_written;
	enum file_state trouble;	/* said last */
};

/* store_flatten gives the length of the texts with their NULs, 0 when they are too long. */
size_t store_flatten(const struct store_pair *pair, char out[static STORE_TEXT_MAX]);

/* The lock is held by the caller of these.  store_add is NULL when all pairs in the table wait to be written. */
const char *store_text_of(const struct entry *e);
struct entry *store_find(const struct store *s, uint64_t hash, const char *text, size_t n);
struct entry *store_add(struct store *s, uint64_t hash, const char *text, size_t n, int64_t when);
void store_put_unwritten(struct store *s, struct entry *e);

/* store_load opens the file and makes file and memory agree: at start, and after the file was lost. */
enum file_state store_load(struct store *s, char what[static STORE_WHAT_MAX]);

/*
 * store_file_new is NULL when memory is short; nothing is opened yet.  store_file_free
 * closes; false when that went wrong.
 */
struct store_file *store_file_new(const char *path);
bool store_file_free(struct store_file *f);

bool store_file_is_open(const struct store_file *f);

/* store_file_is_gone is true when the path no longer leads to the file that is open. */
bool store_file_is_gone(struct store_file *f);
void store_file_shut(struct store_file *f);

/*
 * store_file_open opens and checks the file, sets a damaged one aside and makes a new one.
 * *fresh when it has no rows; `what` tells of a file set aside even when all is well then.
 */
enum file_state store_file_open(struct store_file *f, bool *fresh, char what[static STORE_WHAT_MAX]);

/* store_file_load hands over the newest `most` rows, in any order; *more when there are others. */
typedef void store_taker(void *context, const struct store_row *row);
enum file_state store_file_load(struct store_file *f, uint32_t most, store_taker *take, void *context, bool *more);

/*
 * store_file_write puts n rows and the span of this run in one transaction: all or nothing.
 * The rows that ask are answered only when it went well.
 */
enum file_state store_file_write(struct store_file *f, struct store_row *rows, size_t n, const struct store_span *span);

/* store_file_why is what SQLite says of the last call that did not go well; until the next call. */
const char *store_file_why(const struct store_file *f);

/*
 * store_path_create makes an empty file where there is none, which others cannot read; SQLite
 * gives its helpers the same rights.  store_path_set_aside renames the file and its write-ahead
 * log, which may hold what the file lacks.  False with `what` when it cannot be.
 */
bool store_path_create(const char *path, char what[static STORE_WHAT_MAX]);
bool store_path_set_aside(const char *path, const char *why, char what[static STORE_WHAT_MAX]);

#endif
