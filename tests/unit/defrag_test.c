/* links: defrag ip lru pieces */
#include "bytes.h"
#include "clock.h"
#include "defrag.h"

static uint8_t whole[4096];
static struct counts counts;

static struct defrag *setup(void)
{
	struct defrag *f = defrag_new(hash_key_files, &counts);

	assert_non_null(f);
	counts = (struct counts){ 0 };
	for (size_t i = 0; i < sizeof(whole); i++)
		whole[i] = (uint8_t)(i * 7 ^ i >> 8);
	return f;
}

/* part is one IPv4 fragment of `whole`. */
static struct datagram part(uint32_t id, uint16_t from, uint16_t to, bool more)
{
	static const uint8_t a[4] = { 192, 0, 2, 1 }, b[4] = { 192, 0, 2, 2 };

	return (struct datagram){ .src = addr_v4(a), .dst = addr_v4(b), .proto = IP_UDP, .fragment = true,
				  .more = more, .offset = from, .id = id, .length = 34u + to - from,
				  .payload = fence_end(whole + from, (size_t)(to - from)) };
}

static bool add(struct defrag *f, int64_t when, struct datagram d)
{
	if (!defrag_add(f, when, &d))
		return false;
	assert_false(d.fragment);
	assert_int_equal(d.offset, 0);
	assert_memory_equal(d.payload.at, whole, cursor_left(&d.payload));
	assert_true(d.length >= cursor_left(&d.payload) + 2 * 34);	/* of all its frames, not of the last */
	return true;
}

static void test_orders(void **state)
{
	static const uint16_t at[] = { 0, 8, 1480, 3000 };
	struct defrag *f = setup();
	uint32_t id = 1;

	(void)state;
	for (unsigned order = 0; order < 27; order++, id++) {
		unsigned which[3] = { order % 3, order / 3 % 3, order / 9 };

		if (which[0] == which[1] || which[1] == which[2] || which[0] == which[2])
			continue;
		for (unsigned i = 0; i < 3; i++)
			assert_int_equal(add(f, SECOND, part(id, at[which[i]], at[which[i] + 1], which[i] < 2)), i == 2);
	}
	assert_int_equal(counts.n[COUNT_DEFRAG_JOINED], 6);
	defrag_free(f);
}

/* Two interfaces are read in turn: a fragment may come with a time a little before that of the one before it. */
static void test_moment_back(void **state)
{
	struct defrag *f = setup();

	(void)state;
	assert_false(add(f, 9 * SECOND, part(1, 0, 16, true)));
	assert_true(add(f, 9 * SECOND - SECOND / 1000, part(1, 16, 20, false)));
	defrag_free(f);
}

static void test_repeat_is_ignored(void **state)
{
	struct defrag *f = setup();

	(void)state;
	assert_false(add(f, 0, part(1, 0, 16, true)));
	assert_false(add(f, 0, part(1, 0, 16, true)));
	assert_true(add(f, 0, part(1, 16, 20, false)));
	assert_int_equal(counts.n[COUNT_DEFRAG_SPOILED], 0);
	defrag_free(f);
}

/* As in inet_frag_queue_insert(): what lies within a place that is taken is a duplicate, and the first bytes stay. */
static void test_repeat_with_other_bytes(void **state)
{
	static const uint8_t other[16] = "other bytes here";
	struct defrag *f = setup();
	struct datagram d = part(1, 0, 16, true), inside = part(1, 8, 16, true);

	(void)state;
	d.payload = cursor_of(other, 16);
	inside.payload = cursor_of(other, 8);
	assert_false(add(f, 0, part(1, 0, 16, true)));
	assert_false(add(f, 0, d));
	assert_false(add(f, 0, inside));
	assert_true(add(f, 0, part(1, 16, 20, false)));
	assert_int_equal(counts.n[COUNT_DEFRAG_SPOILED], 0);
	defrag_free(f);
}

/* RFC 5722: an overlapping fragment takes the whole datagram with it, whichever came first. */
static void test_overlap_spoils(void **state)
{
	struct defrag *f = setup();

	(void)state;
	assert_false(add(f, 0, part(1, 0, 16, true)));
	assert_false(add(f, 0, part(1, 8, 24, true)));
	assert_false(add(f, 0, part(1, 16, 32, false)));
	assert_false(add(f, 0, part(1, 0, 16, true)));
	assert_false(add(f, 0, part(1, 24, 32, false)));
	assert_int_equal(counts.n[COUNT_DEFRAG_SPOILED], 1);
	assert_int_equal(counts.n[COUNT_DEFRAG_JOINED], 0);
	defrag_free(f);
}

static void test_two_ends(void **state)
{
	struct defrag *f = setup();

	(void)state;
	assert_false(add(f, 0, part(1, 16, 32, false)));
	assert_false(add(f, 0, part(1, 32, 40, false)));
	assert_false(add(f, 0, part(1, 0, 16, true)));
	assert_int_equal(counts.n[COUNT_DEFRAG_SPOILED], 1);
	defrag_free(f);
}

/* RFC 791: all but the last carry a multiple of eight bytes; what is over Linux drops, and IPv6 refuses. */
static void test_odd_middle(void **state)
{
	struct defrag *f = setup();
	struct datagram d = part(2, 0, 17, true);

	(void)state;
	assert_false(add(f, 0, part(1, 0, 15, true)));
	assert_false(add(f, 0, part(1, 16, 20, false)));
	assert_int_equal(counts.n[COUNT_DEFRAG_JOINED], 0);
	assert_true(add(f, 0, part(1, 8, 16, true)));
	d.src.bytes[0] = d.dst.bytes[0] = 0x20;
	assert_false(add(f, 0, d));
	assert_int_equal(counts.n[COUNT_DEFRAG_SPOILED], 1);
	defrag_free(f);
}

/* A fragment that the capture has only in part cannot be whole, nor can its datagram. */
static void test_cut(void **state)
{
	struct defrag *f = setup();
	struct datagram d = part(1, 16, 20, false);

	(void)state;
	assert_false(add(f, 0, part(1, 0, 16, true)));
	d.cut = true;
	assert_false(add(f, 0, d));
	assert_int_equal(counts.n[COUNT_DEFRAG_SPOILED], 1);
	assert_false(add(f, 0, part(1, 16, 20, false)));
	defrag_free(f);
}

/* Copies of a joined datagram fall in with it for a second; then the same id is another one. */
static void test_same_id_again(void **state)
{
	struct defrag *f = setup();

	(void)state;
	assert_false(add(f, 0, part(9, 0, 16, true)));	/* older, and still waiting */
	for (int64_t when = 0; when < 10 * SECOND; when += 2 * SECOND) {
		assert_false(add(f, when, part(1, 0, 16, true)));
		assert_true(add(f, when, part(1, 16, 20, false)));
		assert_false(add(f, when + SECOND / 2, part(1, 0, 16, true)));
		assert_false(add(f, when + SECOND / 2, part(1, 16, 20, false)));
	}
	assert_int_equal(counts.n[COUNT_DEFRAG_JOINED], 5);
	assert_int_equal(counts.n[COUNT_DEFRAG_INCOMPLETE], 0);
	defrag_free(f);
}

/* What was joined or spoiled is counted as that, not again as given up. */
static void test_counted_once(void **state)
{
	struct datagram broken = part(1, 0, 16, true);
	struct defrag *f = setup();

	(void)state;
	broken.cut = true;
	for (int round = 0; round < 2; round++) {
		assert_false(add(f, 0, broken));
		assert_false(add(f, 0, part(2, 0, 16, true)));
		assert_true(add(f, 0, part(2, 16, 20, false)));
		assert_false(add(f, 0, part(3, 0, 16, true)));
		if (round)
			break;
		assert_false(add(f, (DEFRAG_SECONDS_MAX + 1) * SECOND, part(4, 0, 16, true)));
		assert_int_equal(counts.n[COUNT_DEFRAG_INCOMPLETE], 1);
		defrag_free(f);
		f = setup();
	}
	for (uint32_t id = 10; id < 10 + DEFRAG_DATAGRAMS_MAX; id++)
		assert_false(add(f, 0, part(id, 0, 16, true)));
	assert_int_equal(counts.n[COUNT_DEFRAG_INCOMPLETE], 1);
	assert_int_equal(counts.n[COUNT_DEFRAG_SPOILED], 1);
	assert_int_equal(counts.n[COUNT_DEFRAG_JOINED], 1);
	defrag_free(f);
}

static void test_others_do_not_mix(void **state)
{
	struct defrag *f = setup();
	struct datagram d = part(1, 0, 16, true);

	(void)state;
	assert_false(add(f, 0, d));
	d = part(1, 16, 20, false);
	d.proto = IP_TCP;
	assert_false(add(f, 0, d));		/* RFC 791: protocol is part of the key */
	assert_false(add(f, 0, part(2, 16, 20, false)));
	d = part(1, 16, 20, false);
	d.dst.bytes[15] = 9;
	assert_false(add(f, 0, d));
	assert_true(add(f, 0, part(1, 16, 20, false)));
	defrag_free(f);
}

static void test_age(void **state)
{
	struct defrag *f = setup();
	int64_t late = (DEFRAG_SECONDS_MAX + 1) * SECOND;

	(void)state;
	assert_false(add(f, 0, part(1, 0, 16, true)));
	assert_false(add(f, late, part(1, 16, 20, false)));
	assert_int_equal(counts.n[COUNT_DEFRAG_INCOMPLETE], 1);
	assert_true(add(f, late, part(1, 0, 16, true)));
	defrag_free(f);
}

/* What the end leaves waiting is counted, under the number of the packet that began it; what was joined or spoiled is not. */
static void test_rest(void **state)
{
	struct defrag *f = setup();

	(void)state;
	for (uint32_t id = 1; id <= 3; id++) {
		counts.packet = id;
		assert_false(add(f, 0, part(id, 0, 16, true)));
	}
	counts.packet = 9;
	assert_true(add(f, 0, part(1, 16, 20, false)));
	assert_false(add(f, 0, part(3, 8, 24, true)));
	defrag_rest(f);
	assert_int_equal(counts.n[COUNT_DEFRAG_INCOMPLETE], 1);
	assert_int_equal(counts.first[COUNT_DEFRAG_INCOMPLETE][0], 2);
	assert_int_equal(counts.first[COUNT_DEFRAG_SPOILED][0], 9);
	defrag_free(f);
}

/* A flood of first fragments evicts the oldest, never grows, and what came last still joins. */
static void test_flood(void **state)
{
	struct defrag *f = setup();

	(void)state;
	for (uint32_t id = 1; id <= DEFRAG_DATAGRAMS_MAX + 100; id++)
		assert_false(add(f, 0, part(id, 0, 16, true)));
	assert_int_equal(counts.n[COUNT_DEFRAG_INCOMPLETE], 100);
	assert_false(add(f, 0, part(1, 16, 20, false)));
	assert_true(add(f, 0, part(DEFRAG_DATAGRAMS_MAX + 100, 16, 20, false)));
	defrag_free(f);
}

/* RFC 8200 section 4.5: of the next headers that the fragments say the first one's counts, whenever it comes. */
static void test_v6_first_header_counts(void **state)
{
	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		struct defrag *f = setup();

		for (int i = 0; i < 2; i++) {
			bool first = i == swapped;
			struct datagram d = first ? part(7, 0, 8, true) : part(7, 8, 12, false);

			d.src.bytes[0] = d.dst.bytes[0] = 0x20;
			d.proto = first ? IP_UDP : IP_TCP;
			assert_int_equal(defrag_add(f, 0, &d), i);
			if (i)
				assert_int_equal(d.proto, IP_UDP);
		}
		defrag_free(f);
	}
}

/* RFC 8200 section 4.5: extension headers may stand in the fragmentable part. */
static void test_v6_headers_inside(void **state)
{
	static const uint8_t options[] = { IP_UDP, 0, 1, 4, 0, 0, 0, 0 };
	struct defrag *f = setup();
	struct datagram d = part(7, 0, 8, true), last = part(7, 8, 12, false);

	(void)state;
	d.src.bytes[0] = d.dst.bytes[0] = last.src.bytes[0] = last.dst.bytes[0] = 0x20;
	d.proto = last.proto = 60;
	d.payload = cursor_of(options, sizeof(options));
	assert_false(defrag_add(f, 0, &d));
	assert_true(defrag_add(f, 0, &last));
	assert_int_equal(last.proto, IP_UDP);
	assert_int_equal(cursor_left(&last.payload), 4);
	assert_memory_equal(last.payload.at, whole + 8, 4);
	defrag_free(f);
}

/* RFC 4302 section 3.3.4: fragments are made of what AH signed, so its header is in the first. */
static void test_v4_behind_ah(void **state)
{
	static const uint8_t signed_datagram[] = { IP_UDP, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4,
						   5, 6, 7, 8, 9, 9, 9, 9, 'u', 'd', 'p' };
	struct defrag *f = setup();
	struct datagram d = part(9, 0, 16, true), last = part(9, 16, 27, false);

	(void)state;
	d.proto = last.proto = IP_AH;
	d.payload = cursor_of(signed_datagram, 16);
	last.payload = cursor_of(signed_datagram + 16, 11);
	assert_false(defrag_add(f, 0, &d));
	assert_true(defrag_add(f, 0, &last));
	assert_int_equal(last.proto, IP_UDP);
	assert_int_equal(cursor_left(&last.payload), 3);
	defrag_free(f);
}

/* The last byte of the longest datagram is 65535: a fragment beyond is refused. */
static void test_bounds(void **state)
{
	struct defrag *f = setup();
	struct datagram d = part(1, 0, 16, false);

	(void)state;
	d.offset = 65528;
	assert_false(defrag_add(f, 0, &d));
	assert_int_equal(counts.n[COUNT_DEFRAG_SPOILED], 1);
	d = part(2, 0, 7, false);
	d.offset = 65528;
	assert_false(defrag_add(f, 0, &d));
	assert_int_equal(counts.n[COUNT_DEFRAG_SPOILED], 1);
	defrag_free(f);
	defrag_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_moment_back),
		cmocka_unit_test(test_repeat_is_ignored),
		cmocka_unit_test(test_repeat_with_other_bytes),
		cmocka_unit_test(test_overlap_spoils),
		cmocka_unit_test(test_two_ends),
		cmocka_unit_test(test_odd_middle),
		cmocka_unit_test(test_others_do_not_mix),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_rest),
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_same_id_again),
		cmocka_unit_test(test_counted_once),
		cmocka_unit_test(test_v6_first_header_counts),
		cmocka_unit_test(test_v6_headers_inside),
		cmocka_unit_test(test_v4_behind_ah),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests_name("defrag", tests, NULL, NULL);
}
