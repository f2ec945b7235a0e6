#include "community.h"

#include "digest.h"

static void put_base64(const uint8_t digest[static SHA1_BYTES], char *p)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (int i = 0; i < SHA1_BYTES; i += 3) {
		unsigned third = i + 2 < SHA1_BYTES ? digest[i + 2] : 0;
		unsigned v = (unsigned)digest[i] << 16 | (unsigned)digest[i + 1] << 8 | third;

		*p++ = digits[v >> 18];
		*p++ = digits[v >> 12 & 63];
		*p++ = digits[v >> 6 & 63];
		*p++ = i + 2 < SHA1_BYTES ? digits[v & 63] : '=';
	}
	*p = '\0';
}

void community_put(const struct addr *a, uint16_t a_port, const struct addr *b, uint16_t b_port,
		   uint8_t proto, char out[static COMMUNITY_TEXT_MAX])
{
	size_t skip = addr_is_v4(a) && addr_is_v4(b) ? 12 : 0, n = 16 - skip;
	int order = memcmp(a->bytes + skip, b->bytes + skip, n);
	uint8_t text[2 + 16 + 16 + 2 + 4] = { 0, 0 }, digest[SHA1_BYTES], *p = text + 2;

	if (order > 0 || (order == 0 && a_port > b_port)) {
		const struct addr *t = a;
		uint16_t port = a_port;

		a = b;
		b = t;
		a_port = b_port;
		b_port = port;
	}
	memcpy(p, a->bytes + skip, n);
	memcpy(p + n, b->bytes + skip, n);
	p += 2 * n;
	*p++ = proto;
	*p++ = 0;
	*p++ = (uint8_t)(a_port >> 8);
	*p++ = (uint8_t)a_port;
	*p++ = (uint8_t)(b_port >> 8);
	*p++ = (uint8_t)b_port;
	digest_sha1(text, (size_t)(p - text), digest);
	memcpy(out, "1:", 2);
	put_base64(digest, out + 2);
}
