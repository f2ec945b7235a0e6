/* links: extract aead extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls tds extract_udp flow lru recent digest dns extract_ech extract_client pieces pool tls dtls extract_quic gquic ja4 quic name ech http x509 addr */
/*
 * DNS transactions: query and answer are one sighting, also when a half is lost,
 * repeated, or comes from another address.
 */
#include "wire.h"

#define NAME "www.example.com"

static struct build message;

static void dns(bool from_client, unsigned id)
{
	message.n = message.depth = 0;
	put_dns(&message, id, NAME, 28, !from_client);
	wire_udp(from_client, message.bytes, message.n);
}

static void test_dns_joined(void **state)
{
	(void)state;
	wire_case(53);
	dns(true, 1);
	wire.when += SECOND / 2;
	dns(false, 1);
	wire_expect(NAME, EVIDENCE_DNS, 1);
	assert_true(wire.seen[0].dns.asked && wire.seen[0].dns.answered);
	assert_true(wire.seen[0].dns.took >= SECOND / 2 && wire.seen[0].dns.took < SECOND);
	assert_int_equal(wire.seen[0].dns.qtype, 28);
	wire_rest();
	assert_int_equal(wire.found, 1);
}

static void test_dns_lost_answer(void **state)
{
	struct sighting *out;
	size_t n;

	(void)state;
	wire_case(53);
	dns(true, 1);
	assert_int_equal(extract_expired(wire.x, wire.when + (QUERY_SECONDS - 1) * SECOND, &out), 0);
	n = extract_expired(wire.x, wire.when + (QUERY_SECONDS + 1) * SECOND, &out);
	wire_take(n, out);
	wire_expect(NAME, EVIDENCE_DNS, 1);
	assert_true(wire.seen[0].dns.asked && !wire.seen[0].dns.answered);
	wire_rest();
	assert_int_equal(wire.found, 1);
	wire_case(53);
	dns(true, 1);
	wire_rest();
	wire_expect(NAME, EVIDENCE_DNS, 1);
}

static void test_dns_retried(void **state)
{
	(void)state;
	wire_case(53);
	dns(true, 1);
	wire.when += SECOND;
	dns(true, 1);
	wire.when += SECOND;
	dns(true, 1);
	dns(false, 1);
	dns(false, 1);
	wire_rest();
	wire_expect(NAME, EVIDENCE_DNS, 1);
	assert_int_equal(wire.seen[0].dns.retries, 2);
}

static void test_dns_from_elsewhere(void **state)
{
	struct packet p;

	(void)state;
	wire_case(53);
	dns(true, 1);
	p = wire_packet(false, IP_UDP);
	p.src.bytes[15] ^= 0x40;
	message.n = 0;
	put_dns(&message, 1, NAME, 28, true);
	wire_feed(p, message.bytes, message.n);
	wire_rest();
	wire_expect(NAME, EVIDENCE_DNS, 1);
	assert_true(wire.seen[0].dns.elsewhere);
	assert_true(addr_equal(&wire.seen[0].dns.answered_by, &p.src));
}

/* Two transactions of other ids are two, however they interleave; a later one of the same is another. */
static void test_dns_apart(void **state)
{
	(void)state;
	wire_case(53);
	dns(true, 1);
	dns(true, 2);
	dns(false, 2);
	dns(false, 1);
	wire_rest();
	wire_expect(NAME, EVIDENCE_DNS, 2);
	wire_case(53);
	dns(true, 1);
	dns(false, 1);
	wire.when += 60 * SECOND;
	dns(true, 1);
	dns(false, 1);
	wire_rest();
	wire_expect(NAME, EVIDENCE_DNS, 2);
}

/* Several messages on one TCP connection, the bytes cut anywhere: as many sightings, joined. */
static void test_dns_over_tcp(void **state)
{
	struct build ask = { .n = 0 }, tell = { .n = 0 };

	(void)state;
	for (unsigned id = 1; id <= 3; id++) {
		block_open(&ask, 2);
		put_dns(&ask, id, NAME, 28, false);
		block_close(&ask);
		block_open(&tell, 2);
		put_dns(&tell, id, NAME, 28, true);
		block_close(&tell);
	}
	for (size_t at = 1; at < ask.n; at++) {
		wire_case(53);
		wire_syn();
		wire_tcp(true, (uint32_t)(at % 2 ? 0 : at), ask.bytes + (at % 2 ? 0 : at), at % 2 ? at : ask.n - at);
		wire_tcp(true, (uint32_t)(at % 2 ? at : 0), ask.bytes + (at % 2 ? at : 0), at % 2 ? ask.n - at : at);
		wire_tcp(false, 0, tell.bytes, at);
		wire_tcp(false, (uint32_t)at, tell.bytes + at, tell.n - at);
		wire_rest();
		wire_expect(NAME, EVIDENCE_DNS, 3);
		for (int i = 0; i < 3; i++)
			assert_true(wire.seen[i].dns.asked && wire.seen[i].dns.answered);
	}
	/* joined in the middle: a segment of whole messages gives each of them, one with a part of another none */
	for (size_t cut = 0; cut < 2; cut++) {
		wire_case(53);
		wire_tcp(true, 0, ask.bytes, ask.n - cut);
		wire_tcp(false, 0, tell.bytes, tell.n - cut);
		wire_rest();
		wire_expect(NAME, EVIDENCE_DNS, cut ? 0 : 3);
	}
}

/* Noise on the ports of LLMNR and mDNS: a class that nobody has is no question, whatever the labels look like. */
static void test_noise_is_no_question(void **state)
{
	static const unsigned ports[] = { 5353, 5355 };

	(void)state;
	for (size_t i = 0; i < COUNT(ports); i++) {
		for (unsigned class = 0; class < 65536; class += 7) {
			unsigned real = ports[i] == 5353 ? class & 0x7fff : class;

			wire_case((uint16_t)ports[i]);
			message.n = message.depth = 0;
			put_dns(&message, 1, NAME, 28, false);
			message.bytes[message.n - 2] = (uint8_t)(class >> 8);
			message.bytes[message.n - 1] = (uint8_t)class;
			wire_udp(true, message.bytes, message.n);
			wire_expect(NAME, ports[i] == 5353 ? EVIDENCE_MDNS : EVIDENCE_LLMNR,
				    real == 1 || real == 3 || real == 255);
		}
		wire_case((uint16_t)ports[i]);
		dns(true, 1);
		wire_expect(NAME, ports[i] == 5353 ? EVIDENCE_MDNS : EVIDENCE_LLMNR, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dns_joined),
		cmocka_unit_test(test_dns_lost_answer),
		cmocka_unit_test(test_dns_retried),
		cmocka_unit_test(test_dns_from_elsewhere),
		cmocka_unit_test(test_dns_apart),
		cmocka_unit_test(test_dns_over_tcp),
		cmocka_unit_test(test_noise_is_no_question),
	};

	return cmocka_run_group_tests_name("transaction", tests, wire_setup, wire_teardown);
}
