/* Storms of TCP: connections that never come to anything. */

#include "../gen/hello.h"
#include "../gen/out.h"
#include "../gen/random.h"
#include "storms.h"

#include <hash.h>
#include <string.h>

enum { SEGMENT = 1400, ENDLESS = 4096, TINY = 16 };

static uint8_t hello_bytes[8192];
static struct out hello;

static void make_hello(void)
{
	struct hello h = { .name = "nobody.flood.example", .browser = CHROME, .mlkem = true };

	hello = OUT(hello_bytes);
	client_hello_make(&h);
	out_u8(&hello, 22);
	out_u16(&hello, 0x0301);
	out_u16(&hello, (unsigned)h.n);
	out_bytes(&hello, h.bytes, h.n);
}

static void say(struct end from, struct end to, unsigned flags, uint32_t seq, const void *payload, size_t n)
{
	frame_tcp(&(struct segment){ from, to, flags, seq, 1, payload, n });
}

static void put_syn(uint64_t i)
{
	(void)i;
	say(storm_stranger(0), storm_server(443), FLAG_SYN, random_u32(), NULL, 0);
}

static void put_syn_ack(uint64_t i)
{
	(void)i;
	say(storm_server(443), storm_stranger(0), FLAG_SYN | FLAG_ACK, random_u32(), NULL, 0);
}

/* First segments of hellos, behind nothing. */
static void put_hello(uint64_t i)
{
	(void)i;
	say(storm_stranger(0), storm_server(443), FLAG_ACK, random_u32(), hello.data, SEGMENT);
}

/* The same with a SYN before. */
static void put_open_hello(uint64_t i)
{
	static struct end client, server;
	static uint32_t seq;

	if (i % 2 == 0) {
		client = storm_stranger(0);
		server = storm_server(443);
		seq = random_u32();
		say(client, server, FLAG_SYN, seq, NULL, 0);
	} else {
		say(client, server, FLAG_ACK, seq + 1, hello.data, SEGMENT);
	}
}

/* Whole hellos of names that no rule knows, no server answers. */
static void put_whole_hello(uint64_t i)
{
	(void)i;
	random_bytes(hello.data + 11, 32);
	say(storm_stranger(0), storm_server(443), FLAG_ACK, random_u32(), hello.data, hello.n);
}

static void put_http(uint64_t i)
{
	static const char start[] = "GET / HTTP/1.1\r\nX-First: 1\r\n", more[] = "X-Header: and one more of them\r\n";
	uint64_t k = i % ENDLESS, turn = i / ENDLESS % 4096, r = storm_mix(k + (i / ENDLESS / 4096 << 32));
	struct end client = { .v4 = 0x40000000 | ((uint32_t)r & 0x3fffffff), .port = (uint16_t)(r >> 48 | 1024) };
	struct end server = { .v4 = 0xc6336401, .port = 80 };
	uint32_t seq = (uint32_t)(r >> 8);

	if (turn == 0)
		say(client, server, FLAG_ACK, seq, start, sizeof(start) - 1);
	else
		say(client, server, FLAG_ACK,
		    seq + (uint32_t)(sizeof(start) - 1 + (turn - 1) * (sizeof(more) - 1)), more, sizeof(more) - 1);
}

/* Heads of HTTP a byte a segment. */
static void put_http_bytes(uint64_t i)
{
	static const char head[] = "GET /a HTTP/1.1\r\n";
	uint64_t k = i % ENDLESS, turn = i / ENDLESS, r = storm_mix(k);
	struct end client = { .v4 = 0x40000000 | ((uint32_t)r & 0x3fffffff), .port = (uint16_t)(r >> 48 | 1024) };
	struct end server = { .v4 = 0xc6336402, .port = 80 };
	const char *at = turn < sizeof(head) - 1 ? head + turn : "a";
	uint32_t seq = (uint32_t)(r >> 8);

	if (turn == 0)
		say(client, server, FLAG_SYN, seq - 1, NULL, 0);
	say(client, server, FLAG_ACK, seq + (uint32_t)turn, at, 1);
}

/* Islands: pieces of a hello with holes between, so that none ever is whole. */
static void put_holes(uint64_t i)
{
	uint64_t k = i / 64, r = storm_mix(k);
	struct end client = { .v4 = 0x40000000 | ((uint32_t)r & 0x3fffffff), .port = (uint16_t)(r >> 48 | 1024) };
	struct end server = { .v4 = 0xc6336403, .port = 443 };
	uint32_t seq = (uint32_t)(r >> 8), at = (uint32_t)(63 - i % 64) * 2 * TINY;

	say(client, server, i % 64 ? FLAG_ACK : FLAG_SYN, i % 64 ? seq + at : seq - 1, hello.data + at, i % 64 ? TINY : 0);
}

static void put_dns_tcp(uint64_t i)
{
	static uint8_t bytes[SEGMENT] = { 0xff, 0xff };
	uint64_t k = i % ENDLESS, turn = i / ENDLESS % 46, r = storm_mix(k + (i / ENDLESS / 46 << 32));
	struct end client = { .v4 = 0x40000000 | ((uint32_t)r & 0x3fffffff), .port = (uint16_t)(r >> 48 | 1024) };
	struct end server = { .v4 = 0xc6336404, .port = 53 };
	uint32_t seq = (uint32_t)(r >> 8);

	if (turn == 0)
		say(client, server, FLAG_SYN, seq, NULL, 0);
	else
		say(client, server, FLAG_ACK, seq + 1 + (uint32_t)(turn - 1) * SEGMENT,
		    turn == 1 ? bytes : bytes + 2, turn == 1 ? SEGMENT : SEGMENT - 2);
}

/* Segments full of the shortest messages that DNS has. */
static void put_dns_tcp_many(uint64_t i)
{
	uint8_t bytes[SEGMENT];
	struct out o = OUT(bytes);
	struct end client = storm_stranger(0), server = { .v4 = 0xc6336404, .port = 53 };
	uint32_t seq = random_u32();

	while (o.n + 21 <= sizeof(bytes)) {
		out_u16(&o, 19);
		out_u32(&o, (uint32_t)(i << 16) | 0x0100);
		out_u32(&o, 1 << 16);
		out_u32(&o, 0);
		out_u8(&o, 1);
		out_u8(&o, 'a' + random_below(26));
		out_u8(&o, 0);
		out_u32(&o, 1 << 16 | 1);
	}
	say(client, server, FLAG_SYN, seq - 1, NULL, 0);
	say(client, server, FLAG_ACK, seq, o.data, o.n);
}

/* IPv6 addresses whose half of the hash is zero under the key that captures are read with: one bucket for all. */
static void put_collide(uint64_t i)
{
	uint8_t from[16], to[16] = { 0x20, 1, 0xd, 0xb8, 1 };
	struct end client = { .v6 = from, .port = 40000 }, server = { .v6 = to, .port = 443 };
	uint64_t word = hash_key_files.a ^ client.port, other = storm_mix(i / 2);

	memcpy(from, &word, sizeof(word));
	memcpy(from + 8, &other, sizeof(other));
	say(client, server, i % 2 ? FLAG_ACK : FLAG_SYN, i % 2 ? 1 : 0, hello.data, i % 2 ? 100 : 0);
}

static void put_random_tcp(uint64_t i)
{
	uint8_t bytes[200];
	size_t n = random_below(sizeof(bytes));

	random_bytes(bytes, sizeof(bytes));
	if (i % 4 == 0)
		bytes[0] = 22;
	say(storm_stranger(0), storm_server((uint16_t)random_u32()), random_below(64), random_u32(), bytes, n);
}

const struct storm storms_tcp[] = {
	{ "syn", "SYNs of random addresses", put_syn, NULL },
	{ "syn-ack", "answers to SYNs that were not seen", put_syn_ack, NULL },
	{ "hello", "first segments of TLS hellos", put_hello, make_hello },
	{ "open-hello", "SYN and first segment of a TLS hello, no more", put_open_hello, make_hello },
	{ "whole-hello", "TLS hellos of unknown names", put_whole_hello, make_hello },
	{ "http", "heads of HTTP without end", put_http, NULL },
	{ "http-bytes", "heads of HTTP, a byte a segment", put_http_bytes, NULL },
	{ "holes", "hellos in pieces, backwards, with holes", put_holes, make_hello },
	{ "dns-tcp", "DNS messages of 65535 bytes that never end", put_dns_tcp, NULL },
	{ "dns-tcp-many", "segments full of small DNS messages", put_dns_tcp_many, NULL },
	{ "collide", "connections of one hash", put_collide, make_hello },
	{ "random-tcp", "random bytes over TCP, random flags", put_random_tcp, NULL },
	{ NULL, NULL, NULL, NULL },
};
