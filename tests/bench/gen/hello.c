#include "hello.h"

#include "extensions.h"
#include "out.h"
#include "random.h"

enum {
	CLIENT_HELLO = 1,
	SERVER_HELLO = 2,
	MLKEM_SERVER_SHARE = 1120,
	EXT_PADDING = 21,
};

static unsigned grease_draw(void)
{
	return (random_below(16) << 4 | 0xa) * 0x0101;
}

static struct grease grease_make(void)
{
	struct grease g;

	g.cipher = grease_draw();
	g.first = grease_draw();
	g.last = grease_draw();
	g.group = grease_draw();
	g.version = grease_draw();
	if (g.last == g.first)		/* an extension must not come twice */
		g.last ^= 0x1010;
	return g;
}

static void ciphers_put(struct out *o, const struct extensions *e)
{
	static const uint16_t tls13[] = { 0x1301, 0x1302, 0x1303 };
	static const uint16_t tls12[] = {
		0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035,
	};
	static const uint16_t legacy[] = {
		0xc02c, 0xc030, 0x009f, 0xcca9, 0xcca8, 0xccaa, 0xc02b, 0xc02f, 0x009e, 0xc024, 0xc028, 0x006b,
		0xc023, 0xc027, 0x0067, 0xc00a, 0xc014, 0x0039, 0xc009, 0xc013, 0x0033, 0x009d, 0x009c, 0x003d,
		0x003c, 0x0035, 0x002f, 0x00ff,
	};
	size_t list = out_open(o, 2);

	if (e->hello->browser == LEGACY) {
		out_list(o, legacy, sizeof(legacy) / sizeof(*legacy));
	} else {
		if (e->greased && !e->hello->quic)
			out_u16(o, e->grease.cipher);
		out_list(o, tls13, sizeof(tls13) / sizeof(*tls13));
		if (!e->hello->quic)
			out_list(o, tls12, sizeof(tls12) / sizeof(*tls12));
	}
	out_close(o, list, 2);
}

/* RFC 7685: a hello of 256 to 511 bytes hangs some servers, so it is filled up to 512. */
static void padding_put(struct out *o, const struct extensions *e)
{
	if (!e->greased || e->hello->quic || e->hello->mlkem || o->n < 252 || o->n > 511)
		return;

	size_t padding = o->n < 508 ? 508 - o->n : 1;

	out_u16(o, EXT_PADDING);
	out_u16(o, (unsigned)padding);
	out_zeros(o, padding);
}

void client_hello_make(struct hello *hello)
{
	struct extensions e = { .hello = hello, .greased = hello->browser == CHROME || hello->browser == SAFARI };
	struct out o = OUT(hello->bytes);

	out_u8(&o, CLIENT_HELLO);

	size_t message = out_open(&o, 3);

	out_u16(&o, 0x0303);
	out_random(&o, 32);
	if (hello->quic || (hello->browser == LEGACY && random_chance(0.5))) {
		out_u8(&o, 0);
	} else {
		out_u8(&o, 32);
		out_random(&o, 32);
	}
	e.grease = grease_make();
	ciphers_put(&o, &e);
	out_u16(&o, 0x0100);			/* no compression */
	extensions_make(&e);

	size_t extensions = out_open(&o, 2);

	hello->name_at = extensions_put(&e, &o);
	padding_put(&o, &e);
	out_close(&o, extensions, 2);
	out_close(&o, message, 3);
	hello->n = o.n;
}

static void server_key_share_put(struct out *o, bool mlkem)
{
	unsigned size = mlkem ? MLKEM_SERVER_SHARE : 32;

	out_u16(o, 51);
	out_u16(o, size + 4);
	out_u16(o, mlkem ? GROUP_MLKEM : GROUP_X25519);
	out_u16(o, size);
	out_random(o, size);
}

void server_hello_put(struct out *o, bool tls13, bool mlkem)
{
	static const uint8_t versions[] = { 0, 43, 0, 2, 3, 4 };
	static const uint8_t tls12[] = {
		0xff, 0x01, 0, 1, 0,			/* renegotiation_info */
		0, 11, 0, 2, 1, 0,			/* ec_point_formats */
		0, 23, 0, 0,				/* extended_master_secret */
		0, 16, 0, 5, 0, 3, 2, 'h', '2',		/* ALPN */
	};

	out_u8(o, SERVER_HELLO);

	size_t message = out_open(o, 3);

	out_u16(o, 0x0303);
	out_random(o, 32);
	out_u8(o, 32);
	out_random(o, 32);
	out_u16(o, tls13 ? 0x1301 : 0xc02f);
	out_u8(o, 0);

	size_t extensions = out_open(o, 2);

	if (tls13) {
		server_key_share_put(o, mlkem);
		out_bytes(o, versions, sizeof(versions));
	} else {
		out_bytes(o, tls12, sizeof(tls12));
	}
	out_close(o, extensions, 2);
	out_close(o, message, 3);
}
