#define OPENSSL_SUPPRESS_DEPRECATED	/* the one-shot interfaces fetch and allocate at each call */
#include "digest.h"

#include <openssl/sha.h>
#include <string.h>

enum { BLOCK = 64 };

static void put_u32(uint8_t *out, uint32_t v)
{
	out[0] = (uint8_t)(v >> 24);
	out[1] = (uint8_t)(v >> 16);
	out[2] = (uint8_t)(v >> 8);
	out[3] = (uint8_t)v;
}

void digest_sha1(const void *bytes, size_t n, uint8_t out[static SHA1_BYTES])
{
	uint8_t block[BLOCK] = { 0 };
	SHA_CTX c;

	SHA1_Init(&c);
	memcpy(block, bytes, n);
	block[n] = 0x80;
	put_u32(block + BLOCK - 4, (uint32_t)n * 8);
	SHA1_Transform(&c, block);
	put_u32(out, c.h0);
	put_u32(out + 4, c.h1);
	put_u32(out + 8, c.h2);
	put_u32(out + 12, c.h3);
	put_u32(out + 16, c.h4);
}

void digest_sha256(const void *bytes, size_t n, uint8_t out[static SHA256_BYTES])
{
	SHA256_CTX c;

	SHA256_Init(&c);
	SHA256_Update(&c, bytes, n);
	SHA256_Final(out, &c);
}

static void absorb_key(const uint8_t block[static BLOCK], uint8_t pad, uint32_t state[static 8])
{
	uint8_t padded[BLOCK];
	SHA256_CTX c;

	for (int i = 0; i < BLOCK; i++)
		padded[i] = block[i] ^ pad;
	SHA256_Init(&c);
	SHA256_Transform(&c, padded);
	for (int i = 0; i < 8; i++)
		state[i] = c.h[i];
}

void hmac_key_of(const uint8_t *key, size_t n, struct hmac_key *out)
{
	uint8_t block[BLOCK] = { 0 };

	memcpy(block, key, n);
	absorb_key(block, 0x36, out->inner);
	absorb_key(block, 0x5c, out->outer);
}

/* finish hashes the last n bytes behind one block that `state` has absorbed. */
static void finish(const uint32_t state[static 8], const uint8_t *bytes, size_t n,
		   uint8_t out[static SHA256_BYTES])
{
	uint8_t tail[2 * BLOCK] = { 0 };
	size_t length = n + 9 > BLOCK ? 2 * BLOCK : BLOCK;
	uint64_t bits = (BLOCK + n) * 8;
	SHA256_CTX c;

	memcpy(tail, bytes, n);
	tail[n] = 0x80;
	for (size_t i = 0; i < 8; i++)
		tail[length - 1 - i] = (uint8_t)(bits >> 8 * i);
	for (int i = 0; i < 8; i++)
		c.h[i] = state[i];
	for (size_t at = 0; at < length; at += BLOCK)
		SHA256_Transform(&c, tail + at);
	for (size_t i = 0; i < 8; i++)
		put_u32(out + 4 * i, c.h[i]);
}

void hmac_sha256(const struct hmac_key *key, const uint8_t *message, size_t n,
		 uint8_t out[static SHA256_BYTES])
{
	uint8_t inner[SHA256_BYTES];

	finish(key->inner, message, n, inner);
	finish(key->outer, inner, sizeof(inner), out);
}
