#include "hosts.h"

#include "out.h"
#include "random.h"

#include <string.h>

enum {
	SERVERS = 6000,		/* sites share them, as they do at content networks */
	PREFIXES = 8,
};

const uint8_t gateway_mac[MAC_SIZE] = { 2, 0, 0x5e, 0, 0, 1 };

static struct client clients[CLIENTS];

/* 10.0.0.0/8 and 2001:db8:1::/64, a twelfth of them behind VLAN tags. */
void clients_make(void)
{
	static const uint8_t prefix[8] = { 0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 0 };

	for (uint32_t i = 0; i < CLIENTS; i++) {
		struct client *c = &clients[i];

		c->number = i;
		random_bytes(c->mac, MAC_SIZE);
		c->mac[0] = 2;
		c->vlan = random_chance(0.08) ? (uint16_t)(100 + random_below(4)) : 0;
		c->v4.bytes[0] = 10;
		c->v4.bytes[1] = (uint8_t)(1 + i / 1000);
		c->v4.bytes[2] = (uint8_t)(i / 250);
		c->v4.bytes[3] = (uint8_t)(2 + i % 250);
		c->v6.v6 = true;
		memcpy(c->v6.bytes, prefix, sizeof(prefix));
		random_bytes(c->v6.bytes + sizeof(prefix), 8);
		c->outside_dns = random_chance(0.1);
	}
}

struct client *client_pick(void)
{
	return &clients[random_below(CLIENTS)];
}

/* Leaves out every block that holds private or special addresses, whole, so that all servers look public. */
static bool is_public(uint8_t first)
{
	static const uint8_t refused[] = { 10, 100, 127, 169, 172, 192, 198, 203 };

	return first >= 2 && first < 223 && !memchr(refused, first, sizeof(refused));
}

static uint32_t public_v4(uint64_t seed)
{
	uint32_t address;

	do
		address = (uint32_t)random_mix(&seed);
	while (!is_public((uint8_t)(address >> 24)));
	return address;
}

struct address server_address(uint32_t site, uint32_t replica, bool v6)
{
	static const uint32_t prefixes[PREFIXES] = {
		0x26064700, 0x2a001450, 0x262001ec, 0x26001f18, 0x2a0226f0, 0x2a03b0c0, 0x2a0104f8, 0x24080000,
	};
	struct address a = { .v6 = v6 };
	struct out o = OUT(a.bytes);
	uint64_t seed = (uint64_t)(site % SERVERS) * 131 + replica * 7 + 17;

	if (!v6) {
		out_u32(&o, public_v4(seed));
		return a;
	}
	out_u32(&o, prefixes[seed % PREFIXES]);

	uint64_t drawn = random_mix(&seed);

	for (int shift = 0; shift < 32; shift += 8)
		out_u8(&o, (unsigned)(drawn >> shift));
	a.bytes[15] = (uint8_t)(1 + (drawn >> 40) % 250);
	return a;
}
