/* links: store store_file store_path store_table lru pool */
/*
 * What can happen to the store: its process is killed, its file is damaged, removed,
 * another program's, or has no folder to be in.
 */
#include <glob.h>
#include <signal.h>

#include "store_build.h"

/* A killed process loses what it noted since its last flush, and nothing before. */
static void test_kill(void **state)
{
	enum { ROUNDS = 25 };
	struct folder f = folder_make();
	const char *path = folder_file(&f, "seen.db");
	uint64_t flushed = 0;

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		uint32_t sum = 0, got;
		int ends[2], status;
		pid_t child;

		assert_int_equal(pipe(ends), 0);
		child = fork();
		assert_true(child >= 0);
		if (!child) {
			struct store *s = open_well(path, 4096);

			for (uint32_t n = 1;; n++) {
				for (unsigned i = 0; i < 500; i++)
					note(s, (n * 500 + i) % 3000, n);
				flush_well(s, n);
				sum = n * 500;
				if (write(ends[1], &sum, sizeof(sum)) != sizeof(sum))
					_exit(0);
			}
		}
		close(ends[1]);
		assert_int_equal(read(ends[0], &sum, sizeof(sum)), sizeof(sum));
		usleep(1000 * (round * 7 % 23));
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		while (read(ends[0], &got, sizeof(got)) == sizeof(got))
			sum = got;
		close(ends[0]);
		assert_true(WIFSIGNALED(status));
		flushed += sum;
		got = (uint32_t)((uint64_t)ask(path, "SELECT sum(count) FROM pair") - flushed);
		assert_true(got <= 500);	/* a transaction that was written, but not told any more */
		flushed += got;
	}
	assert_true(store_close(open_well(path, 4096)));
	assert_int_equal(count_aside(&f), 0);
	folder_remove(&f);
}

/* assert_set_aside: the damage is said, the old file kept under another name, a new one begun and good. */
static void assert_set_aside(const struct folder *f, const char *path, const char *why)
{
	char what[STORE_WHAT_MAX];
	struct store *s = store_open(path, CAPACITY, hash_key_files, what);
	int before = count_aside(f);

	assert_non_null(s);
	assert_non_null(strstr(what, path));
	assert_non_null(strstr(what, why));
	assert_non_null(strstr(what, "set aside as"));
	assert_true(before > 0);
	assert_int_equal(store_counts(s).pairs, 0);
	assert_int_equal(note(s, 1, SECOND), STORE_NEW);
	flush_well(s, SECOND);
	assert_true(store_close(s));
	s = open_well(path, CAPACITY);
	assert_int_equal(note(s, 1, SECOND), STORE_KNOWN);
	assert_true(store_close(s));
}

static void test_damaged(void **state)
{
	struct folder f = folder_make();
	const char *path = folder_put(&f, "seen.db", "this is no database, but long enough to be one", 46);
	static const off_t lengths[] = { 16, 60, 600, 4096, 5000, 0 };	/* cut off there, or in the middle */
	static char garbage[20000];
	struct stat st;
	FILE *out;

	(void)state;
	assert_set_aside(&f, path, "not a database");
	memset(garbage, 0xa5, sizeof(garbage));
	assert_set_aside(&f, folder_put(&f, "seen.db", garbage, sizeof(garbage)), "not a database");
	assert_set_aside(&f, folder_put(&f, "seen.db", "xy", 2), "not a database");
	assert_int_equal(count_aside(&f), 3);

	for (size_t i = 0; i < COUNT(lengths); i++) {
		fill(folder_file(&f, "big.db"), 2000);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(truncate(path, lengths[i] ? lengths[i] : st.st_size / 2), 0);
		assert_set_aside(&f, path, "");
		assert_int_equal(unlink(path), 0);
	}
	fill(folder_file(&f, "big.db"), 2000);
	out = fopen(path, "r+b");		/* bytes in the middle changed */
	assert_non_null(out);
	assert_int_equal(fseek(out, 4096 * 2, SEEK_SET), 0);
	assert_int_equal(fwrite(garbage, 1, 4096 * 4, out), 4096 * 4);
	assert_int_equal(fclose(out), 0);
	assert_set_aside(&f, path, "");
	assert_int_equal(count_aside(&f), 4 + (int)COUNT(lengths));
	folder_remove(&f);
}

/* The log goes with its file, also when another process holds both: it must not be played into the new one. */
static void test_log_goes_along(void **state)
{
	struct folder f = folder_make();
	char path[PATH_ROOM * 2];
	glob_t found;
	pid_t child;
	int status;

	(void)state;
	snprintf(path, sizeof(path), "%s", folder_file(&f, "seen.db"));
	fill(path, 20);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		struct store *s = open_well(path, CAPACITY);

		note(s, 1, SECOND);
		flush_well(s, SECOND);
		(void)kill(getpid(), SIGSTOP);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	assert_true(WIFSTOPPED(status));
	folder_put(&f, "seen.db", "no database any more, whatever its log says", 43);
	assert_set_aside(&f, path, "not a database");
	assert_int_equal(glob(folder_file(&f, "seen.db.damaged-*-wal"), 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 1);
	globfree(&found);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	folder_remove(&f);
}

static void test_other_schema(void **state)
{
	static const struct { const char *sql, *why; } files[] = {
		{ "CREATE TABLE places(url TEXT)", "another program" },
		{ "CREATE TABLE pair(a); PRAGMA application_id = 1952803948; PRAGMA user_version = 2", "another version" },
		{ "CREATE TABLE pair(a); PRAGMA application_id = 1952803948; PRAGMA user_version = 1", "" },
		{ "CREATE TABLE pair(client, vendor, product, first, last, count, bytes);"
		  "PRAGMA application_id = 1952803948; PRAGMA user_version = 1", "" },	/* no key to update by */
	};
	struct folder f = folder_make();

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		const char *path = folder_file(&f, "seen.db");

		(void)unlink(path);
		tell(path, files[i].sql);
		assert_set_aside(&f, path, files[i].why);
	}
	assert_int_equal(count_aside(&f), (int)COUNT(files));
	(void)unlink(folder_file(&f, "seen.db"));
	fill(folder_put(&f, "seen.db", "", 0), 3);	/* an empty file is a new store */
	assert_int_equal(count_aside(&f), (int)COUNT(files));
	folder_remove(&f);
}

/* Damaged or removed while it is open: said once, and the new file has all that was in memory. */
static void test_at_run_time(void **state)
{
	struct folder f = folder_make();
	const char *path = folder_file(&f, "seen.db");
	char what[STORE_WHAT_MAX];
	struct store *s;

	(void)state;
	fill(path, 20);
	s = open_well(path, CAPACITY);
	note(s, 1, 100 * SECOND);
	tell(path, "DROP TABLE pair");
	assert_true(store_flush(s, 100 * SECOND, what));
	assert_non_null(strstr(what, "set aside as"));
	assert_int_equal(count_aside(&f), 1);
	flush_well(s, 101 * SECOND);
	assert_int_equal(ask(path, "SELECT count(*) FROM pair"), 20);
	assert_int_equal(ask(path, "SELECT sum(count) FROM pair"), 21);

	assert_int_equal(unlink(path), 0);
	note(s, 1, 102 * SECOND);
	assert_true(store_flush(s, 102 * SECOND, what));
	assert_non_null(strstr(what, "moved or removed"));
	flush_well(s, 103 * SECOND);
	assert_int_equal(ask(path, "SELECT count(*) FROM pair"), 20);
	assert_int_equal(ask(path, "SELECT sum(count) FROM pair"), 22);
	assert_int_equal(ask(path, "SELECT first FROM pair WHERE client = '10.0.0.1'"), 2 * SECOND);
	assert_true(store_close(s));
	assert_int_equal(count_aside(&f), 1);
	folder_remove(&f);
}

/* A backup put in the place of the open file is gone on with: its counts and ours, each once. */
static void test_replaced(void **state)
{
	struct folder f = folder_make();
	char path[PATH_ROOM * 2], backup[PATH_ROOM * 2], what[STORE_WHAT_MAX];
	struct store *s;

	(void)state;
	snprintf(path, sizeof(path), "%s", folder_file(&f, "seen.db"));
	snprintf(backup, sizeof(backup), "%s", folder_file(&f, "backup.db"));
	fill(path, 10);
	fill(backup, 5);
	s = open_well(path, CAPACITY);
	note(s, 1, 100 * SECOND);
	assert_int_equal(rename(backup, path), 0);
	(void)unlink(folder_file(&f, "seen.db-wal"));
	(void)unlink(folder_file(&f, "seen.db-shm"));
	assert_true(store_flush(s, 100 * SECOND, what));
	assert_non_null(strstr(what, "moved or removed"));
	assert_int_equal(ask(path, "SELECT sum(count) FROM pair"), 6);
	assert_int_equal(note(s, 2, 101 * SECOND), STORE_KNOWN);
	assert_int_equal(unlink(path), 0);			/* and once more, by nothing */
	assert_true(store_flush(s, 102 * SECOND, what));
	assert_int_equal(ask(path, "SELECT count(*) FROM pair"), 10);
	assert_int_equal(ask(path, "SELECT sum(count) FROM pair"), 7);
	assert_true(store_close(s));
	folder_remove(&f);
}

/* No folder, then one: all that was seen meanwhile gets there. */
static void test_no_folder(void **state)
{
	struct folder f = folder_make();
	char path[PATH_ROOM * 3], dir[PATH_ROOM * 2], what[STORE_WHAT_MAX];
	struct store *s;

	(void)state;
	snprintf(dir, sizeof(dir), "%s/later", f.path);
	snprintf(path, sizeof(path), "%s/seen.db", dir);
	s = store_open(path, CAPACITY, hash_key_files, what);
	assert_non_null(s);
	assert_non_null(strstr(what, "No such file or directory"));
	assert_int_equal(note(s, 1, SECOND), STORE_UNSURE);	/* there may be a store that we cannot see */
	assert_int_equal(note(s, 1, 2 * SECOND), STORE_UNSURE);
	assert_false(store_flush(s, 2 * SECOND, what));
	assert_string_equal(what, "");
	assert_int_equal(mkdir(dir, 0700), 0);
	fill(path, 3);						/* another sensor was quicker */
	flush_well(s, 3 * SECOND);
	assert_int_equal(note(s, 1, 3 * SECOND), STORE_KNOWN);
	assert_int_equal(note(s, 2, 3 * SECOND), STORE_KNOWN);
	assert_int_equal(note(s, 9, 3 * SECOND), STORE_NEW);
	flush_well(s, 4 * SECOND);
	assert_true(store_close(s));
	assert_int_equal(ask(path, "SELECT count FROM pair WHERE client = '10.0.0.1'"), 4);
	assert_int_equal(ask(path, "SELECT count(*) FROM pair"), 4);
	s = store_open(dir, CAPACITY, hash_key_files, what);	/* a folder is no store */
	assert_non_null(s);
	assert_non_null(strstr(what, "Is a directory"));
	assert_true(store_close(s));
	folder_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kill),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_log_goes_along),
		cmocka_unit_test(test_other_schema),
		cmocka_unit_test(test_at_run_time),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_no_folder),
	};

	return cmocka_run_group_tests_name("store damage", tests, NULL, NULL);
}
