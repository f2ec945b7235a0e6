/* links: count */
#include "bytes.h"
#include "count.h"

static void test_balance(void **state)
{
	static struct counts c;

	(void)state;
	assert_true(counts_balance(&c));
	c.packet = 1;
	count_add(&c, COUNT_PACKETS);
	assert_false(counts_balance(&c));
	count_add(&c, COUNT_DECODED);
	assert_true(counts_balance(&c));
	count_add(&c, COUNT_EVENTS);
	assert_false(counts_balance(&c));
	count_add(&c, COUNT_WRITTEN);
	count_add(&c, COUNT_TLS_BROKEN);	/* counters of names are in no balance */
	assert_true(counts_balance(&c));
}

/* Each reason of the group "undecodable" accounts for a packet, each ending for an event. */
static void test_every_reason_counts(void **state)
{
	(void)state;
	for (int i = 0; i < COUNTERS; i++) {
		struct counts c = { 0 };
		const struct counter_text *t = &counter_texts[i];

		assert_non_null(t->group);
		assert_non_null(t->key);
		assert_true(strlen(t->text) > 0);
		count_add(&c, (enum counter)i);
		if (strcmp(t->group, "undecodable") == 0) {
			count_add(&c, COUNT_PACKETS);
			assert_true(counts_balance(&c));
		}
	}
}

static void test_keys_are_unique(void **state)
{
	(void)state;
	for (int i = 0; i < COUNTERS; i++) {
		for (int k = 0; k < i; k++)
			assert_false(strcmp(counter_texts[i].group, counter_texts[k].group) == 0 &&
				     strcmp(counter_texts[i].key, counter_texts[k].key) == 0);
	}
}

static void test_first_packets(void **state)
{
	static struct counts c;

	(void)state;
	for (uint64_t n = 5; n < 15; n++) {
		c.packet = n;
		count_add(&c, COUNT_IP_BAD);
	}
	assert_int_equal(c.n[COUNT_IP_BAD], 10);
	for (uint64_t i = 0; i < COUNT_FIRSTS; i++)
		assert_int_equal(c.first[COUNT_IP_BAD][i], 5 + i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_balance),
		cmocka_unit_test(test_every_reason_counts),
		cmocka_unit_test(test_keys_are_unique),
		cmocka_unit_test(test_first_packets),
	};

	return cmocka_run_group_tests_name("count", tests, NULL, NULL);
}
