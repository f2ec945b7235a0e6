#include "addr.h"

#include <arpa/inet.h>

static char *put_u8(char *p, uint8_t v)
{
	if (v >= 100)
		*p++ = (char)('0' + v / 100);
	if (v >= 10)
		*p++ = (char)('0' + v / 10 % 10);
	*p++ = (char)('0' + v % 10);
	return p;
}

static size_t put_v4(const uint8_t *b, char *out)
{
	char *p = out;

	for (int i = 0; i < 4; i++) {
		if (i)
			*p++ = '.';
		p = put_u8(p, b[i]);
	}
	*p = '\0';
	return (size_t)(p - out);
}

static char *put_group(char *p, unsigned v)
{
	static const char digits[] = "0123456789abcdef";
	int shift = v > 0xfff ? 12 : v > 0xff ? 8 : v > 0xf ? 4 : 0;

	for (; shift >= 0; shift -= 4)
		*p++ = digits[v >> shift & 0xf];
	return p;
}

/* RFC 5952 section 4.2: shorten the longest run of zeros, of two or more, the first of equals. */
static void longest_zeros(const unsigned group[8], int *at, int *len)
{
	int run = 0;

	*at = -1;
	*len = 1;
	for (int i = 0; i < 8; i++) {
		run = group[i] ? 0 : run + 1;
		if (run > *len) {
			*len = run;
			*at = i - run + 1;
		}
	}
}

size_t addr_put(const struct addr *a, char out[static ADDR_TEXT_MAX])
{
	unsigned group[8];
	int zero_at, zeros;
	char *p = out;

	if (addr_is_v4(a))
		return put_v4(a->bytes + 12, out);
	if (memcmp(a->bytes, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) == 0) {
		memcpy(out, "::ffff:", 7);	/* RFC 5952 section 5 */
		return 7 + put_v4(a->bytes + 12, out + 7);
	}
	for (int i = 0; i < 8; i++)
		group[i] = (unsigned)a->bytes[2 * i] << 8 | a->bytes[2 * i + 1];
	longest_zeros(group, &zero_at, &zeros);
	for (int i = 0; i < 8; i++) {
		if (i == zero_at) {
			*p++ = ':';
			i += zeros - 1;
			if (i == 7)
				*p++ = ':';
			continue;
		}
		if (i)
			*p++ = ':';
		p = put_group(p, group[i]);
	}
	*p = '\0';
	return (size_t)(p - out);
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
