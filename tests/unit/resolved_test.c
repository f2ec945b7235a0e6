/* links: resolved keep pool lru addr */
#include "bytes.h"
#include "clock.h"
#include "resolved.h"

#define NOON (1000000 * SECOND)

static const struct vendor vendor = { .id = "v", .name = "V" };
static struct rule rule = { .id = "v.rule", .vendor = &vendor };
static struct resolution out;

static struct addr addr_of(uint32_t n)
{
	return addr_v4((const uint8_t[4]){ 10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n });
}

static void learn(struct resolved *r, uint32_t client, uint32_t address, const char *text, int64_t when, uint32_t ttl)
{
	const struct rule_hit hit = { .rule = &rule, .pattern = "v.example", .kind = RULE_SUFFIX };
	struct addr c = addr_of(client), a = addr_of(address);
	struct name name = name_of(text);

	resolved_note(r, &a, 1, &name);
	resolved_learn(r, &c, &a, &hit, &name, when, ttl);
}

static void note(struct resolved *r, uint32_t address, const char *text)
{
	struct addr a = addr_of(address);
	struct name name = name_of(text);

	resolved_note(r, &a, 1, &name);
}

static bool find(struct resolved *r, uint32_t client, uint32_t address, int64_t now)
{
	struct addr c = addr_of(client), a = addr_of(address);
	bool found;

	memset(&out, 0xee, sizeof(out));
	found = resolved_find(r, &c, &a, now, &out);
	assert_true(!found || resolved_maybe(r, &c, &a));
	return found;
}

static bool leads(struct resolved *r, uint32_t address, const char *text)
{
	struct addr a = addr_of(address);
	struct name name = name_of(text);

	return resolved_may_lead(r, &a, &name);
}

static struct resolved *setup(void)
{
	struct resolved *r = resolved_new(hash_key_files);

	assert_non_null(r);
	return r;
}

static void test_told(void **state)
{
	struct resolved *r = setup();
	struct addr c = addr_of(1), a = addr_of(100);

	(void)state;
	assert_false(resolved_maybe(r, &c, &a));
	learn(r, 1, 100, "x.v.example", NOON, 60);
	assert_true(find(r, 1, 100, NOON + 5 * SECOND));
	assert_ptr_equal(out.rule, &rule);
	assert_string_equal(out.pattern, "v.example");
	assert_int_equal(out.kind, RULE_SUFFIX);
	assert_name(&out.name, "x.v.example");
	assert_int_equal(out.age, 5 * SECOND);
	assert_int_equal(out.ttl, 60);
	assert_int_equal(out.others, 0);
	assert_false(find(r, 2, 100, NOON));
	assert_false(find(r, 1, 101, NOON));
	assert_false(find(r, 100, 1, NOON));
	resolved_free(r);
	resolved_free(NULL);
}

/* For its TTL and the grace behind it, and not a nanosecond longer; a TTL above 2^31 is none. */
static void test_age(void **state)
{
	static const struct { uint32_t ttl; int64_t seconds; } of[] = {
		{ 60, 60 + RESOLVED_GRACE }, { 0, RESOLVED_GRACE }, { 86400, 86400 + RESOLVED_GRACE },
		{ INT32_MAX, (int64_t)INT32_MAX + RESOLVED_GRACE },
		{ 0x80000000, RESOLVED_GRACE }, { UINT32_MAX, RESOLVED_GRACE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++) {
		struct resolved *r = setup();

		learn(r, 1, 100, "x.v.example", NOON, of[i].ttl);
		assert_true(find(r, 1, 100, NOON + of[i].seconds * SECOND));
		assert_false(find(r, 1, 100, NOON + of[i].seconds * SECOND + 1));
		assert_false(find(r, 1, 100, NOON));	/* forgotten */
		resolved_free(r);
	}
}

/* The newest answer counts, and its name. */
static void test_told_again(void **state)
{
	struct resolved *r = setup();

	(void)state;
	for (int i = 0; i < 200000; i++)	/* more than there are blocks for names: none is lost */
		learn(r, 1, 100, i % 2 ? "x.v.example" : "y.v.example", NOON + i * SECOND, 60);
	assert_true(find(r, 1, 100, NOON + 200000 * SECOND));
	assert_name(&out.name, "x.v.example");
	assert_int_equal(out.age, SECOND);
	assert_int_equal(out.others, 1);
	assert_int_equal(resolved_evicted(r), 0);
	resolved_free(r);
}

/* An answer seen behind the connection's first packet is no older than that. */
static void test_answer_ahead(void **state)
{
	struct resolved *r = setup();

	(void)state;
	learn(r, 1, 100, "x.v.example", NOON, 60);
	assert_true(find(r, 1, 100, NOON - SECOND));
	assert_int_equal(out.age, 0);
	resolved_free(r);
}

static void test_others(void **state)
{
	struct resolved *r = setup();

	(void)state;
	note(r, 100, "first.example");
	learn(r, 1, 100, "x.v.example", NOON, 60);
	note(r, 100, "first.example");
	note(r, 101, "elsewhere.example");
	assert_true(find(r, 1, 100, NOON));
	assert_int_equal(out.others, 1);
	for (int i = 0; i < 10; i++) {
		char text[32];

		snprintf(text, sizeof(text), "n%d.example", i);
		note(r, 100, text);
	}
	assert_true(find(r, 1, 100, NOON));
	assert_int_equal(out.others, RESOLVED_NAMES - 1);
	assert_true(leads(r, 100, "first.example"));
	assert_true(leads(r, 100, "x.v.example"));
	assert_false(leads(r, 101, "x.v.example"));
	resolved_free(r);
}

/* Which names cannot lead somewhere is known while those that do are few: to the address of a CDN any may. */
static void test_may_lead(void **state)
{
	static const char *const names[] = { "a.example", "b.example", "c.example", "d.example", "e.example" };
	struct resolved *r = setup();

	(void)state;
	for (size_t n = 1; n <= RESOLVED_NAMES; n++) {
		note(r, 100, names[n - 1]);
		note(r, 100, names[0]);
		for (size_t i = 0; i < COUNT(names); i++)
			assert_true(leads(r, 100, names[i]) == (i < n));
	}
	note(r, 100, names[RESOLVED_NAMES]);
	for (size_t i = 0; i < COUNT(names); i++)
		assert_true(leads(r, 100, names[i]));
	assert_true(leads(r, 102, "x.v.example"));	/* of which nothing is known */
	resolved_free(r);
}

/* Full of sketches, some are forgotten: there any name may lead, to the others the one that was told. */
static void test_many_sketches(void **state)
{
	struct resolved *r = setup();
	unsigned known = 0;

	(void)state;
	for (uint32_t i = 0; i < 3 * RESOLVED_SKETCH; i++)
		note(r, i, "told.example");
	for (uint32_t i = 0; i < 3 * RESOLVED_SKETCH; i++) {
		assert_true(leads(r, i, "told.example"));
		known += !leads(r, i, "other.example");
	}
	assert_in_range(known, RESOLVED_SKETCH / 2, RESOLVED_SKETCH);
	resolved_free(r);
}

/* Full: the pair not learned for longest goes, and is counted unless its time was over. */
static void test_eviction(void **state)
{
	struct resolved *r = setup();

	(void)state;
	for (uint32_t i = 0; i < RESOLVED_MAX; i++)
		learn(r, 1, i, "x.v.example", NOON, i < 10 ? 0 : 3600);
	learn(r, 1, 0, "x.v.example", NOON, 60);	/* again: the newest now */
	for (uint32_t i = 0; i < 20; i++)
		learn(r, 2, i, "x.v.example", NOON + 700 * SECOND, 60);
	assert_int_equal(resolved_evicted(r), 11);	/* of 1 to 20 those from 10 on */
	assert_false(find(r, 1, 20, NOON));
	assert_true(find(r, 1, 21, NOON));
	assert_true(find(r, 1, 0, NOON));
	assert_true(find(r, 2, 19, NOON));
	resolved_free(r);
}

static void test_reload(void **state)
{
	struct resolved *r = setup();
	struct rule old = rule;
	const struct rule_hit hit = { .rule = &old, .pattern = "v.example", .kind = RULE_SUFFIX };
	struct name name = name_of("x.v.example");

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		struct addr c = addr_of(2), a = addr_of(i);

		resolved_learn(r, &c, &a, &hit, &name, NOON, 60);
	}
	learn(r, 1, 100, "x.v.example", NOON, 60);
	old.retired = true;
	resolved_reload(r);
	memset(&old, 0xee, sizeof(old));
	for (uint32_t i = 0; i < 1000; i++)
		assert_false(find(r, 2, i, NOON));
	assert_true(find(r, 1, 100, NOON));
	assert_ptr_equal(out.rule, &rule);
	resolved_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_told_again),
		cmocka_unit_test(test_answer_ahead),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_may_lead),
		cmocka_unit_test(test_many_sketches),
		cmocka_unit_test(test_eviction),
		cmocka_unit_test(test_reload),
	};

	return cmocka_run_group_tests_name("resolved", tests, NULL, NULL);
}
