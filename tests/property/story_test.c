/* links: extract aead extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls tds extract_udp flow lru recent digest dns extract_ech extract_client pieces pool tls dtls extract_quic gquic ja4 quic name ech http x509 addr */
/*
 * Whole conversations: retransmissions that lie, a hello said twice, both
 * directions of a span port, endings at any moment.
 */
#include "wire.h"

#define NAME "www.example.com"
#define OTHER "www.example.org"	/* as long as NAME */

static struct build hello, liar;

static void make(struct build *b, const struct hello_plan *p)
{
	b->n = b->depth = 0;
	put_stream(b, p, 16384);
}

static int setup(void **state)
{
	make(&hello, &(struct hello_plan){ .name = NAME, .key_share = 32 });
	make(&liar, &(struct hello_plan){ .name = OTHER, .key_share = 32 });
	assert_int_equal(hello.n, liar.n);
	return wire_setup(state);
}

static void send_hello(const struct build *b, size_t from, size_t to)
{
	wire_tcp(true, (uint32_t)from, b->bytes + from, to - from);
}

/* put_server writes a ServerHello of TLS 1.3, or the same as a HelloRetryRequest. */
static void put_server(struct build *b, bool retry)
{
	static const char random[] =	/* RFC 8446 section 4.1.3 */
		"\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"
		"\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c";

	put(b, "\x16\x03\x03", 3);
	block_open(b, 2);
	put_int(b, 2, 1);
	block_open(b, 3);
	put_int(b, 0x0303, 2);
	if (retry)
		put(b, random, 32);
	else
		put_fill(b, 0x33, 32);
	put(b, "\x00\x13\x01\x00", 4);
	block_open(b, 2);
	put_extension(b, 43, "\x03\x04", 2);
	block_close(b);
	block_close(b);
	block_close(b);
}

/* What came first stays, wherever the two tellings part. */
static void test_first_telling_wins(void **state)
{
	(void)state;
	for (size_t at = 1; at < hello.n; at += 3) {
		wire_case(443);
		wire_syn();
		send_hello(&hello, 0, at);
		send_hello(&liar, 0, at);
		send_hello(&liar, at > 5 ? at - 5 : 0, at);
		send_hello(&hello, at, hello.n);
		send_hello(&liar, 0, liar.n);
		wire_rest();
		wire_expect(NAME, EVIDENCE_TLS, 1);
		wire_case(443);
		wire_syn();
		send_hello(&hello, at, hello.n);
		send_hello(&liar, at, liar.n);
		send_hello(&hello, 0, at);
		wire_rest();
		wire_expect(NAME, EVIDENCE_TLS, 1);
	}
}

static void test_server_answers(void **state)
{
	struct build server = { .n = 0 };

	(void)state;
	put_server(&server, false);
	for (size_t at = 1; at <= server.n; at++) {
		wire_case(443);
		wire_syn();
		send_hello(&hello, 0, hello.n);
		wire_tcp(false, 0, server.bytes, at);
		if (at < server.n)
			wire_tcp(false, (uint32_t)at, server.bytes + at, server.n - at);
		wire_expect(NAME, EVIDENCE_TLS, 1);	/* at once, not at the end */
		assert_int_equal(wire.seen[0].tls.chosen, 0x0304);
		assert_false(wire.seen[0].tls.retried);
		send_hello(&hello, 0, hello.n);
		wire_rest();
		wire_expect(NAME, EVIDENCE_TLS, 1);
	}
}

/* What the server chose by ALPN is told when it has room as a whole (sighting.h). */
static void test_server_protocol(void **state)
{
	static const char name[] = "a-protocol-of-a-long-name-that-nobody-has";
	struct build server = { .n = 0 };

	(void)state;
	for (size_t n = 1; n < sizeof(name); n++) {
		bool room = n < sizeof(((struct tls_facts *)NULL)->next_protocol);

		server.n = 0;
		put(&server, "\x16\x03\x03", 3);
		block_open(&server, 2);
		put_int(&server, 2, 1);
		block_open(&server, 3);
		put_int(&server, 0x0303, 2);
		put_fill(&server, 0x33, 32);
		put(&server, "\x00\xc0\x2f\x00", 4);
		block_open(&server, 2);
		put_int(&server, 16, 2);
		block_open(&server, 2);
		block_open(&server, 2);
		block_open(&server, 1);
		put(&server, name, n);
		while (server.depth)
			block_close(&server);
		wire_case(443);
		wire_syn();
		send_hello(&hello, 0, hello.n);
		wire_tcp(false, 0, server.bytes, server.n);
		wire_expect(NAME, EVIDENCE_TLS, 1);
		assert_int_equal(wire.seen[0].tls.chosen, 0x0303);
		assert_int_equal(strlen(wire.seen[0].tls.next_protocol), room ? n : 0);
		assert_memory_equal(wire.seen[0].tls.next_protocol, name, room ? n : 0);
	}
}

/* put_certificate writes a Certificate message of TLS 1.2 whose one certificate (RFC 5280) names NAME. */
static void put_certificate(struct build *b)
{
	static const char before[] =	/* serial, algorithm, issuer, validity, subject, key: as empty as can be */
		"\x02\x01\x07" "\x30\x00" "\x30\x00" "\x30\x00" "\x30\x00" "\x30\x00";
	static const uint8_t tags[] = { 0xa3, 0x30, 0x30 };	/* extensions, their list, the one */

	put_int(b, 11, 1);
	block_open(b, 3);
	block_open(b, 3);
	block_open(b, 3);
	put(b, "\x30", 1);
	block_open(b, 1);
	put(b, "\x30", 1);
	block_open(b, 1);
	put(b, before, sizeof(before) - 1);
	for (size_t i = 0; i < COUNT(tags); i++) {
		put(b, &tags[i], 1);
		block_open(b, 1);
	}
	put(b, "\x06\x03\x55\x1d\x11" "\x04\x13" "\x30\x11" "\x82\x0f" NAME, 26);
	while (b->depth)
		block_close(b);
}

/* Without a name in the hello, TLS 1.2 shows the certificate's; its record may be cut anywhere. */
static void test_certificate(void **state)
{
	static struct build nameless, server, records;

	(void)state;
	make(&nameless, &(struct hello_plan){ .name = NULL });
	put(&server, "\x02\x00\x00\x26\x03\x03", 6);
	put_fill(&server, 0x33, 32);
	put(&server, "\x00\xc0\x2f\x00", 4);
	put_certificate(&server);
	put_int(&server, 0x0e000000, 4);	/* ServerHelloDone */
	put_records(&records, server.bytes, server.n, 64);
	for (size_t at = 1; at < records.n; at++) {
		wire_case(443);
		wire_syn();
		send_hello(&nameless, 0, nameless.n);
		for (int i = 0; i < 2; i++) {
			bool first = i == (at % 2 != 0);

			wire_tcp(false, first ? 0 : (uint32_t)at, records.bytes + (first ? 0 : at), first ? at : records.n - at);
		}
		wire_rest();
		wire_expect(NAME, EVIDENCE_TLS, 1);
		assert_true(wire.seen[0].tls.from_certificate);
		assert_int_equal(wire.seen[0].tls.chosen, 0x0303);
	}
}

/* RFC 8446 section 4.1.4: the client says its hello once more; one contact. */
static void test_retry_request(void **state)
{
	struct build retry = { .n = 0 }, server = { .n = 0 };

	(void)state;
	put_server(&retry, true);
	put_server(&server, false);
	for (int copies = 1; copies <= 2; copies++) {
		struct packet p;

		wire_case(443);
		wire_syn();
		for (int i = 0; i < copies; i++)
			send_hello(&hello, 0, hello.n);
		for (int i = 0; i < copies; i++)
			wire_tcp(false, 0, retry.bytes, retry.n);
		p = wire_packet(true, IP_TCP);
		p.flags = TCP_ACK;
		p.seq = wire.client_seq + (uint32_t)hello.n;
		p.ack = wire.server_seq + (uint32_t)retry.n;
		for (int i = 0; i < copies; i++)
			wire_feed(p, hello.bytes, hello.n);
		for (int i = 0; i < copies; i++)
			wire_tcp(false, (uint32_t)retry.n, server.bytes, server.n);
		wire_rest();
		wire_expect(NAME, EVIDENCE_TLS, 1);
		assert_true(wire.seen[0].tls.retried);
	}
}

/* FIN and RST from either side, before, inside and behind the hello. */
static void test_endings(void **state)
{
	static const uint8_t flags[] = { TCP_FIN | TCP_ACK, TCP_RST, TCP_RST | TCP_ACK };

	(void)state;
	for (size_t at = 0; at <= hello.n; at += hello.n / 4) {
		for (size_t i = 0; i < COUNT(flags); i++) {
			for (int from_client = 0; from_client < 2; from_client++) {
				wire_case(443);
				wire_syn();
				if (at)
					send_hello(&hello, 0, at);
				wire_flags(from_client, flags[i], from_client ? (uint32_t)at : 0);
				if (at < hello.n)
					send_hello(&hello, at, hello.n);
				wire_rest();
				wire_expect_some(NAME, EVIDENCE_TLS);
				assert_true(wire.found || at + hello.n / 4 <= hello.n);
			}
		}
	}
}

/* Every packet twice, as when a span port shows both its ways in and out. */
static void test_span_duplicates(void **state)
{
	struct build server = { .n = 0 }, dns = { .n = 0 };
	static const char request[] = "GET / HTTP/1.1\r\nHost: " NAME "\r\n\r\n";

	(void)state;
	put_server(&server, false);
	wire_case(443);
	wire_syn();
	wire_syn();
	for (int i = 0; i < 2; i++)
		send_hello(&hello, 0, hello.n);
	for (int i = 0; i < 2; i++)
		wire_tcp(false, 0, server.bytes, server.n);
	wire_rest();
	wire_expect(NAME, EVIDENCE_TLS, 1);
	wire_case(80);
	wire_syn();
	for (int i = 0; i < 2; i++)
		wire_tcp(true, 0, (const uint8_t *)request, sizeof(request) - 1);
	wire_rest();
	wire_expect(NAME, EVIDENCE_HTTP, 1);
	for (int lost = 0; lost < 3; lost++) {		/* the query, the answer, or neither */
		wire_case(53);
		for (int i = 0; i < 4; i++) {
			dns.n = 0;
			put_dns(&dns, 7, NAME, 1, i > 1);
			if (lost != i / 2 + 1)
				wire_udp(i < 2, dns.bytes, dns.n);
		}
		wire_rest();
		wire_expect(NAME, EVIDENCE_DNS, 1);
		assert_int_equal(wire.seen[0].dns.asked, lost != 1);
		assert_int_equal(wire.seen[0].dns.answered, lost != 2);
	}
}

/* Two requests on one connection are two; the second name is its own. */
static void test_two_requests(void **state)
{
	static const char one[] = "GET / HTTP/1.1\r\nHost: " NAME "\r\n\r\n";
	static const char two[] = "GET / HTTP/1.1\r\nHost: " OTHER "\r\n\r\n";

	(void)state;
	wire_case(80);
	wire_syn();
	wire_tcp(true, 0, (const uint8_t *)one, sizeof(one) - 1);
	wire_tcp(true, sizeof(one) - 1, (const uint8_t *)two, sizeof(two) - 1);
	wire_tcp(true, 0, (const uint8_t *)one, sizeof(one) - 1);
	wire_rest();
	assert_int_equal(wire.found, 2);
	assert_name(&wire.seen[0].name, NAME);
	assert_name(&wire.seen[1].name, OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_telling_wins),
		cmocka_unit_test(test_server_answers),
		cmocka_unit_test(test_server_protocol),
		cmocka_unit_test(test_certificate),
		cmocka_unit_test(test_retry_request),
		cmocka_unit_test(test_endings),
		cmocka_unit_test(test_span_duplicates),
		cmocka_unit_test(test_two_requests),
	};

	return cmocka_run_group_tests_name("story", tests, setup, wire_teardown);
}
