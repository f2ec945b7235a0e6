/*
 * aes.h: AES-128 over whole blocks under one key, each block by itself (ECB), as
 * pseudorandom functions are built on it.  libcrypto's cipher, set up once.
 */
#ifndef TELLTALE_AES_H
#define TELLTALE_AES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AES_BLOCK = 16 };	/* bytes; of the key too */

struct aes;

/* aes_new is NULL when libcrypto has no AES or memory is short. */
struct aes *aes_new(const uint8_t key[static AES_BLOCK]);
void aes_free(struct aes *a);

/* aes_blocks encrypts n blocks; `in` and `out` may be the same.  False when libcrypto refuses. */
bool aes_blocks(struct aes *a, const uint8_t *in, size_t n, uint8_t *out);

#endif
