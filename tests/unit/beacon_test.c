/* links: beacon lru */
#include "beacon_build.h"
#include "clock.h"

static void test_exact(void **state)
{
	int64_t ms[5 * BEACON_INTERVALS_MAX];
	struct beacon_rhythm r;

	(void)state;
	for (size_t i = 0; i < COUNT(ms); i++)
		ms[i] = 1000 + 5000 * (int64_t)i;
	assert_int_equal(rhythm_of(ms, BEACON_INTERVALS_MIN).intervals, 0);	/* one interval less than contacts */
	for (size_t n = BEACON_INTERVALS_MIN + 1; n <= COUNT(ms); n++) {
		r = rhythm_of(ms, n);
		assert_int_equal(r.intervals, n - 1 < BEACON_INTERVALS_MAX ? n - 1 : BEACON_INTERVALS_MAX);
		assert_int_equal(r.median, 5000);
		assert_int_equal(r.spread, 0);
		assert_int_equal(r.score, 1000);
	}
}

/* By hand: intervals 4 5 5 6 8 10 12 30 s: median 7, deviations 3 2 2 1 1 3 5 23, their median 2.5. */
static void test_by_hand(void **state)
{
	static const int64_t ms[] = { 0, 10000, 14000, 44000, 49000, 61000, 66000, 74000, 80000 };
	struct beacon_rhythm r = rhythm_of(ms, COUNT(ms));

	(void)state;
	assert_int_equal(r.intervals, 8);
	assert_int_equal(r.median, 7000);
	assert_int_equal(r.spread, 2500);
	assert_int_equal(r.score, 0);		/* 1 - 2.5/7 * 72/16 < 0 */
}

/* The oldest intervals give way to the newest. */
static void test_ring(void **state)
{
	int64_t ms[3 * BEACON_INTERVALS_MAX], at = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(ms); i++) {
		ms[i] = at;
		at += i < 2 * BEACON_INTERVALS_MAX - 1 ? 3000 : 60000;
	}
	assert_int_equal(rhythm_of(ms, COUNT(ms)).median, 60000);
	assert_int_equal(rhythm_of(ms, COUNT(ms)).spread, 0);
}

/* The connections of one contact are one, also when some packets come out of order. */
static void test_join(void **state)
{
	static const int64_t burst[] = { 0, 200, 100, 1900, 3800, 3700 };
	int64_t ms[20 * COUNT(burst)];
	struct beacon_rhythm r;

	(void)state;
	for (size_t i = 0; i < COUNT(ms); i++)
		ms[i] = 30000 * (int64_t)(i / COUNT(burst)) + burst[i % COUNT(burst)];
	r = rhythm_of(ms, COUNT(ms));
	assert_int_equal(r.intervals, 19);
	assert_int_equal(r.median, 30000);
	assert_int_equal(r.spread, 0);
	for (size_t i = 0; i < COUNT(ms); i++)
		ms[i] = 1999 * (int64_t)i;		/* a stream without a pause is one contact */
	assert_int_equal(rhythm_of(ms, COUNT(ms)).intervals, 0);
	for (size_t i = 0; i < COUNT(ms); i++)
		ms[i] = 2000 * (int64_t)i;		/* and just not one */
	assert_int_equal(rhythm_of(ms, COUNT(ms)).median, 2000);
}

/* Of an odd number the one in the middle is the median: 3.9 four times, 4, 4.4 four times; deviations 0, 0.1, 0.4. */
static void test_odd_number(void **state)
{
	static const int64_t ms[] = { 0, 3900, 8300, 12200, 16600, 20500, 24900, 28800, 33200, 37200 };
	struct beacon_rhythm r = rhythm_of(ms, COUNT(ms));

	(void)state;
	assert_int_equal(r.intervals, 9);
	assert_int_equal(r.median, 4000);
	assert_int_equal(r.spread, 100);
	assert_int_equal(r.score, 1000 - 1000 * 100 * (9 + 64) / (2 * 9 * 4000));
}

/* Any clock: no interval is negative, and the longest that fits is kept. */
static void test_clocks(void **state)
{
	struct beacon *b = beacon_new(2, hash_key_files);
	struct addr a = client_of(1);
	struct beacon_rhythm r;

	(void)state;
	assert_non_null(b);
	for (int i = 0; i < 20; i++) {
		beacon_note(b, &a, 1, INT64_MIN);
		beacon_note(b, &a, 1, INT64_MAX);
	}
	assert_true(beacon_find(b, &a, 1, &r));
	assert_int_equal(r.intervals, 20);
	assert_int_equal(r.median, UINT32_MAX);
	assert_int_equal(r.score, 1000);
	for (int i = 20; i > 0; i--)
		beacon_note(b, &a, 2, i * 10 * SECOND);
	assert_false(beacon_find(b, &a, 2, &r));
	beacon_free(b);
	beacon_free(NULL);
}

static void test_table(void **state)
{
	struct beacon *b = beacon_new(2, hash_key_files);
	struct addr a = client_of(1), c = client_of(2);
	struct beacon_rhythm r;

	(void)state;
	assert_non_null(b);
	for (int i = 0; i <= BEACON_INTERVALS_MIN; i++) {
		beacon_note(b, &a, 1, i * 10 * SECOND);
		beacon_note(b, &a, 2, i * 20 * SECOND);
	}
	assert_true(beacon_find(b, &a, 1, &r));
	assert_int_equal(r.median, 10000);
	assert_true(beacon_find(b, &a, 2, &r));
	assert_int_equal(r.median, 20000);
	assert_false(beacon_find(b, &c, 1, &r));
	assert_false(beacon_find(b, &a, 3, &r));
	beacon_note(b, &a, 1, 1000 * SECOND);
	beacon_note(b, &c, 1, 1000 * SECOND);
	assert_int_equal(beacon_forgotten(b), 1);
	assert_true(beacon_find(b, &a, 1, &r));
	assert_false(beacon_find(b, &a, 2, &r));
	beacon_free(b);
	assert_null(beacon_new(0, hash_key_files));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_odd_number),
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("beacon", tests, NULL, NULL);
}
