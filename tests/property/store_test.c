/* links: store store_file store_path store_table lru pool */
/*
 * Random lives of a store beside a model that remembers everything: notes, flushes,
 * restarts in order, and deaths without a last flush, in tables of any size.  What the
 * file holds is what was flushed; what is called new is new, and what is called known
 * has its true first time.
 */
#include "../unit/store_build.h"

enum { PAIRS = 60, STEPS = 600, LIVES = 25 };

struct seen {
	uint64_t count, bytes;
	int64_t first, last;
};

static uint64_t seed;
static struct seen model[PAIRS], written[PAIRS];	/* as noted; as of the last flush */
static uint64_t said[3];

static uint64_t any(uint64_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (seed >> 33) % below;
}

static void add(struct seen *m, int64_t when, uint64_t count, uint64_t bytes)
{
	if (!m->count || when < m->first)
		m->first = when;
	if (!m->count || when > m->last)
		m->last = when;
	m->count += count;
	m->bytes += bytes;
}

static void see(struct store *s, int64_t when)
{
	unsigned i = (unsigned)any(any(2) ? PAIRS : 6);
	struct store_pair pair = pair_of(i);
	uint64_t count = 1 + any(3), bytes = any(1000), lost = store_counts(s).lost;
	bool before = model[i].count > 0;
	int64_t first;
	enum store_news news = store_note(s, &pair, when, count, bytes, &first);

	said[news]++;
	if (store_counts(s).lost == lost)
		add(&model[i], when, count, bytes);
	else
		assert_int_equal(news, STORE_UNSURE);
	assert_true(news != STORE_NEW || !before);
	assert_true(news != STORE_KNOWN || before);
	assert_true(news != STORE_KNOWN || first == model[i].first);
}

/* compare reads every row of the file; the clients of pair_of(i) end in i. */
static void compare(const char *path)
{
	sqlite3_stmt *q = NULL;
	sqlite3 *db = NULL;
	unsigned rows = 0;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT CAST(substr(client, 8) AS INTEGER), count, bytes, first, last"
					    " FROM pair", -1, &q, NULL), SQLITE_OK);
	for (; sqlite3_step(q) == SQLITE_ROW; rows++) {
		const struct seen *w = &written[sqlite3_column_int(q, 0)];

		assert_int_equal(sqlite3_column_int64(q, 1), w->count);
		assert_int_equal(sqlite3_column_int64(q, 2), w->bytes);
		assert_int_equal(sqlite3_column_int64(q, 3), w->first);
		assert_int_equal(sqlite3_column_int64(q, 4), w->last);
	}
	sqlite3_finalize(q);
	sqlite3_close(db);
	for (unsigned i = 0; i < PAIRS; i++)
		rows -= written[i].count > 0;
	assert_int_equal(rows, 0);
}

static void live(uint64_t life)
{
	struct folder f = folder_make();
	const char *path = folder_file(&f, "seen.db");
	uint32_t capacity = 0;
	struct store *s = NULL;
	char what[STORE_WHAT_MAX];
	int64_t now = 1000 * SECOND;

	seed = life;
	memset(model, 0, sizeof(model));
	memset(written, 0, sizeof(written));
	for (unsigned step = 0; step < STEPS; step++) {
		now += (int64_t)any(10 * (uint64_t)SECOND) - (any(20) ? 0 : (int64_t)any(100 * (uint64_t)SECOND));
		if (!s) {
			capacity = (uint32_t)(1 + any(any(2) ? PAIRS : 2 * PAIRS));
			s = store_open(path, capacity, hash_key_files, what);
			assert_string_equal(what, "");
		}
		switch (any(12)) {
		case 0:
			flush_well(s, now);
			memcpy(written, model, sizeof(model));
			break;
		case 1:
			if (any(5))
				break;
			assert_true(store_close(s));		/* as when killed: what was not flushed is gone */
			s = NULL;
			memcpy(model, written, sizeof(model));
			compare(path);
			break;
		default:
			see(s, now);
		}
	}
	if (s)
		assert_true(store_close(s));
	compare(path);
	folder_remove(&f);
}

static void test_lives(void **state)
{
	(void)state;
	for (uint64_t life = 0; life < LIVES; life++)
		live(life);
	for (size_t i = 0; i < COUNT(said); i++)
		assert_true(said[i] > LIVES);		/* the lives do meet each answer */
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_lives) };

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
