/* links: extract aead extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls tds extract_udp flow lru recent digest dns extract_ech extract_client pieces pool tls dtls extract_quic gquic ja4 quic name ech http x509 addr */
/*
 * What is bounded, when it is full: each connection is told all the same, and
 * what made way is counted.
 */
#include "wire.h"

#define NAME "www.example.com"

static struct build message;

static struct build *fresh(void)
{
	message.n = message.depth = 0;
	return &message;
}

/* What one packet tells is bounded; the rest is counted. */
static void test_names_lost(void **state)
{
	enum { QUESTIONS = SIGHTINGS_MAX + 9 };
	struct build *b = fresh();
	uint64_t before = wire.counts.n[COUNT_NAMES_LOST];
	struct sighting *out;
	struct packet p;
	struct layers layers = { 0 };

	(void)state;
	wire_case(53);
	wire_syn();
	for (unsigned i = 0; i < QUESTIONS; i++) {
		block_open(b, 2);
		put_dns(b, i, NAME, 28, true);
		block_close(b);
	}
	p = wire_packet(false, IP_TCP);
	p.flags = TCP_ACK;
	p.seq = wire.server_seq;
	p.payload = fence_end(b->bytes, b->n);
	p.hash = flow_hash(&hash_key_files, &p);
	assert_int_equal(extract_packet(wire.x, &p, &layers, wire.when, &out), SIGHTINGS_MAX);
	assert_int_equal(wire.counts.n[COUNT_NAMES_LOST] - before, QUESTIONS - SIGHTINGS_MAX);
	wire_rest();
}

/* More queries than are remembered: the oldest are told as unanswered, counted. */
static void test_many_queries(void **state)
{
	struct counts before = wire.counts;
	size_t told = 0;

	(void)state;
	wire_case(53);
	for (unsigned i = 0; i < QUERIES_MAX + 10; i++) {
		wire.client_port = (uint16_t)(1024 + i % 60000);
		wire.client.bytes[12] = (uint8_t)(i / 60000);
		put_dns(fresh(), i & 0xffff, NAME, 28, false);
		wire_udp(true, message.bytes, message.n);
		told += wire.found;
		wire.found = 0;
	}
	assert_true(told >= 10);
	assert_int_equal(wire.counts.n[COUNT_QUERIES_EVICTED] - before.n[COUNT_QUERIES_EVICTED], told);
	for (struct sighting *out; (wire.found = extract_rest(wire.x, &out)); told += wire.found)
		assert_name(&out[0].name, NAME);
	assert_int_equal(told, QUERIES_MAX + 10);
	assert_int_equal(wire.counts.n[COUNT_DNS_UNANSWERED] - before.n[COUNT_DNS_UNANSWERED], told);
}

/* More hellos in pieces than there are blocks: the one that waits for longest makes way, counted, and is told. */
static void test_streams_short(void)
{
	int64_t when = wire.when + 1000 * SECOND;
	uint64_t before = wire.counts.n[COUNT_FLOWS_EVICTED];
	struct build *b = fresh();
	size_t told = 0;

	put_stream(b, &(struct hello_plan){ .name = NAME, .key_share = 32 }, 16384);
	for (size_t i = 0; i < STREAMS_SMALL + 10; i++) {
		wire_case(443);
		wire.when = when;
		wire_syn();
		wire_tcp(true, 0, b->bytes, 40);
		told += wire.nameless;
	}
	assert_int_equal(told, 10);
	assert_int_equal(wire.counts.n[COUNT_FLOWS_EVICTED] - before, 10);
	wire_tcp(true, 40, b->bytes + 40, b->n - 40);
	wire.nameless = 0;
	for (struct sighting *out; (wire.found = extract_rest(wire.x, &out));) {
		for (size_t i = 0; i < wire.found; i++)
			told += out[i].name.len ? 0 : 1;
	}
	assert_int_equal(told, STREAMS_SMALL + 9);	/* all but the last, which has its name */
}

/* More connections than there is room for: each is told all the same, and those that made way are counted. */
static void test_full_tables(void **state)
{
	struct build *b = fresh();
	int64_t when = wire.when + 1000 * SECOND;
	size_t named = 0, at_once = 0;
	uint64_t before;

	(void)state;
	put_stream(b, &(struct hello_plan){ .name = NAME, .key_share = 32 }, 16384);
	for (size_t i = 0; i < HELD_MAX + 10; i++) {
		wire_case(443);
		wire.when = when;
		wire_syn();
		wire_tcp(true, 0, b->bytes, b->n);
		assert_true(wire.found <= 2 && (!wire.found || wire.seen[0].opens));
		at_once += wire.found;
	}
	assert_in_range(at_once, 10, HELD_MAX);
	for (struct sighting *out; (wire.found = extract_rest(wire.x, &out)); named += wire.found)
		assert_name(&out[0].name, NAME);
	assert_int_equal(named + at_once, HELD_MAX + 10);
	before = wire.counts.n[COUNT_FLOWS_EVICTED];
	for (size_t i = 0; i < FLOWS_MAX + 500; i++) {
		wire_case(443);
		wire.when = when;
		wire_flags(true, TCP_SYN, UINT32_MAX);
	}
	assert_true(wire.counts.n[COUNT_FLOWS_EVICTED] - before >= 500);
	wire_rest();
	test_streams_short();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_lost),
		cmocka_unit_test(test_many_queries),
		cmocka_unit_test(test_full_tables),
	};

	return cmocka_run_group_tests_name("full", tests, wire_setup, wire_teardown);
}
