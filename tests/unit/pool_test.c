/* links: pool */
#include "bytes.h"
#include "pool.h"

static void test_blocks_are_apart(void **state)
{
	struct pool *p = pool_new(3, 17);	/* no multiple of an alignment */
	uint8_t *block[3];

	(void)state;
	assert_non_null(p);
	for (int i = 0; i < 3; i++) {
		block[i] = pool_take(p);
		assert_non_null(block[i]);
		assert_int_equal((uintptr_t)block[i] % _Alignof(max_align_t), 0);
		memset(block[i], i + 1, 17);
	}
	for (int i = 0; i < 3; i++) {
		assert_int_equal(block[i][0], i + 1);
		assert_int_equal(block[i][16], i + 1);
	}
	assert_null(pool_take(p));
	assert_int_equal(pool_out(p), 3);
	pool_free(p);
}

static void test_given_back_is_taken_again(void **state)
{
	struct pool *p = pool_new(2, 8);
	void *a, *b;

	(void)state;
	assert_non_null(p);
	a = pool_take(p);
	b = pool_take(p);
	pool_give(p, a);
	assert_int_equal(pool_out(p), 1);
	assert_ptr_equal(pool_take(p), a);
	pool_give(p, NULL);
	assert_int_equal(pool_out(p), 2);
	pool_give(p, b);
	pool_give(p, a);
	assert_int_equal(pool_out(p), 0);
	assert_non_null(pool_take(p));
	assert_non_null(pool_take(p));
	assert_null(pool_take(p));
	pool_free(p);
	pool_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks_are_apart),
		cmocka_unit_test(test_given_back_is_taken_again),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
