/* links: link */
#include "bytes.h"
#include "link.h"

#include <pcap/dlt.h>

/* Each fixture ends with the first two bytes of an IPv4 header, or with other text. */
#define IP "\x45\x00"
#define MACS "\x02\x00\x00\x00\x00\x01" /* destination */ "\x02\x00\x00\x00\x00\x02" /* source */

struct fixture {
	const char *what;
	int link;
	const uint8_t *bytes;
	size_t n;
	enum link_verdict want;
	int vlans, outer, inner;
	bool mac;
};

static const struct fixture good[] = {
	{ "Ethernet II", DLT_EN10MB, TEXT(MACS "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "802.1Q", DLT_EN10MB, TEXT(MACS "\x81\x00" "\xe0\x64" "\x08\x00" IP), LINK_IP, 1, 100, 0, true },
	{ "802.1ad, two tags", DLT_EN10MB, TEXT(MACS "\x88\xa8" "\x00\xc8" "\x81\x00" "\x0f\xff" "\x86\xdd" IP),
	  LINK_IP, 2, 200, 4095, true },
	{ "three tags, two kept", DLT_EN10MB, TEXT(MACS "\x91\x00\x00\x01" "\x81\x00\x00\x02" "\x81\x00\x00\x03" "\x08\x00" IP),
	  LINK_IP, 2, 1, 2, true },
	{ "802.3 SNAP", DLT_EN10MB, TEXT(MACS "\x00\x0a" "\xaa\xaa\x03" "\x00\x00\x00" "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "802.3 IP SAP", DLT_EN10MB, TEXT(MACS "\x00\x05" "\x06\x06\x03" IP), LINK_IP, 0, 0, 0, true },
	{ "MPLS, two labels", DLT_EN10MB, TEXT(MACS "\x88\x47" "\x00\x01\x00\x40" "\x00\x02\x01\x40" IP), LINK_IP, 0, 0, 0, true },
	{ "MPLS pseudowire with control word", DLT_EN10MB,
	  TEXT(MACS "\x88\x47" "\x00\x02\x01\x40" "\x00\x00\x00\x00" MACS "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "PPPoE session", DLT_EN10MB, TEXT(MACS "\x88\x64" "\x11\x00\x00\x07\x00\x04" "\x00\x21" IP), LINK_IP, 0, 0, 0, true },
	{ "PPP, compressed protocol", DLT_PPP, TEXT("\x21" IP), LINK_IP, 0, 0, 0, false },
	{ "PPP with HDLC framing, IPv6", DLT_PPP_SERIAL, TEXT("\xff\x03" "\x00\x57" "\x60\x00"), LINK_IP, 0, 0, 0, false },
	{ "Cisco HDLC", DLT_C_HDLC, TEXT("\x0f\x00" "\x08\x00" IP), LINK_IP, 0, 0, 0, false },
	{ "frame relay, NLPID", DLT_FRELAY, TEXT("\x18\x41" "\x03" "\xcc" IP), LINK_IP, 0, 0, 0, false },
	{ "Linux cooked v1", DLT_LINUX_SLL, TEXT("\x00\x00" "\x00\x01" "\x00\x06" "\x02\x00\x00\x00\x00\x02\x00\x00" "\x08\x00" IP),
	  LINK_IP, 0, 0, 0, true },
	{ "Linux cooked v2", DLT_LINUX_SLL2, TEXT("\x08\x00" "\x00\x00" "\x00\x00\x00\x02" "\x00\x01" "\x00" "\x06"
	  "\x02\x00\x00\x00\x00\x02\x00\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "raw", DLT_RAW, TEXT(IP), LINK_IP, 0, 0, 0, false },
	{ "BSD loopback, either byte order", DLT_NULL, TEXT("\x02\x00\x00\x00" IP), LINK_IP, 0, 0, 0, false },
	{ "OpenBSD loopback", DLT_LOOP, TEXT("\x00\x00\x00\x02" IP), LINK_IP, 0, 0, 0, false },
	{ "802.11 QoS data to the AP", DLT_IEEE802_11, TEXT("\x88\x01" "\x00\x00" MACS "\x02\x00\x00\x00\x00\x03" "\x00\x00"
	  "\x00\x00" "\xaa\xaa\x03\x00\x00\x00" "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "radiotap", DLT_IEEE802_11_RADIO, TEXT("\x00\x00" "\x08\x00" "\x00\x00\x00\x00" "\x08\x02" "\x00\x00" MACS
	  "\x02\x00\x00\x00\x00\x03" "\x00\x00" "\xaa\xaa\x03\x00\x00\x00" "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "NFLOG payload", DLT_NFLOG, TEXT("\x02\x00\x00\x00" "\x05\x00\x01\x00\x00" "\x00\x00\x00" "\x06\x00\x09\x00" IP),
	  LINK_IP, 0, 0, 0, false },
	{ "behind an Ethernet type", LINK_ETHERTYPE | 0x0800, TEXT(IP), LINK_IP, 0, 0, 0, false },
};
static const struct fixture bad[] = {
	{ "ARP", DLT_EN10MB, TEXT(MACS "\x08\x06" "\x00\x01"), LINK_OTHER, 0, 0, 0, true },
	{ "LLDP", DLT_EN10MB, TEXT(MACS "\x88\xcc" "\x02\x07"), LINK_OTHER, 0, 0, 0, true },
	{ "spanning tree", DLT_EN10MB, TEXT(MACS "\x00\x26" "\x42\x42\x03"), LINK_OTHER, 0, 0, 0, true },
	{ "protected 802.11", DLT_IEEE802_11, TEXT("\x88\x41" "\x00\x00" MACS MACS "\x00\x00\x00\x00"), LINK_OTHER, 0, 0, 0, false },
	{ "PPP LCP", DLT_PPP, TEXT("\xff\x03" "\xc0\x21" "\x01\x01"), LINK_OTHER, 0, 0, 0, false },
	{ "Ethernet cut in its addresses", DLT_EN10MB, TEXT("\x02\x00\x00\x00\x00\x01"), LINK_CUT, 0, 0, 0, false },
	{ "a tag without end", DLT_EN10MB, TEXT(MACS "\x81\x00" "\x00"), LINK_CUT, 0, 0, 0, true },
	{ "no IP behind the type", DLT_EN10MB, TEXT(MACS "\x08\x00"), LINK_CUT, 0, 0, 0, true },
	{ "MPLS without a last label", DLT_EN10MB, TEXT(MACS "\x88\x47" "\x00\x01\x00\x40"), LINK_CUT, 0, 0, 0, true },
	{ "nothing", DLT_EN10MB, TEXT(""), LINK_CUT, 0, 0, 0, false },
	{ "an unknown link", DLT_USB_LINUX, TEXT("\x00\x00"), LINK_UNKNOWN, 0, 0, 0, false },
};

static uint64_t read_link(struct cursor c, void *context)
{
	struct layers layers = { 0 };
	const uint8_t *start = c.at, *end = c.end;
	enum link_verdict v = link_read(&c, *(const int *)context, &layers);
	uint64_t h = mix((uint64_t)v, layers.vlans);

	assert_true(c.at >= start && c.at <= c.end && c.end <= end);
	assert_true(layers.vlans <= VLANS_MAX);
	assert_true(v != LINK_IP || (cursor_left(&c) && !c.bad));
	if (layers.src_mac)
		h = mix_bytes(h, layers.src_mac, 6);
	if (layers.dst_mac)
		h = mix_bytes(h, layers.dst_mac, 6);
	for (int i = 0; i < layers.vlans; i++)
		h = mix(h, layers.vlan[i]);
	return mix_cursor(h, c);
}

static void check(const struct fixture *f)
{
	struct cursor c = fence_end(f->bytes, f->n);
	struct layers layers = { 0 };
	int link = f->link;

	if (link_read(&c, link, &layers) != f->want)
		fail_msg("%s: another verdict", f->what);
	if (f->want == LINK_IP) {
		assert_int_equal(cursor_left(&c), 2);
		assert_true(c.at[0] == 0x45 || c.at[0] == 0x60);
	}
	if (f->want != LINK_CUT)
		assert_int_equal(layers.vlans, f->vlans);
	if (f->vlans > 0)
		assert_int_equal(layers.vlan[0], f->outer);
	if (f->vlans > 1)
		assert_int_equal(layers.vlan[1], f->inner);
	assert_int_equal(layers.src_mac != NULL, f->mac);
	if (f->mac)
		assert_memory_equal(layers.src_mac, "\x02\x00\x00\x00\x00", 5);
	if (f->want == LINK_IP)
		bytes_torture(f->bytes, f->n, read_link, &link);
	else
		(void)bytes_mutate(f->bytes, f->n, read_link, &link);
}

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		check(&good[i]);
}

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		check(&bad[i]);
}

/* IEEE 802.11-2020 table 9-30: which address is whose depends on the two DS bits. */
static void test_wlan_addresses(void **state)
{
	static const struct {
		uint8_t ds;
		char dst, src;
		size_t header;
	} ways[] = { { 0, '1', '2', 24 }, { 1, '3', '2', 24 }, { 2, '1', '3', 24 }, { 3, '3', '4', 30 } };
	uint8_t bytes[64];

	(void)state;
	for (size_t i = 0; i < COUNT(ways); i++) {
		struct layers layers = { 0 };
		struct cursor c;

		memset(bytes, 0, sizeof(bytes));
		bytes[0] = 0x08;
		bytes[1] = ways[i].ds;
		memset(bytes + 4, '1', 6);
		memset(bytes + 10, '2', 6);
		memset(bytes + 16, '3', 6);
		memset(bytes + 24, '4', 6);
		memcpy(bytes + ways[i].header, "\xaa\xaa\x03\x00\x00\x00\x08\x00" IP, 10);
		c = fence_end(bytes, ways[i].header + 10);
		assert_int_equal(link_read(&c, DLT_IEEE802_11, &layers), LINK_IP);
		assert_int_equal(layers.dst_mac[0], ways[i].dst);
		assert_int_equal(layers.src_mac[0], ways[i].src);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_wlan_addresses),
	};

	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
