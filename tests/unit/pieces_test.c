/* links: pieces */
#include "bytes.h"
#include "pieces.h"

enum { SIZE = 4096 };

static struct pieces fresh(uint8_t *buffer, uint32_t size)
{
	memset(buffer, 0xee, SIZE);
	return (struct pieces){ .bytes = buffer, .size = size };
}

static enum pieces_result add(struct pieces *p, uint32_t at, const char *text)
{
	return pieces_add(p, at, fence_end((const uint8_t *)text, strlen(text)));
}

static void test_results(void **state)
{
	uint8_t buffer[SIZE];
	struct pieces p = fresh(buffer, 16);

	(void)state;
	assert_int_equal(pieces_ready(&p), 0);
	assert_int_equal(add(&p, 4, "efgh"), PIECES_NEW);
	assert_int_equal(pieces_ready(&p), 0);
	assert_int_equal(add(&p, 4, "efgh"), PIECES_OLD);
	assert_int_equal(add(&p, 5, "f"), PIECES_OLD);
	assert_int_equal(add(&p, 2, "cdef"), PIECES_OVERLAP);
	assert_int_equal(add(&p, 0, "abXX"), PIECES_DIFFER);	/* what came first stays */
	assert_int_equal(pieces_ready(&p), 8);
	assert_memory_equal(p.bytes, "abcdefgh", 8);
	assert_int_equal(add(&p, 6, "XXij"), PIECES_DIFFER);
	assert_memory_equal(p.bytes, "abcdefghij", 10);
	assert_int_equal(add(&p, 0, ""), PIECES_OLD);
	assert_int_equal(p.runs, 1);
}

static void test_bounds(void **state)
{
	uint8_t buffer[SIZE];
	struct pieces p = fresh(buffer, 8);

	(void)state;
	assert_int_equal(add(&p, 6, "abc"), PIECES_FULL);
	assert_int_equal(add(&p, 9, "a"), PIECES_FULL);
	assert_int_equal(add(&p, UINT32_MAX, "ab"), PIECES_FULL);
	assert_int_equal(add(&p, 6, "gh"), PIECES_NEW);
	assert_int_equal(buffer[8], 0xee);
	assert_int_equal(p.runs, 1);
}

/* One island more than can be kept is refused; what joins two islands is always taken. */
static void test_islands(void **state)
{
	uint8_t buffer[SIZE];
	struct pieces p = fresh(buffer, SIZE);

	(void)state;
	for (uint32_t i = 0; i < PIECES_RUNS_MAX; i++)
		assert_int_equal(add(&p, i * 2, "x"), PIECES_NEW);
	assert_int_equal(add(&p, 1000, "x"), PIECES_FULL);
	assert_int_equal(add(&p, 1, "y"), PIECES_NEW);
	assert_int_equal(p.runs, PIECES_RUNS_MAX - 1);
	assert_int_equal(add(&p, 1000, "x"), PIECES_NEW);
	for (uint32_t i = 1; i + 1 < PIECES_RUNS_MAX; i++)
		assert_int_equal(add(&p, i * 2 + 1, "y"), PIECES_NEW);
	assert_int_equal(pieces_ready(&p), 2 * PIECES_RUNS_MAX - 1);
}

static void test_drop(void **state)
{
	uint8_t buffer[SIZE];
	struct pieces p = fresh(buffer, 32);

	(void)state;
	add(&p, 0, "abcdef");
	add(&p, 10, "klm");
	pieces_drop(&p, 0);
	assert_int_equal(pieces_ready(&p), 6);
	pieces_drop(&p, 4);
	assert_int_equal(pieces_ready(&p), 2);
	assert_memory_equal(p.bytes, "ef", 2);
	assert_int_equal(add(&p, 2, "ghij"), PIECES_NEW);
	assert_int_equal(pieces_ready(&p), 9);
	assert_memory_equal(p.bytes, "efghijklm", 9);
	pieces_drop(&p, 100);
	assert_int_equal(pieces_ready(&p), 0);
	assert_int_equal(p.runs, 0);
	assert_int_equal(add(&p, 0, "new"), PIECES_NEW);
	/* to the last byte of the buffer, and none behind */
	p = (struct pieces){ .bytes = fence_area() + FENCE_BYTES - 8, .size = 8 };
	assert_int_equal(pieces_add(&p, 0, cursor_of("abcdefgh", 8)), PIECES_NEW);
	assert_int_equal(pieces_add(&p, 8, cursor_of("", 0)), PIECES_OLD);
	pieces_drop(&p, 5);
	assert_int_equal(pieces_ready(&p), 3);
	assert_memory_equal(p.bytes, "fgh", 3);
}

/* Random pieces against a byte map: first wins, runs ascend and never touch. */
static void test_against_a_model(void **state)
{
	enum { ROOM = 64 };
	uint8_t buffer[SIZE], map[ROOM], held[ROOM], bytes[16];
	uint64_t dice = 3;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct pieces p = fresh(buffer, ROOM);

		memset(held, 0, sizeof(held));
		for (int step = 0; step < 12; step++) {
			uint32_t at = (uint32_t)((dice = mix(dice, 1)) % ROOM), n = (uint32_t)(dice >> 32) % 16;
			uint32_t ready = 0;

			for (uint32_t i = 0; i < n; i++)
				bytes[i] = (uint8_t)(dice >> i % 3);
			if (pieces_add(&p, at, fence_end(bytes, n)) == PIECES_FULL) {
				assert_true(at + n > ROOM);
				continue;
			}
			for (uint32_t i = 0; i < n; i++) {
				map[at + i] = held[at + i] ? map[at + i] : bytes[i];
				held[at + i] = 1;
			}
			while (ready < ROOM && held[ready])
				ready++;
			assert_int_equal(pieces_ready(&p), ready);
			for (uint32_t i = 0; i < ROOM; i++)
				assert_true(!held[i] || buffer[i] == map[i]);
			for (uint16_t i = 1; i < p.runs; i++)
				assert_true(p.run[i - 1].to < p.run[i].from);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_islands),
		cmocka_unit_test(test_drop),
		cmocka_unit_test(test_against_a_model),
	};

	return cmocka_run_group_tests_name("pieces", tests, NULL, NULL);
}
