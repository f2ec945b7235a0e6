/*
 * aead.h: the cryptography of QUIC Initial packets (RFC 9001 sections 5.2 to
 * 5.4): AEAD_AES_128_GCM and AES header protection under keys that the
 * connection id alone gives.
 */
#ifndef TELLTALE_AEAD_H
#define TELLTALE_AEAD_H

#include <stdbool.h>

#include "cursor.h"

enum { AEAD_KEY = 16, AEAD_IV = 12, AEAD_TAG = 16, AEAD_SALT = 20 };

struct aead_keys {
	uint8_t key[AEAD_KEY], iv[AEAD_IV], hp[AEAD_KEY];
};

struct aead;	/* cipher contexts, reused */

/* aead_new is NULL when libcrypto has no AES. */
struct aead *aead_new(void);
void aead_free(struct aead *a);

enum aead_side { AEAD_CLIENT, AEAD_SERVER };

/* aead_initial_keys derives the keys of one side; `second` takes the labels of QUIC v2 (RFC 9369). */
void aead_initial_keys(const uint8_t salt[static AEAD_SALT], bool second, struct cursor dcid,
		       enum aead_side side, struct aead_keys *out);

/* aead_mask computes the header protection mask of a sample (RFC 9001 section 5.4.3). */
bool aead_mask(struct aead *a, const struct aead_keys *keys, const uint8_t sample[static 16],
	       uint8_t mask[static 16]);

/*
 * aead_open checks and decrypts `sealed` (ciphertext and tag) into `out`, which
 * has room for it; false when the tag does not fit the keys.
 */
bool aead_open(struct aead *a, const struct aead_keys *keys, uint64_t number,
	       struct cursor header, struct cursor sealed, uint8_t *out);

#endif
