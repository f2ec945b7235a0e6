#include "initial.h"

#include "fatal.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum {
	TAG_SIZE = 16,
	SECRET_SIZE = 32,
	LABEL_MAX = 64,
	VERSION_1 = 0x00000001,
	VERSION_2 = 0x6b3343cf,
};

void varint_put(struct out *o, size_t n)
{
	if (n < 64)
		out_u8(o, (unsigned)n);
	else
		varint2_put(o, n);
}

void varint2_put(struct out *o, size_t n)
{
	out_u16(o, 0x4000 | (unsigned)n);
}

static void connection_id_put(struct out *o, const struct connection_id *id)
{
	out_u8(o, (unsigned)id->n);
	out_bytes(o, id->bytes, id->n);
}

/* RFC 9369 3.2: version 2 numbers the types one further. */
void long_header_put(struct out *o, const struct long_header *header)
{
	static const unsigned first[2][3] = {
		{ [LONG_INITIAL] = 0xc0, [LONG_HANDSHAKE] = 0xe0, [LONG_RETRY] = 0xf0 },
		{ [LONG_INITIAL] = 0xd0, [LONG_HANDSHAKE] = 0xf0, [LONG_RETRY] = 0xc0 },
	};

	out_u8(o, first[header->v2][header->type] | header->low_bits);
	out_u32(o, header->v2 ? VERSION_2 : VERSION_1);
	connection_id_put(o, header->to);
	connection_id_put(o, header->from);
}

static void hmac(const uint8_t *key, size_t key_size, const uint8_t *data, size_t n, uint8_t digest[static SECRET_SIZE])
{
	unsigned size = SECRET_SIZE;

	if (!HMAC(EVP_sha256(), key, (int)key_size, data, n, digest, &size))
		fatal("HMAC failed; is libcrypto built with SHA-256?");
}

/* HKDF-Expand-Label (RFC 8446 7.1) for one block of output. */
static void expand(const uint8_t secret[static SECRET_SIZE], const char *label, uint8_t *key, size_t n)
{
	uint8_t info_bytes[LABEL_MAX], block[SECRET_SIZE];
	struct out info = OUT(info_bytes);

	out_u16(&info, (unsigned)n);

	size_t opened = out_open(&info, 1);

	out_bytes(&info, "tls13 ", 6);
	out_bytes(&info, label, strlen(label));
	out_close(&info, opened, 1);
	out_u8(&info, 0);
	out_u8(&info, 1);
	hmac(secret, SECRET_SIZE, info.data, info.n, block);
	memcpy(key, block, n);
}

void initial_keys_make(struct initial_keys *keys, const struct connection_id *chosen, bool v2,
		       enum initial_side side)
{
	static const uint8_t salts[2][20] = {
		{ 0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
		  0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a },
		{ 0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
		  0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9 },
	};
	uint8_t initial[SECRET_SIZE], secret[SECRET_SIZE];

	hmac(salts[v2], sizeof(salts[v2]), chosen->bytes, chosen->n, initial);
	expand(initial, side == INITIAL_SERVER ? "server in" : "client in", secret, sizeof(secret));
	expand(secret, v2 ? "quicv2 key" : "quic key", keys->key, sizeof(keys->key));
	expand(secret, v2 ? "quicv2 iv" : "quic iv", keys->iv, sizeof(keys->iv));
	expand(secret, v2 ? "quicv2 hp" : "quic hp", keys->hp, sizeof(keys->hp));
}

size_t initial_overhead(const struct initial *initial)
{
	size_t ids = 1 + initial->to->n + 1 + initial->from->n;
	size_t token = (initial->token_size < 64 ? 1 : 2) + initial->token_size;

	return 1 + 4 + ids + token + 2 + initial->number_size + TAG_SIZE;
}

static EVP_CIPHER_CTX *cipher_new(void)
{
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();

	if (!cipher)
		fatal("no memory for a cipher; ask for a smaller capture");
	return cipher;
}

/* Appends frames, sealed by AES-128-GCM with everything before them in the packet as associated data. */
static void seal(struct out *o, size_t packet, const struct initial *initial, const uint8_t *frames, size_t n)
{
	static EVP_CIPHER_CTX *gcm;
	uint8_t nonce[12];
	size_t header = o->n - packet;
	uint8_t *sealed = out_room(o, n + TAG_SIZE);
	int done;

	if (!gcm)
		gcm = cipher_new();
	memcpy(nonce, initial->keys->iv, sizeof(nonce));
	for (size_t i = 0; i < 4; i++)
		nonce[11 - i] ^= (uint8_t)(initial->number >> (8 * i));
	if (!EVP_EncryptInit_ex(gcm, EVP_aes_128_gcm(), NULL, initial->keys->key, nonce) ||
	    !EVP_EncryptUpdate(gcm, NULL, &done, o->data + packet, (int)header) ||
	    !EVP_EncryptUpdate(gcm, sealed, &done, frames, (int)n) ||
	    !EVP_EncryptFinal_ex(gcm, sealed + done, &done) ||
	    !EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, sealed + n))
		fatal("AES-GCM failed; is libcrypto built with it?");
}

/* RFC 9001 5.4: the mask comes from the bytes four behind the beginning of the packet number. */
static void mask_header(uint8_t *packet, size_t number_at, const struct initial *initial)
{
	static EVP_CIPHER_CTX *ecb;
	uint8_t mask[16];
	int done;

	if (!ecb)
		ecb = cipher_new();
	if (!EVP_EncryptInit_ex(ecb, EVP_aes_128_ecb(), NULL, initial->keys->hp, NULL) ||
	    !EVP_CIPHER_CTX_set_padding(ecb, 0) ||
	    !EVP_EncryptUpdate(ecb, mask, &done, packet + number_at + 4, sizeof(mask)))
		fatal("AES failed; is libcrypto built with it?");
	packet[0] ^= mask[0] & 0x0f;
	for (size_t i = 0; i < initial->number_size; i++)
		packet[number_at + i] ^= mask[1 + i];
}

void initial_put(struct out *o, const struct initial *initial, const uint8_t *frames, size_t n)
{
	size_t packet = o->n;
	struct long_header header = {
		.type = LONG_INITIAL,
		.v2 = initial->v2,
		.low_bits = (unsigned)initial->number_size - 1,
		.to = initial->to,
		.from = initial->from,
	};

	long_header_put(o, &header);
	varint_put(o, initial->token_size);
	out_bytes(o, initial->token, initial->token_size);
	varint2_put(o, initial->number_size + n + TAG_SIZE);

	size_t number_at = o->n;

	for (size_t i = initial->number_size; i > 0; i--)
		out_u8(o, initial->number >> (8 * (i - 1)));
	seal(o, packet, initial, frames, n);
	mask_header(o->data + packet, number_at - packet, initial);
}
