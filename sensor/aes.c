#include "aes.h"

#include <openssl/evp.h>
#include <stdlib.h>

struct aes {
	EVP_CIPHER_CTX *context;
};

struct aes *aes_new(const uint8_t key[static AES_BLOCK])
{
	struct aes *a = calloc(1, sizeof(*a));
	EVP_CIPHER *ecb;

	if (!a)
		return NULL;
	ecb = EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL);
	a->context = EVP_CIPHER_CTX_new();
	if (ecb && a->context && EVP_EncryptInit_ex2(a->context, ecb, key, NULL, NULL) == 1 &&
	    EVP_CIPHER_CTX_set_padding(a->context, 0) == 1) {
		EVP_CIPHER_free(ecb);	/* the context holds it */
		return a;
	}
	EVP_CIPHER_free(ecb);
	aes_free(a);
	return NULL;
}

void aes_free(struct aes *a)
{
	if (!a)
		return;
	EVP_CIPHER_CTX_free(a->context);	/* wipes the key */
	free(a);
}

bool aes_blocks(struct aes *a, const uint8_t *in, size_t n, uint8_t *out)
{
	int done;

	return n <= INT32_MAX / AES_BLOCK &&
	       EVP_EncryptUpdate(a->context, out, &done, in, (int)(n * AES_BLOCK)) == 1 &&
	       (size_t)done == n * AES_BLOCK;
}
