/* links: extract extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls tds extract_udp extract_quic flow recent lru pool pieces dns tls ech dtls x509 ja4 http quic gquic aead digest name addr extract_ech extract_client */
#include <openssl/evp.h>

#include "clock.h"
#include "extract.h"
#include "hello.h"
#include "pieces.h"
#include "quic.h"

enum { ID_BYTES = 8, HEADER = 1 + 4 + 1 + ID_BYTES + 1 + 1 + 2 + 4, FRAMES_MAX = 4096, PIECES_A_PACKET = 5 };

/* seal makes an Initial packet of version 1 (RFC 9001 section 5): the other half of what quic_open does. */
static size_t seal(uint32_t number, const uint8_t *frames, size_t n, uint8_t *out)
{
	static const uint8_t start[] = { 0xc3, 0, 0, 0, 1, ID_BYTES, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0 };
	static EVP_CIPHER_CTX *gcm;
	static struct aead *aead;
	static struct aead_keys keys;
	uint8_t nonce[AEAD_IV], mask[16];
	int done;

	if (!aead) {
		gcm = EVP_CIPHER_CTX_new();
		aead = aead_new();
		FUZZ_MUST(gcm && aead && quic_keys(1, cursor_of(start + 6, ID_BYTES), &keys));
	}
	memcpy(out, start, sizeof(start));
	hello_u16(out + sizeof(start), 0x4000 | (4 + n + AEAD_TAG));
	hello_u16(out + HEADER - 4, number >> 16);
	hello_u16(out + HEADER - 2, number & 0xffff);
	memcpy(nonce, keys.iv, sizeof(nonce));
	for (int i = 0; i < 4; i++)
		nonce[8 + i] ^= out[HEADER - 4 + i];
	FUZZ_MUST(EVP_EncryptInit_ex(gcm, EVP_aes_128_gcm(), NULL, keys.key, nonce) &&
		  EVP_EncryptUpdate(gcm, NULL, &done, out, HEADER) &&
		  EVP_EncryptUpdate(gcm, out + HEADER, &done, frames, (int)n) &&
		  EVP_EncryptFinal_ex(gcm, out + HEADER + n, &done) &&
		  EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_GCM_GET_TAG, AEAD_TAG, out + HEADER + n));
	FUZZ_MUST(aead_mask(aead, &keys, out + HEADER, mask));
	out[0] ^= mask[0] & 0x0f;
	for (int i = 0; i < 4; i++)
		out[HEADER - 4 + i] ^= mask[1 + i];
	return HEADER + n + AEAD_TAG;
}

/* put_piece writes a CRYPTO frame, or PADDING when the input asks for nothing. */
static size_t put_piece(struct cursor *c, const uint8_t *hello, size_t n, bool *seen, bool *whole, uint8_t *out)
{
	size_t at = cursor_u16(c) % n, length = cursor_u16(c) % (n - at + 1);

	if (!length) {
		out[0] = 0;
		return 1;
	}
	*whole = hello_mark(seen, at, length, n);
	out[0] = 6;
	hello_u16(out + 1, 0x4000 | at);
	hello_u16(out + 3, 0x4000 | length);
	memcpy(out + 5, hello + at, length);
	return 5 + length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct layers layers;
	static struct counts counts;
	static struct extract *x;
	static int64_t when;
	struct packet p = { .proto = IP_UDP, .sport = 40000, .dport = 443 };
	uint8_t hello[HELLO_MAX], frames[FRAMES_MAX], sealed[FRAMES_MAX + 64];
	bool seen[HELLO_MAX] = { false }, whole = false;
	struct cursor c = cursor_of(data, size);
	size_t n = hello_make(hello), used, count;
	struct sighting *out;
	unsigned found = 0, pieces = 0;

	x = x ? x : extract_new(hash_key_files, &counts);
	FUZZ_MUST(x);
	when += 3600 * SECOND;
	for (uint32_t number = 0; cursor_left(&c) && pieces < PIECES_RUNS_MAX; number++) {
		used = 4;
		memset(frames, 1, used);	/* PING: the sample needs bytes behind the number */
		for (int i = cursor_u8(&c) % PIECES_A_PACKET; i >= 0 && pieces < PIECES_RUNS_MAX; i--, pieces++)
			used += put_piece(&c, hello, n, seen, &whole, frames + used);
		p.payload = cursor_of(sealed, seal(number, frames, used, sealed));
		count = extract_packet(x, &p, &layers, when, &out);
		found = hello_count(out, count, found);
	}
	while ((count = extract_rest(x, &out)))
		found = hello_count(out, count, found);
	FUZZ_MUST(found == (whole ? 1 : 0));
	FUZZ_MUST(!counts.n[COUNT_QUIC_UNREADABLE] && !counts.n[COUNT_OVERLAPS]);
	return 0;
}
