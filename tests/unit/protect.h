/*
 * protect.h: the sender's side of QUIC packet protection (RFC 9001 sections 5.3
 * and 5.4), which the sensor has no use for, by libcrypto alone; and the sample
 * of RFC 9001 appendix A.2, whose frames RFC 9369 appendix A.2 uses as well.
 */
#ifndef TELLTALE_TESTS_PROTECT_H
#define TELLTALE_TESTS_PROTECT_H

#include <openssl/evp.h>

#include "aead.h"
#include "build.h"

#define SAMPLE_DCID "8394c8f03e515708"

/* The CRYPTO frame of the sample; PADDING follows up to SAMPLE_PAYLOAD bytes. */
#define SAMPLE_FRAME \
	"060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868" \
	"04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578" \
	"616d706c652e636f6dff01000100000a00080006001d00170018001000070005" \
	"04616c706e000500050100000000003300260024001d00209370b2c9caa47fba" \
	"baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400" \
	"0d0010000e0403050306030203080408050806002d00020101001c0002400100" \
	"3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000" \
	"75300901100f088394c8f03e51570806048000ffff"

enum { SAMPLE_PAYLOAD = 1162 };

static inline void put_quic_varint(struct build *b, uint64_t v)
{
	if (v < 64)
		put_int(b, v, 1);
	else if (v < 16384)
		put_int(b, v | 0x4000, 2);
	else
		put_int(b, v | 0x80000000, 4);
}

/* protect_seal encrypts under key and nonce into out, the tag behind. */
static inline void protect_seal(const struct aead_keys *k, uint64_t number, const uint8_t *header, size_t header_n,
				const uint8_t *clear, size_t n, uint8_t *out)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t nonce[AEAD_IV];
	int done;

	assert_non_null(c);
	memcpy(nonce, k->iv, sizeof(nonce));
	for (size_t i = 0; i < 8; i++)
		nonce[AEAD_IV - 1 - i] ^= (uint8_t)(number >> 8 * i);
	assert_int_equal(EVP_EncryptInit_ex(c, EVP_aes_128_gcm(), NULL, k->key, nonce), 1);
	assert_int_equal(EVP_EncryptUpdate(c, NULL, &done, header, (int)header_n), 1);
	assert_int_equal(EVP_EncryptUpdate(c, out, &done, clear, (int)n), 1);
	assert_int_equal(EVP_EncryptFinal_ex(c, out + n, &done), 1);
	assert_int_equal(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG, out + n), 1);
	EVP_CIPHER_CTX_free(c);
}

/* protect_header masks the first byte and the packet number that stands at `at`. */
static inline void protect_header(const struct aead_keys *k, uint8_t *packet, size_t at, size_t digits)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t mask[32];
	int done;

	assert_non_null(c);
	assert_int_equal(EVP_EncryptInit_ex(c, EVP_aes_128_ecb(), NULL, k->hp, NULL), 1);
	assert_int_equal(EVP_EncryptUpdate(c, mask, &done, packet + at + 4, 16), 1);
	EVP_CIPHER_CTX_free(c);
	packet[0] ^= mask[0] & 0x0f;
	for (size_t i = 0; i < digits; i++)
		packet[at + i] ^= mask[1 + i];
}

/* What an Initial packet shall look like. */
struct initial_plan {
	uint32_t version;
	uint8_t first;			/* unprotected; its two low bits: bytes of the number, less one */
	const uint8_t *dcid, *token;
	size_t dcid_n, token_n;
	uint64_t number;
	size_t payload;			/* bytes, filled up by PADDING */
};

/* put_initial appends the protected packet of `frames` to b. */
static inline void put_initial(struct build *b, const struct initial_plan *p, const struct aead_keys *keys,
			       const uint8_t *frames, size_t n)
{
	size_t start = b->n, digits = (p->first & 3u) + 1, at, payload = p->payload > n ? p->payload : n;
	uint8_t *clear = calloc(1, payload);

	assert_non_null(clear);
	if (n)
		memcpy(clear, frames, n);
	put_int(b, p->first, 1);
	put_int(b, p->version, 4);
	block_open(b, 1);
	put(b, p->dcid, p->dcid_n);
	block_close(b);
	put_int(b, 0, 1);	/* no source connection id */
	if (p->version != 0x51303530) {	/* Google's Q050 has none */
		put_quic_varint(b, p->token_n);
		put(b, p->token, p->token_n);
	}
	put_int(b, (digits + payload + AEAD_TAG) | 0x4000, 2);
	at = b->n;
	put_int(b, p->number, digits);
	assert_true(b->n + payload + AEAD_TAG <= BUILD_MAX);
	protect_seal(keys, p->number, b->bytes + start, b->n - start, clear, payload, b->bytes + b->n);
	b->n += payload + AEAD_TAG;
	protect_header(keys, b->bytes + start, at - start, digits);
	free(clear);
}

static inline void put_crypto(struct build *b, uint64_t offset, const uint8_t *bytes, size_t n)
{
	put_int(b, 6, 1);
	put_quic_varint(b, offset);
	put_quic_varint(b, n);
	put(b, bytes, n);
}

/* put_sample builds the client's Initial of an appendix A.2, `version` 1 or 2. */
static inline void put_sample(struct build *b, uint32_t version, const struct aead_keys *keys)
{
	uint8_t frame[512], dcid[8];
	struct initial_plan plan = { .version = version, .first = version == 1 ? 0xc3 : 0xd3, .dcid = dcid,
				     .dcid_n = hex_bytes(SAMPLE_DCID, dcid, sizeof(dcid)),
				     .number = 2, .payload = SAMPLE_PAYLOAD };

	put_initial(b, &plan, keys, frame, hex_bytes(SAMPLE_FRAME, frame, sizeof(frame)));
}

#endif
