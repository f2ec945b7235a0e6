/* links: extract defrag transport aead extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls tds extract_udp flow lru recent ip pieces digest dns extract_ech extract_client pool tls dtls extract_quic gquic ja4 quic name ech http x509 addr */
/*
 * IP fragments through reassembly, IPv4 and IPv6: whatever the order, the name
 * of the whole datagram once; what overlaps with other bytes gives nothing.
 */
#include "wire.h"

#include "defrag.h"

#define NAME "a-rather-long-label-that-makes-the-datagram-longer.and-another-one.example.com"

static struct defrag *defrag;
static struct build datagram;		/* UDP header and a DNS query */
static uint32_t id;

static int setup(void **state)
{
	put_int(&datagram, 53000, 2);
	put_int(&datagram, 53, 2);
	block_open(&datagram, 2);
	put_int(&datagram, 0, 2);
	put_dns(&datagram, 7, NAME, 28, false);
	block_close(&datagram);
	datagram.bytes[5] = (uint8_t)(datagram.bytes[5] + 6);	/* RFC 768: the length covers its header */
	defrag = defrag_new(hash_key_files, &wire.counts);
	return defrag ? wire_setup(state) : -1;
}

static int teardown(void **state)
{
	defrag_free(defrag);
	return wire_teardown(state);
}

/* give hands over one fragment, and what it completes to the sensor. */
static void give(const uint8_t *bytes, size_t from, size_t to, bool v6)
{
	struct datagram d = { .src = wire.client, .dst = wire.server, .proto = IP_UDP, .fragment = true,
			      .more = to < datagram.n, .offset = (uint16_t)from, .id = id };
	struct layers layers = { 0 };
	struct sighting *out;
	struct packet p;
	size_t n;

	if (v6)
		d.src.bytes[0] = d.dst.bytes[0] = 0x20;
	d.payload = fence_end(bytes + from, to - from);
	wire.when += SECOND / 1000000;
	if (!defrag_add(defrag, wire.when, &d))
		return;
	assert_true(transport_read(&d, &p));
	p.src = wire.client;
	p.dst = wire.server;
	p.hash = flow_hash(&hash_key_files, &p);
	n = extract_packet(wire.x, &p, &layers, wire.when, &out);
	wire_take(n, out);
}

static void begin(void)
{
	wire_case(53);
	id++;
}

static void test_every_split(void **state)
{
	(void)state;
	for (size_t at = 8; at < datagram.n; at += 8) {
		for (int swapped = 0; swapped < 2; swapped++) {
			for (int v6 = 0; v6 < 2; v6++) {
				begin();
				if (swapped)
					give(datagram.bytes, at, datagram.n, v6);
				give(datagram.bytes, 0, at, v6);
				if (!swapped)
					give(datagram.bytes, at, datagram.n, v6);
				wire_rest();
				wire_expect(NAME, EVIDENCE_DNS, 1);
			}
		}
	}
}

/* Every order of three and four pieces, with and without each of them repeated at once. */
static void test_every_order(void **state)
{
	size_t units = datagram.n / 8;

	(void)state;
	for (unsigned parts = 3; parts <= PIECES_MAX; parts++) {
		for (size_t round = 0; round < 40; round++) {
			unsigned order[PIECES_MAX] = { 0, 1, 2, 3 };
			size_t at[PIECES_MAX + 1] = { 0 };

			for (unsigned i = 1; i < parts; i++)
				at[i] = at[i - 1] + 8 * (1 + (round + i * round) % (units / parts));
			at[parts] = datagram.n;
			do {
				begin();
				for (unsigned i = 0; i < parts; i++) {
					give(datagram.bytes, at[order[i]], at[order[i] + 1], round % 2);
					if (round % 4 == 0)
						give(datagram.bytes, at[order[i]], at[order[i] + 1], round % 2);
				}
				wire_rest();
				wire_expect(NAME, EVIDENCE_DNS, 1);
			} while (order_next(order, parts));
		}
	}
}

/* The whole set comes twice, as from both directions of a span port. */
static void test_all_twice(void **state)
{
	(void)state;
	begin();
	for (int i = 0; i < 4; i++)
		give(datagram.bytes, i % 2 ? 32 : 0, i % 2 ? datagram.n : 32, false);
	wire_rest();
	wire_expect(NAME, EVIDENCE_DNS, 1);
}

/* A second telling of any part with other bytes, before the datagram is whole: nothing. */
static void test_overlap_with_other_bytes(void **state)
{
	struct build other = datagram;

	(void)state;
	for (size_t i = 8; i < other.n; i++)
		other.bytes[i] ^= 0x20;
	for (size_t at = 16; at + 8 < datagram.n; at += 8) {
		for (size_t from = 0; from < at; from += 8) {
			for (int lying_first = 0; lying_first < 2; lying_first++) {
				begin();
				if (lying_first)
					give(other.bytes, from, at + 8, false);
				give(datagram.bytes, 0, at, false);
				if (!lying_first)
					give(other.bytes, from, at + 8, false);
				give(datagram.bytes, at, datagram.n, false);
				wire_rest();
				wire_expect(NAME, EVIDENCE_DNS, 0);
			}
		}
	}
}

/* One fragment never comes: nothing, and what comes later under the same id is not mixed with it. */
static void test_missing(void **state)
{
	(void)state;
	for (unsigned lost = 0; lost < 3; lost++) {
		static const size_t at[] = { 0, 24, 48 };

		begin();
		for (unsigned i = 0; i < 3; i++) {
			if (i != lost)
				give(datagram.bytes, at[i], i < 2 ? at[i + 1] : datagram.n, false);
		}
		wire_rest();
		wire_expect(NAME, EVIDENCE_DNS, 0);
		wire.when += (DEFRAG_SECONDS_MAX + 1) * SECOND;
		give(datagram.bytes, 0, 64, false);
		give(datagram.bytes, 64, datagram.n, false);
		wire_rest();
		wire_expect(NAME, EVIDENCE_DNS, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_split),
		cmocka_unit_test(test_every_order),
		cmocka_unit_test(test_all_twice),
		cmocka_unit_test(test_overlap_with_other_bytes),
		cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests_name("fragment", tests, setup, teardown);
}
