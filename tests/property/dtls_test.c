/* links: extract quic aead extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls tds extract_udp flow lru recent digest dns extract_ech extract_client pieces pool tls dtls extract_quic gquic ja4 name ech http x509 addr */
/*
 * DTLS hellos in fragments: in any order, repeated; the same name exactly once,
 * and none that waits without end keeps others waiting.
 */
#include "wire.h"

#define NAME "www.example.com"
#define OTHER "www.example.org"

static struct build datagram;

static void clear(struct build *b)
{
	b->n = b->depth = 0;
}

static void send(const struct build *b)
{
	wire_udp(true, b->bytes, b->n);
}

/* put_dtls writes one fragment of a DTLS ClientHello in a datagram of its own. */
static void put_dtls(struct build *b, const struct build *body, size_t from, size_t to)
{
	clear(b);
	put(b, "\x16\xfe\xfd", 3);
	put_int(b, 0, 2);
	put_int(b, from, 6);
	block_open(b, 2);
	put_int(b, 1, 1);
	put_int(b, body->n, 3);
	put_int(b, 0, 2);
	put_int(b, from, 3);
	put_int(b, to - from, 3);
	put(b, body->bytes + from, to - from);
	block_close(b);
}

static void test_dtls_fragments(void **state)
{
	struct build body = { .n = 0 };

	(void)state;
	put_hello_body(&body, &(struct hello_plan){ .name = NAME, .cookie = true, .version = 0xfefd });
	for (size_t at = 1; at < body.n; at++) {
		unsigned order[3] = { 0, 1, 2 };
		size_t border[4] = { 0, at, at + (body.n - at) / 2, body.n };

		do {
			wire_case(3478);
			for (unsigned i = 0; i < 3; i++) {
				put_dtls(&datagram, &body, border[order[i]], border[order[i] + 1]);
				send(&datagram);
				if (at % 3 == 0)
					send(&datagram);
			}
			wire_rest();
			wire_expect(NAME, EVIDENCE_DTLS, 1);
		} while (border[1] < border[2] && order_next(order, 3));
	}
}

/* A hello whose pieces never end keeps nobody else's waiting: what is idle is told in its time. */
static void test_dtls_without_end(void **state)
{
	struct build body = { .n = 0 }, stream = { .n = 0 };
	struct addr client;
	struct sighting *out;
	size_t told = 0;

	(void)state;
	put_hello_body(&body, &(struct hello_plan){ .name = OTHER, .cookie = true, .version = 0xfefd });
	put_stream(&stream, &(struct hello_plan){ .name = NAME, .key_share = 32 }, 16384);
	wire_case(443);
	client = wire.client;
	put_dtls(&datagram, &body, 20, 30);
	for (int seconds = 0; seconds <= FLOW_IDLE_SECONDS + 2; seconds += 2) {
		wire.client = client;
		send(&datagram);
		if (!seconds) {
			wire.client.bytes[15] ^= 0x80;
			wire_tcp(true, 0, stream.bytes, stream.n);
		}
		wire.when += 2 * SECOND;
		told += extract_expired(wire.x, wire.when, &out);
		assert_int_equal(told, seconds + 2 >= FLOW_IDLE_SECONDS);
	}
	wire_rest();
}

static void test_dtls_unfinished(void **state)
{
	uint64_t before = wire.counts.n[COUNT_TLS_INCOMPLETE];
	struct build body = { .n = 0 };

	(void)state;
	put_hello_body(&body, &(struct hello_plan){ .name = NAME, .cookie = true, .version = 0xfefd });
	wire_case(3478);
	put_dtls(&datagram, &body, 0, body.n - 1);
	send(&datagram);
	wire_rest();
	assert_int_equal(wire.found, 0);
	assert_int_equal(wire.counts.n[COUNT_TLS_INCOMPLETE], before + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dtls_fragments),
		cmocka_unit_test(test_dtls_unfinished),
		cmocka_unit_test(test_dtls_without_end),
	};

	return cmocka_run_group_tests_name("dtls", tests, wire_setup, wire_teardown);
}
