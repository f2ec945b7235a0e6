#include "ja4.h"

#include "digest.h"

enum { LIST_MAX = 256, EXT_SERVER_NAME = 0, EXT_ALPN = 16 };

static const char hex[] = "0123456789abcdef";

static char *put_hex16(char *p, uint16_t v)
{
	for (int shift = 12; shift >= 0; shift -= 4)
		*p++ = hex[v >> shift & 0xf];
	return p;
}

static char *put_two(char *p, unsigned n)
{
	n = n > 99 ? 99 : n;
	*p++ = (char)('0' + n / 10);
	*p++ = (char)('0' + n % 10);
	return p;
}

static void sort(uint16_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint16_t x = v[i];
		size_t j = i;

		for (; j && v[j - 1] > x; j--)
			v[j] = v[j - 1];
		v[j] = x;
	}
}

static char *put_list(char *p, const uint16_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			*p++ = ',';
		p = put_hex16(p, v[i]);
	}
	return p;
}

/* put_hash writes the first twelve digits of SHA-256; of nothing, zeros. */
static char *put_hash(char *p, const char *text, size_t n)
{
	uint8_t digest[SHA256_BYTES];

	if (!n) {
		memset(p, '0', 12);
		return p + 12;
	}
	digest_sha256(text, n, digest);
	for (int i = 0; i < 6; i++) {
		*p++ = hex[digest[i] >> 4];
		*p++ = hex[digest[i] & 0xf];
	}
	return p;
}

static size_t read_ciphers(struct cursor c, uint16_t list[static LIST_MAX])
{
	size_t n = 0;

	while (cursor_left(&c) >= 2 && n < LIST_MAX) {
		uint16_t v = cursor_u16(&c);

		if (!tls_is_grease(v))
			list[n++] = v;
	}
	return n;
}

static size_t read_extensions(struct cursor c, uint16_t list[static LIST_MAX])
{
	size_t n = 0;

	while (cursor_left(&c) >= 4 && n < LIST_MAX) {
		uint16_t v = cursor_u16(&c);

		(void)cursor_block(&c, 2);
		if (!tls_is_grease(v))
			list[n++] = v;
	}
	return n;
}

static const char *version_text(const struct tls_hello *hello)
{
	struct cursor versions = hello->versions;
	uint16_t best = cursor_left(&versions) ? 0 : hello->version;

	while (cursor_left(&versions) >= 2) {
		uint16_t v = cursor_u16(&versions);

		/* DTLS counts its versions downwards */
		if (!tls_is_grease(v) && (v >> 8 == 0xfe ? !best || v < best : v > best))
			best = v;
	}
	switch (best) {
	case 0x0304: return "13";
	case 0x0303: return "12";
	case 0x0302: return "11";
	case 0x0301: return "10";
	case 0x0300: return "s3";
	case 0x0002: return "s2";
	case 0xfeff: return "d1";
	case 0xfefd: return "d2";
	case 0xfefc: return "d3";
	default: return "00";
	}
}

static bool is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* First and last character of the first ALPN value; of their hex digits when one is no letter or digit. */
static char *put_alpn(char *p, struct cursor list)
{
	struct cursor first = cursor_block(&list, 1);
	size_t n = cursor_left(&first);
	uint8_t a = cursor_peek(&first, 0), z = n ? cursor_peek(&first, n - 1) : 0;

	if (!n) {
		*p++ = '0';
		*p++ = '0';
	} else if (is_alnum(a) && is_alnum(z)) {
		*p++ = (char)a;
		*p++ = (char)z;
	} else {
		*p++ = hex[a >> 4];
		*p++ = hex[z & 0xf];
	}
	return p;
}

/* put_extensions_hash: sorted extensions without SNI and ALPN, then signature algorithms as they came */
static char *put_extensions_hash(char *p, const struct tls_hello *hello, uint16_t *list, size_t n)
{
	char text[LIST_MAX * 10 + 16], *t = text;
	struct cursor signatures = hello->signatures;
	uint16_t algorithms[LIST_MAX];
	size_t kept = 0, count = 0;

	for (size_t i = 0; i < n; i++) {
		if (list[i] != EXT_SERVER_NAME && list[i] != EXT_ALPN)
			list[kept++] = list[i];
	}
	sort(list, kept);
	t = put_list(t, list, kept);
	while (cursor_left(&signatures) >= 2 && count < LIST_MAX) {
		uint16_t v = cursor_u16(&signatures);

		if (!tls_is_grease(v))
			algorithms[count++] = v;
	}
	if (count) {
		*t++ = '_';
		t = put_list(t, algorithms, count);
	}
	return put_hash(p, text, kept || count ? (size_t)(t - text) : 0);
}

void ja4_put(const struct tls_hello *hello, char transport, char out[static JA4_TEXT_MAX])
{
	uint16_t list[LIST_MAX];
	char text[LIST_MAX * 5], *p = out;
	size_t ciphers = read_ciphers(hello->ciphers, list), extensions;

	*p++ = transport;
	memcpy(p, version_text(hello), 2);
	p += 2;
	*p++ = hello->name.len ? 'd' : 'i';
	p = put_two(p, (unsigned)ciphers);
	sort(list, ciphers);
	text[0] = '\0';
	size_t length = (size_t)(put_list(text, list, ciphers) - text);
	extensions = read_extensions(hello->extensions, list);
	p = put_two(p, (unsigned)extensions);
	p = put_alpn(p, hello->alpn);
	*p++ = '_';
	p = put_hash(p, text, length);
	*p++ = '_';
	p = put_extensions_hash(p, hello, list, extensions);
	*p = '\0';
}
