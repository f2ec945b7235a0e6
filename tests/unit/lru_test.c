/* links: lru */
#include "bytes.h"
#include "lru.h"

struct item {
	uint64_t hash;
	unsigned key;
};

static struct item *find(const struct lru *t, uint64_t hash, unsigned key)
{
	struct item *e = lru_first(t, hash);

	while (e && e->key != key)
		e = lru_next(t, e);
	return e;
}

static struct item *add(struct lru *t, uint64_t hash, unsigned key)
{
	struct item *e = lru_add(t, hash);

	assert_non_null(e);
	e->hash = hash;
	e->key = key;
	return e;
}

static void test_age_order(void **state)
{
	struct lru t;
	struct item *a, *b, *c;

	(void)state;
	assert_true(lru_new(&t, 3, sizeof(struct item)));
	assert_null(lru_oldest(&t));
	a = add(&t, 1, 11);
	b = add(&t, 2, 12);
	c = add(&t, 3, 13);
	assert_true(lru_full(&t));
	assert_ptr_equal(lru_oldest(&t), a);
	lru_touch(&t, a);
	assert_ptr_equal(lru_oldest(&t), b);
	assert_ptr_equal(lru_newer(&t, b), c);
	assert_ptr_equal(lru_newer(&t, c), a);
	assert_null(lru_newer(&t, a));
	lru_touch(&t, a);			/* the newest stays where it is */
	lru_drop(&t, c);
	assert_false(lru_full(&t));
	assert_ptr_equal(lru_newer(&t, b), a);
	assert_null(find(&t, 3, 13));
	lru_free(&t);
}

/* Equal hashes, equal buckets with other hashes: found by walking, each exactly once. */
static void test_collisions(void **state)
{
	struct lru t;
	unsigned seen = 0;

	(void)state;
	assert_true(lru_new(&t, 64, sizeof(struct item)));
	for (unsigned i = 0; i < 32; i++) {
		add(&t, 7, i + 1);
		add(&t, 7 | UINT64_C(1) << 40, i + 101);
	}
	for (struct item *e = lru_first(&t, 7); e; e = lru_next(&t, e)) {
		assert_int_equal(e->hash, 7);
		seen++;
	}
	assert_int_equal(seen, 32);
	assert_true(lru_maybe(&t, 7));
	for (unsigned i = 0; i < 32; i++) {
		lru_drop(&t, find(&t, 7, i + 1));
		assert_null(find(&t, 7, i + 1));
		lru_drop(&t, find(&t, 7 | UINT64_C(1) << 40, i + 101));
	}
	assert_false(lru_maybe(&t, 7));
	assert_null(lru_oldest(&t));
	lru_free(&t);
}

/* One hash for all, as made on purpose: the table takes each, walks few, and gives up those that collide, not others. */
static void test_chain_bounded(void **state)
{
	enum { ROOM = 4096 };
	struct lru t;
	struct item *other;
	unsigned walked = 0;

	(void)state;
	assert_true(lru_new(&t, ROOM, sizeof(struct item)));
	assert_null(lru_victim(&t, 7));
	other = add(&t, 8, 1);
	for (unsigned i = 0; i < 10 * ROOM; i++) {
		struct item *victim = lru_victim(&t, 7);

		assert_true((victim != NULL) == (i >= LRU_CHAIN_MAX));
		if (victim) {
			assert_int_equal(victim->key, i - LRU_CHAIN_MAX);	/* who stands there longest */
			lru_drop(&t, victim);
			assert_null(lru_victim(&t, 7));
		}
		/* half of them of another hash in the same bucket */
		add(&t, i % 2 ? 7 : 7 | UINT64_C(1) << 40, i);
	}
	for (struct item *e = lru_first(&t, 7); e; e = lru_next(&t, e))
		walked++;
	assert_int_equal(walked, LRU_CHAIN_MAX / 2);
	assert_ptr_equal(lru_first(&t, 8), other);
	lru_free(&t);
}

static void test_full_gives_the_oldest(void **state)
{
	struct lru t;
	struct item *a;

	(void)state;
	assert_true(lru_new(&t, 2, sizeof(struct item)));
	a = add(&t, 1, 1);
	assert_null(lru_victim(&t, 3));
	add(&t, 2, 2);
	assert_ptr_equal(lru_victim(&t, 3), a);
	lru_touch(&t, a);
	assert_ptr_equal(lru_victim(&t, 3), lru_oldest(&t));
	assert_int_equal(((struct item *)lru_victim(&t, 1))->key, 2);
	lru_free(&t);
}

/* A hundred thousand random steps against an array that cannot be wrong. */
static void test_against_a_model(void **state)
{
	enum { KEYS = 97, ROOM = 40 };
	struct lru t;
	unsigned age[KEYS] = { 0 }, clock = 0, held = 0;
	uint64_t dice = 1;

	(void)state;
	assert_true(lru_new(&t, ROOM, sizeof(struct item)));
	for (int i = 0; i < 100000; i++) {
		dice = mix(dice, (uint64_t)i);
		unsigned key = (unsigned)(dice >> 8) % KEYS;
		uint64_t hash = key % 13;
		struct item *e = find(&t, hash, key + 1);

		assert_true((e != NULL) == (age[key] != 0));
		assert_true(!e || lru_maybe(&t, hash));
		if (e && dice & 1) {
			lru_drop(&t, e);
			age[key] = 0;
			held--;
			continue;
		}
		if (!e && lru_full(&t)) {
			struct item *old = lru_oldest(&t);

			for (unsigned k = 0; k < KEYS; k++)
				assert_true(!age[k] || age[old->key - 1] <= age[k]);
			age[old->key - 1] = 0;
			lru_drop(&t, old);
			held--;
		}
		if (e)
			lru_touch(&t, e);
		else
			add(&t, hash, key + 1), held++;
		age[key] = ++clock;
		assert_true(held <= ROOM);
	}
	lru_free(&t);
}

/* The index widens as more comes in: everything is found all the same, in its order, and what went is not. */
static void test_widens(void **state)
{
	enum { ROOM = 20000 };
	struct lru t;

	(void)state;
	assert_true(lru_new(&t, ROOM, sizeof(struct item)));
	for (unsigned i = 0; i < ROOM; i++) {
		add(&t, mix(1, i / 2), i);		/* two of each hash */
		if (i % 997 == 0)
			lru_drop(&t, find(&t, mix(1, i / 2), i));
	}
	for (unsigned i = 0; i < ROOM; i++) {
		struct item *e = lru_first(&t, mix(1, i / 2));

		assert_true((find(&t, mix(1, i / 2), i) != NULL) == (i % 997 != 0));
		if (i % 2 && i % 997 && (i - 1) % 997) {
			assert_int_equal(e->key, i);	/* the newer one first */
			assert_int_equal(((struct item *)lru_next(&t, e))->key, i - 1);
		}
	}
	while (lru_oldest(&t))
		lru_drop(&t, lru_oldest(&t));
	for (unsigned i = 0; i < ROOM; i++)
		assert_false(lru_maybe(&t, mix(1, i / 2)));
	lru_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_age_order),
		cmocka_unit_test(test_collisions),
		cmocka_unit_test(test_chain_bounded),
		cmocka_unit_test(test_full_gives_the_oldest),
		cmocka_unit_test(test_against_a_model),
		cmocka_unit_test(test_widens),
	};

	return cmocka_run_group_tests_name("lru", tests, NULL, NULL);
}
