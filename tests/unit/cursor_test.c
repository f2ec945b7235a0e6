/* links: */
#include "bytes.h"

static void test_reads_network_order(void **state)
{
	static const uint8_t bytes[] = {
		0x01,				/* u8 */
		0x02, 0x03,			/* u16 */
		0x04, 0x05, 0x06,		/* u24 */
		0xf7, 0x08, 0x09, 0x0a,		/* u32, highest bit set */
		0x0b, 0x0c,			/* u16, least byte first */
		0x0d, 0x0e, 0x0f, 0xf0		/* u32, least byte first */
	};
	struct cursor c = fence_end(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(cursor_u8(&c), 0x01);
	assert_int_equal(cursor_u16(&c), 0x0203);
	assert_int_equal(cursor_u24(&c), 0x040506);
	assert_int_equal(cursor_u32(&c), 0xf708090a);
	assert_int_equal(cursor_u16le(&c), 0x0c0b);
	assert_int_equal(cursor_u32le(&c), 0xf00f0e0d);
	assert_true(cursor_done(&c));
	assert_int_equal(cursor_u8(&c), 0);
	assert_true(c.bad);
	assert_false(cursor_done(&c));
}

/* Every width, with one byte too few, reads 0, empties the cursor and says so. */
static void test_short_reads_are_sticky(void **state)
{
	static const uint8_t ones[4] = { 0xff, 0xff, 0xff, 0xff };

	(void)state;
	for (int width = 1; width <= 4; width++) {
		struct cursor c = fence_end(ones, (size_t)width - 1);
		uint32_t v = width == 1 ? cursor_u8(&c) : width == 2 ? cursor_u16(&c) :
			     width == 3 ? cursor_u24(&c) : cursor_u32(&c);

		assert_int_equal(v, 0);
		assert_true(c.bad);
		assert_int_equal(cursor_left(&c), 0);
		assert_int_equal(cursor_u8(&c), 0);
	}
}

/* RFC 9000 appendix A.1 */
static void test_varint_vectors(void **state)
{
	static const struct {
		uint8_t bytes[8];
		size_t n;
		uint64_t v;
	} vectors[] = {
		{ { 0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c }, 8, UINT64_C(151288809941952652) },
		{ { 0x9d, 0x7f, 0x3e, 0x7d }, 4, 494878333 },
		{ { 0x7b, 0xbd }, 2, 15293 },
		{ { 0x25 }, 1, 37 },
		{ { 0x40, 0x25 }, 2, 37 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		struct cursor c = fence_end(vectors[i].bytes, vectors[i].n);

		assert_true(cursor_varint(&c) == vectors[i].v);
		assert_true(cursor_done(&c));
		for (size_t n = 0; n < vectors[i].n; n++) {
			c = fence_end(vectors[i].bytes, n);
			assert_true(cursor_varint(&c) == 0);
			assert_true(c.bad);
		}
	}
}

static void test_blocks_hold_their_bounds(void **state)
{
	static const uint8_t bytes[] = {
		0x02, 0xaa, 0xbb,		/* length of one byte */
		0x00, 0x01, 0xcc,		/* of two */
		0x00, 0x00, 0x00,		/* of three: nothing inside */
		0x03, 0xdd, 0xee		/* says three, has two */
	};
	struct cursor c = fence_end(bytes, sizeof(bytes)), in;

	(void)state;
	in = cursor_block(&c, 1);
	assert_int_equal(cursor_u16(&in), 0xaabb);
	assert_int_equal(cursor_u8(&in), 0);	/* not the next block's length */
	assert_true(in.bad);
	assert_false(c.bad);
	in = cursor_block(&c, 2);
	assert_int_equal(cursor_left(&in), 1);
	in = cursor_block(&c, 3);
	assert_true(cursor_done(&in));
	in = cursor_block(&c, 1);
	assert_true(in.bad);
	assert_int_equal(cursor_left(&in), 0);
	assert_true(c.bad);
	assert_int_equal(cursor_left(&c), 0);
}

static void test_peek_trim_starts(void **state)
{
	static const uint8_t bytes[] = { 'a', 'b', 'c' };
	struct cursor c = fence_end(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(cursor_peek(&c, 2), 'c');
	assert_int_equal(cursor_peek(&c, 3), 0);
	assert_int_equal(cursor_peek16(&c, 1), 'b' << 8 | 'c');
	assert_int_equal(cursor_peek16(&c, 2), 0);
	assert_true(cursor_starts(&c, "ab", 2));
	assert_false(cursor_starts(&c, "abcd", 4));
	assert_false(c.bad);
	cursor_trim(&c, 4);
	assert_int_equal(cursor_left(&c), 3);
	cursor_trim(&c, 1);
	assert_int_equal(cursor_left(&c), 1);
	assert_true(cursor_starts(&c, "", 0));
}

/* A cursor of no bytes may stand on a null pointer; nothing is added to it. */
static void test_empty(void **state)
{
	struct cursor c = cursor_of(NULL, 0), in;

	(void)state;
	assert_true(cursor_done(&c));
	in = cursor_rest(&c);
	assert_int_equal(cursor_left(&in), 0);
	cursor_skip(&c, 0);
	assert_false(c.bad);
	cursor_skip(&c, SIZE_MAX);
	assert_true(c.bad);
}

/* A length near SIZE_MAX must not wrap around the end. */
static void test_huge_lengths(void **state)
{
	static const uint8_t bytes[16] = { 0 };
	struct cursor c = fence_end(bytes, sizeof(bytes)), in;

	(void)state;
	cursor_skip(&c, 3);
	in = cursor_sub(&c, SIZE_MAX - 1);
	assert_true(in.bad && c.bad);
	assert_int_equal(cursor_left(&c), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_network_order),
		cmocka_unit_test(test_short_reads_are_sticky),
		cmocka_unit_test(test_varint_vectors),
		cmocka_unit_test(test_blocks_hold_their_bounds),
		cmocka_unit_test(test_peek_trim_starts),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_huge_lengths),
	};

	return cmocka_run_group_tests_name("cursor", tests, NULL, NULL);
}
