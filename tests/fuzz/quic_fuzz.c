/* links: quic aead digest tls ech name addr x509 */
#include "fuzz.h"
#include "quic.h"
#include "tls.h"

/* frames are read twice: as they stand, since the fuzzer cannot forge a tag, and after decryption of real packets */
static void read_frames(struct cursor frames)
{
	struct tls_hello hello;
	struct cursor data;
	uint64_t offset;

	while (quic_next_crypto(&frames, &offset, &data)) {
		fuzz_touch(data);
		if (offset == 0 && tls_read_hello(data, &hello) == FOUND)
			fuzz_name(&hello.name);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t scratch[QUIC_DATAGRAM_MAX + 1];
	static struct aead *aead;
	struct cursor c = cursor_of(data, size), frames;
	struct quic_header h;
	struct aead_keys keys;

	aead = aead ? aead : aead_new();
	read_frames(c);
	if (!quic_may_start(&c) || size > QUIC_DATAGRAM_MAX)
		return 0;
	while (cursor_left(&c) && quic_read_header(&c, &h) != QUIC_NOT) {
		if (h.type == QUIC_INITIAL && quic_keys(h.version, h.dcid, &keys) &&
		    quic_open(aead, &keys, &h, scratch, &frames))
			read_frames(frames);
	}
	return 0;
}
