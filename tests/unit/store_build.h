/*
 * store_build.h: what the tests of the store share: pairs, and a look into the file
 * past the store.
 */
#ifndef TELLTALE_TESTS_STORE_BUILD_H
#define TELLTALE_TESTS_STORE_BUILD_H

#include <dirent.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include "clock.h"
#include "files.h"
#include "store.h"

enum { CAPACITY = 64 };

static inline struct store_pair pair_of(unsigned i)
{
	static _Thread_local char client[4][32];
	static _Thread_local unsigned turn;
	char *c = client[turn++ % COUNT(client)];

	snprintf(c, sizeof(client[0]), "10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
	return (struct store_pair){ c, "kaspersky", i % 2 ? "Kaspersky Security Network" : "Kaspersky update servers" };
}

static inline struct store *open_well(const char *path, uint32_t capacity)
{
	char what[STORE_WHAT_MAX];
	struct store *s = store_open(path, capacity, hash_key_files, what);

	assert_string_equal(what, "");
	assert_non_null(s);
	return s;
}

static inline enum store_news note(struct store *s, unsigned i, int64_t when)
{
	struct store_pair pair = pair_of(i);
	int64_t first;

	return store_note(s, &pair, when, 1, 100, &first);
}

static inline void flush_well(struct store *s, int64_t now)
{
	char what[STORE_WHAT_MAX];
	bool well = store_flush(s, now, what);

	assert_string_equal(what, "");
	assert_true(well);
}

/* ask gives the number that a query of the file gives. */
static inline int64_t ask(const char *path, const char *sql)
{
	sqlite3_stmt *q = NULL;
	sqlite3 *db = NULL;
	int64_t n;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return n;
}

/* tell runs statements on a file, as another program would. */
static inline void tell(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* fill makes a store file of n pairs, seen at 1 to n seconds, and closes it. */
static inline void fill(const char *path, unsigned n)
{
	struct store *s = open_well(path, n);

	for (unsigned i = 0; i < n; i++)
		assert_int_equal(note(s, i, (i + 1) * SECOND), STORE_NEW);
	flush_well(s, n * SECOND);
	assert_true(store_close(s));
}

/* count_aside is how many files were set aside in a folder. */
static inline int count_aside(const struct folder *f)
{
	DIR *d = opendir(f->path);
	const struct dirent *e;
	int n = 0;

	assert_non_null(d);
	while ((e = readdir(d)))
		n += strstr(e->d_name, ".damaged-") && !strstr(e->d_name, "-wal");
	closedir(d);
	return n;
}

#endif
