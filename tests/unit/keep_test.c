/* links: keep pool */
#include "bytes.h"
#include "keep.h"

static struct name name_filled(size_t len, char fill)
{
	struct name n = { .len = (uint16_t)len };

	memset(n.text, fill, len);
	return n;
}

static bool keep_is(const struct kept *kept, const struct name *name)
{
	return kept && kept->len == name->len && memcmp(kept->text, name->text, name->len) == 0;
}

/* Every length comes back as it was. */
static void test_lengths(void **state)
{
	struct keep k;
	struct name out;

	(void)state;
	assert_true(keep_new(&k, 8));
	for (size_t len = 0; len <= NAME_TEXT_MAX; len++) {
		struct name n = name_filled(len, 'a'), other = name_filled(len, 'b');
		struct kept *kept;

		n.odd = len % 2;
		kept = keep_name(&k, &n);
		assert_non_null(kept);
		assert_true(keep_is(kept, &n));
		assert_true(!len || !keep_is(kept, &other));
		memset(&out, 0xee, sizeof(out));
		keep_read(kept, &out);
		assert_int_equal(out.len, len);
		assert_int_equal(out.odd, n.odd);
		assert_memory_equal(out.text, n.text, len);
		assert_int_equal(out.text[len], '\0');
		keep_drop(&k, kept);
	}
	keep_free(&k);
	keep_free(&k);
}

static void test_no_name(void **state)
{
	struct name empty = name_filled(0, 'a'), out;

	(void)state;
	memset(&out, 0xee, sizeof(out));
	keep_read(NULL, &out);
	assert_int_equal(out.len, 0);
	assert_false(out.odd);
	assert_int_equal(out.text[0], '\0');
	assert_false(keep_is(NULL, &empty));
}

/* The blocks are `count` small ones and a quarter as many big ones; each that comes back serves again. */
static void test_room(void **state)
{
	enum { COUNT = 16, BIG = COUNT / 4 + 1 };
	struct name shortest = name_filled(1, 's'), small = name_filled(KEEP_SMALL_MAX, 'm'), big = name_filled(KEEP_SMALL_MAX + 1, 'b');
	struct kept *smalls[COUNT], *bigs[BIG];
	struct keep k;

	(void)state;
	assert_true(keep_new(&k, COUNT));
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < COUNT; i++)
			assert_non_null(smalls[i] = keep_name(&k, i % 2 ? &small : &shortest));
		for (int i = 0; i < BIG; i++)
			assert_non_null(bigs[i] = keep_name(&k, &big));
		assert_null(keep_name(&k, &shortest));
		assert_null(keep_name(&k, &big));
		keep_drop(&k, NULL);
		for (int i = 0; i < COUNT; i++) {
			assert_true(keep_is(smalls[i], i % 2 ? &small : &shortest));
			keep_drop(&k, smalls[i]);
		}
		for (int i = 0; i < BIG; i++) {
			assert_true(keep_is(bigs[i], &big));
			keep_drop(&k, bigs[i]);
		}
	}
	keep_free(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_no_name),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests_name("keep", tests, NULL, NULL);
}
