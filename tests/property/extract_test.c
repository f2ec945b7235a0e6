/* links: extract aead extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls tds extract_udp flow lru recent digest dns extract_ech extract_client pieces pool tls dtls extract_quic gquic ja4 quic name ech http x509 addr */
/*
 * What the sensor makes of packets beyond their order: ports that are not their
 * own, captures cut by a snapshot length, and each reason for which something
 * is not read, counted once.
 */
#include "wire.h"

#define NAME "www.example.com"

static struct build message;

static struct build *fresh(void)
{
	message.n = message.depth = 0;
	return &message;
}

/* dns sends a query for NAME, or its answer. */
static void dns(bool from_client, unsigned id)
{
	put_dns(fresh(), id, NAME, 28, !from_client);
	wire_udp(from_client, message.bytes, message.n);
}

/* put_at writes 16 bits over those at a place of the message. */
static void put_at(size_t at, unsigned v)
{
	message.bytes[at] = (uint8_t)(v >> 8);
	message.bytes[at + 1] = (uint8_t)v;
}

/* A query on any port is known by its content, an answer by its query; alone it is nobody's. */
static void test_dns_on_another_port(void **state)
{
	(void)state;
	wire_case(5300);
	dns(true, 1);
	put_dns(fresh(), 1, NAME, 28, true);
	put_at(2, 0x8000);	/* the one flag that every answer has */
	wire_udp(false, message.bytes, message.n);
	wire_expect(NAME, EVIDENCE_DNS, 1);
	assert_true(wire.seen[0].dns.asked && wire.seen[0].dns.answered);
	wire_rest();
	assert_int_equal(wire.found, 1);
	wire_case(5300);
	dns(false, 1);
	dns(true, 2);
	dns(false, 3);
	wire_rest();
	wire_expect(NAME, EVIDENCE_DNS, 1);
	assert_false(wire.seen[0].dns.answered);
	wire_case(137);		/* NetBIOS has the format, and is none */
	dns(true, 1);
	wire_rest();
	wire_expect(NAME, EVIDENCE_DNS, 0);
}

/* The root is nobody's service. */
static void test_dns_root(void **state)
{
	(void)state;
	wire_case(53);
	put_dns(fresh(), 1, "", 2, false);
	wire_udp(true, message.bytes, message.n);
	wire_rest();
	assert_int_equal(wire.found + wire.nameless, 0);
}

/* Queries that differ in their server alone: each is told, of however many servers. */
static void test_dns_many_servers(void **state)
{
	enum { SERVERS = 40 };
	size_t n = 0;

	(void)state;
	wire_case(53);
	for (uint8_t i = 0; i < SERVERS; i++) {
		wire.server = addr_v4((const uint8_t[4]){ 192, 0, 2, i });
		dns(true, 1);
		n += wire.found;
		wire.found = 0;
	}
	for (struct sighting *out; (wire.found = extract_rest(wire.x, &out)); n += wire.found)
		assert_name(&out[0].name, NAME);
	assert_int_equal(n, SERVERS);
}

/* DNS over TCP, and mDNS's port of it: from the start, and joined in the middle where a segment is one message. */
static void test_dns_over_tcp_joined(void **state)
{
	static const uint16_t ports[] = { 53, 5353 };

	(void)state;
	for (size_t i = 0; i < COUNT(ports); i++) {
		for (int begun = 0; begun < 2; begun++) {
			for (int from_client = 0; from_client < 2; from_client++) {
				struct build *b = fresh();

				wire_case(ports[i]);
				if (begun)
					wire_syn();
				block_open(b, 2);
				put_dns(b, 1, NAME, 28, !from_client);
				block_close(b);
				wire_tcp(from_client, 0, b->bytes, b->n);
				wire_rest();
				wire_expect(NAME, EVIDENCE_DNS, 1);
			}
		}
	}
	wire_case(5354);
	wire_tcp(true, 0, message.bytes, message.n);
	wire_rest();
	wire_expect(NAME, EVIDENCE_DNS, 0);
}

/* What is no message ends the connection's reading. */
static void test_dns_garbage_over_tcp(void **state)
{
	(void)state;
	for (int whole_header = 0; whole_header < 2; whole_header++) {
		struct build *b = fresh();

		wire_case(53);
		wire_syn();
		if (whole_header)
			put(b, "\x00\x10" "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" "\x03www", 18);
		else
			put(b, "\x00\x05" "12345", 7);
		block_open(b, 2);
		put_dns(b, 1, NAME, 28, false);
		block_close(b);
		wire_tcp(true, 0, b->bytes, b->n);
		wire_rest();
		wire_expect(NAME, EVIDENCE_DNS, 0);
	}
}

/* A connection joined in the middle waits as long as any other: for the rest of its hello, and for the answer. */
static void test_middle_waits(void **state)
{
	struct build *b = fresh();
	struct sighting *out;

	(void)state;
	put_stream(b, &(struct hello_plan){ .name = NAME, .key_share = 32 }, 16384);
	wire_case(443);
	wire_tcp(true, 0, b->bytes, 40);
	wire.when += (FLOW_IDLE_SECONDS - 1) * SECOND;
	assert_int_equal(extract_expired(wire.x, wire.when, &out), 0);
	wire_tcp(true, 40, b->bytes + 40, b->n - 40);
	assert_int_equal(wire.found, 0);
	wire.when += (FLOW_IDLE_SECONDS - 1) * SECOND;
	assert_int_equal(extract_expired(wire.x, wire.when, &out), 0);
	wire.when += 2 * SECOND;
	wire_take(extract_expired(wire.x, wire.when, &out), out);
	wire_expect(NAME, EVIDENCE_TLS, 1);
	assert_int_equal(wire.seen[0].tally.packets[SIDE_CLIENT], 2);
	assert_false(wire.seen[0].opens);
	wire_case(443);
	wire_tcp(true, 0, b->bytes, b->n);
	wire.when += (FLOW_IDLE_SECONDS - 1) * SECOND;
	assert_int_equal(extract_expired(wire.x, wire.when, &out), 0);
	wire_rest();
	wire_expect(NAME, EVIDENCE_TLS, 1);
}

/* Words in the clear, then something else than TLS: a connection without a name, told once. */
static void test_clear_words_alone(void **state)
{
	static const char hello[] = "EHLO client.example\r\n", noise[] = "\x01\x02\x03\x04";

	(void)state;
	wire_case(25);
	wire_syn();
	wire_tcp(true, 0, (const uint8_t *)hello, sizeof(hello) - 1);
	assert_int_equal(wire.nameless, 0);
	wire_tcp(true, sizeof(hello) - 1, (const uint8_t *)noise, sizeof(noise) - 1);
	wire_rest();
	assert_int_equal(wire.found, 0);
	assert_int_equal(wire.nameless, 1);
}

/* cut_tcp sends the first n bytes of what a client says, as a snapshot length leaves them. */
static void cut_tcp(const struct build *b, size_t n)
{
	struct packet p = wire_packet(true, IP_TCP);

	p.flags = TCP_ACK;
	p.seq = wire.client_seq;
	p.ack = wire.server_seq;
	p.cut = true;
	wire_feed(p, b->bytes, n);
}

/* A hello cut off behind its name tells the name, is marked, and has no fingerprint; without it nothing. */
static void test_cut_hello(void **state)
{
	struct build *b = fresh();
	bool named = false;

	(void)state;
	put_stream(b, &(struct hello_plan){ .name = NAME, .key_share = 32 }, 16384);
	for (size_t n = 6; n <= b->n; n++) {
		wire_case(443);
		wire_syn();
		cut_tcp(b, n);
		wire_tcp(false, 0, (const uint8_t *)"\x17\x03\x03\x00\x01!", 6);
		assert_true(wire.found || !named);	/* at once */
		named = wire.found;
		if (!named)
			continue;
		wire_expect(NAME, EVIDENCE_TLS, 1);
		assert_true(wire.seen[0].opens);
		assert_int_equal(wire.seen[0].tls.partial, n < b->n);
		assert_int_equal(strlen(wire.seen[0].tls.ja4), n < b->n ? 0 : JA4_TEXT_MAX - 1);
	}
	assert_true(named);
	wire_rest();
}

static void test_cut_request(void **state)
{
	struct build *b = fresh();

	(void)state;
	put_text(b, "GET http://" NAME "/ HTTP/1.1\r\nAccept");
	wire_case(80);
	wire_syn();
	cut_tcp(b, b->n);
	wire_expect(NAME, EVIDENCE_HTTP, 1);
	assert_true(wire.seen[0].opens);
}

static void test_socks(void **state)
{
	static const uint8_t asks[] = "\x05\x01\x00\x03" "\x0f" NAME "\x01\xbb";

	(void)state;
	for (int begun = 0; begun < 2; begun++) {
		wire_case(1080);
		if (begun)
			wire_syn();
		wire_tcp(true, 0, asks, sizeof(asks) - 1);
		wire_tcp(true, 0, asks, sizeof(asks) - 1);
		wire_rest();
		wire_expect(NAME, EVIDENCE_SOCKS, 1);
		assert_int_equal(wire.seen[0].opens, begun);
		assert_int_equal(wire.seen[0].http.target_port, 443);
		assert_string_equal(wire.seen[0].http.method, "");
		assert_int_equal(wire.seen[0].http.proxied.len, 0);
	}
}

/* What one segment of a connection is counted as. */
static const struct unread {
	enum counter counter;
	uint16_t port;
	const uint8_t *bytes;
	size_t n;
} unreads[] = {
	{ COUNT_TLS_BROKEN, 443, TEXT("\x16\x03\x01\x00\x08" "\x01\x00\x00\x04" "\x03\x03" "RA") },
	{ COUNT_TLS_SSL2, 443, TEXT("\x80\x0c\x01\x03\x01\x00\x03\x00\x00\x00\x00" "abc") },
	{ COUNT_HTTP_NO_HOST, 80, TEXT("GET / HTTP/1.0\r\n\r\n") },
	{ COUNT_HTTP2_CLEAR, 80, TEXT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") },
	{ COUNT_DNS_BROKEN, 53, TEXT("\x00\x05" "12345") },
	{ COUNT_DNS_BROKEN, 53, TEXT("\x00\x10" "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" "\x03www") },
	{ COUNT_DNS_NO_QUESTION, 53, TEXT("\x00\x0c" "\x12\x34\x81\x80\x00\x00\x00\x00\x00\x00\x00\x00") },
};

static void test_counted_by_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(unreads); i++) {
		const struct unread *u = &unreads[i];
		struct counts before = wire.counts;

		wire_case(u->port);
		wire_syn();
		wire_tcp(true, 0, u->bytes, u->n);
		wire_rest();
		wire_expect("", EVIDENCE_TLS, 0);
		for (size_t c = 0; c < COUNTERS; c++) {
			if (wire.counts.n[c] - before.n[c] != (c == (size_t)u->counter))
				fail_msg("case %zu, counter %zu: %u", i, c, (unsigned)(wire.counts.n[c] - before.n[c]));
		}
		assert_int_equal(wire.nameless, u->port != 53);
	}
}

/* datagram_hello sends a DTLS hello of one record; its body may be cut short. */
static void datagram_hello(const struct hello_plan *p, size_t less)
{
	static struct build body;
	struct build *b = fresh();

	body.n = body.depth = 0;
	put_hello_body(&body, p);
	body.n -= less;
	put(b, "\x16\xfe\xfd" "\0\0" "\0\0\0\0\0\0", 11);
	block_open(b, 2);
	put_int(b, 1, 1);
	put_int(b, body.n, 3);
	put_int(b, 0, 5);
	put_int(b, body.n, 3);
	put(b, body.bytes, body.n);
	block_close(b);
	wire_case(3478);
	wire_udp(true, b->bytes, b->n);
}

static void test_datagram_hellos_counted(void **state)
{
	struct hello_plan plan = { .name = NULL, .cookie = true, .version = 0xfefd };
	struct counts before = wire.counts;

	(void)state;
	datagram_hello(&plan, 0);
	assert_int_equal(wire.counts.n[COUNT_TLS_NO_NAME] - before.n[COUNT_TLS_NO_NAME], 1);
	plan.name = NAME;
	datagram_hello(&plan, 1);
	assert_int_equal(wire.counts.n[COUNT_TLS_BROKEN] - before.n[COUNT_TLS_BROKEN], 1);
	wire_expect(NAME, EVIDENCE_DTLS, 0);
	datagram_hello(&plan, 0);
	wire_expect(NAME, EVIDENCE_DTLS, 1);
	assert_true(wire.seen[0].opens);
	assert_int_equal(wire.seen[0].tls.offered, 0xfefd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dns_on_another_port),
		cmocka_unit_test(test_dns_root),
		cmocka_unit_test(test_dns_many_servers),
		cmocka_unit_test(test_dns_over_tcp_joined),
		cmocka_unit_test(test_dns_garbage_over_tcp),
		cmocka_unit_test(test_middle_waits),
		cmocka_unit_test(test_clear_words_alone),
		cmocka_unit_test(test_cut_hello),
		cmocka_unit_test(test_cut_request),
		cmocka_unit_test(test_socks),
		cmocka_unit_test(test_counted_by_reason),
		cmocka_unit_test(test_datagram_hellos_counted),
	};

	return cmocka_run_group_tests_name("extract", tests, wire_setup, wire_teardown);
}
