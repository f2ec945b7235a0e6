/*
 * hash.h: keyed mixing for tables that hostile traffic can reach.
 *
 * One widening multiply folds two words; the key is drawn from the kernel when
 * a live interface feeds the tables, and is a constant for files, so that a
 * capture gives the same output on every replay.
 */
#ifndef TELLTALE_HASH_H
#define TELLTALE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct hash_key {
	uint64_t a, b;
};

static const struct hash_key hash_key_files = { 0x9e3779b97f4a7c15u, 0xd1b54a32d192ed03u };

static inline uint64_t hash_fold(uint64_t x, uint64_t y)
{
	__extension__ typedef unsigned __int128 wide;
	wide product = (wide)x * y;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash_pair(const struct hash_key *key, uint64_t x, uint64_t y)
{
	return hash_fold(x ^ key->a, y ^ key->b);
}

static inline uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	uint64_t h = key->b ^ n, word[2];

	for (; n >= sizeof(word); n -= sizeof(word), p += sizeof(word)) {
		memcpy(word, p, sizeof(word));
		h = hash_fold(word[0] ^ key->a, word[1] ^ h);
	}
	word[0] = word[1] = 0;
	memcpy(word, p, n);
	return hash_fold(hash_fold(word[0] ^ key->a, word[1] ^ h), key->a);
}

#endif
