/* links: extract quic aead extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls tds extract_udp flow lru recent digest dns extract_ech extract_client pieces pool tls dtls extract_quic gquic ja4 name ech http x509 addr */
/*
 * QUIC hellos over several datagrams: in any order, repeated, with what may
 * stand between; the same name exactly once, or none.
 */
#include "datagrams.h"

static void test_one_packet(void **state)
{
	(void)state;
	for (size_t v = 0; v < COUNT(versions); v++) {
		for (int copies = 1; copies <= 2; copies++) {
			begin();
			put_parts(&hello, (size_t[]){ 0, hello.n }, 1);
			clear(&datagrams[0]);
			seal(&datagrams[0], versions[v], (uint64_t)wire.when, 0, &frames[0]);
			for (int i = 0; i < copies; i++)
				send(&datagrams[0]);
			expect(versions[v]);
		}
	}
}

/* Frames inside one packet: every border, both orders, PADDING and PING between. */
static void test_frames_of_one_packet(void **state)
{
	(void)state;
	for (size_t at = 1; at < hello.n; at++) {
		for (unsigned first = 0; first < 2; first++) {
			begin();
			put_parts(&hello, (size_t[]){ 0, at, hello.n }, 2);
			put(&frames[first], frames[!first].bytes, frames[!first].n);
			clear(&datagrams[0]);
			seal(&datagrams[0], V1, (uint64_t)wire.when, 5, &frames[first]);
			send(&datagrams[0]);
			expect(V1);
		}
	}
}

/* Two and three packets: borders everywhere, every order, the first one sent twice. */
static void test_packets_in_any_order(void **state)
{
	(void)state;
	for (size_t round = 0; round < 160; round++) {
		const struct build *h = round % 3 ? &hello : &large;
		unsigned parts = 2 + round % 2, order[PACKETS_MAX] = { 0, 1, 2 };
		size_t at[PACKETS_MAX + 1] = { 0 };

		at[1] = 1 + round * 5 % (h->n - 3);
		at[2] = parts == 2 ? h->n : at[1] + 1 + round * 31 % (h->n - at[1] - 1);
		at[parts] = h->n;
		do {
			uint32_t version = versions[round / 2 % 2];

			begin();
			put_parts(h, at, parts);
			for (unsigned i = 0; i < parts; i++) {
				clear(&datagrams[i]);
				seal(&datagrams[i], version, (uint64_t)wire.when, i, &frames[i]);
			}
			for (unsigned i = 0; i < parts; i++) {
				send(&datagrams[order[i]]);
				if (round % 5 == 0)
					send(&datagrams[order[0]]);
			}
			expect(version);
		} while (order_next(order, parts));
	}
}

/* One packet is missing: the name, when it stands before, and marked; else nothing, said as such; never another. */
static void test_missing_packet(void **state)
{
	const uint8_t *name = memmem(hello.bytes, hello.n, NAME, sizeof(NAME) - 1);
	size_t end = (size_t)(name - hello.bytes) + sizeof(NAME) - 1, times[2] = { 0, 0 };

	(void)state;
	for (size_t round = 0; round < 120; round++) {
		size_t at[] = { 0, 1 + round * 7 % (hello.n / 2), hello.n / 2 + 1 + round % (hello.n / 2 - 2), hello.n };
		size_t lost = round % 3;
		bool named = at[lost] >= end;

		begin();
		put_parts(&hello, at, 3);
		for (unsigned i = 0; i < 3; i++) {
			clear(&datagrams[i]);
			seal(&datagrams[i], V1, (uint64_t)wire.when, i, &frames[i]);
		}
		for (unsigned i = 0; i < 3; i++) {
			if (i != lost)
				send(&datagrams[i]);
		}
		assert_int_equal(wire.found, 0);
		wire_rest();
		wire_expect(NAME, EVIDENCE_QUIC, named);
		assert_int_equal(wire.nameless, !named);
		times[named]++;
		if (!named)
			continue;
		assert_true(wire.seen[0].tls.partial && wire.seen[0].opens && !wire.seen[0].tls.ja4[0]);
		assert_int_equal(wire.seen[0].tally.packets[SIDE_CLIENT], 2);
	}
	assert_true(times[0] && times[1]);
}

/* One after another over the same ports: each is told, with its own packets. */
static void test_same_ports_again(void **state)
{
	(void)state;
	begin();
	put_parts(&hello, (size_t[]){ 0, hello.n }, 1);
	for (uint64_t id = 0; id < 3; id++) {
		clear(&datagrams[0]);
		seal(&datagrams[0], V1, (uint64_t)wire.when + id * 1000, 0, &frames[0]);
		send(&datagrams[0]);
		send(&datagrams[0]);
		assert_int_equal(wire.found, id + 1);
		assert_name(&wire.seen[id].name, NAME);
		assert_true(wire.seen[id].opens);
		assert_int_equal(wire.seen[id].tally.packets[SIDE_CLIENT], 1);
	}
	wire_rest();
	wire_expect(NAME, EVIDENCE_QUIC, 3);
}

/* Packets to the id that the server chose (RFC 9000 section 7.2) are the connection's: nothing is tried on them. */
static void test_server_id(void **state)
{
	static const uint8_t answer[] = "\xc0" "\0\0\0\1" "\0" "\x08" "srvrsrvr" "\0" "\x18" "not to be read by us....";
	static const uint8_t later[] = "\xc0" "\0\0\0\1" "\x08" "srvrsrvr" "\0" "\0" "\x18" "not to be read by us....";
	uint64_t before;

	(void)state;
	for (int told = 0; told < 2; told++) {
		begin();
		put_parts(&hello, (size_t[]){ 0, hello.n }, 1);
		clear(&datagrams[0]);
		seal(&datagrams[0], V1, (uint64_t)wire.when, 0, &frames[0]);
		send(&datagrams[0]);
		wire_expect(NAME, EVIDENCE_QUIC, 1);
		if (told)
			wire_udp(false, answer, sizeof(answer) - 1);
		before = wire.counts.n[COUNT_QUIC_UNREADABLE];
		wire_udp(true, later, sizeof(later) - 1);
		assert_int_equal(wire.counts.n[COUNT_QUIC_UNREADABLE] - before, !told);
		wire_rest();
		wire_expect(NAME, EVIDENCE_QUIC, 1);
	}
}

/* RFC 9000 section 12.2: both halves in one datagram, then padding that is no packet. */
static void test_coalesced(void **state)
{
	(void)state;
	begin();
	put_parts(&hello, (size_t[]){ 0, 60, hello.n }, 2);
	clear(&datagrams[0]);
	seal(&datagrams[0], V2, (uint64_t)wire.when, 0, &frames[0]);
	seal(&datagrams[0], V2, (uint64_t)wire.when, 1, &frames[1]);
	put_fill(&datagrams[0], 0, 40);
	send(&datagrams[0]);
	expect(V2);
}

/* Every single changed byte of a packet closes it or leaves the name as it is. */
static void test_changed_bytes(void **state)
{
	struct build *b = &datagrams[0];

	(void)state;
	put_parts(&hello, (size_t[]){ 0, hello.n }, 1);
	clear(b);
	seal(b, V1, 99, 0, &frames[0]);
	for (size_t i = 0; i < b->n; i++) {
		for (unsigned bit = 0; bit < 8; bit += 3) {
			begin();
			b->bytes[i] ^= (uint8_t)(1 << bit);
			send(b);
			b->bytes[i] ^= (uint8_t)(1 << bit);
			wire_rest();
			wire_expect_some(NAME, EVIDENCE_QUIC);
		}
	}
	for (size_t n = 0; n < b->n; n++) {
		begin();
		wire_udp(true, b->bytes, n);
		wire_rest();
		wire_expect("", EVIDENCE_QUIC, 0);
	}
}

/* send_garbage sends as many datagrams to the server as no budget allows; the padding's id is another each time. */
static void send_garbage(void)
{
	static uint8_t noise[1200] = { 0xc0, 0, 0, 0, 1, 8, [17] = 0x44, 0x00 };

	for (unsigned i = 0; i < 3000; i++) {
		memcpy(noise + 6, &i, sizeof(i));
		wire_udp(true, noise, sizeof(noise));
	}
}

/* A flood of what looks like Initials hides hellos to its receiver, counted; and none to others, nor for long. */
static void test_flood_hides_few(void **state)
{
	struct addr flooded;
	uint64_t before;

	(void)state;
	put_parts(&hello, (size_t[]){ 0, hello.n }, 1);
	begin();
	wire.when = wire.when / SECOND * SECOND;
	flooded = wire.server;
	before = wire.counts.n[COUNT_QUIC_UNREADABLE];
	send_garbage();
	assert_true(wire.counts.n[COUNT_QUIC_UNREADABLE] - before < 1000);
	assert_true(wire.counts.n[COUNT_QUIC_BUDGET] > 1000);
	before = wire.counts.n[COUNT_QUIC_BUDGET];
	clear(&datagrams[0]);
	seal(&datagrams[0], V1, 7, 0, &frames[0]);
	send(&datagrams[0]);
	assert_int_equal(wire.found, 0);
	assert_int_equal(wire.counts.n[COUNT_QUIC_BUDGET], before + 1);
	wire.server = addr_v4((const uint8_t[4]){ 192, 0, 2, 2 });
	send(&datagrams[0]);
	wire_expect(NAME, EVIDENCE_QUIC, 1);
	wire.found = 0;
	wire.server = flooded;
	wire.when += SECOND / 16;
	send(&datagrams[0]);
	wire_expect(NAME, EVIDENCE_QUIC, 1);
}

/* RFC 9000 section 12.2: one connection a datagram, so one that does not open is tried once. */
static void test_coalesced_garbage(void **state)
{
	uint8_t noise[1200] = { 0 };
	size_t n = 0;
	uint64_t before = wire.counts.n[COUNT_QUIC_UNREADABLE];

	(void)state;
	for (; n + 42 <= sizeof(noise); n += 42) {
		memcpy(noise + n, "\xc0\0\0\0\1\x08", 6);
		noise[n + 6] = (uint8_t)n;
		noise[n + 16] = 25;
	}
	begin();
	wire_udp(true, noise, n);
	assert_int_equal(wire.counts.n[COUNT_QUIC_UNREADABLE], before + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_packet),
		cmocka_unit_test(test_frames_of_one_packet),
		cmocka_unit_test(test_packets_in_any_order),
		cmocka_unit_test(test_missing_packet),
		cmocka_unit_test(test_same_ports_again),
		cmocka_unit_test(test_server_id),
		cmocka_unit_test(test_coalesced),
		cmocka_unit_test(test_changed_bytes),
		cmocka_unit_test(test_flood_hides_few),
		cmocka_unit_test(test_coalesced_garbage),
	};

	return cmocka_run_group_tests_name("datagram", tests, setup, wire_teardown);
}
