/* links: aes */
#include "aes.h"
#include "bytes.h"

static struct aes *aes_of(const char *hex)
{
	uint8_t key[AES_BLOCK];
	struct aes *a;

	assert_int_equal(hex_bytes(hex, key, sizeof(key)), sizeof(key));
	a = aes_new(key);
	assert_non_null(a);
	return a;
}

/* FIPS 197, appendix C.1 */
static void test_block(void **state)
{
	struct aes *a = aes_of("000102030405060708090a0b0c0d0e0f");
	uint8_t in[AES_BLOCK], out[AES_BLOCK];

	(void)state;
	hex_bytes("00112233445566778899aabbccddeeff", in, sizeof(in));
	for (int twice = 0; twice < 2; twice++) {
		assert_true(aes_blocks(a, fence_end(in, sizeof(in)).at, 1, out));
		assert_hex(out, sizeof(out), "69c4e0d86a7b0430d8cdb78070b4c55a");
	}
	aes_free(a);
	aes_free(NULL);
}

/* NIST SP 800-38A, F.1.1, into another place and in place */
static void test_blocks(void **state)
{
	static const char want[] = "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"
				   "43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4";
	struct aes *a = aes_of("2b7e151628aed2a6abf7158809cf4f3c");
	uint8_t in[4 * AES_BLOCK], out[4 * AES_BLOCK];

	(void)state;
	hex_bytes("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
		  "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710", in, sizeof(in));
	assert_true(aes_blocks(a, in, 4, out));
	assert_hex(out, sizeof(out), want);
	assert_true(aes_blocks(a, in, 4, in));
	assert_hex(in, sizeof(in), want);
	aes_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_block), cmocka_unit_test(test_blocks) };

	return cmocka_run_group_tests_name("aes", tests, NULL, NULL);
}
