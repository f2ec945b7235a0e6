/* links: digest */
#include "bytes.h"
#include "digest.h"

/* FIPS 180-4 examples (NIST CSRC "SHA examples") */
static void test_hashes(void **state)
{
	uint8_t out[SHA256_BYTES];

	(void)state;
	digest_sha1("abc", 3, out);
	assert_hex(out, SHA1_BYTES, "a9993e364706816aba3e25717850c26c9cd0d89d");
	digest_sha1("", 0, out);
	assert_hex(out, SHA1_BYTES, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
	digest_sha256("abc", 3, out);
	assert_hex(out, SHA256_BYTES, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_sha256("", 0, out);
	assert_hex(out, SHA256_BYTES, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	digest_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, out);
	assert_hex(out, SHA256_BYTES, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void assert_hmac(const char *key, const char *message, const char *want)
{
	uint8_t k[64], m[128], out[SHA256_BYTES];
	size_t n = hex_bytes(key, k, sizeof(k)), len = hex_bytes(message, m, sizeof(m));
	struct hmac_key prepared;

	hmac_key_of(k, n, &prepared);
	for (int twice = 0; twice < 2; twice++) {	/* the key is not used up */
		hmac_sha256(&prepared, fence_end(m, len).at, len, out);
		assert_hex(out, sizeof(out), want);
	}
}

/* RFC 4231, test cases 1 to 4 */
static void test_hmac(void **state)
{
	(void)state;
	assert_hmac("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
		    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	assert_hmac("4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
		    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_hmac("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    "dddddddddddddddddddddddddddddddddddddddddddddddddd"
		    "dddddddddddddddddddddddddddddddddddddddddddddddddd",
		    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
	assert_hmac("0102030405060708090a0b0c0d0e0f10111213141516171819",
		    "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
		    "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
		    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

/* Every length of message up to the stated limit, against the definition of RFC 2104. */
static void test_hmac_lengths(void **state)
{
	uint8_t key[64], inner[64 + 119], outer[64 + SHA256_BYTES], want[SHA256_BYTES], out[SHA256_BYTES];
	struct hmac_key prepared;

	(void)state;
	memset(key, 0x77, sizeof(key));
	hmac_key_of(key, sizeof(key), &prepared);
	for (size_t n = 0; n <= 119; n++) {
		for (size_t i = 0; i < 64; i++) {
			inner[i] = key[i] ^ 0x36;
			outer[i] = key[i] ^ 0x5c;
		}
		memset(inner + 64, (int)n, n);
		digest_sha256(inner, 64 + n, outer + 64);
		digest_sha256(outer, sizeof(outer), want);
		hmac_sha256(&prepared, fence_end(inner + 64, n).at, n, out);
		assert_memory_equal(out, want, sizeof(want));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hashes),
		cmocka_unit_test(test_hmac),
		cmocka_unit_test(test_hmac_lengths),
	};

	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
