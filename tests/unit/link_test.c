/* links: link link_wlan */
#include "bytes.h"
#include "link.h"

#include <pcap/dlt.h>

/* Each fixture ends with the first two bytes of an IPv4 header, or with other text. */
#define IP "\x45\x00"
#define MACS "\x02\x00\x00\x00\x00\x01" /* destination */ "\x02\x00\x00\x00\x00\x02" /* source */

#define SIXTEEN "sixteen bytes..."
#define PRISM SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN	/* 144 of them, not looked at */

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
	{ "802.11 QoS data with HT control", DLT_IEEE802_11, TEXT("\x88\x81" "\x00\x00" MACS "\x02\x00\x00\x00\x00\x03" "\x00\x00"
	  "\x00\x00" "\xff\xff\xff\xff" "\xaa\xaa\x03\x00\x00\x00" "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "radiotap with a timestamp, behind it a header padded to 32 bits", DLT_IEEE802_11_RADIO,
	  TEXT("\x00\x00" "\x19\x00" "\x03\x00\x00\x80\x00\x00\x00\x00" "\x00\x00\x00\x00" "timestmp" "\x20"
	  "\x88\x02" "\x00\x00" MACS "\x02\x00\x00\x00\x00\x02" "\x00\x00" "\x00\x00" "\x00\x00"
	  "\xaa\xaa\x03\x00\x00\x00" "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "NFLOG payload", DLT_NFLOG, TEXT("\x02\x00\x00\x00" "\x05\x00\x01\x00\x00" "\x00\x00\x00" "\x06\x00\x09\x00" IP),
	  LINK_IP, 0, 0, 0, false },
	{ "802.3 SNAP, the longest", DLT_EN10MB, TEXT(MACS "\x05\xdc" "\xaa\xaa\x03\x00\x00\x00" "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "MPLS pseudowire without control word", DLT_EN10MB, TEXT(MACS "\x88\x47" "\x00\x02\x01\x40" MACS "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "MPLS, multicast", DLT_EN10MB, TEXT(MACS "\x88\x48" "\x00\x02\x01\x40" IP), LINK_IP, 0, 0, 0, true },
	{ "PPP with MPLS", DLT_PPP, TEXT("\xff\x03" "\x02\x81" "\x00\x02\x01\x40" IP), LINK_IP, 0, 0, 0, false },
	{ "PPP behind an Ethernet type", LINK_ETHERTYPE | 0x880b, TEXT("\xff\x03" "\x00\x21" IP), LINK_IP, 0, 0, 0, false },
	{ "VN-tag", DLT_EN10MB, TEXT(MACS "\x89\x26" "\x80\x01\x00\x02" "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "Cisco MetaData", DLT_EN10MB, TEXT(MACS "\x89\x09" "\x01\x01" "\x00\x01\x00\x02" "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "802.1ah", DLT_EN10MB, TEXT("\x0a\x00\x00\x00\x00\x01" "\x0a\x00\x00\x00\x00\x02" "\x88\xe7" "\x00\x00\x00\x01" MACS "\x08\x00" IP),
	  LINK_IP, 0, 0, 0, true },
	{ "bridged Ethernet", LINK_ETHERTYPE | 0x6558, TEXT(MACS "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "frame relay, a longer address, padded, SNAP", DLT_FRELAY, TEXT("\x18\x40\x01" "\x03" "\x00" "\x80" "\x00\x00\x00" "\x08\x00" IP),
	  LINK_IP, 0, 0, 0, false },
	{ "frame relay, IPv6", DLT_FRELAY, TEXT("\x18\x41" "\x03" "\x8e" "\x60\x00"), LINK_IP, 0, 0, 0, false },
	{ "frame relay, Cisco's", DLT_FRELAY, TEXT("\x18\x41" "\x08\x00" IP), LINK_IP, 0, 0, 0, false },
	{ "radiotap, two words of bits, timestamp, flags", DLT_IEEE802_11_RADIO, TEXT("\x00\x00" "\x1c\x00" "\x03\x00\x00\x80" "\x00\x00\x00\x00"
	  "\x00\x00\x00\x00" "\xff\xff\xff\xff\xff\xff\xff\xff" "\x00" "\xff\xff\xff" "\x88\x02" "\x00\x00" MACS "\x02\x00\x00\x00\x00\x03" "\x00\x00" "\x00\x00" "\xaa\xaa\x03\x00\x00\x00" "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "radiotap, the body padded to four bytes", DLT_IEEE802_11_RADIO, TEXT("\x00\x00" "\x0c\x00" "\x02\x00\x00\x00" "\x20\x00\x00\x00"
	  "\x88\x02" "\x00\x00" MACS "\x02\x00\x00\x00\x00\x03" "\x00\x00" "\x00\x00" "\x00\x00" "\xaa\xaa\x03\x00\x00\x00" "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "802.11 QoS with HT control", DLT_IEEE802_11, TEXT("\x88\x81" "\x00\x00" MACS "\x02\x00\x00\x00\x00\x03" "\x00\x00"
	  "\x00\x00" "\x00\x00\x00\x00" "\xaa\xaa\x03\x00\x00\x00" "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "PPI", DLT_PPI, TEXT("\x00\x00" "\x08\x00" "\x01\x00\x00\x00" MACS "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "PKTAP", DLT_PKTAP, TEXT("\x0c\x00\x00\x00" "\x02\x00\x00\x00" "\x01\x00\x00\x00" MACS "\x08\x00" IP), LINK_IP, 0, 0, 0, true },
	{ "FDDI", DLT_FDDI, TEXT("\x57" MACS "\xaa\xaa\x03\x00\x00\x00" "\x08\x00" IP), LINK_IP, 0, 0, 0, false },
	{ "ATM, RFC 1483", DLT_ATM_RFC1483, TEXT("\xaa\xaa\x03\x00\x00\x00" "\x08\x00" IP), LINK_IP, 0, 0, 0, false },
	{ "SunATM", DLT_SUNATM, TEXT("\x02\x00\x00\x20" "\xaa\xaa\x03\x00\x00\x00" "\x08\x00" IP), LINK_IP, 0, 0, 0, false },
	{ "ENC", DLT_ENC, TEXT("\x02\x00\x00\x00" "spi!" "flag" IP), LINK_IP, 0, 0, 0, false },
	{ "SLIP", DLT_SLIP, TEXT("\x00" "fifteen bytes.." IP), LINK_IP, 0, 0, 0, false },
	{ "ARCNET, RFC 1051", DLT_ARCNET, TEXT("\x01\x02" "\xf0" IP), LINK_IP, 0, 0, 0, false },
	{ "ARCNET, RFC 1201", DLT_ARCNET_LINUX, TEXT("\x01\x02\x00\x00" "\xd4" "\x00\x00\x01" IP), LINK_IP, 0, 0, 0, false },
	{ "Prism", DLT_PRISM_HEADER, TEXT(PRISM "\x08\x02" "\x00\x00" MACS "\x02\x00\x00\x00\x00\x03" "\x00\x00" "\xaa\xaa\x03\x00\x00\x00" "\x08\x00" IP),
	  LINK_IP, 0, 0, 0, true },
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
	{ "802.3, longer than it may be", DLT_EN10MB, TEXT(MACS "\x05\xdd" "\xaa\xaa\x03\x00\x00\x00" "\x08\x00" IP), LINK_OTHER, 0, 0, 0, true },
	{ "ARP in an MPLS pseudowire, a MAC that begins as IPv4", DLT_EN10MB,
	  TEXT(MACS "\x88\x47" "\x00\x02\x01\x40" "\x45\x00\xff\xff\x00\x01" "\x02\x00\x00\x00\x00\x02" "\x08\x06" "\x00\x01"),
	  LINK_OTHER, 0, 0, 0, true },
	{ "PPI within PPI", DLT_PPI, TEXT("\x00\x00" "\x08\x00" "\xc0\x00\x00\x00" "\x00\x00" "\x08\x00" "\x01\x00\x00\x00" MACS "\x08\x00" IP),
	  LINK_OTHER, 0, 0, 0, false },
	{ "PPI, a header too short", DLT_PPI, TEXT("\x00\x00" "\x07\x00" "\x01\x00\x00\x00" MACS "\x08\x00" IP), LINK_CUT, 0, 0, 0, false },
	{ "PKTAP, a header too short", DLT_PKTAP, TEXT("\x0b\x00\x00\x00" "\x01\x00\x00\x00" "\x01\x00\x00\x00" MACS "\x08\x00" IP), LINK_CUT, 0, 0, 0, false },
	{ "radiotap, a header too short", DLT_IEEE802_11_RADIO, TEXT("\x00\x00" "\x07\x00" "\x00\x00\x00\x00" "\x08\x02"), LINK_CUT, 0, 0, 0, false },
	{ "802.11 null", DLT_IEEE802_11, TEXT("\x48\x01" "\x00\x00" MACS MACS "\x00\x00"), LINK_OTHER, 0, 0, 0, false },
	{ "802.11 beacon", DLT_IEEE802_11, TEXT("\x80\x00" "\x00\x00" MACS MACS "\x00\x00"), LINK_OTHER, 0, 0, 0, false },
	{ "NFLOG without a payload", DLT_NFLOG, TEXT("\x02\x00\x00\x00" "\x08\x00\x01\x00" "mark"), LINK_OTHER, 0, 0, 0, false },
	{ "NFLOG, a value of no length", DLT_NFLOG, TEXT("\x02\x00\x00\x00" "\x03\x00\x09\x00" IP), LINK_CUT, 0, 0, 0, false },
	{ "frame relay, LMI", DLT_FRELAY, TEXT("\x00\x01" "\x03" "\x08" "\x00"), LINK_OTHER, 0, 0, 0, false },
	{ "raw, nothing", DLT_RAW, TEXT(""), LINK_CUT, 0, 0, 0, false },
	{ "raw, version 5", DLT_RAW, TEXT("\x55"), LINK_OTHER, 0, 0, 0, false },
	{ "ARCNET, ARP", DLT_ARCNET, TEXT("\x01\x02" "\xd5" "\x00"), LINK_OTHER, 0, 0, 0, false },
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

/* Tags without end are not followed without end. */
static void test_many_tags(void **state)
{
	uint8_t bytes[14 + 4 * 20 + 2] = { 0 };

	(void)state;
	for (size_t tags = 0; tags <= 20; tags++) {
		struct layers layers = { 0 };
		struct cursor c;

		for (size_t i = 0; i < tags; i++)
			memcpy(bytes + 12 + 4 * i, "\x81\x00\x00\x07", 4);
		memcpy(bytes + 12 + 4 * tags, "\x08\x00" IP, 4);
		c = fence_end(bytes, 16 + 4 * tags);
		assert_int_equal(link_read(&c, DLT_EN10MB, &layers), tags < 16 ? LINK_IP : LINK_CUT);
		assert_int_equal(layers.vlans, tags < VLANS_MAX ? tags : VLANS_MAX);
	}
}

/* What a pseudowire carries begins with any MAC address, also with one that begins as IP does. */
static void test_pseudowires(void **state)
{
	static const char ip[] = "\x45\x00\x00\x1c" "\x00\x00\x00\x00" "\x40\x11\x00\x00"
				 "\x08\x00\x46\x01" "\xc0\x00\x02\x01" "payload.";
	static const char v6[] = "\x60\x00\x00\x00" "\x00\x04\x11\x40" "\x20\x01\x0d\xb8\x08\x00\x46\x00" "hostbits"
				 "0123456789abcdef" "load";
	static const struct {
		const uint8_t *bytes;
		size_t n, header;
	} frames[] = {
		{ TEXT("\x60\xa4\x4c\x01\x02\xaa" "\x02\x00\x00\x00\x00\x02" "\x08\x00"), 14 },
		{ TEXT("\x44\x85\x00\x01\x12\xff" "\x02\x00\x00\x00\x00\x02" "\x08\x00"), 14 },
		{ TEXT("\x45\x00\x00\x1c\xbb\xcc" "\x02\x00\x00\x00\x00\x02" "\x81\x00\x00\x07\x08\x00"), 18 },
		{ TEXT("\x00\x00\x5e\x00\x01\x02" "\x02\x00\x08\x00\x00\x02" "\x08\x00"), 14 },
		{ TEXT("\x00\x00\x00\x00" "\x44\x85\x00\x01\x12\xff" "\x02\x00\x08\x00\x00\x02" "\x08\x00"), 18 },
		{ TEXT(""), 0 },	/* no pseudowire: IP itself, from 8.0.70.1 */
	};
	uint8_t bytes[128] = MACS "\x88\x47" "\x00\x02\x01\x40";

	(void)state;
	for (size_t i = 0; i < COUNT(frames); i++) {
		struct layers layers = { 0 };
		struct cursor c;

		memcpy(bytes + 18, frames[i].bytes, frames[i].n);
		memcpy(bytes + 18 + frames[i].n, ip, 28);
		c = fence_end(bytes, 18 + frames[i].n + 28);
		assert_int_equal(link_read(&c, DLT_EN10MB, &layers), LINK_IP);
		assert_int_equal(cursor_left(&c), 28);
	}
	for (int tagged = 0; tagged < 2; tagged++) {
		struct layers layers = { 0 };
		struct cursor c;
		size_t n = tagged ? 14 : 0;

		memcpy(bytes + 18, "\x6c\x00\x00\x00\x00\x00" "\x02\x00\x00\x00\x00\x02" "\x86\xdd", n);
		memcpy(bytes + 18 + n, v6, 44);
		c = fence_end(bytes, 18 + n + 44);
		assert_int_equal(link_read(&c, DLT_EN10MB, &layers), LINK_IP);
		assert_int_equal(cursor_left(&c), 44);
	}
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

/* Section 9.3.2.2.2: subframes of an aggregate, each but the last padded to 32 bits; a checksum behind is none. */
static void test_aggregate(void **state)
{
	static const uint8_t frame[] =
		"\x88\x01" "\x00\x00" "AAAAAA" "BBBBBB" "CCCCCC" "\x00\x00" "\x80\x00"
		"111111" "222222" "\x00\x0a" "\xaa\xaa\x03\x00\x00\x00\x08\x00" IP
		"333333" "444444" "\x00\x0b" "\xaa\xaa\x03\x00\x00\x00\x08\x06" "ARP" "\x00\x00\x00"
		"555555" "666666" "\x00\x0a" "\xaa\xaa\x03\x00\x00\x00\x86\xdd" IP "fcs.";
	static const enum link_verdict want[] = { LINK_IP, LINK_OTHER, LINK_IP };
	struct cursor c = fence_end(frame, sizeof(frame) - 1);
	struct layers layers = { 0 };
	int link = DLT_IEEE802_11;

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++, link = LINK_MSDU, c = layers.more) {
		assert_int_equal(link_read(&c, link, &layers), want[i]);
		assert_int_equal(layers.dst_mac[0], '1' + 2 * i);
		assert_int_equal(layers.src_mac[5], '2' + 2 * i);
		assert_int_equal(cursor_left(&c), want[i] == LINK_IP ? 2 : 3);
		assert_int_equal(cursor_left(&layers.more) > 0, i < 2);
	}
	link = DLT_IEEE802_11;
	bytes_torture(frame, sizeof(frame) - 1 - 44, read_link, &link);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_many_tags),
		cmocka_unit_test(test_pseudowires),
		cmocka_unit_test(test_wlan_addresses),
		cmocka_unit_test(test_aggregate),
	};

	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
