/* links: extract quic aead extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls tds extract_udp flow lru recent digest dns extract_ech extract_client pieces pool tls dtls extract_quic gquic ja4 name ech http x509 addr */
/*
 * QUIC hellos of all versions and on all ports: Google's, one that the server
 * changed, one cut in capture.
 */
#include "datagrams.h"

/* A CHLO of Google's own handshake that names NAME, behind what stands before it. */
#define CHLO "CHLO" "\x01\x00" "\x00\x00" "SNI\x00" "\x0f\x00\x00\x00" NAME

static const struct google {
	uint32_t version;
	const uint8_t *bytes;
	size_t n;
} google[] = {
	{ 0x51303433, TEXT("\x0d" "12345678" "Q043" "\x01" "0123456789ab" "\xa0\x01\x00\x1f" CHLO) },
	{ 0x51303436, TEXT("\xc3" "Q046" "\x50" "12345678" "\x00\x00\x00\x01" "0123456789ab" "\xa0\x01\x00\x1f" CHLO) },
};

/* Google's versions: named once, whatever comes twice, and with the version that was on the wire. */
static void test_google(void **state)
{
	struct build f = { .n = 0 };

	(void)state;
	for (size_t i = 0; i <= COUNT(google); i++) {
		bool sealed = i == COUNT(google);
		uint32_t version = sealed ? QUIC_Q050 : google[i].version;

		begin();
		if (sealed) {
			put_int(&f, 8, 1);	/* its CRYPTO frame */
			put_quic_varint(&f, 0);
			put_quic_varint(&f, sizeof(CHLO) - 1);
			put(&f, CHLO, sizeof(CHLO) - 1);
			clear(&datagrams[0]);
			seal(&datagrams[0], version, (uint64_t)wire.when, 1, &f);
		}
		for (int copies = 0; copies < 2; copies++) {
			uint64_t before = wire.counts.n[COUNT_DUPLICATES];

			if (sealed)
				send(&datagrams[0]);
			else
				wire_udp(true, google[i].bytes, google[i].n);
			assert_int_equal(wire.counts.n[COUNT_DUPLICATES] - before, copies);
		}
		wire_rest();
		wire_expect(NAME, EVIDENCE_QUIC, 1);
		assert_int_equal(wire.seen[0].tls.quic_version, version);
		assert_int_equal(wire.seen[0].tls.offered, 0);
	}
}

/* RFC 9368 section 2.3: the server goes on in another version, the client with it, under the keys of its first id. */
static void test_version_changed(void **state)
{
	(void)state;
	for (size_t at = 1; at < large.n; at += 37) {
		size_t border[] = { 0, at, large.n };
		struct initial_plan plan = { .version = V2, .first = 0xd1, .dcid = (const uint8_t *)"server", .dcid_n = 6,
					     .number = 1, .payload = 100 };
		uint8_t dcid[8];
		struct aead_keys keys;

		begin();
		put_parts(&large, border, 2);
		clear(&datagrams[0]);
		seal(&datagrams[0], V1, 7, 0, &frames[0]);
		for (size_t i = 0; i < sizeof(dcid); i++)
			dcid[i] = (uint8_t)(mix(7, 1) >> 8 * i);
		assert_true(quic_keys(V2, cursor_of(dcid, sizeof(dcid)), &keys));
		clear(&datagrams[1]);
		put_initial(&datagrams[1], &plan, &keys, frames[1].bytes, frames[1].n);
		send(&datagrams[0]);
		send(&datagrams[1]);
		expect(V2);
	}
}

/* A port says nothing: not even those of DNS, whose messages ask no hundreds of questions. */
static void test_ports_of_dns(void **state)
{
	static const uint16_t ports[] = { 53, 5353, 5355, 137, 443 };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(ports) / sizeof(*ports); i++) {
		size_t border[] = { 0, hello.n };

		wire_case(ports[i / 2]);
		put_parts(&hello, border, 1);
		put_fill(&frames[0], 0, 1200 - frames[0].n);
		clear(&datagrams[0]);
		seal(&datagrams[0], versions[i % 2], i, 0, &frames[0]);
		send(&datagrams[0]);
		expect(versions[i % 2]);
	}
}

/* What a short snapshot length left of an Initial is counted. */
static void test_cut(void **state)
{
	uint64_t before = wire.counts.n[COUNT_QUIC_UNREADABLE];
	size_t border[] = { 0, hello.n };
	struct packet p;

	(void)state;
	begin();
	put_parts(&hello, border, 1);
	clear(&datagrams[0]);
	seal(&datagrams[0], V1, 5, 0, &frames[0]);
	p = wire_packet(true, IP_UDP);
	p.cut = true;
	wire_feed(p, datagrams[0].bytes, datagrams[0].n - 40);
	wire_rest();
	assert_int_equal(wire.found, 0);
	assert_int_equal(wire.counts.n[COUNT_QUIC_UNREADABLE], before + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_google),
		cmocka_unit_test(test_version_changed),
		cmocka_unit_test(test_ports_of_dns),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests_name("versions", tests, setup, wire_teardown);
}
