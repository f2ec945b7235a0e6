/* links: unwrap defrag tunnel link link_wlan ip transport addr lru pool pieces */
#include "bytes.h"
#include "tunnel.h"
#include "unwrap.h"

#include <pcap/dlt.h>

#define MACS "\2\0\0\0\0\1" "\2\0\0\0\0\2"
#define V4(length, fragment, proto) "\x08\0" "\x45\0\0" length "\0\1" fragment "\x40" proto "\0\0" "\x0a\0\0\1" "\xc0\0\2\1"
#define V6(length, next) "\x86\xdd" "\x60\0\0\0\0" length next "\x3f" \
	"\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1" "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2"
#define UDP(sport, dport, length) sport dport "\0" length "\0\0"
#define TCP "\xc0\1\1\xbb" "\0\0\0\1" "\0\0\0\2" "\x50\x18\1\0\0\0\0\0"

static const struct {
	const char *what, *bytes;
	size_t n;
	bool plain;
	size_t payload;
} cases[] = {
#define FRAME(text) text, sizeof(text) - 1
	{ "UDP by IPv4", FRAME(MACS V4("\x20", "\0\0", "\x11") UDP("\xc0\1", "\0\x35", "\x0c") "data"), true, 4 },
	{ "UDP by IPv6", FRAME(MACS V6("\x0c", "\x11") UDP("\xc0\1", "\0\x35", "\x0c") "data"), true, 4 },
	{ "TCP by IPv4", FRAME(MACS V4("\x2c", "\x40\0", "\6") TCP "data"), true, 4 },
	{ "TCP by IPv6", FRAME(MACS V6("\x14", "\6") TCP), true, 0 },
	{ "padding behind", FRAME(MACS V4("\x1c", "\0\0", "\x11") UDP("\xc0\1", "\0\x35", "\x08") "\0\0\0\0\0\0"), true, 0 },
	{ "padding behind TCP", FRAME(MACS V4("\x28", "\x40\0", "\6") TCP "\0\0\0\0\0\0"), true, 0 },
	{ "padding behind TCP, IPv6", FRAME(MACS V6("\x14", "\6") TCP "\0\0\0\0\0\0"), true, 0 },
	{ "a datagram longer than UDP says", FRAME(MACS V4("\x20", "\0\0", "\x11") UDP("\xc0\1", "\0\x35", "\x0a") "data"), true, 2 },
	{ "cut in capture", FRAME(MACS V4("\x20", "\0\0", "\x11") UDP("\xc0\1", "\0\x35", "\x0c") "dat"), false, 0 },
	{ "cut in capture, IPv6", FRAME(MACS V6("\x0c", "\x11") UDP("\xc0\1", "\0\x35", "\x0c") "dat"), false, 0 },
	{ "no length, as offloads leave it", FRAME(MACS V4("\0", "\0\0", "\x11") UDP("\xc0\1", "\0\x35", "\x0c") "data"), false, 0 },
	{ "the same by IPv6", FRAME(MACS V6("\0", "\x11") UDP("\xc0\1", "\0\x35", "\x0c") "data"), false, 0 },
	{ "no room for its own header", FRAME(MACS V4("\x13", "\0\0", "\x11") UDP("\xc0\1", "\0\x35", "\x0c") "data"), false, 0 },
	{ "a first fragment", FRAME(MACS V4("\x20", "\x20\0", "\x11") UDP("\xc0\1", "\0\x35", "\x0c") "data"), false, 0 },
	{ "a later fragment", FRAME(MACS V4("\x20", "\0\1", "\x11") UDP("\xc0\1", "\0\x35", "\x0c") "data"), false, 0 },
	{ "options", FRAME(MACS "\x08\0" "\x46\0\0\x24\0\1\0\0\x40\x11\0\0" "\x0a\0\0\1\xc0\0\2\1" "\1\1\1\0"
			   UDP("\xc0\1", "\0\x35", "\x0c") "data"), false, 0 },
	{ "an extension header", FRAME(MACS V6("\x14", "\0") "\x11\0\1\4\0\0\0\0" UDP("\xc0\1", "\0\x35", "\x0c") "data"), false, 0 },
	{ "a tag", FRAME(MACS "\x81\0\0\x14" V4("\x20", "\0\0", "\x11") UDP("\xc0\1", "\0\x35", "\x0c") "data"), false, 0 },
	{ "ICMP", FRAME(MACS V4("\x1c", "\0\0", "\1") "\x08\0\0\0\0\0\0\0"), false, 0 },
	{ "version 5", FRAME(MACS "\x86\xdd" "\x50\0\0\0\0\x08\x11\x3f" "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
			     "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2" UDP("\xc0\1", "\0\x35", "\x08")), false, 0 },
	{ "half a header of UDP", FRAME(MACS V4("\x18", "\0\0", "\x11") "\xc0\1\0\x35"), false, 0 },
	{ "VXLAN", FRAME(MACS V4("\x20", "\0\0", "\x11") UDP("\xc0\1", "\x12\xb5", "\x0c") "data"), false, 0 },
	{ "from GTP's port", FRAME(MACS V4("\x20", "\0\0", "\x11") UDP("\x08\x68", "\xc0\1", "\x0c") "data"), false, 0 },
	{ "those ports of TCP", FRAME(MACS V4("\x28", "\0\0", "\6") "\x08\x68\x12\xb5" "\0\0\0\1\0\0\0\2\x50\x10\1\0\0\0\0\0"), true, 0 },
};

static int defrag_setup(void **state)
{
	static struct counts counts;

	*state = defrag_new(hash_key_files, &counts);
	return *state ? 0 : -1;
}

static int defrag_teardown(void **state)
{
	defrag_free(*state);
	return 0;
}

static struct frame frame_of(const char *bytes, size_t n, int link)
{
	return (struct frame){ .bytes = fence_end((const uint8_t *)bytes, n), .when = SECOND, .link = link,
			       .length = (uint32_t)n + 4 };
}

static void test_plain(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct layers layers = { 0 };
		struct packet p;
		struct frame frame = frame_of(cases[i].bytes, cases[i].n, DLT_EN10MB);

		if (unwrap_plain(&frame, &layers, &p) != cases[i].plain)
			fail_msg("%s", cases[i].what);
		if (!cases[i].plain)
			continue;
		assert_int_equal(cursor_left(&p.payload), cases[i].payload);
		assert_memory_equal(p.payload.at, "data", cases[i].payload);
		assert_int_equal(p.length, cases[i].n + 4);
		assert_false(p.cut);
		assert_ptr_equal(layers.dst_mac, frame.bytes.at);
		assert_ptr_equal(layers.src_mac, frame.bytes.at + 6);
		frame.link = DLT_RAW;
		assert_false(unwrap_plain(&frame, &layers, &p));
		for (size_t n = 0; n < cases[i].n - 6; n++) {	/* cut short, and with its padding all of it */
			frame = frame_of(cases[i].bytes, n, DLT_EN10MB);
			assert_false(unwrap_plain(&frame, &layers, &p));
		}
	}
}

/* Both ways say the same. */
static void test_same(void **state)
{
	struct counts counts = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct layers a = { 0 }, b = { 0 };
		struct packet p, q;
		struct frame frame = frame_of(cases[i].bytes, cases[i].n, DLT_EN10MB);

		if (!unwrap_plain(&frame, &a, &p))
			continue;
		assert_int_equal(unwrap_any(*state, &counts, &frame, &b, &q), COUNT_DECODED);
		assert_true(addr_equal(&p.src, &q.src) && addr_equal(&p.dst, &q.dst));
		assert_true(p.sport == q.sport && p.dport == q.dport && p.proto == q.proto && p.ttl == q.ttl);
		assert_true(p.flags == q.flags && p.seq == q.seq && p.ack == q.ack);
		assert_true(p.payload.at == q.payload.at && p.payload.end == q.payload.end && p.length == q.length);
	}
}

/* No port that tunnel_open knows is left out, and few others are in. */
static void test_ports(void **state)
{
	/* GENEVE, GRE or VXLAN with a frame inside, GTP, L2TP...: bytes that one or another of them takes */
	static const char *const inner[] = {
		"0800000000000100", "000008004500001c", "30ff000400000001", "0002000100010000", "0010020000000000",
		"6000000000003b40", "4500001c00000000", "0100000101000000", "0c000003000000010800", "4040012900000000"
	};
	unsigned may = 0, opened = 0;
	bool before;

	(void)state;
	for (unsigned port = 0; port < 65536; port++) {
		may += tunnel_may((uint16_t)port);
		before = false;
		for (size_t i = 0; i < 2 * sizeof(inner) / sizeof(*inner); i++) {
			uint8_t bytes[128] = { 0 };
			struct datagram d = { .proto = IP_UDP };
			struct cursor c;
			int link;

			bytes[i & 1 ? 0 : 2] = (uint8_t)(port >> 8);
			bytes[i & 1 ? 1 : 3] = (uint8_t)port;
			(void)hex_bytes(inner[i / 2], bytes + 8, 64);
			d.payload = cursor_of(bytes, sizeof(bytes));
			if (!tunnel_open(&d, &c, &link))
				continue;
			opened += !before;
			before = true;
			if (!tunnel_may((uint16_t)port))
				fail_msg("port %u", port);
		}
	}
	assert_int_equal(opened, 12);	/* ports that open something */
	assert_int_equal(may, 12 * 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_ports),
	};

	return cmocka_run_group_tests_name("unwrap", tests, defrag_setup, defrag_teardown);
}
