/* links: extract aead extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls tds extract_udp flow lru recent digest dns extract_ech extract_client pieces pool tls dtls extract_quic gquic ja4 quic name ech http x509 addr */
/*
 * What TCP may do to what a client says first (RFC 9293): the same name comes
 * out exactly once, or none; never another.
 */
#include "kinds.h"

static void test_every_split(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (size_t at = 1; at < k->stream.n; at++) {
			for (int swapped = 0; swapped < 2; swapped++) {
				begin(k);
				send_halves(k, at, swapped);
				expect(k);
			}
		}
	}
}

/* Both ends of each piece are drawn from places that matter and from all over. */
static void cut(const struct kind *k, unsigned round, unsigned parts, size_t at[static PIECES_MAX + 1])
{
	uint64_t dice = mix(round, parts);

	at[0] = 0;
	for (unsigned i = 1; i < parts; i++) {
		size_t room = k->stream.n - at[i - 1] - (parts - i);

		dice = mix(dice, i);
		at[i] = at[i - 1] + 1 + (round < 8 ? (round >> (i - 1) & 1) * 5 : dice % (room / (parts - i) + 1));
	}
	at[parts] = k->stream.n;
}

static void test_every_order(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (unsigned round = 0; round < 32; round++) {
			for (unsigned parts = 3; parts <= PIECES_MAX; parts++) {
				unsigned order[PIECES_MAX] = { 0, 1, 2, 3 };
				size_t at[PIECES_MAX + 1];

				cut(k, round, parts, at);
				do {
					begin(k);
					for (unsigned i = 0; i < parts; i++)
						send_part(k, at[order[i]], at[order[i] + 1]);
					expect(k);
				} while (order_next(order, parts));
			}
		}
	}
}

/* Any piece comes twice, the second time at any later moment; or everything comes twice, as a span port copies it. */
static void test_every_duplicate(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (unsigned round = 0; round < 200; round++) {
			unsigned order[3] = { 0, 1, 2 }, twice = round % 4, again = twice + round / 4 % 4;
			size_t at[PIECES_MAX + 1];

			cut(k, round, 3, at);
			for (unsigned i = round % 6; i; i--)
				(void)order_next(order, 3);
			begin(k);
			for (unsigned i = 0; i < 3; i++) {
				send_part(k, at[order[i]], at[order[i] + 1]);
				if (twice == 3)
					send_part(k, at[order[i]], at[order[i] + 1]);
				else if (again == i)
					send_part(k, at[order[twice]], at[order[twice] + 1]);
			}
			if (twice < 3 && again > 2)
				send_part(k, at[order[twice]], at[order[twice] + 1]);
			expect(k);
		}
	}
}

/* The stream ends anywhere: at once, by FIN or by RST. */
/* unfinished is how much of each kind was counted as begun and not ended. */
static uint64_t unfinished(enum evidence kind)
{
	return wire.counts.n[kind == EVIDENCE_DNS ? COUNT_DNS_INCOMPLETE : kind == EVIDENCE_HTTP ? COUNT_HTTP_INCOMPLETE
										       : COUNT_TLS_INCOMPLETE];
}

static void test_every_truncation(void **state)
{
	enum { KNOWN_BYTES = 16 };	/* from which on each kind shows what it is */

	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (size_t n = 1; n <= k->stream.n; n++) {
			for (int end = 0; end < 3; end++) {
				uint64_t before = unfinished(k->evidence);

				begin(k);
				send_part(k, 0, n);
				if (end)
					wire_flags(true, end == 1 ? TCP_FIN | TCP_ACK : TCP_RST, (uint32_t)n);
				wire_rest();
				wire_expect_some(k->name ? k->name : "", k->evidence);
				if (n >= k->whole && k->name)
					assert_int_equal(wire.found, 1);
				if (n >= KNOWN_BYTES && k->evidence != EVIDENCE_SOCKS)
					assert_int_equal(unfinished(k->evidence) - before, n < k->whole);
				/* what began and spoke is told, once */
				if (k->port != 53)
					assert_int_equal(wire.found + wire.nameless, 1);
				if (wire.found && k->port != 53)
					assert_true(wire.seen[0].opens);
			}
		}
	}
}

/* Sequence numbers turn over inside the hello. */
static void test_sequence_wrap(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (size_t at = 1; at < k->stream.n; at += 7) {
			for (int swapped = 0; swapped < 2; swapped++) {
				wire_case(k->port);
				wire.client_seq = 0u - (uint32_t)(at > 3 ? at - 3 : 0);
				wire_syn();
				send_halves(k, at, swapped);
				expect(k);
			}
		}
	}
}

/* RFC 7413: the SYN itself carries the first bytes. */
static void test_syn_data(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (size_t n = 1; n <= k->stream.n; n += n < 30 ? 1 : 61) {
			struct packet p;

			wire_case(k->port);
			p = wire_packet(true, IP_TCP);
			p.flags = TCP_SYN;
			p.seq = wire.client_seq - 1;
			wire_feed(p, k->stream.bytes, n);
			wire_flags(false, TCP_SYN | TCP_ACK, UINT32_MAX);
			if (n < k->stream.n)
				send_part(k, n, k->stream.n);
			expect(k);
		}
	}
}

/* Without a SYN the sensor came late: a whole hello is found, pieces of one give it or nothing. */
static void test_joined_in_the_middle(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		wire_case(k->port);
		send_part(k, 0, k->stream.n);
		send_part(k, 0, k->stream.n);
		expect(k);
		for (size_t at = 1; at < k->stream.n; at += at < 30 ? 1 : 7) {
			for (int swapped = 0; swapped < 2; swapped++) {
				wire_case(k->port);
				send_halves(k, at, swapped);
				wire_rest();
				wire_expect_some(k->name ? k->name : "", k->evidence);
				/* a first piece that shows what it is starts a connection; one byte of SOCKS does not */
				if (!swapped && at >= 6 && k->port != 53 && k->evidence != EVIDENCE_SOCKS)
					assert_int_equal(wire.found + wire.nameless, 1);
			}
		}
	}
}

/* Half a hello of a connection joined in the middle, then another connection of the same ports: the other's name. */
static void test_middle_then_another(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		wire_case(k->port);
		if (k->port == 443) {
			send_part(&kinds[1], 0, 40);
			wire.client_seq += 5000;
		}
		wire_syn();
		send_part(k, 10, k->stream.n);
		send_part(k, 0, 10);
		expect(k);
	}
}

static void test_one_sided(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		wire_case(k->port);
		wire_flags(true, TCP_SYN, UINT32_MAX);
		send_part(k, 40 < k->stream.n ? 40 : 1, k->stream.n);
		send_part(k, 0, 40 < k->stream.n ? 40 : 1);
		expect(k);
		wire_case(k->port);
		wire_flags(false, TCP_SYN | TCP_ACK, UINT32_MAX);
		send_part(k, 0, 20);
		send_part(k, 20, k->stream.n);
		expect(k);
	}
}

/* RFC 9293 section 3.8.4: a keep-alive says one byte from before the window, here before the stream itself. */
static void test_keep_alive(void **state)
{
	static const uint8_t junk[6] = "\x16junk";

	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (uint32_t n = 1; n <= sizeof(junk); n++) {
			begin(k);
			wire_tcp(true, 0u - n, junk, n);
			send_part(k, 10, k->stream.n);
			wire_tcp(true, 0u - n, junk, n);
			send_part(k, 0, 10);
			expect(k);
		}
	}
}

static void test_byte_by_byte(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (int backwards = 0; backwards < 2; backwards++) {
			begin(k);
			for (size_t i = 0; i < k->stream.n; i++) {
				size_t at = backwards ? k->stream.n - 1 - i : i;

				send_part(k, at, at + 1);
				if (i + 1 == k->whole && !backwards)
					wire_expect_some(k->name ? k->name : "", k->evidence);
			}
			expect(k);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_split),
		cmocka_unit_test(test_every_order),
		cmocka_unit_test(test_every_duplicate),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_sequence_wrap),
		cmocka_unit_test(test_syn_data),
		cmocka_unit_test(test_joined_in_the_middle),
		cmocka_unit_test(test_middle_then_another),
		cmocka_unit_test(test_one_sided),
		cmocka_unit_test(test_keep_alive),
		cmocka_unit_test(test_byte_by_byte),
	};

	return cmocka_run_group_tests_name("stream", tests, make_kinds, wire_teardown);
}
