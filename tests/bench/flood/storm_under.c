/* Storms below the transport: fragments, headers over headers, clocks. */

#include "../gen/out.h"
#include "../gen/random.h"
#include "storms.h"

#include <string.h>

enum { MORE = 0x2000, PIECE = 1024, DAY = 86400 };

static uint8_t piece[PIECE];

static struct ipv4 fragment(uint64_t i, uint16_t where)
{
	return (struct ipv4){ .from = storm_stranger(0).v4, .to = storm_server(0).v4, .proto = PROTO_UDP,
			      .id = (uint16_t)i, .fragment = where };
}

static void put_first(uint64_t i)
{
	struct ipv4 ip = fragment(i, MORE);

	frame_ipv4(&ip, piece, PIECE);
}

static void put_last(uint64_t i)
{
	struct ipv4 ip = fragment(i, 0x1f00);

	frame_ipv4(&ip, piece, 100);
}

/* Ever new pieces for the datagrams of one pair of hosts, overlapping. */
static void put_overlap(uint64_t i)
{
	struct ipv4 ip = { .from = 0x40000001, .to = 0xc6336401, .proto = PROTO_UDP, .id = (uint16_t)random_below(2000),
			   .fragment = (uint16_t)(MORE | random_below(4096)) };

	(void)i;
	frame_ipv4(&ip, piece, 64);
}

/* Many small pieces of few datagrams: as many islands as there may be. */
static void put_tiny(uint64_t i)
{
	struct ipv4 ip = { .from = 0x40000001, .to = 0xc6336401, .proto = PROTO_UDP, .id = (uint16_t)(i / 40),
			   .fragment = (uint16_t)(MORE | (i % 40) * 3) };

	frame_ipv4(&ip, piece, 8);
}

static void put_vlans(uint64_t i)
{
	uint8_t bytes[160];
	struct out o = OUT(bytes);
	unsigned depth = random_below(40);

	(void)i;
	for (unsigned k = 0; k < depth; k++)
		out_u32(&o, (k % 2 ? 0x8100u : 0x88a8u) << 16 | random_below(4096));
	frames_under(o.data, o.n);
	frame_udp(storm_stranger(0), storm_server(9), piece, 30);
}

static void put_inner(struct out *o, unsigned proto, size_t n)
{
	out_u16(o, 0x4500);
	out_u16(o, (unsigned)(20 + n));
	out_u32(o, 0);
	out_u16(o, 64 << 8 | proto);
	out_u16(o, 0);
	out_random(o, 8);
}

/* IP in IP, as deep as a frame takes it. */
static void put_ipip(uint64_t i)
{
	uint8_t bytes[1400];
	struct out o = OUT(bytes);
	unsigned depth = random_below(60);
	struct ipv4 ip = fragment(i, 0);

	ip.proto = PROTO_IPIP;
	for (unsigned k = depth; k-- > 0;)
		put_inner(&o, k ? PROTO_IPIP : PROTO_UDP, 8 + k * 20);
	out_random(&o, 8);
	frame_ipv4(&ip, o.data, o.n);
}

/* VXLAN in VXLAN. */
static void put_vxlan(uint64_t i)
{
	uint8_t bytes[1400];
	struct out o = OUT(bytes);
	unsigned depth = random_below(20);

	(void)i;
	for (unsigned k = depth; k-- > 0;) {
		out_u32(&o, 0x08000000);
		out_u32(&o, random_u32() << 8);
		out_zeros(&o, 12);
		out_u16(&o, 0x0800);
		put_inner(&o, PROTO_UDP, 8 + k * 50);
		out_u16(&o, 5000);
		out_u16(&o, k ? 4789 : 9);
		out_u16(&o, 8 + k * 50);
		out_u16(&o, 0);
	}
	frame_udp(storm_stranger(0), (struct end){ .v4 = 0xc6336401, .port = 4789 }, o.data, o.n);
}

static void put_frames(uint64_t i)
{
	uint8_t bytes[300];

	(void)i;
	random_bytes(bytes, sizeof(bytes));
	if (random_chance(0.7)) {
		static const uint16_t types[] = { 0x0800, 0x86dd, 0x8100, 0x8847, 0x8864, 0x0806 };
		uint16_t type = types[random_below(6)];

		bytes[0] = (uint8_t)(type >> 8);
		bytes[1] = (uint8_t)type;
		if (type == 0x0800)
			bytes[2] = 0x45;
		if (type == 0x86dd)
			bytes[2] = 0x60;
	}
	frame_raw(bytes, 2 + random_below(sizeof(bytes) - 2));
}

/* Clocks that jump: a day back, a year ahead, and the damaged time stamps of 1970 and 2106. */
static void put_clocks(uint64_t i)
{
	static const int64_t jumps[] = { -DAY, 365 * DAY, -11, 11, -1800000000, 2494000000 };

	if (i % 10 == 0)
		frames_skew(jumps[i / 10 % 6] * 1000000000);
	frame_tcp(&(struct segment){ storm_stranger(0), storm_server(443), FLAG_SYN, random_u32(), 0, NULL, 0 });
}

const struct storm storms_under[] = {
	{ "fragments-first", "first fragments, no others", put_first, NULL },
	{ "fragments-last", "last fragments, no others", put_last, NULL },
	{ "fragments-over", "fragments that overlap", put_overlap, NULL },
	{ "fragments-tiny", "fragments of eight bytes with holes", put_tiny, NULL },
	{ "vlans", "VLAN tags over VLAN tags", put_vlans, NULL },
	{ "ipip", "IP in IP in IP", put_ipip, NULL },
	{ "vxlan", "VXLAN in VXLAN", put_vxlan, NULL },
	{ "frames", "random bytes behind Ethernet", put_frames, NULL },
	{ "clocks", "time stamps that jump", put_clocks, NULL },
	{ NULL, NULL, NULL, NULL },
};
