/*
 * hello.h: one ClientHello that is known, for harnesses that cut it up.
 */
#ifndef TELLTALE_FUZZ_HELLO_H
#define TELLTALE_FUZZ_HELLO_H

#include "fuzz.h"
#include "sighting.h"

#define HELLO_NAME "dc1.ksn.kaspersky-labs.com"

enum { HELLO_NAME_BYTES = sizeof(HELLO_NAME) - 1, HELLO_PADDING = 420, HELLO_MAX = 640 };

static inline void hello_u16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/*
 * hello_make writes the handshake message (RFC 8446 section 4.1.2): padding of
 * zeros (RFC 7685), server_name behind it.  Returns its length.
 */
static inline size_t hello_make(uint8_t out[static HELLO_MAX])
{
	static const uint8_t start[] = { 1, 0, 0, 0, 3, 3 }, suites[] = { 0, 0, 2, 0x13, 1, 1, 0 };
	uint8_t *p = out;

	memset(out, 0, HELLO_MAX);
	memcpy(p, start, sizeof(start));
	p += sizeof(start) + 32;	/* random */
	memcpy(p, suites, sizeof(suites));
	p += sizeof(suites);
	hello_u16(p, 4 + HELLO_PADDING + 9 + HELLO_NAME_BYTES);
	p[3] = 21;
	hello_u16(p + 4, HELLO_PADDING);
	p += 6 + HELLO_PADDING;
	hello_u16(p + 2, HELLO_NAME_BYTES + 5);
	hello_u16(p + 4, HELLO_NAME_BYTES + 3);
	hello_u16(p + 7, HELLO_NAME_BYTES);
	memcpy(p + 9, HELLO_NAME, HELLO_NAME_BYTES);
	p += 9 + HELLO_NAME_BYTES;
	hello_u16(out + 2, (size_t)(p - out) - 4);
	return (size_t)(p - out);
}

/* hello_count checks sightings: each that names a host names this one; how many did is added to `sum`. */
static inline unsigned hello_count(const struct sighting *seen, size_t n, unsigned sum)
{
	for (size_t i = 0; i < n; i++) {
		if (!seen[i].name.len)
			continue;
		FUZZ_MUST(seen[i].name.len == HELLO_NAME_BYTES &&
			  memcmp(seen[i].name.text, HELLO_NAME, HELLO_NAME_BYTES) == 0);
		sum++;
	}
	return sum;
}

/* hello_mark notes that the bytes from `at` on came; true once all `size` have. */
static inline bool hello_mark(bool seen[static HELLO_MAX], size_t at, size_t n, size_t size)
{
	for (size_t i = 0; i < n; i++)
		seen[at + i] = true;
	for (size_t i = 0; i < size; i++) {
		if (!seen[i])
			return false;
	}
	return true;
}

#endif
