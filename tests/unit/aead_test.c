/* links: aead digest */
#include "bytes.h"
#include "aead.h"
#include "protect.h"

/* RFC 9001 section 5.2 and RFC 9369 section 3.3.1 */
static const char salt_1[] = "38762cf7f55934b34d179ae6a4c80cadccbb7f0a";
static const char salt_2[] = "0dede3def700a6db819381be6e269dcbf9bd2ed9";

static struct aead_keys keys_of(const char *salt_hex, bool second, enum aead_side side)
{
	uint8_t salt[AEAD_SALT], dcid[8];
	struct aead_keys k;

	assert_int_equal(hex_bytes(salt_hex, salt, sizeof(salt)), AEAD_SALT);
	hex_bytes(SAMPLE_DCID, dcid, sizeof(dcid));
	aead_initial_keys(salt, second, fence_end(dcid, sizeof(dcid)), side, &k);
	return k;
}

/* RFC 9001 appendix A.1 */
static void test_keys_version_1(void **state)
{
	struct aead_keys k = keys_of(salt_1, false, AEAD_CLIENT);

	(void)state;
	assert_hex(k.key, sizeof(k.key), "1f369613dd76d5467730efcbe3b1a22d");
	assert_hex(k.iv, sizeof(k.iv), "fa044b2f42a3fd3b46fb255c");
	assert_hex(k.hp, sizeof(k.hp), "9f50449e04a0e810283a1e9933adedd2");
	k = keys_of(salt_1, false, AEAD_SERVER);
	assert_hex(k.key, sizeof(k.key), "cf3a5331653c364c88f0f379b6067e37");
	assert_hex(k.iv, sizeof(k.iv), "0ac1493ca1905853b0bba03e");
	assert_hex(k.hp, sizeof(k.hp), "c206b8d9b9f0f37644430b490eeaa314");
}

/* RFC 9369 appendix A.1 */
static void test_keys_version_2(void **state)
{
	struct aead_keys k = keys_of(salt_2, true, AEAD_CLIENT);

	(void)state;
	assert_hex(k.key, sizeof(k.key), "8b1a0bc121284290a29e0971b5cd045d");
	assert_hex(k.iv, sizeof(k.iv), "91f73e2351d8fa91660e909f");
	assert_hex(k.hp, sizeof(k.hp), "45b95e15235d6f45a6b19cbcb0294ba9");
	k = keys_of(salt_2, true, AEAD_SERVER);
	assert_hex(k.key, sizeof(k.key), "82db637861d55e1d011f19ea71d5d2a7");
	assert_hex(k.iv, sizeof(k.iv), "dd13c276499c0249d3310652");
	assert_hex(k.hp, sizeof(k.hp), "edf6d05c83121201b436e16877593c3a");
}

/* The masks of both appendices, A.2 */
static void test_masks(void **state)
{
	struct aead *a = aead_new();
	struct aead_keys one = keys_of(salt_1, false, AEAD_CLIENT), two = keys_of(salt_2, true, AEAD_CLIENT);
	uint8_t sample[16], mask[16];

	(void)state;
	assert_non_null(a);
	hex_bytes("d1b1c98dd7689fb8ec11d242b123dc9b", sample, sizeof(sample));
	assert_true(aead_mask(a, &one, fence_end(sample, 16).at, mask));
	assert_hex(mask, 5, "437b9aec36");
	hex_bytes("ffe67b6abcdb4298b485dd04de806071", sample, sizeof(sample));
	assert_true(aead_mask(a, &two, fence_end(sample, 16).at, mask));
	assert_hex(mask, 5, "94a0c95e80");
	aead_free(a);
	aead_free(NULL);
}

/* A seal opens under its keys, number and header; any changed bit of any of them closes it. */
static void test_open(void **state)
{
	static const uint8_t header[] = { 0xc3, 0, 0, 0, 1, 0, 0, 0x40, 0x20, 0, 0, 0, 7 };
	struct aead *a = aead_new();
	struct aead_keys k = keys_of(salt_1, false, AEAD_CLIENT), other = k;
	uint8_t clear[24], sealed[24 + AEAD_TAG], out[24 + AEAD_TAG];
	struct cursor head = cursor_of(header, sizeof(header)), c;

	(void)state;
	memset(clear, 0x5a, sizeof(clear));
	protect_seal(&k, 7, header, sizeof(header), clear, sizeof(clear), sealed);
	c = fence_end(sealed, sizeof(sealed));
	assert_true(aead_open(a, &k, 7, head, c, out));
	assert_memory_equal(out, clear, sizeof(clear));
	assert_false(aead_open(a, &k, 8, head, c, out));
	assert_false(aead_open(a, &k, 7, cursor_of(header, sizeof(header) - 1), c, out));
	other.key[15] ^= 1;
	assert_false(aead_open(a, &other, 7, head, c, out));
	for (size_t bit = 0; bit < sizeof(sealed) * 8; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(aead_open(a, &k, 7, head, fence_end(sealed, sizeof(sealed)), out));
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < sizeof(sealed); n++)
		assert_false(aead_open(a, &k, 7, head, fence_end(sealed, n), out));
	assert_true(aead_open(a, &k, 7, head, fence_end(sealed, sizeof(sealed)), out));
	aead_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_version_1),
		cmocka_unit_test(test_keys_version_2),
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests_name("aead", tests, NULL, NULL);
}
