/*
 * addr.h: an IP address as a value.
 *
 * Sixteen bytes in network order, so equality is one memcmp.  IPv4 stands
 * behind twelve bytes of 0xff, a multicast scope that no packet may carry (RFC
 * 4291 section 2.7); the IPv4-mapped form is left to IPv6 packets that use it.
 */
#ifndef TELLTALE_ADDR_H
#define TELLTALE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct addr {
	uint8_t bytes[16];
};

enum { ADDR_TEXT_MAX = 46 };	/* bytes, with the closing NUL */

static inline struct addr addr_v4(const uint8_t bytes[static 4])
{
	typedef uint32_t words __attribute__((vector_size(16)));
	words w = { UINT32_MAX, UINT32_MAX, UINT32_MAX };
	uint32_t last;
	struct addr a;

	memcpy(&last, bytes, sizeof(last));
	w[3] = last;		/* in a register: what is put together in memory cannot be read back at once */
	memcpy(a.bytes, &w, sizeof(w));
	return a;
}

static inline struct addr addr_v6(const uint8_t bytes[static 16])
{
	struct addr a;

	memcpy(a.bytes, bytes, 16);
	return a;
}

static inline bool addr_is_v4(const struct addr *a)
{
	return memcmp(a->bytes, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12) == 0;
}

static inline bool addr_equal(const struct addr *a, const struct addr *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/*
 * addr_put writes the canonical text (dotted quad; RFC 5952 for IPv6) and a
 * NUL to out, and returns the length without the NUL.
 */
size_t addr_put(const struct addr *a, char out[static ADDR_TEXT_MAX]);

/* addr_parse reads either text form; false when it is neither. */
bool addr_parse(const char *text, struct addr *out);

/* addr_is_group is true of multicast and of the IPv4 limited broadcast. */
bool addr_is_group(const struct addr *a);

/* addr_is_local is true of private, link-local, loopback and unspecified ones. */
bool addr_is_local(const struct addr *a);

#endif
