/*
 * wire.h: packets made in memory and what the sensor finds in them.
 *
 * Each case is another connection, long after the one before, so that one set
 * of tables serves them all.
 */
#ifndef TELLTALE_TESTS_WIRE_H
#define TELLTALE_TESTS_WIRE_H

#include "../unit/build.h"

#include "clock.h"
#include "extract.h"
#include "flow.h"

enum { FOUND_MAX = 16, PIECES_MAX = 4 };

struct wire {
	struct extract *x;
	struct counts counts;
	struct addr client, server;
	uint16_t client_port, server_port;
	uint32_t client_seq, server_seq;	/* of the first byte each side says */
	int64_t when;
	size_t found, nameless;			/* in this case: with a name, without */
	struct sighting seen[FOUND_MAX];
};

static struct wire wire;

static inline int wire_setup(void **state)
{
	(void)state;
	wire.x = extract_new(hash_key_files, &wire.counts);
	return wire.x ? 0 : -1;
}

static inline int wire_teardown(void **state)
{
	(void)state;
	extract_free(wire.x);
	return 0;
}

/* wire_case begins another connection, to `port`. */
static inline void wire_case(uint16_t port)
{
	static uint32_t number;
	uint32_t n = ++number;

	wire.client = addr_v4((const uint8_t[4]){ 10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n });
	wire.server = addr_v4((const uint8_t[4]){ 192, 0, 2, 1 });
	wire.client_port = (uint16_t)(32768 + n % 16384);
	wire.server_port = port;
	wire.client_seq = 1000 + n * 2654435761u;
	wire.server_seq = 77 + n;
	wire.when += 1000 * SECOND;
	wire.found = wire.nameless = 0;
}

static inline void wire_take(size_t n, const struct sighting *out)
{
	for (size_t i = 0; i < n; i++) {
		if (!out[i].name.len) {
			wire.nameless++;
			continue;
		}
		mix_name(0, &out[i].name);
		assert_true(wire.found < FOUND_MAX);
		wire.seen[wire.found++] = out[i];
	}
}

/* wire_feed hands over one packet whose payload ends at an unreadable page. */
static inline void wire_feed(struct packet p, const uint8_t *bytes, size_t n)
{
	static const uint8_t macs[12] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };
	struct layers layers = { .src_mac = macs, .dst_mac = macs + 6 };
	struct sighting *out;
	size_t found;

	p.payload = fence_end(bytes, n);
	p.length = (uint32_t)n;
	p.hash = flow_hash(&hash_key_files, &p);
	wire.when += SECOND / 1000000;
	found = extract_packet(wire.x, &p, &layers, wire.when, &out);
	wire_take(found, out);
}

/* wire_rest takes what still waits at the end of a case. */
static inline void wire_rest(void)
{
	struct sighting *out;
	size_t n;

	while ((n = extract_rest(wire.x, &out)))
		wire_take(n, out);
}

static inline struct packet wire_packet(bool from_client, uint8_t proto)
{
	struct packet p = { .proto = proto };

	p.src = from_client ? wire.client : wire.server;
	p.dst = from_client ? wire.server : wire.client;
	p.sport = from_client ? wire.client_port : wire.server_port;
	p.dport = from_client ? wire.server_port : wire.client_port;
	return p;
}

/* wire_tcp sends bytes of one side's stream, from `offset` of it. */
static inline void wire_tcp(bool from_client, uint32_t offset, const uint8_t *bytes, size_t n)
{
	struct packet p = wire_packet(from_client, IP_TCP);

	p.flags = TCP_ACK;
	p.seq = (from_client ? wire.client_seq : wire.server_seq) + offset;
	p.ack = from_client ? wire.server_seq : wire.client_seq;
	wire_feed(p, bytes, n);
}

/* wire_flags sends a segment of no bytes. */
static inline void wire_flags(bool from_client, uint8_t flags, uint32_t offset)
{
	struct packet p = wire_packet(from_client, IP_TCP);

	p.flags = flags;
	p.seq = (from_client ? wire.client_seq : wire.server_seq) + offset;
	p.ack = from_client ? wire.server_seq : wire.client_seq;
	wire_feed(p, NULL, 0);
}

/* wire_syn opens the connection as both sides do. */
static inline void wire_syn(void)
{
	wire_flags(true, TCP_SYN, UINT32_MAX);	/* one before the first byte */
	wire_flags(false, TCP_SYN | TCP_ACK, UINT32_MAX);
}

static inline void wire_udp(bool from_client, const uint8_t *bytes, size_t n)
{
	wire_feed(wire_packet(from_client, IP_UDP), bytes, n);
}

/* wire_expect asserts that exactly `times` sightings came, each of this name. */
static inline void wire_expect(const char *name, enum evidence evidence, size_t times)
{
	if (wire.found != times)
		fail_msg("%s: %zu sightings, not %zu", name, wire.found, times);
	for (size_t i = 0; i < wire.found; i++) {
		assert_name(&wire.seen[i].name, name);
		assert_int_equal(wire.seen[i].evidence, evidence);
		assert_true(addr_equal(&wire.seen[i].contact.client, &wire.client));
		assert_true(addr_equal(&wire.seen[i].contact.server, &wire.server));
		assert_int_equal(wire.seen[i].contact.server_port, wire.server_port);
	}
}

/* wire_expect_some asserts that the name came once or not at all. */
static inline void wire_expect_some(const char *name, enum evidence evidence)
{
	wire_expect(name, evidence, wire.found ? 1 : 0);
}

static inline void order_swap(unsigned *order, unsigned i, unsigned j)
{
	unsigned t = order[i];

	order[i] = order[j];
	order[j] = t;
}

/* order_next turns order[0 .. n) to the next permutation; false behind the last. */
static inline bool order_next(unsigned *order, unsigned n)
{
	unsigned i = n - 1, j = n - 1;

	while (i && order[i - 1] >= order[i])
		i--;
	if (!i)
		return false;
	while (order[j] <= order[i - 1])
		j--;
	order_swap(order, i - 1, j);
	for (j = n - 1; i < j; i++, j--)
		order_swap(order, i, j);
	return true;
}

#endif
