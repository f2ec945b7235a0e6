/* links: rollup lru pool */
/*
 * Whatever comes in whatever order, into a table however small: for every key, what
 * was told to be written and what the records count is what was sighted, byte for
 * byte; the same input gives the same output, under any hash key.
 */
#include "../unit/bytes.h"

#include "clock.h"
#include "rollup.h"

enum { KEYS = 40, SIGHTINGS = 2000, CASES = 400 };

struct sum {
	uint64_t sighted, written, counted, out, in, told_out, told_in;
};

static uint64_t seed;

static uint64_t any(uint64_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (seed >> 33) % below;
}

static struct name names[KEYS];
static struct rollup_key keys[KEYS];

static void make_keys(void)
{
	static const char rules[3];

	for (size_t i = 0; i < KEYS; i++) {
		names[i].len = (uint16_t)(i % 4 == 3 ? 60 + 4 * i : 4 + i % 5);
		memset(names[i].text, 'a' + (int)(i % 3), names[i].len);
		keys[i] = (struct rollup_key){ .name = i % 7 ? &names[i] : NULL, .rule = (const void *)&rules[i % 3],
					       .client = addr_v4((const uint8_t[4]){ 10, 0, 0, (uint8_t)i }),
					       .server = addr_v4((const uint8_t[4]){ 192, 0, 2, (uint8_t)(i % 2) }) };
	}
}

static void take(struct sum *sums, const struct rollup_record *r, uint64_t *story)
{
	uint8_t i = r->client.bytes[15];
	const struct name *name = keys[i].name ? keys[i].name : &(struct name){ 0 };

	assert_true(i < KEYS && r->count > 0 && r->first <= r->last);
	assert_true(name_equal(&r->name, name) && r->rule == keys[i].rule);
	assert_true(addr_equal(&r->server, &keys[i].server));
	sums[i].counted += r->count;
	sums[i].told_out += r->traffic.out;
	sums[i].told_in += r->traffic.in;
	*story = mix(mix(mix(*story, r->count), (uint64_t)r->first), (uint64_t)r->last);
	*story = mix_bytes(*story, &r->client, sizeof(r->client));
}

/* sight notes one sighting of a key; a first one carries its own bytes. */
static void sight(struct rollup *r, struct sum *sums, int64_t now, uint64_t *story)
{
	size_t i = any(any(3) ? KEYS : 4);
	struct rollup_traffic t = { .out = any(5000), .in = any(90000) };
	struct rollup_record early;
	enum rollup_fate fate = rollup_note(r, &keys[i], now, t, &early);

	sums[i].sighted++;
	sums[i].out += t.out;
	sums[i].in += t.in;
	if (early.count)
		take(sums, &early, story);
	if (fate == ROLLUP_FIRST) {
		sums[i].written++;
		sums[i].told_out += t.out;
		sums[i].told_in += t.in;
		*story = mix(*story, i);
	}
}

/* play is one run; the number it gives is made of all that came out, in order. */
static uint64_t play(uint64_t from, struct hash_key key, uint64_t *held)
{
	struct sum sums[KEYS] = { 0 };
	struct rollup_record record;
	struct rollup *r;
	uint64_t story = 0, step, disorder;
	int64_t now = 1000 * SECOND;

	seed = from;
	step = 1 + any(20) * (uint64_t)SECOND;
	disorder = any(3) * any(400) * (uint64_t)SECOND;
	r = rollup_new((uint32_t)(1 + any(any(2) ? 4 : 2 * KEYS)), (int64_t)any(400) * SECOND, key);
	assert_non_null(r);
	for (unsigned n = 0; n < SIGHTINGS; n++) {
		now += (int64_t)any(step) - (disorder && !any(10) ? (int64_t)any(disorder) : 0);
		if (!any(4)) {
			while (rollup_expired(r, now, &record))
				take(sums, &record, &story);
		}
		sight(r, sums, now, &story);
	}
	while (rollup_rest(r, &record))
		take(sums, &record, &story);
	for (size_t i = 0; i < KEYS; i++) {
		assert_int_equal(sums[i].written + sums[i].counted, sums[i].sighted);
		assert_int_equal(sums[i].told_out, sums[i].out);
		assert_int_equal(sums[i].told_in, sums[i].in);
		*held += sums[i].counted;
	}
	rollup_free(r);
	return story;
}

static void test_balance(void **state)
{
	uint64_t held = 0;

	(void)state;
	make_keys();
	for (uint64_t i = 0; i < CASES; i++) {
		uint64_t story = play(i, hash_key_files, &held);

		assert_int_equal(play(i, (struct hash_key){ mix(i + 1, 1) | 1, mix(i + 1, 2) | 1 }, &held), story);
	}
	assert_true(held > CASES * SIGHTINGS / 4);	/* the cases do fold */
	assert_true(held < CASES * SIGHTINGS * 2);	/* and do not fold all */
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_balance) };

	return cmocka_run_group_tests_name("rollup", tests, NULL, NULL);
}
