/* links: rollup lru pool */
#include "bytes.h"
#include "clock.h"
#include "rollup.h"

#define WINDOW (300 * SECOND)

static const struct rollup_traffic none;

static struct rollup_key key_of(uint8_t client, const struct name *name)
{
	return (struct rollup_key){ .client = addr_v4((const uint8_t[4]){ 10, 0, 0, client }),
				    .server = addr_v4((const uint8_t[4]){ 192, 0, 2, 1 }), .name = name };
}

static enum rollup_fate note(struct rollup *r, const struct rollup_key *k, int64_t when)
{
	struct rollup_record early;
	enum rollup_fate fate = rollup_note(r, k, when, none, &early);

	assert_int_equal(early.count, 0);
	return fate;
}

static void test_window(void **state)
{
	struct rollup *r = rollup_new(8, WINDOW, hash_key_files);
	struct name name = name_of("update.example.com");
	struct rollup_key k = key_of(1, &name);
	struct rollup_record record;

	(void)state;
	assert_non_null(r);
	assert_int_equal(note(r, &k, 1000 * SECOND), ROLLUP_FIRST);
	for (int i = 0; i < 3; i++)
		assert_int_equal(rollup_note(r, &k, (1010 + 10 * i) * SECOND,
					     (struct rollup_traffic){ .out = 100, .in = 7 }, &record), ROLLUP_HELD);
	assert_false(rollup_expired(r, 1299 * SECOND, &record));
	assert_true(rollup_expired(r, 1300 * SECOND, &record));
	assert_int_equal(record.count, 3);
	assert_int_equal(record.first, 1010 * SECOND);
	assert_int_equal(record.last, 1030 * SECOND);
	assert_int_equal(record.traffic.out, 300);
	assert_int_equal(record.traffic.in, 21);
	assert_name(&record.name, "update.example.com");
	assert_true(addr_equal(&record.client, &k.client) && addr_equal(&record.server, &k.server));
	assert_false(rollup_expired(r, 1300 * SECOND, &record));
	assert_int_equal(note(r, &k, 1300 * SECOND), ROLLUP_FIRST);
	rollup_free(r);
	rollup_free(NULL);
}

/* The window ends at the sighting itself when nobody asked for expired ones before. */
static void test_window_ends_at_sighting(void **state)
{
	struct rollup *r = rollup_new(8, WINDOW, hash_key_files);
	struct name name = name_of("a.example");
	struct rollup_key k = key_of(1, &name);
	struct rollup_record early;

	(void)state;
	assert_non_null(r);
	note(r, &k, 0);
	assert_int_equal(note(r, &k, SECOND), ROLLUP_HELD);
	assert_int_equal(rollup_note(r, &k, WINDOW, none, &early), ROLLUP_FIRST);
	assert_int_equal(early.count, 1);
	assert_int_equal(early.first, SECOND);
	assert_int_equal(rollup_early(r), 0);
	rollup_free(r);
}

/* Each part of the key keeps two stories apart. */
static void test_keys(void **state)
{
	static const char one, other;
	const struct rule *rule = (const void *)&one, *other_rule = (const void *)&other;
	struct rollup *r = rollup_new(64, WINDOW, hash_key_files);
	struct name name = name_of("a.example"), longer = name_of("a.example.com");
	struct rollup_key k[6];

	(void)state;
	assert_non_null(r);
	for (size_t i = 0; i < COUNT(k); i++) {
		k[i] = key_of(1, &name);
		k[i].rule = rule;
	}
	k[1].client.bytes[15] = 2;
	k[2].server.bytes[15] = 2;
	k[3].rule = other_rule;
	k[4].name = &longer;
	k[5].kind = 1;
	for (size_t i = 0; i < COUNT(k); i++)
		assert_int_equal(note(r, &k[i], 0), ROLLUP_FIRST);
	for (size_t i = 0; i < COUNT(k); i++)
		assert_int_equal(note(r, &k[i], 1), ROLLUP_HELD);
	rollup_free(r);
}

/* Names of every length come back byte for byte; two that differ in the last byte are two. */
static void test_names(void **state)
{
	struct rollup *r = rollup_new(2 * (NAME_TEXT_MAX + 1), WINDOW, hash_key_files);
	struct rollup_record record;
	struct name name = { 0 };

	(void)state;
	assert_non_null(r);
	for (uint16_t n = 0; n <= NAME_TEXT_MAX; n++) {
		struct rollup_key k = key_of(1, n ? &name : NULL);

		memset(name.text, 'n', n);
		name.len = n;
		name.odd = n % 2;
		assert_int_equal(note(r, &k, n), ROLLUP_FIRST);
		assert_int_equal(note(r, &k, n + 1), ROLLUP_HELD);
		if (!n)
			continue;
		name.text[n - 1] = 'x';
		assert_int_equal(note(r, &k, n), ROLLUP_FIRST);
	}
	memset(name.text, 'n', NAME_TEXT_MAX);
	for (uint16_t n = 0; n <= NAME_TEXT_MAX; n++) {
		assert_true(rollup_rest(r, &record));
		assert_int_equal(record.name.len, n);
		assert_int_equal(record.name.odd, n % 2);
		assert_memory_equal(record.name.text, name.text, n);
		assert_int_equal(record.name.text[n], '\0');
	}
	assert_false(rollup_rest(r, &record));
	rollup_free(r);
}

/* A full table ends the oldest window early, and says so. */
static void test_full(void **state)
{
	struct rollup *r = rollup_new(2, WINDOW, hash_key_files);
	struct name name = name_of("a.example");
	struct rollup_key a = key_of(1, &name), b = key_of(2, &name), c = key_of(3, &name);
	struct rollup_record early;

	(void)state;
	assert_non_null(r);
	note(r, &a, 0);
	note(r, &b, 1);
	note(r, &a, 2);
	assert_int_equal(rollup_note(r, &c, 3, none, &early), ROLLUP_FIRST);
	assert_int_equal(early.count, 1);
	assert_true(addr_equal(&early.client, &a.client));
	assert_int_equal(rollup_early(r), 1);
	assert_int_equal(rollup_note(r, &a, 4, none, &early), ROLLUP_FIRST);	/* b held nothing back: no record */
	assert_int_equal(early.count, 0);
	assert_int_equal(rollup_early(r), 2);
	rollup_free(r);
	assert_null(rollup_new(0, WINDOW, hash_key_files));
}

/* A clock set back by more than a window begins anew; by less, it is the same story. */
static void test_clock_back(void **state)
{
	struct rollup *r = rollup_new(4, WINDOW, hash_key_files);
	struct name name = name_of("a.example");
	struct rollup_key k = key_of(1, &name);
	struct rollup_record record;

	(void)state;
	assert_non_null(r);
	note(r, &k, 1000 * SECOND);
	assert_int_equal(note(r, &k, 700 * SECOND), ROLLUP_HELD);
	assert_int_equal(rollup_note(r, &k, 700 * SECOND - 1, none, &record), ROLLUP_FIRST);
	assert_int_equal(record.count, 1);
	assert_int_equal(note(r, &k, 701 * SECOND), ROLLUP_HELD);
	assert_int_equal(rollup_note(r, &k, INT64_MAX, none, &record), ROLLUP_FIRST);
	assert_int_equal(rollup_note(r, &k, INT64_MIN, none, &record), ROLLUP_FIRST);
	assert_int_equal(rollup_note(r, &k, INT64_MAX, none, &record), ROLLUP_FIRST);
	rollup_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_window_ends_at_sighting),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_clock_back),
	};

	return cmocka_run_group_tests_name("rollup", tests, NULL, NULL);
}
