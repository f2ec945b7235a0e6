/* links: store store_file store_path store_table lru pool */
#include <pthread.h>
#include <time.h>

#include "store_build.h"

static void test_restart(void **state)
{
	struct folder f = folder_make();
	const char *path = folder_file(&f, "seen.db");
	struct store_pair pair = pair_of(1), other = pair_of(2);
	struct store *s = open_well(path, CAPACITY);
	struct stat st;
	int64_t first;

	(void)state;
	assert_int_equal(store_note(s, &pair, 50 * SECOND, 1, 1000, &first), STORE_NEW);
	assert_int_equal(first, 50 * SECOND);
	assert_int_equal(store_note(s, &pair, 70 * SECOND, 2, 20, &first), STORE_KNOWN);
	assert_int_equal(first, 50 * SECOND);
	flush_well(s, 71 * SECOND);
	assert_int_equal(store_counts(s).waiting, 0);
	assert_true(store_close(s));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);

	s = open_well(path, CAPACITY);
	assert_int_equal(store_counts(s).pairs, 1);
	assert_int_equal(store_note(s, &pair, 90 * SECOND, 0, 3, &first), STORE_KNOWN);
	assert_int_equal(first, 50 * SECOND);
	assert_int_equal(store_note(s, &pair, 40 * SECOND, 1, 0, &first), STORE_KNOWN);	/* an older capture */
	assert_int_equal(first, 40 * SECOND);
	assert_int_equal(store_note(s, &other, 91 * SECOND, 1, 0, &first), STORE_NEW);
	flush_well(s, 92 * SECOND);
	assert_true(store_close(s));
	assert_true(store_close(NULL));
	assert_int_equal(ask(path, "SELECT first FROM pair WHERE client = '10.0.0.1'"), 40 * SECOND);
	assert_int_equal(ask(path, "SELECT last FROM pair WHERE client = '10.0.0.1'"), 90 * SECOND);
	assert_int_equal(ask(path, "SELECT count FROM pair WHERE client = '10.0.0.1'"), 4);
	assert_int_equal(ask(path, "SELECT bytes FROM pair WHERE client = '10.0.0.1'"), 1023);
	assert_int_equal(ask(path, "SELECT count(*) FROM pair"), 2);
	assert_int_equal(ask(path, "SELECT count(*) FROM watch"), 2);
	assert_int_equal(ask(path, "SELECT max(ended) FROM watch"), 92 * SECOND);
	assert_int_equal(ask(path, "PRAGMA application_id"), 0x74656c6c);
	assert_int_equal(ask(path, "PRAGMA user_version"), 1);
	folder_remove(&f);
}

/* The span of a run grows while nothing is seen, but not at each flush. */
static void test_watch(void **state)
{
	struct folder f = folder_make();
	const char *path = folder_file(&f, "seen.db");
	struct store *s = open_well(path, CAPACITY);

	(void)state;
	flush_well(s, 100 * SECOND);
	assert_int_equal(ask(path, "SELECT ended FROM watch"), 100 * SECOND);
	flush_well(s, 130 * SECOND);
	assert_int_equal(ask(path, "SELECT ended FROM watch"), 100 * SECOND);
	flush_well(s, 160 * SECOND);
	assert_int_equal(ask(path, "SELECT ended FROM watch"), 160 * SECOND);
	assert_int_equal(ask(path, "SELECT begun FROM watch"), 100 * SECOND);
	note(s, 1, 161 * SECOND);
	flush_well(s, 161 * SECOND);
	flush_well(s, 90 * SECOND);		/* a clock set back */
	assert_int_equal(ask(path, "SELECT ended FROM watch"), 161 * SECOND);
	assert_true(store_close(s));
	folder_remove(&f);
}

/* Each of the three texts makes another pair, and a border that moves does, too. */
static void test_keys(void **state)
{
	static const struct store_pair pairs[] = {
		{ "10.0.0.1", "acme", "Anvil" }, { "10.0.0.2", "acme", "Anvil" }, { "10.0.0.1", "acm", "eAnvil" },
		{ "10.0.0.1", "acme", "Anvil 2" }, { "10.0.0.1", "acmeAnvil", "" }, { "fd00::1", "acme", "Anvil" },
		{ "10.0.0.1", "acme", "An anvil with a name so long that it does not fit into the short text of an entry "
				      "of the table, whatever the size of that, and thus takes a block of the pool" },
	};
	struct folder f = folder_make();
	const char *path = folder_file(&f, "seen.db");
	int64_t first;

	(void)state;
	for (int run = 0; run < 2; run++) {
		struct store *s = open_well(path, CAPACITY);

		for (size_t i = 0; i < COUNT(pairs); i++)
			assert_int_equal(store_note(s, &pairs[i], 9, 1, 0, &first), run ? STORE_KNOWN : STORE_NEW);
		flush_well(s, 9);
		assert_true(store_close(s));
	}
	assert_int_equal(ask(path, "SELECT count(*) FROM pair WHERE count = 2"), COUNT(pairs));
	folder_remove(&f);
}

static void test_too_long(void **state)
{
	char product[STORE_TEXT_MAX];
	struct store_pair pair = { "10.0.0.1", "acme", product };
	size_t fits = STORE_TEXT_MAX - sizeof("10.0.0.1") - sizeof("acme") - 1;
	struct folder f = folder_make();
	struct store *s = open_well(folder_file(&f, "seen.db"), CAPACITY);
	int64_t first;

	(void)state;
	memset(product, 'p', sizeof(product));
	product[fits] = '\0';
	assert_int_equal(store_note(s, &pair, 5, 1, 0, &first), STORE_NEW);
	product[fits] = 'p';
	product[fits + 1] = '\0';
	assert_int_equal(store_note(s, &pair, 5, 1, 0, &first), STORE_UNSURE);
	assert_int_equal(first, 5);
	assert_int_equal(store_counts(s).lost, 1);
	flush_well(s, 5);
	assert_true(store_close(s));
	folder_remove(&f);
}

/* A table too small forgets the pair unseen for longest, says so, and the file has them all. */
static void test_full(void **state)
{
	struct folder f = folder_make();
	const char *path = folder_file(&f, "seen.db");
	struct store *s = open_well(path, 4);
	struct store_pair pair;
	int64_t first;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(note(s, i, i), STORE_NEW);
	assert_int_equal(note(s, 4, 4), STORE_UNSURE);		/* all wait to be written */
	assert_int_equal(store_counts(s).lost, 1);
	flush_well(s, 5);
	assert_int_equal(note(s, 0, 5), STORE_KNOWN);
	assert_int_equal(note(s, 4, 6), STORE_NEW);		/* takes the place of 1 */
	assert_int_equal(note(s, 5, 6), STORE_UNSURE);		/* may be an old one now; takes the place of 2 */
	assert_int_equal(note(s, 0, 7), STORE_KNOWN);
	assert_int_equal(note(s, 1, 8), STORE_UNSURE);
	assert_int_equal(note(s, 1, 8), STORE_UNSURE);		/* until the file was asked */
	assert_int_equal(store_counts(s).pairs, 4);
	flush_well(s, 9);
	assert_int_equal(ask(path, "SELECT count(*) FROM pair"), 6);
	assert_int_equal(ask(path, "SELECT sum(count) FROM pair"), 10);
	pair = pair_of(1);
	assert_int_equal(store_note(s, &pair, 9, 0, 0, &first), STORE_KNOWN);
	assert_int_equal(first, 1);
	assert_true(store_close(s));

	s = open_well(path, 4);					/* does not hold all, and knows it; the newest */
	assert_int_equal(note(s, 1, 10), STORE_KNOWN);
	assert_int_equal(note(s, 77, 10), STORE_UNSURE);
	assert_true(store_close(s));
	s = open_well(path, 6);
	assert_int_equal(note(s, 77, 10), STORE_NEW);
	assert_true(store_close(s));
	folder_remove(&f);
}

/* After a restart, too, the pairs unseen for longest are those that are left out, and the first to go. */
static void test_ages(void **state)
{
	static const int64_t last[] = { 3, 1, 6, 2, 5, 4 };
	struct folder f = folder_make();
	const char *path = folder_file(&f, "seen.db");
	struct store *s = open_well(path, CAPACITY);

	(void)state;
	for (unsigned i = 0; i < COUNT(last); i++)
		note(s, i, last[i]);
	flush_well(s, 7);
	assert_true(store_close(s));
	s = open_well(path, 4);				/* holds 0, 2, 4, 5 */
	assert_int_equal(note(s, 1, 8), STORE_UNSURE);	/* takes the place of 0 */
	assert_int_equal(note(s, 2, 8), STORE_KNOWN);
	assert_int_equal(note(s, 4, 8), STORE_KNOWN);
	assert_int_equal(note(s, 5, 8), STORE_KNOWN);
	assert_int_equal(note(s, 3, 8), STORE_UNSURE);
	assert_true(store_close(s));
	s = open_well(path, COUNT(last));
	assert_int_equal(note(s, 7, 8), STORE_NEW);	/* takes the place of 1 */
	for (unsigned i = 0; i < COUNT(last); i++) {
		if (i != 1)
			assert_int_equal(note(s, i, 8), STORE_KNOWN);
	}
	assert_true(store_close(s));
	folder_remove(&f);
}

/* Another process that holds the file makes a flush late, not wrong; it is said once. */
static void test_busy(void **state)
{
	struct folder f = folder_make();
	const char *path = folder_file(&f, "seen.db");
	struct store *s = open_well(path, CAPACITY);
	char what[STORE_WHAT_MAX];
	sqlite3 *db = NULL;

	(void)state;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	note(s, 1, SECOND);
	assert_false(store_flush(s, SECOND, what));
	assert_non_null(strstr(what, "locked"));
	note(s, 1, 2 * SECOND);
	assert_false(store_flush(s, 2 * SECOND, what));
	assert_string_equal(what, "");
	assert_int_equal(store_counts(s).waiting, 1);
	assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	flush_well(s, 3 * SECOND);
	assert_int_equal(ask(path, "SELECT count FROM pair"), 2);
	assert_true(store_close(s));
	folder_remove(&f);
}

/* Two processes add up. */
static void test_two_processes(void **state)
{
	enum { EACH = 40 };
	struct folder f = folder_make();
	const char *path = folder_file(&f, "seen.db");
	char what[STORE_WHAT_MAX];
	pid_t child[2];
	int status;

	(void)state;
	for (int k = 0; k < 2; k++) {
		child[k] = fork();
		assert_true(child[k] >= 0);
		if (child[k])
			continue;
		struct store *s = store_open(path, CAPACITY, hash_key_files, what);

		for (int i = 0; i < EACH; i++) {
			note(s, (unsigned)i % 10, 100 - i);
			(void)store_flush(s, 100 + k, what);
		}
		for (int i = 0; i < 50 && !store_flush(s, 101 + k, what); i++)
			;
		_exit(store_counts(s).waiting != 0 || !store_close(s));
	}
	for (int k = 0; k < 2; k++) {
		assert_int_equal(waitpid(child[k], &status, 0), child[k]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(ask(path, "SELECT sum(count) FROM pair"), 2 * EACH);
	assert_int_equal(ask(path, "SELECT count(*) FROM pair"), 10);
	assert_int_equal(ask(path, "SELECT min(first) FROM pair"), 100 - EACH + 1);
	folder_remove(&f);
}

enum { NOTES = 200000, NOTERS = 2 };

static void *note_many(void *context)
{
	for (unsigned i = 0; i < NOTES; i++)
		note(context, i * 7 % 3000, i);
	return NULL;
}

/* Notes of several threads while another flushes: none is lost, none counts twice. */
static void test_threads(void **state)
{
	struct folder f = folder_make();
	const char *path = folder_file(&f, "seen.db");
	struct store *s = open_well(path, 4096);
	pthread_t t[NOTERS];

	(void)state;
	for (size_t i = 0; i < NOTERS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, note_many, s), 0);
	for (int64_t i = 0; i < 50; i++)
		flush_well(s, i * SECOND);
	for (size_t i = 0; i < NOTERS; i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	flush_well(s, 51 * SECOND);
	assert_int_equal(ask(path, "SELECT sum(count) FROM pair"), NOTES * NOTERS);
	assert_int_equal(ask(path, "SELECT sum(bytes) FROM pair"), NOTES * NOTERS * 100);
	assert_true(store_close(s));
	folder_remove(&f);
}

static bool was_flushed;

static void *flush_late(void *context)
{
	char what[STORE_WHAT_MAX];

	was_flushed = store_flush(context, 2 * SECOND, what);
	return NULL;
}

/* What is noted between the copy of a batch and its commit is neither lost nor counted twice. */
static void test_note_during_write(void **state)
{
	struct folder f = folder_make();
	const char *path = folder_file(&f, "seen.db");
	struct store *s = open_well(path, CAPACITY);
	sqlite3 *db = NULL;
	pthread_t t;

	(void)state;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	note(s, 1, SECOND);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(pthread_create(&t, NULL, flush_late, s), 0);
	usleep(STORE_BUSY_MILLISECONDS * 1000 / 5);	/* it has copied, and waits for the other */
	note(s, 1, 3 * SECOND);
	note(s, 2, 3 * SECOND);
	assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(pthread_join(t, NULL), 0);
	if (was_flushed) {		/* not when this machine stood still for too long */
		assert_int_equal(ask(path, "SELECT sum(count) FROM pair"), 1);
		assert_int_equal(store_counts(s).waiting, 2);
	}
	flush_well(s, 4 * SECOND);
	assert_int_equal(ask(path, "SELECT sum(count) FROM pair"), 3);
	assert_int_equal(ask(path, "SELECT sum(bytes) FROM pair"), 300);
	assert_true(store_close(s));
	folder_remove(&f);
}

static double now_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void test_speed(void **state)
{
	enum { PAIRS = 100000 };
	struct folder f = folder_make();
	const char *path = folder_file(&f, "seen.db");
	struct store *s = open_well(path, STORE_PAIRS_MAX);
	double t[6];
	struct stat st;

	(void)state;
	t[0] = now_seconds();
	for (unsigned i = 0; i < PAIRS; i++)
		note(s, i, i);
	t[1] = now_seconds();
	flush_well(s, PAIRS);
	t[2] = now_seconds();
	for (unsigned i = 0; i < PAIRS; i++)
		assert_int_equal(note(s, i, PAIRS + i), STORE_KNOWN);
	t[3] = now_seconds();
	flush_well(s, 2 * PAIRS);
	assert_true(store_close(s));
	t[4] = now_seconds();
	s = open_well(path, STORE_PAIRS_MAX);
	t[5] = now_seconds();
	assert_int_equal(store_counts(s).pairs, PAIRS);
	assert_int_equal(note(s, PAIRS / 2, 3 * PAIRS), STORE_KNOWN);
	assert_true(store_close(s));
	assert_int_equal(ask(path, "SELECT sum(count) FROM pair"), 2 * PAIRS);
	assert_int_equal(stat(path, &st), 0);
	printf("  %d pairs: note new %.0f ns, known %.0f ns; written new in %.2f s, changed in %.2f s; "
	       "checked and loaded in %.2f s; %.1f MB\n", PAIRS, (t[1] - t[0]) / PAIRS * 1e9,
	       (t[3] - t[2]) / PAIRS * 1e9, t[2] - t[1], t[4] - t[3], t[5] - t[4], (double)st.st_size / 1e6);
	folder_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_watch),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_two_processes),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_note_during_write),
		cmocka_unit_test(test_speed),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
