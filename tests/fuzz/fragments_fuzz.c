/* links: defrag lru pieces ip */
#include "clock.h"
#include "defrag.h"
#include "fuzz.h"

enum { UNITS = 40, WHOLE = UNITS * 8 - 3 };	/* fragments are cut at eight bytes (RFC 791 section 3.2) */

/*
 * Pieces of one datagram as the input cuts them.  What is joined must be the
 * datagram; and when every unit came just once it must be joined.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct defrag *f;
	static struct counts counts;
	static int64_t when;
	static uint32_t id;
	struct cursor c = cursor_of(data, size);
	uint8_t whole[WHOLE], came[UNITS] = { 0 };
	bool six = cursor_u8(&c) & 1, joined = false, clean = true;
	unsigned units = 0;

	f = f ? f : defrag_new(hash_key_files, &counts);
	FUZZ_MUST(f);
	when += 3600 * SECOND;
	id++;
	for (int i = 0; i < WHOLE; i++)
		whole[i] = (uint8_t)(i * 7 + 1);
	while (cursor_left(&c) && !joined) {
		size_t from = cursor_u8(&c) % UNITS, n = cursor_u8(&c) % (UNITS - from) + 1;
		bool more = from + n < UNITS;
		struct datagram d = { .proto = IP_UDP, .fragment = true, .more = more, .id = id, .offset = (uint16_t)(from * 8) };

		if (!six)
			d.src = d.dst = addr_v4(whole);
		d.payload = cursor_of(whole + from * 8, more ? n * 8 : WHOLE - from * 8);
		for (size_t i = from; i < from + n; i++)
			clean &= !came[i]++;
		units += (unsigned)n;
		joined = defrag_add(f, when, &d);
		if (joined)
			FUZZ_MUST(!d.fragment && cursor_left(&d.payload) == WHOLE &&
				  memcmp(d.payload.at, whole, WHOLE) == 0);
		FUZZ_MUST(!clean || joined == (units == UNITS));
	}
	return 0;
}
