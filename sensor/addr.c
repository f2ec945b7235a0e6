#include "addr.h"

#include <arpa/inet.h>
#include <endian.h>

#include "hex.h"

/* the text of each byte, and its length behind it */
static const char bytes_text[256][4] = {
#define ONE(u) { u, 0, 0, 1 }
#define TWO(t, u) { t, u, 0, 2 }
#define THREE(h, t, u) { h, t, u, 3 }
#define TEN1 ONE('0'), ONE('1'), ONE('2'), ONE('3'), ONE('4'), ONE('5'), ONE('6'), ONE('7'), ONE('8'), ONE('9')
#define TEN2(t) TWO(t, '0'), TWO(t, '1'), TWO(t, '2'), TWO(t, '3'), TWO(t, '4'), \
		TWO(t, '5'), TWO(t, '6'), TWO(t, '7'), TWO(t, '8'), TWO(t, '9')
#define SIX3(h, t) THREE(h, t, '0'), THREE(h, t, '1'), THREE(h, t, '2'), \
		   THREE(h, t, '3'), THREE(h, t, '4'), THREE(h, t, '5')
#define TEN3(h, t) SIX3(h, t), THREE(h, t, '6'), THREE(h, t, '7'), THREE(h, t, '8'), THREE(h, t, '9')
#define FIFTY3(h) TEN3(h, '0'), TEN3(h, '1'), TEN3(h, '2'), TEN3(h, '3'), TEN3(h, '4')
	TEN1, TEN2('1'), TEN2('2'), TEN2('3'), TEN2('4'), TEN2('5'), TEN2('6'), TEN2('7'), TEN2('8'), TEN2('9'),
	FIFTY3('1'), TEN3('1', '5'), TEN3('1', '6'), TEN3('1', '7'), TEN3('1', '8'), TEN3('1', '9'),
	FIFTY3('2'), SIX3('2', '5'),
};

static size_t put_v4(const uint8_t *b, char *out)
{
	char *p = out;

	for (int i = 0; i < 4; i++) {
		const char *text = bytes_text[b[i]];

		memcpy(p, text, 4);	/* one store; the length in it is overwritten next */
		p += text[3];
		*p++ = '.';
	}
	*--p = '\0';
	return (size_t)(p - out);
}

/* zero_groups has a bit for each of the eight groups that is zero, the first in bit 0. */
static unsigned zero_groups(const struct addr *a)
{
	const uint64_t low = UINT64_C(0x7fff7fff7fff7fff);
	unsigned zeros = 0;

	for (int half = 0; half < 2; half++) {
		uint64_t x;

		memcpy(&x, a->bytes + 8 * half, sizeof(x));
		x = le64toh(x);
		x = ~(((x & low) + low) | x | low) >> 15;	/* 1 in each group that is */
		zeros |= (unsigned)(x * UINT64_C(0x0001000200040008) >> 48 & 0xf) << 4 * half;
	}
	return zeros;
}

/* RFC 5952 section 4.2: shorten the longest run of zeros, of two or more, the first of equals; its length, else 0. */
static unsigned longest_zeros(unsigned zeros, unsigned *at)
{
	unsigned runs = zeros, len = 1, longer;

	*at = 8;
	while ((longer = runs & zeros >> len)) {	/* where runs of more than `len` begin */
		runs = longer;
		*at = (unsigned)__builtin_ctz(runs);
		len++;
	}
	return len > 1 ? len : 0;
}

/* put_groups writes groups from their four digits each, without zeros in front, a colon behind each. */
static char *put_groups(char *p, const char *digits, unsigned from, unsigned to)
{
	for (; from < to; from++) {
		uint32_t x;
		int zeros;

		memcpy(&x, digits + 4 * from, sizeof(x));
		x = le32toh(x);
		zeros = __builtin_ctz((x ^ UINT32_C(0x30303030)) | UINT32_C(1) << 24) / 8;
		x = htole32(x >> 8 * zeros);
		memcpy(p, &x, sizeof(x));
		p += 4 - zeros;
		*p++ = ':';
	}
	return p;
}

static size_t put_v6(const struct addr *a, char *out)
{
	char digits[HEX_TEXT], *p;
	hex_chunk bytes;
	unsigned at, zeros = longest_zeros(zero_groups(a), &at);

	memcpy(&bytes, a->bytes, sizeof(bytes));
	hex_put(digits, bytes);
	p = put_groups(out, digits, 0, at);
	if (zeros) {
		if (!at)
			*p++ = ':';
		*p++ = ':';
		p = put_groups(p, digits, at + zeros, 8);
	}
	if (at + zeros < 8 || !zeros)
		p--;	/* no colon behind the last */
	*p = '\0';
	return (size_t)(p - out);
}

size_t addr_put(const struct addr *a, char out[static ADDR_TEXT_MAX])
{
	if (addr_is_v4(a))
		return put_v4(a->bytes + 12, out);
	if (memcmp(a->bytes, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) == 0) {
		memcpy(out, "::ffff:", 7);	/* RFC 5952 section 5 */
		return 7 + put_v4(a->bytes + 12, out + 7);
	}
	return put_v6(a, out);
}

bool addr_parse(const char *text, struct addr *out)
{
	uint8_t b[16];

	if (inet_pton(AF_INET, text, b) == 1)
		*out = addr_v4(b);
	else if (inet_pton(AF_INET6, text, b) == 1)
		*out = addr_v6(b);
	else
		return false;
	return true;
}

bool addr_is_group(const struct addr *a)
{
	const uint8_t *b = a->bytes;

	if (addr_is_v4(a))
		return (b[12] & 0xf0) == 0xe0 || memcmp(b + 12, "\xff\xff\xff\xff", 4) == 0;
	return b[0] == 0xff;
}

bool addr_is_local(const struct addr *a)
{
	static const uint8_t zero[15];
	const uint8_t *b = a->bytes;

	if (addr_is_v4(a)) {
		b += 12;
		return b[0] == 0 || b[0] == 10 || b[0] == 127 ||
		       (b[0] == 172 && (b[1] & 0xf0) == 16) ||
		       (b[0] == 192 && b[1] == 168) ||
		       (b[0] == 169 && b[1] == 254) ||
		       (b[0] == 100 && (b[1] & 0xc0) == 64);
	}
	return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) ||
	       (memcmp(b, zero, 15) == 0 && b[15] <= 1);
}
