/* Storms of UDP beside DNS: QUIC, DTLS, noise. */

#include "../gen/hello.h"
#include "../gen/initial.h"
#include "../gen/out.h"
#include "../gen/random.h"
#include "../gen/scatter.h"
#include "storms.h"

#include <string.h>

enum { TEMPLATES = 256, DATAGRAM = 1200 };

static uint8_t halves[TEMPLATES][DATAGRAM + 100];
static size_t half_size;

/* Protected as it should be, but the hello goes on in a packet that never comes. */
static void make_halves(void)
{
	struct hello h = { .name = "nobody.flood.example", .browser = CHROME, .quic = true, .mlkem = true };
	struct connection_id from = { .n = 0 };

	client_hello_make(&h);
	for (unsigned k = 0; k < TEMPLATES; k++) {
		struct out o = OUT(halves[k]);
		struct connection_id to = { .n = 8 };
		uint8_t bytes[DATAGRAM - 50] = { 0 };
		struct out frames = OUT(bytes);
		struct initial_keys keys;

		random_bytes(to.bytes, to.n);
		initial_keys_make(&keys, &to, false, INITIAL_CLIENT);
		crypto_frame_put(&frames, &(struct piece){ h.bytes, k % 2 ? 700 : 0, 600 });
		initial_put(&o, &(struct initial){ .keys = &keys, .to = &to, .from = &from, .number_size = 1 },
			    bytes, sizeof(bytes));
		half_size = o.n;
	}
}

static void put_quic_half(uint64_t i)
{
	frame_udp(storm_stranger(0), storm_server(443), halves[i % TEMPLATES], half_size);
}

/* Valid again and again over few connections: each piece one more. */
static void put_quic_same(uint64_t i)
{
	struct end client = { .v4 = 0x40000000 | (uint32_t)(i % 1000), .port = 5000 };

	frame_udp(client, (struct end){ .v4 = 0xc6336401, .port = 443 }, halves[storm_mix(i) % TEMPLATES], half_size);
}

static size_t garbage(uint8_t bytes[DATAGRAM])
{
	struct out o = { .data = bytes, .max = DATAGRAM };

	out_u8(&o, 0xc0 | random_below(16));
	out_u32(&o, random_chance(0.5) ? 1 : 0x6b3343cf);
	out_u8(&o, 8);
	out_random(&o, 8);
	out_u8(&o, 0);
	out_u8(&o, 0);
	out_u16(&o, 0x4000 | (DATAGRAM - 18));
	out_random(&o, 64);
	return DATAGRAM;
}

static void put_quic_garbage(uint64_t i)
{
	static uint8_t bytes[DATAGRAM];

	(void)i;
	frame_udp(storm_stranger(0), storm_server(443), bytes, garbage(bytes));
}

/* Datagrams full of small coalesced Initials, none of which opens. */
static void put_quic_coalesced(uint64_t i)
{
	uint8_t bytes[DATAGRAM];
	struct out o = OUT(bytes);

	(void)i;
	while (o.n + 41 <= sizeof(bytes)) {
		out_u8(&o, 0xc0);
		out_u32(&o, 1);
		out_u8(&o, 8);
		out_random(&o, 8);
		out_u8(&o, 0);
		out_u8(&o, 0);
		out_u8(&o, 24);
		out_random(&o, 24);
	}
	frame_udp(storm_stranger(0), storm_server(443), o.data, o.n);
}

static void put_dtls(uint64_t i)
{
	uint8_t bytes[400];
	struct out o = OUT(bytes);
	uint64_t r = storm_mix(i / 8);
	struct end client = { .v4 = 0x40000000 | ((uint32_t)r & 0x3fffffff), .port = (uint16_t)(r >> 48 | 1024) };

	out_u8(&o, 22);
	out_u16(&o, 0xfefd);
	out_zeros(&o, 8);
	out_u16(&o, 12 + 200);
	out_u8(&o, 1);
	out_u8(&o, 0);
	out_u16(&o, 3000);		/* of the whole message */
	out_u16(&o, 0);
	out_u8(&o, 0);
	out_u16(&o, (unsigned)(i % 8) * 300);
	out_u8(&o, 0);
	out_u16(&o, 200);
	out_random(&o, 200);
	frame_udp(client, (struct end){ .v4 = 0xc6336401, .port = 4433 }, o.data, o.n);
}

static void put_noise(uint16_t port, size_t most)
{
	uint8_t bytes[1400];
	size_t n = random_below((uint32_t)most);

	random_bytes(bytes, n);
	frame_udp(storm_stranger(0), storm_server(port), bytes, n);
}

static void put_random(uint64_t i)
{
	static const uint16_t ports[] = { 53, 443, 5353, 5355, 137, 138, 67, 68, 546, 547, 4789, 6081, 2152, 4433, 853, 0 };
	uint16_t port = ports[i % (sizeof(ports) / sizeof(*ports))];

	put_noise(port ? port : (uint16_t)random_u32(), 300);
}

static void put_random_53(uint64_t i)
{
	(void)i;
	put_noise(53, 300);
}

/* Leases asked for by ever new machines. */
static void put_dhcp(uint64_t i)
{
	uint8_t bytes[300];
	struct out o = OUT(bytes);

	out_u32(&o, 0x01010600);
	out_random(&o, 4);
	out_zeros(&o, 20);
	out_random(&o, 6);
	out_zeros(&o, 202);
	out_u32(&o, 0x63825363);
	out_u16(&o, 53 << 8 | 1);
	out_u8(&o, 3);
	out_u16(&o, 50 << 8 | 4);
	out_u32(&o, (uint32_t)storm_mix(i));
	out_u16(&o, 12 << 8 | 8);
	out_random(&o, 8);
	out_u8(&o, 255);
	frame_udp((struct end){ .v4 = 0, .port = 68 }, (struct end){ .v4 = 0xffffffff, .port = 67 }, o.data, o.n);
}

const struct storm storms_udp[] = {
	{ "quic-garbage", "datagrams that look like Initials", put_quic_garbage, NULL },
	{ "quic-coalesced", "many small ones that look like Initials in a datagram", put_quic_coalesced, NULL },
	{ "quic-half", "hellos over QUIC, protected, without an end", put_quic_half, make_halves },
	{ "quic-same", "ever new ones over few connections", put_quic_same, make_halves },
	{ "dtls", "DTLS hellos in fragments, with holes", put_dtls, NULL },
	{ "dhcp", "leases for ever new machines", put_dhcp, NULL },
	{ "random", "random bytes on the ports that are looked at", put_random, NULL },
	{ "random-53", "random bytes on the port of DNS", put_random_53, NULL },
	{ NULL, NULL, NULL, NULL },
};
