/* links: */
#include "bytes.h"
#include "hash.h"

static const struct hash_key other_key = { UINT64_C(0x0123456789abcdef), UINT64_C(0xfedcba9876543210) };

/* The same key must give the same value in every run: events of files carry it. */
static void test_is_a_function(void **state)
{
	static const uint8_t bytes[40] = { 1, 2, 3 };

	(void)state;
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		struct cursor c = fence_end(bytes, n);
		uint64_t h = hash_bytes(&hash_key_files, c.at, n);

		c = fence_start(bytes, n);
		assert_true(hash_bytes(&hash_key_files, c.at, n) == h);
		assert_false(hash_bytes(&other_key, c.at, n) == h);
	}
}

static void assert_all_differ(const uint64_t *seen, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++)
			assert_false(seen[i] == seen[k]);
	}
}

/* Zeros of different lengths differ, and so does every single bit. */
static void test_length_and_bits_count(void **state)
{
	uint8_t bytes[33] = { 0 };
	uint64_t seen[33 * 8];
	size_t n = 0;

	(void)state;
	for (size_t len = 0; len < sizeof(bytes); len++)
		seen[n++] = hash_bytes(&hash_key_files, bytes, len);
	assert_all_differ(seen, n);
	n = 0;
	for (size_t bit = 0; bit < sizeof(bytes) * 8; bit++) {
		bytes[bit / 8] = (uint8_t)(1 << bit % 8);
		seen[n++] = hash_bytes(&hash_key_files, bytes, sizeof(bytes));
		bytes[bit / 8] = 0;
	}
	assert_all_differ(seen, n);
}

/* Low bits choose the bucket: counting inputs must spread over them. */
static void test_low_bits_spread(void **state)
{
	static unsigned buckets[256];
	unsigned least = UINT32_MAX, most = 0;

	(void)state;
	for (uint64_t i = 0; i < 256 * 64; i++)
		buckets[hash_pair(&hash_key_files, i, 443) & 255]++;
	for (size_t i = 0; i < COUNT(buckets); i++) {
		least = buckets[i] < least ? buckets[i] : least;
		most = buckets[i] > most ? buckets[i] : most;
	}
	assert_true(least > 16);
	assert_true(most < 64 * 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_a_function),
		cmocka_unit_test(test_length_and_bits_count),
		cmocka_unit_test(test_low_bits_spread),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
