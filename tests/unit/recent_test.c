/* links: recent */
#include "bytes.h"
#include "clock.h"
#include "recent.h"

static void test_window(void **state)
{
	struct recent *r = recent_new();

	(void)state;
	assert_non_null(r);
	assert_false(recent_has(r, 42, 100 * SECOND, 10 * SECOND));
	recent_note(r, 42, 100 * SECOND);
	assert_true(recent_has(r, 42, 100 * SECOND, 10 * SECOND));
	assert_true(recent_has(r, 42, 110 * SECOND, 10 * SECOND));
	assert_false(recent_has(r, 42, 110 * SECOND + 1, 10 * SECOND));
	assert_false(recent_has(r, 43, 100 * SECOND, 10 * SECOND));
	recent_note(r, 42, 200 * SECOND);
	assert_true(recent_has(r, 42, 201 * SECOND, 10 * SECOND));
	recent_free(r);
	recent_free(NULL);
}

/* A clock of 0, as captures without times have, is a time like any other. */
static void test_time_zero(void **state)
{
	struct recent *r = recent_new();

	(void)state;
	assert_non_null(r);
	recent_note(r, 7, 0);
	assert_true(recent_has(r, 7, 0, SECOND));
	assert_false(recent_has(r, 8, 0, SECOND));
	recent_free(r);
}

/* Hashes of one set push out the oldest, never the newest. */
static void test_set_is_full(void **state)
{
	struct recent *r = recent_new();

	(void)state;
	assert_non_null(r);
	for (uint64_t i = 0; i < 6; i++)
		recent_note(r, 5 + i * RECENT_MAX, (int64_t)(i + 1) * SECOND);
	assert_false(recent_has(r, 5, 6 * SECOND, 10 * SECOND));
	for (uint64_t i = 2; i < 6; i++)
		assert_true(recent_has(r, 5 + i * RECENT_MAX, 6 * SECOND, 10 * SECOND));
	recent_note(r, 5 + 3 * RECENT_MAX, 7 * SECOND);		/* noted again: takes no second place */
	for (uint64_t i = 2; i < 6; i++)
		assert_true(recent_has(r, 5 + i * RECENT_MAX, 7 * SECOND, 10 * SECOND));
	recent_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_time_zero),
		cmocka_unit_test(test_set_is_full),
	};

	return cmocka_run_group_tests_name("recent", tests, NULL, NULL);
}
