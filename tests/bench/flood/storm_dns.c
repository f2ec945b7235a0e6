/* Storms of DNS: names that nobody asks for twice. */

#include "../gen/out.h"
#include "../gen/random.h"
#include "storms.h"

#include <hash.h>
#include <stdio.h>
#include <string.h>

enum { ANSWERS_MANY = 80, QUESTIONS_MANY = 60 };

static void put_header(struct out *o, unsigned id, unsigned flags, unsigned questions, unsigned answers)
{
	out_u16(o, id);
	out_u16(o, flags);
	out_u16(o, questions);
	out_u16(o, answers);
	out_u32(o, 0);
}

static void put_name(struct out *o, uint64_t i)
{
	char text[64];

	snprintf(text, sizeof(text), "x%jx.flood.example", (uintmax_t)i);
	out_name(o, text);
	out_u32(o, 1 << 16 | 1);
}

static void put_record(struct out *o, uint32_t address)
{
	out_u16(o, 0xc00c);
	out_u32(o, 1 << 16 | 1);
	out_u32(o, 60);
	out_u16(o, 4);
	out_u32(o, address);
}

static void put_query(uint64_t i)
{
	uint8_t bytes[256];
	struct out o = OUT(bytes);

	put_header(&o, (uint16_t)i, 0x0100, 1, 0);
	put_name(&o, i);
	frame_udp(storm_stranger(0), storm_server(53), o.data, o.n);
}

static void put_pair(uint64_t i)
{
	uint8_t bytes[256];
	struct out o = OUT(bytes);
	uint64_t r = storm_mix(i / 2);
	struct end client = { .v4 = 0x40000000 | ((uint32_t)r & 0xffff), .port = (uint16_t)(r >> 48 | 1024) };
	struct end server = { .v4 = 0xc6336401, .port = 53 };

	put_header(&o, (uint16_t)(i / 2), i % 2 ? 0x8180 : 0x0100, 1, i % 2);
	put_name(&o, i / 2);
	if (i % 2)
		put_record(&o, (uint32_t)r);
	frame_udp(i % 2 ? server : client, i % 2 ? client : server, o.data, o.n);
}

/* Answers that nobody asked for, each with many addresses. */
static void put_large(uint64_t i)
{
	uint8_t bytes[4096];
	struct out o = OUT(bytes);

	put_header(&o, (uint16_t)i, 0x8180, 1, ANSWERS_MANY);
	put_name(&o, i);
	for (int k = 0; k < ANSWERS_MANY; k++)
		put_record(&o, random_u32());
	frame_udp(storm_server(53), storm_stranger(0), o.data, o.n);
}

/* Answers for a vendor's name to ever new clients: each is a match. */
static void put_vendor(uint64_t i)
{
	uint8_t bytes[256];
	struct out o = OUT(bytes);

	put_header(&o, (uint16_t)i, 0x8180, 1, 1);
	out_name(&o, "captive.apple.com");
	out_u32(&o, 1 << 16 | 1);
	put_record(&o, 0xc6336407);
	frame_udp(storm_server(53), storm_stranger(0), o.data, o.n);
}

/* The same question of one client over and over. */
static void put_repeat(uint64_t i)
{
	uint8_t bytes[256];
	struct out o = OUT(bytes);

	(void)i;
	put_header(&o, 7, 0x0100, 1, 0);
	put_name(&o, 7);
	frame_udp((struct end){ .v4 = 0x40000001, .port = 5000 }, storm_server(53), o.data, o.n);
}

static bool has_capitals(uint64_t word)
{
	for (; word; word >>= 8) {
		if ((word & 0xff) >= 'A' && (word & 0xff) <= 'Z')
			return true;
	}
	return false;
}

/*
 * Names that take their hash to zero under the key that captures are read with: one bucket for all.  hash_bytes folds
 * two words at a time; when the second equals what came out of the two before, the first no longer counts.
 */
static void put_collide(uint64_t i)
{
	enum { LABEL = 32 };
	static uint8_t label[LABEL];
	static uint64_t zero;
	uint8_t bytes[256];
	struct out o = OUT(bytes);

	while (!zero || has_capitals(zero)) {
		uint64_t first[2];

		for (int k = 0; k < 16; k++)
			label[k] = (uint8_t)('a' + random_below(26));
		memcpy(first, label, sizeof(first));
		zero = hash_fold(first[0] ^ hash_key_files.a, first[1] ^ hash_key_files.b ^ (LABEL + sizeof("flood")));
	}
	for (int k = 0; k < 8; k++)
		label[16 + k] = (uint8_t)('a' + (i >> (4 * k) & 15));
	memcpy(label + 24, &zero, sizeof(zero));
	put_header(&o, 7, 0x0100, 1, 0);
	out_u8(&o, LABEL);
	out_bytes(&o, label, LABEL);
	out_u8(&o, 5);
	out_bytes(&o, "flood", 6);
	out_u32(&o, 1 << 16 | 1);
	frame_udp((struct end){ .v4 = 0x40000001, .port = 5000 }, storm_server(53), o.data, o.n);
}

static void put_mdns(uint64_t i)
{
	uint8_t bytes[4096];
	struct out o = OUT(bytes);

	put_header(&o, 0, 0, QUESTIONS_MANY, 0);
	for (unsigned k = 0; k < QUESTIONS_MANY; k++)
		put_name(&o, i * QUESTIONS_MANY + k);
	frame_udp(storm_stranger(5353), (struct end){ .v4 = 0xe00000fb, .port = 5353 }, o.data, o.n);
}

/* Announcements of ever new hosts. */
static void put_mdns_hosts(uint64_t i)
{
	uint8_t bytes[4096];
	struct out o = OUT(bytes);
	char text[64];

	put_header(&o, 0, 0x8400, 0, 20);
	for (unsigned k = 0; k < 20; k++) {
		snprintf(text, sizeof(text), "h%jx-%u.local", (uintmax_t)i, k);
		out_name(&o, text);
		out_u32(&o, 1 << 16 | 0x8001);
		out_u32(&o, 120);
		out_u16(&o, 4);
		out_u32(&o, random_u32());
	}
	frame_udp(storm_stranger(5353), (struct end){ .v4 = 0xe00000fb, .port = 5353 }, o.data, o.n);
}

const struct storm storms_dns[] = {
	{ "dns", "questions for names never seen, no answers", put_query, NULL },
	{ "dns-pairs", "the same with answers", put_pair, NULL },
	{ "dns-large", "answers of many addresses that nobody asked for", put_large, NULL },
	{ "dns-vendor", "answers for a vendor's name to ever new clients", put_vendor, NULL },
	{ "dns-repeat", "one question over and over to many servers", put_repeat, NULL },
	{ "dns-collide", "questions of one hash", put_collide, NULL },
	{ "mdns", "many questions a message", put_mdns, NULL },
	{ "mdns-hosts", "announcements of ever new hosts", put_mdns_hosts, NULL },
	{ NULL, NULL, NULL, NULL },
};
