#include "extensions.h"

#include "random.h"

#include <string.h>

enum {
	EXT_SERVER_NAME = 0,
	EXT_STATUS_REQUEST = 5,
	EXT_GROUPS = 10,
	EXT_POINT_FORMATS = 11,
	EXT_SIGNATURES = 13,
	EXT_ALPN = 16,
	EXT_SIGNED_TIMESTAMPS = 18,
	EXT_EXTENDED_MASTER_SECRET = 23,
	EXT_COMPRESSION = 27,
	EXT_TICKET = 35,
	EXT_VERSIONS = 43,
	EXT_PSK_MODES = 45,
	EXT_KEY_SHARE = 51,
	EXT_QUIC_PARAMETERS = 57,
	EXT_ALPS = 17613,
	EXT_ECH = 0xfe0d,
	EXT_RENEGOTIATION = 0xff01,
	SERVER_NAME_HEADER = 9,		/* type, length, length of the list, kind, length of the name */
};

static void ext_open(struct extensions *e, unsigned type)
{
	e->list[e->count] = (struct extension){ .type = type, .at = e->out.n };
	out_u16(&e->out, type);
	e->body = out_open(&e->out, 2);
}

static void ext_close(struct extensions *e)
{
	out_close(&e->out, e->body, 2);
	e->list[e->count].n = e->out.n - e->list[e->count].at;
	e->count++;
}

static void ext_put(struct extensions *e, unsigned type, const void *body, size_t n)
{
	ext_open(e, type);
	out_bytes(&e->out, body, n);
	ext_close(e);
}

static void server_name_put(struct extensions *e)
{
	if (!e->hello->name)
		return;
	ext_open(e, EXT_SERVER_NAME);

	size_t list = out_open(&e->out, 2);

	out_u8(&e->out, 0);

	size_t name = out_open(&e->out, 2);

	out_bytes(&e->out, e->hello->name, strlen(e->hello->name));
	out_close(&e->out, name, 2);
	out_close(&e->out, list, 2);
	ext_close(e);
}

static void groups_put(struct extensions *e)
{
	static const uint16_t groups[] = { GROUP_X25519, GROUP_P256, 24, 25 };
	enum browser browser = e->hello->browser;

	ext_open(e, EXT_GROUPS);

	size_t list = out_open(&e->out, 2);

	if (e->greased)
		out_u16(&e->out, e->grease.group);
	if (e->hello->mlkem)
		out_u16(&e->out, GROUP_MLKEM);
	out_list(&e->out, groups, browser == FIREFOX || browser == LEGACY ? 4 : 3);
	out_close(&e->out, list, 2);
	ext_close(e);
}

static void ticket_put(struct extensions *e)
{
	ext_open(e, EXT_TICKET);
	if (random_chance(0.2))
		out_random(&e->out, 160 + random_below(48));
	ext_close(e);
}

static void alpn_put(struct extensions *e)
{
	static const uint8_t h3[] = { 0, 3, 2, 'h', '3' };
	static const uint8_t h2[] = { 0, 12, 2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1' };

	if (e->hello->quic)
		ext_put(e, EXT_ALPN, h3, sizeof(h3));
	else if (e->hello->browser != LEGACY || random_chance(0.4))
		ext_put(e, EXT_ALPN, h2, sizeof(h2));
}

static void signatures_put(struct extensions *e)
{
	static const uint16_t schemes[] = {
		0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0203, 0x0201,
	};

	ext_open(e, EXT_SIGNATURES);

	size_t list = out_open(&e->out, 2);

	out_list(&e->out, schemes, e->hello->browser == CHROME ? 8 : 10);
	out_close(&e->out, list, 2);
	ext_close(e);
}

static void key_share_put(struct extensions *e)
{
	ext_open(e, EXT_KEY_SHARE);

	size_t list = out_open(&e->out, 2);

	if (e->greased) {
		out_u16(&e->out, e->grease.group);
		out_u16(&e->out, 1);
		out_u8(&e->out, 0);
	}
	if (e->hello->mlkem) {
		out_u16(&e->out, GROUP_MLKEM);
		out_u16(&e->out, MLKEM_CLIENT_SHARE);
		out_random(&e->out, MLKEM_CLIENT_SHARE);
	}
	out_u16(&e->out, GROUP_X25519);
	out_u16(&e->out, 32);
	out_random(&e->out, 32);
	if (e->hello->browser == FIREFOX && !e->hello->quic) {
		out_u16(&e->out, GROUP_P256);
		out_u16(&e->out, 65);
		out_u8(&e->out, 4);			/* an uncompressed point */
		out_random(&e->out, 64);
	}
	out_close(&e->out, list, 2);
	ext_close(e);
}

static void versions_put(struct extensions *e)
{
	ext_open(e, EXT_VERSIONS);

	size_t list = out_open(&e->out, 1);

	if (e->greased)
		out_u16(&e->out, e->grease.version);
	out_u16(&e->out, 0x0304);
	if (!e->hello->quic)
		out_u16(&e->out, 0x0303);
	out_close(&e->out, list, 1);
	ext_close(e);
}

/* Encrypted Client Hello as sent to servers that have none: noise in the right form. */
static void ech_put(struct extensions *e)
{
	static const unsigned sizes[4] = { 144, 176, 208, 240 };
	unsigned size = sizes[random_below(4)];

	ext_open(e, EXT_ECH);
	out_u8(&e->out, 0);
	out_u16(&e->out, 1);
	out_u16(&e->out, 1);
	out_random(&e->out, 1);
	out_u16(&e->out, 32);
	out_random(&e->out, 32);
	out_u16(&e->out, size);
	out_random(&e->out, size);
	ext_close(e);
}

/* Timeouts and windows as browsers send them, and version_information last. */
static void quic_parameters_put(struct extensions *e)
{
	static const uint8_t parameters[] = {
		0x01, 4, 0x80, 0x00, 0x75, 0x30, 0x03, 2, 0x45, 0xc0, 0x04, 4, 0x80, 0xf0, 0x00, 0x00,
		0x05, 4, 0x80, 0x60, 0x00, 0x00, 0x06, 4, 0x80, 0x60, 0x00, 0x00, 0x07, 4, 0x80, 0x60, 0x00, 0x00,
		0x08, 2, 0x40, 0x64, 0x09, 2, 0x40, 0x67, 0x0f, 0,
		0x80, 0xff, 0x73, 0xdb, 12, 0, 0, 0, 1, 0, 0, 0, 1, 0x1a, 0x2a, 0x3a, 0x4a,
	};

	ext_put(e, EXT_QUIC_PARAMETERS, parameters, sizeof(parameters));
}

/* What only TLS 1.3 knows. */
static void modern_put(struct extensions *e)
{
	static const uint8_t psk_modes[] = { 1, 1 }, compression[] = { 2, 0, 2 };
	enum browser browser = e->hello->browser;

	if (!e->hello->quic)
		ext_put(e, EXT_SIGNED_TIMESTAMPS, NULL, 0);
	key_share_put(e);
	ext_put(e, EXT_PSK_MODES, psk_modes, sizeof(psk_modes));
	versions_put(e);
	if (browser != FIREFOX)
		ext_put(e, EXT_COMPRESSION, compression, sizeof(compression));
	if (browser == CHROME)
		ext_put(e, EXT_ALPS, e->hello->quic ? "\0\3\2h3" : "\0\3\2h2", 5);
	if (browser == CHROME || browser == FIREFOX)
		ech_put(e);
	if (e->hello->quic)
		quic_parameters_put(e);
}

void extensions_make(struct extensions *e)
{
	static const uint8_t no_renegotiation[] = { 0 }, points[] = { 1, 0 }, ocsp[] = { 1, 0, 0, 0, 0 };
	bool quic = e->hello->quic;

	e->out = OUT(e->bytes);
	if (e->greased && !quic)
		ext_put(e, e->grease.first, NULL, 0);
	server_name_put(e);
	if (!quic) {
		ext_put(e, EXT_EXTENDED_MASTER_SECRET, NULL, 0);
		ext_put(e, EXT_RENEGOTIATION, no_renegotiation, sizeof(no_renegotiation));
	}
	groups_put(e);
	if (!quic) {
		ext_put(e, EXT_POINT_FORMATS, points, sizeof(points));
		ticket_put(e);
	}
	alpn_put(e);
	if (!quic)
		ext_put(e, EXT_STATUS_REQUEST, ocsp, sizeof(ocsp));
	signatures_put(e);
	if (e->hello->browser != LEGACY)
		modern_put(e);
	if (e->greased && !quic)
		ext_put(e, e->grease.last, "", 1);
}

/* As Chrome does since version 110; grease stays first and last. */
static void extensions_shuffle(struct extensions *e)
{
	uint32_t fixed = e->hello->quic ? 0 : 1;
	uint32_t last = (uint32_t)e->count - fixed;

	for (uint32_t i = last - 1; i > fixed; i--) {
		uint32_t j = fixed + random_below(i - fixed + 1);
		struct extension moved = e->list[i];

		e->list[i] = e->list[j];
		e->list[j] = moved;
	}
}

size_t extensions_put(struct extensions *e, struct out *o)
{
	size_t name_at = 0;

	if (e->hello->browser == CHROME)
		extensions_shuffle(e);
	for (size_t i = 0; i < e->count; i++) {
		if (e->list[i].type == EXT_SERVER_NAME)
			name_at = o->n + SERVER_NAME_HEADER;
		out_bytes(o, e->bytes + e->list[i].at, e->list[i].n);
	}
	return name_at;
}
