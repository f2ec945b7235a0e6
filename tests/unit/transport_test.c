/* links: transport */
#include "bytes.h"
#include "transport.h"

static const uint8_t good_tcp[] = {
	0xc0, 0x01, 0x01, 0xbb,		/* ports 49153, 443 */
	0x80, 0x00, 0x00, 0x01,		/* sequence number */
	0xff, 0x00, 0x00, 0x02,		/* acknowledged */
	0x60, 0x18, 0x10, 0x00,		/* 24 bytes of header; PSH, ACK; window */
	0x00, 0x00, 0x00, 0x00,		/* checksum (a span port sees none), urgent */
	0x01, 0x01, 0x01, 0x00,		/* options */
	'd', 'a', 't', 'a'
};
static const uint8_t bad_tcp[] = {
	0xc0, 0x01, 0x01, 0xbb, 0, 0, 0, 1, 0, 0, 0, 2,
	0x40, 0x18, 0x10, 0x00, 0, 0, 0, 0, 'd', 'a'		/* 16 bytes of header */
};
static const uint8_t good_udp[] = {
	0xc0, 0x01, 0x00, 0x35,		/* ports 49153, 53 */
	0x00, 0x0c, 0x00, 0x00,		/* 12 bytes with this header; no checksum */
	'd', 'a', 't', 'a',
	0xee				/* behind the stated length */
};
static const uint8_t good_udp_jumbo[] = { 0xc0, 0x01, 0x00, 0x35, 0x00, 0x00, 0x00, 0x00, 'd', 'a', 't', 'a' };
static const uint8_t bad_udp[] = { 0xc0, 0x01, 0x00, 0x35, 0x00, 0x07, 0x00, 0x00, 'd' };

static bool read(const uint8_t *bytes, size_t n, uint8_t proto, struct packet *out)
{
	struct datagram d = { .proto = proto, .payload = fence_end(bytes, n) };

	return transport_read(&d, out);
}

static uint64_t read_any(struct cursor c, void *context)
{
	struct datagram d = { .proto = *(const uint8_t *)context, .payload = c };
	struct packet p = { 0 };

	if (!transport_read(&d, &p))
		return 1;
	assert_true(p.payload.at >= c.at && p.payload.end <= c.end);
	return mix(mix_cursor(2, p.payload), (uint64_t)p.sport << 48 | (uint64_t)p.dport << 32 | p.seq) ^
	       p.ack ^ (uint64_t)p.flags << 56 ^ p.cut;
}

static void test_tcp(void **state)
{
	struct packet p;
	uint8_t tcp = IP_TCP;

	(void)state;
	assert_true(read(good_tcp, sizeof(good_tcp), IP_TCP, &p));
	assert_int_equal(p.sport, 49153);
	assert_int_equal(p.dport, 443);
	assert_int_equal(p.seq, 0x80000001);
	assert_int_equal(p.ack, 0xff000002);
	assert_int_equal(p.flags & (TCP_ACK | TCP_SYN | TCP_FIN | TCP_RST), TCP_ACK);
	assert_int_equal(cursor_left(&p.payload), 4);
	assert_memory_equal(p.payload.at, "data", 4);
	assert_false(p.cut);
	assert_false(read(bad_tcp, sizeof(bad_tcp), IP_TCP, &p));
	bytes_torture(good_tcp, sizeof(good_tcp), read_any, &tcp);
	bytes_torture(bad_tcp, sizeof(bad_tcp), read_any, &tcp);
}

static void test_udp(void **state)
{
	static uint8_t big[70000];
	struct packet p;
	uint8_t udp = IP_UDP;

	(void)state;
	assert_true(read(good_udp, sizeof(good_udp), IP_UDP, &p));
	assert_int_equal(p.dport, 53);
	assert_int_equal(cursor_left(&p.payload), 4);
	assert_false(p.cut);
	assert_true(read(good_udp, 10, IP_UDP, &p));
	assert_true(p.cut);
	assert_true(read(good_udp_jumbo, sizeof(good_udp_jumbo), IP_UDP, &p));
	assert_int_equal(cursor_left(&p.payload), 4);
	memcpy(big, good_udp_jumbo, sizeof(good_udp_jumbo));
	assert_true(read(big, sizeof(big), IP_UDP, &p));
	assert_int_equal(cursor_left(&p.payload), 65527);	/* what 16 bits can say, less the header */
	p.seq = p.ack = 7;
	p.flags = TCP_RST;
	assert_true(read(good_udp, sizeof(good_udp), IP_UDP, &p));
	assert_true(!p.seq && !p.ack && !p.flags);		/* nothing of the packet before */
	assert_false(read(bad_udp, sizeof(bad_udp), IP_UDP, &p));
	bytes_torture(good_udp, sizeof(good_udp), read_any, &udp);
	bytes_torture(good_udp_jumbo, sizeof(good_udp_jumbo), read_any, &udp);
	bytes_torture(bad_udp, sizeof(bad_udp), read_any, &udp);
}

static void test_others_and_first_fragment(void **state)
{
	struct datagram d = { .proto = IP_UDP, .fragment = true, .more = true };
	struct packet p;

	(void)state;
	assert_false(read(good_udp, sizeof(good_udp), IP_ICMP, &p));
	assert_false(read(good_udp, sizeof(good_udp), IP_SCTP, &p));
	d.payload = fence_end(good_udp, sizeof(good_udp));
	assert_true(transport_read(&d, &p));
	assert_true(p.cut);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tcp),
		cmocka_unit_test(test_udp),
		cmocka_unit_test(test_others_and_first_fragment),
	};

	return cmocka_run_group_tests_name("transport", tests, NULL, NULL);
}
