#include "aead.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "digest.h"

struct aead {
	EVP_CIPHER *ecb, *gcm;
	EVP_CIPHER_CTX *mask, *open;
};

struct aead *aead_new(void)
{
	struct aead *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->ecb = EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL);
	a->gcm = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
	a->mask = EVP_CIPHER_CTX_new();
	a->open = EVP_CIPHER_CTX_new();
	if (a->ecb && a->gcm && a->mask && a->open &&
	    EVP_EncryptInit_ex2(a->mask, a->ecb, NULL, NULL, NULL) == 1 &&
	    EVP_CIPHER_CTX_set_padding(a->mask, 0) == 1 &&
	    EVP_DecryptInit_ex2(a->open, a->gcm, NULL, NULL, NULL) == 1)
		return a;
	aead_free(a);
	return NULL;
}

void aead_free(struct aead *a)
{
	if (!a)
		return;
	EVP_CIPHER_CTX_free(a->mask);
	EVP_CIPHER_CTX_free(a->open);
	EVP_CIPHER_free(a->ecb);
	EVP_CIPHER_free(a->gcm);
	free(a);
}

/* RFC 8446 section 7.1: HKDF-Expand-Label with an empty context, one block of output. */
static void expand_label(const struct hmac_key *secret, const char *label, uint8_t *out, size_t n)
{
	uint8_t info[64], block[SHA256_BYTES];
	size_t len = strlen(label), at = 0;

	info[at++] = 0;
	info[at++] = (uint8_t)n;
	info[at++] = (uint8_t)(6 + len);
	memcpy(info + at, "tls13 ", 6);
	at += 6;
	memcpy(info + at, label, len);
	at += len;
	info[at++] = 0;
	info[at++] = 1;		/* RFC 5869 section 2.3: the block's number */
	hmac_sha256(secret, info, at, block);
	memcpy(out, block, n);
}

void aead_initial_keys(const uint8_t salt[static AEAD_SALT], bool second, struct cursor dcid,
		       enum aead_side side, struct aead_keys *out)
{
	uint8_t secret[SHA256_BYTES];
	struct hmac_key key;

	hmac_key_of(salt, AEAD_SALT, &key);
	hmac_sha256(&key, dcid.at, cursor_left(&dcid), secret);
	hmac_key_of(secret, sizeof(secret), &key);
	expand_label(&key, side == AEAD_CLIENT ? "client in" : "server in", secret, sizeof(secret));
	hmac_key_of(secret, sizeof(secret), &key);
	expand_label(&key, second ? "quicv2 key" : "quic key", out->key, sizeof(out->key));
	expand_label(&key, second ? "quicv2 iv" : "quic iv", out->iv, sizeof(out->iv));
	expand_label(&key, second ? "quicv2 hp" : "quic hp", out->hp, sizeof(out->hp));
}

bool aead_mask(struct aead *a, const struct aead_keys *keys, const uint8_t sample[static 16],
	       uint8_t mask[static 16])
{
	int n;

	return EVP_EncryptInit_ex2(a->mask, NULL, keys->hp, NULL, NULL) == 1 &&
	       EVP_EncryptUpdate(a->mask, mask, &n, sample, 16) == 1;
}

bool aead_open(struct aead *a, const struct aead_keys *keys, uint64_t number,
	       struct cursor header, struct cursor sealed, uint8_t *out)
{
	size_t n = cursor_left(&sealed);
	uint8_t nonce[AEAD_IV], tag[AEAD_TAG];
	int done;

	if (n < AEAD_TAG || n > INT32_MAX)
		return false;
	n -= AEAD_TAG;
	memcpy(nonce, keys->iv, sizeof(nonce));
	for (size_t i = 0; i < 8; i++)
		nonce[AEAD_IV - 1 - i] ^= (uint8_t)(number >> 8 * i);
	memcpy(tag, sealed.at + n, sizeof(tag));
	return EVP_DecryptInit_ex2(a->open, NULL, keys->key, nonce, NULL) == 1 &&
	       EVP_CIPHER_CTX_ctrl(a->open, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG, tag) == 1 &&
	       EVP_DecryptUpdate(a->open, NULL, &done, header.at, (int)cursor_left(&header)) == 1 &&
	       EVP_DecryptUpdate(a->open, out, &done, sealed.at, (int)n) == 1 &&
	       EVP_DecryptFinal_ex(a->open, out + n, &done) == 1;
}
