/*
 * digest.h: SHA-1 and SHA-256 of short inputs, and HMAC-SHA-256 keyed once for
 * several messages.  libcrypto's block functions, without a fetch or an
 * allocation a call.
 */
#ifndef TELLTALE_DIGEST_H
#define TELLTALE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { SHA1_BYTES = 20, SHA256_BYTES = 32 };

/* digest_sha1 takes at most 55 bytes: one block. */
void digest_sha1(const void *bytes, size_t n, uint8_t out[static SHA1_BYTES]);
void digest_sha256(const void *bytes, size_t n, uint8_t out[static SHA256_BYTES]);

struct hmac_key {
	uint32_t inner[8], outer[8];	/* states after the padded key (RFC 2104) */
};

/* hmac_key_of takes a key of at most 64 bytes. */
void hmac_key_of(const uint8_t *key, size_t n, struct hmac_key *out);

/* hmac_sha256 takes a message of at most 119 bytes. */
void hmac_sha256(const struct hmac_key *key, const uint8_t *message, size_t n,
		 uint8_t out[static SHA256_BYTES]);

#endif
