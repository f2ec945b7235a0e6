/* links: tunnel ip */
#include "bytes.h"
#include "link.h"
#include "tunnel.h"

#include <pcap/dlt.h>

/* UDP header: source port, destination port; length and checksum are not looked at here. */
#define UDP_TO(port) "\xc0\x01" port "\x00\x00\x00\x00"
#define UDP_FROM(port) port "\xc0\x01" "\x00\x00\x00\x00"
#define INNER "inner!"	/* what is carried; not read by this module */
#define V6_INNER "\x60\x00\x00\x00" "\x00\x00\x3b\x40" "0123456789abcdef" "0123456789abcdef"

struct fixture {
	const char *what;
	uint8_t proto;
	const uint8_t *bytes;
	size_t n;
	int link;		/* -1: no tunnel */
	size_t inner;		/* bytes inside */
};

static const struct fixture good[] = {
	{ "IP in IP", IP_IPIP, TEXT(INNER), DLT_RAW, 6 },
	{ "6in4", IP_IPV6, TEXT(INNER), DLT_RAW, 6 },
	{ "EtherIP", IP_ETHERIP, TEXT("\x30\x00" INNER), DLT_EN10MB, 6 },
	{ "GRE", IP_GRE, TEXT("\x00\x00" "\x08\x00" INNER), LINK_ETHERTYPE | 0x0800, 6 },
	{ "GRE with checksum, key, sequence", IP_GRE,
	  TEXT("\xb0\x00" "\x86\xdd" "\x00\x00\x00\x00" "\x00\x00\x00\x07" "\x00\x00\x00\x01" INNER),
	  LINK_ETHERTYPE | 0x86dd, 6 },
	{ "GRE, bridged Ethernet", IP_GRE, TEXT("\x20\x00" "\x65\x58" "\x00\x00\x00\x07" INNER), LINK_ETHERTYPE | 0x6558, 6 },
	{ "PPTP's GRE with acknowledgement", IP_GRE,
	  TEXT("\x30\x81" "\x88\x0b" "\x00\x06\x00\x01" "\x00\x00\x00\x01" "\x00\x00\x00\x02" INNER),
	  LINK_ETHERTYPE | 0x880b, 6 },
	{ "ERSPAN I", IP_GRE, TEXT("\x00\x00" "\x88\xbe" INNER), DLT_EN10MB, 6 },
	{ "ERSPAN II", IP_GRE, TEXT("\x10\x00" "\x88\xbe" "\x00\x00\x00\x01" "\x10\x01\x00\x02\x00\x00\x00\x03" INNER), DLT_EN10MB, 6 },
	{ "ERSPAN III", IP_GRE,
	  TEXT("\x10\x00" "\x22\xeb" "\x00\x00\x00\x01" "\x20\x01\x00\x02" "\x00\x00\x00\x00" "\x00\x00" "\x00\x00" INNER),
	  DLT_EN10MB, 6 },
	{ "ERSPAN III with platform data", IP_GRE,
	  TEXT("\x10\x00" "\x22\xeb" "\x00\x00\x00\x01" "\x20\x01\x00\x02" "\x00\x00\x00\x00" "\x00\x00" "\x00\x01" "platform" INNER),
	  DLT_EN10MB, 6 },
	{ "ERSPAN III with IP", IP_GRE,
	  TEXT("\x10\x00" "\x22\xeb" "\x00\x00\x00\x01" "\x20\x01\x00\x02" "\x00\x00\x00\x00" "\x00\x00" "\x08\x00" INNER),
	  DLT_RAW, 6 },
	{ "WCCP", IP_GRE, TEXT("\x00\x00" "\x88\x3e" "\x45" INNER), DLT_RAW, 7 },
	{ "WCCP 2, a redirect header first", IP_GRE, TEXT("\x00\x00" "\x88\x3e" "\x00\x40\x01\x00" "\x45" INNER), DLT_RAW, 7 },
	{ "Aruba's GRE, 802.11, the first type", IP_GRE, TEXT("\x00\x00" "\x82\x00" INNER), DLT_IEEE802_11, 6 },
	{ "Aruba's GRE, 802.11, the last type", IP_GRE, TEXT("\x00\x00" "\x82\xff" INNER), DLT_IEEE802_11, 6 },
	{ "GRE, the type behind Aruba's", IP_GRE, TEXT("\x00\x00" "\x83\x00" INNER), LINK_ETHERTYPE | 0x8300, 6 },
	{ "VXLAN GPE, IPv6", IP_UDP, TEXT(UDP_TO("\x12\xb6") "\x0c\x00\x00\x02" "\x00\x00\x2a\x00" INNER), DLT_RAW, 6 },
	{ "L2TP with an offset", IP_UDP, TEXT(UDP_FROM("\x06\xa5") "\x02\x02" "\x00\x01\x00\x02" "\x00\x03" "pad" INNER), DLT_PPP, 6 },
	{ "Teredo, plain, from its port", IP_UDP, TEXT(UDP_FROM("\x0d\xd8") V6_INNER), DLT_RAW, 40 },
	{ "AYIYA, IPv4, from its port", IP_UDP, TEXT(UDP_FROM("\x13\xd0") "\x00\x01\x01\x04" "\x00\x00\x00\x00" "i" INNER), DLT_RAW, 6 },
	{ "VXLAN", IP_UDP, TEXT(UDP_TO("\x12\xb5") "\x08\x00\x00\x00" "\x00\x00\x2a\x00" INNER), DLT_EN10MB, 6 },
	{ "VXLAN on Linux's old port", IP_UDP, TEXT(UDP_TO("\x21\x18") "\x08\x00\x00\x00" "\x00\x00\x2a\x00" INNER), DLT_EN10MB, 6 },
	{ "VXLAN GPE, IPv4", IP_UDP, TEXT(UDP_TO("\x12\xb6") "\x0c\x00\x00\x01" "\x00\x00\x2a\x00" INNER), DLT_RAW, 6 },
	{ "VXLAN GPE, Ethernet", IP_UDP, TEXT(UDP_TO("\x12\xb6") "\x0c\x00\x00\x03" "\x00\x00\x2a\x00" INNER), DLT_EN10MB, 6 },
	{ "GENEVE with an option", IP_UDP,
	  TEXT(UDP_TO("\x17\xc1") "\x02\x40\x65\x58" "\x00\x00\x2a\x00" "\x01\x02\x80\x01" "\x00\x00\x00\x00" INNER),
	  LINK_ETHERTYPE | 0x6558, 6 },
	{ "GTP-U", IP_UDP, TEXT(UDP_TO("\x08\x68") "\x30\xff\x00\x06" "\x00\x00\x00\x01" INNER), DLT_RAW, 6 },
	{ "GTP-U with an extension header", IP_UDP,
	  TEXT(UDP_FROM("\x08\x68") "\x34\xff\x00\x0e" "\x00\x00\x00\x01" "\x00\x00\x00\x85" "\x01\x10\x00\x00" INNER), DLT_RAW, 6 },
	{ "Teredo with origin indication", IP_UDP,
	  TEXT(UDP_TO("\x0d\xd8") "\x00\x00" "\xff\xff" "\xff\xff\xff\xff" V6_INNER), DLT_RAW, 40 },
	{ "Teredo with authentication", IP_UDP,
	  TEXT(UDP_TO("\x0d\xd8") "\x00\x01\x00\x00" "nonce123" "\x00" V6_INNER), DLT_RAW, 40 },
	{ "L2TP with length and sequence", IP_UDP,
	  TEXT(UDP_TO("\x06\xa5") "\x48\x02" "\x00\x12" "\x00\x01\x00\x02" "\x00\x01\x00\x00" INNER), DLT_PPP, 6 },
	{ "CAPWAP data, 802.11", IP_UDP, TEXT(UDP_FROM("\x14\x7f") "\x00\x10\x03\x00" "\x00\x00\x00\x00" INNER), DLT_IEEE802_11, 6 },
	{ "GTP-U, sequence number alone: what stands in the next field says nothing", IP_UDP,
	  TEXT(UDP_TO("\x08\x68") "\x32\xff\x00\x0a" "\x00\x00\x00\x01" "\x00\x07\x00\x85" INNER), DLT_RAW, 6 },
	{ "CAPWAP data, 802.3", IP_UDP, TEXT(UDP_TO("\x14\x7f") "\x00\x10\x02\x00" "\x00\x00\x00\x00" INNER), DLT_EN10MB, 6 },
	{ "MPLS in IP", IP_MPLS, TEXT("\x00\x01\x01\x40" INNER), LINK_ETHERTYPE | 0x8847, 10 },
	{ "MPLS in UDP", IP_UDP, TEXT(UDP_TO("\x19\xeb") "\x00\x01\x01\x40" INNER), LINK_ETHERTYPE | 0x8847, 10 },
	{ "GRE in UDP", IP_UDP, TEXT(UDP_TO("\x12\x92") "\x00\x00" "\x08\x00" INNER), LINK_ETHERTYPE | 0x0800, 6 },
	{ "TZSP with padding tag", IP_UDP, TEXT(UDP_TO("\x90\x90") "\x01\x00\x00\x01" "\x00" "\x0a\x01\x99" "\x01" INNER), DLT_EN10MB, 6 },
	{ "AYIYA, IPv6", IP_UDP, TEXT(UDP_TO("\x13\xd0") "\x42\x51\x01\x29" "\x00\x00\x00\x00" "identity of 16 b" "signature of twenty." INNER), DLT_RAW, 6 },
};
static const struct fixture bad[] = {
	{ "GRE with routing (RFC 1701)", IP_GRE, TEXT("\x40\x00" "\x08\x00" "\x00\x00\x00\x00" INNER), -1, 0 },
	{ "GRE version 2", IP_GRE, TEXT("\x00\x02" "\x08\x00" INNER), -1, 0 },
	{ "GRE cut in its key", IP_GRE, TEXT("\x20\x00" "\x08\x00" "\x00\x00"), -1, 0 },
	{ "VXLAN without its flag", IP_UDP, TEXT(UDP_TO("\x12\xb5") "\x00\x00\x00\x00" "\x00\x00\x2a\x00" INNER), -1, 0 },
	{ "VXLAN from the port, not to it", IP_UDP, TEXT(UDP_FROM("\x12\xb5") "\x08\x00\x00\x00" "\x00\x00\x2a\x00" INNER), -1, 0 },
	{ "VXLAN GPE, NSH", IP_UDP, TEXT(UDP_TO("\x12\xb6") "\x0c\x00\x00\x04" "\x00\x00\x2a\x00" INNER), -1, 0 },
	{ "GENEVE version 1", IP_UDP, TEXT(UDP_TO("\x17\xc1") "\x40\x00\x65\x58" "\x00\x00\x2a\x00" INNER), -1, 0 },
	{ "GTP-U echo request", IP_UDP, TEXT(UDP_TO("\x08\x68") "\x30\x01\x00\x00" "\x00\x00\x00\x00" INNER), -1, 0 },
	{ "GTP-U, extension header of no length", IP_UDP,
	  TEXT(UDP_TO("\x08\x68") "\x34\xff\x00\x06" "\x00\x00\x00\x01" "\x00\x00\x00\x85" "\x00\x10\x00\x00" INNER), -1, 0 },
	{ "something else on Teredo's port", IP_UDP, TEXT(UDP_TO("\x0d\xd8") INNER), -1, 0 },
	{ "L2TP control message", IP_UDP, TEXT(UDP_TO("\x06\xa5") "\xc8\x02" "\x00\x0c" "\x00\x01\x00\x00" "\x00\x00\x00\x00"), -1, 0 },
	{ "CAPWAP over DTLS", IP_UDP, TEXT(UDP_TO("\x14\x7f") "\x01\x00\x00\x00" "\x16\xfe\xff\x00" INNER), -1, 0 },
	{ "CAPWAP, a fragment", IP_UDP, TEXT(UDP_TO("\x14\x7f") "\x00\x10\x02\x80" "\x00\x00\x00\x00" INNER), -1, 0 },
	{ "CAPWAP keep-alive", IP_UDP, TEXT(UDP_TO("\x14\x7f") "\x00\x10\x02\x08" "\x00\x00\x00\x00" INNER), -1, 0 },
	{ "CAPWAP, a header of four bytes", IP_UDP, TEXT(UDP_TO("\x14\x7f") "\x00\x08\x02\x00" "\x00\x00\x00\x00" INNER), -1, 0 },
	{ "GTP-U of nothing", IP_UDP, TEXT(UDP_TO("\x08\x68") "\x30\xff\x00\x00" "\x00\x00\x00\x01"), -1, 0 },
	{ "VXLAN GPE without next protocol's flag", IP_UDP, TEXT(UDP_TO("\x12\xb6") "\x08\x00\x00\x01" "\x00\x00\x2a\x00" INNER), -1, 0 },
	{ "VXLAN GPE, protocol 0", IP_UDP, TEXT(UDP_TO("\x12\xb6") "\x0c\x00\x00\x00" "\x00\x00\x2a\x00" INNER), -1, 0 },
	{ "AYIYA, no forwarding", IP_UDP, TEXT(UDP_TO("\x13\xd0") "\x00\x01\x02\x29" "\x00\x00\x00\x00" "i" INNER), -1, 0 },
	{ "TZSP keep-alive", IP_UDP, TEXT(UDP_TO("\x90\x90") "\x01\x04\x00\x01" "\x01" INNER), -1, 0 },
	{ "DNS", IP_UDP, TEXT(UDP_TO("\x00\x35") INNER), -1, 0 },
	{ "TCP", IP_TCP, TEXT(INNER), -1, 0 },
	{ "IP in IP of nothing", IP_IPIP, TEXT(""), -1, 0 },
	{ "MPLS in IP of nothing", IP_MPLS, TEXT(""), -1, 0 },
};

static uint64_t read_tunnel(struct cursor c, void *context)
{
	struct datagram d = { .proto = *(const uint8_t *)context, .payload = c };
	struct cursor inner;
	int link = -1;

	if (!tunnel_open(&d, &inner, &link))
		return 1;
	assert_true(inner.at >= c.at && inner.end <= c.end && !inner.bad);
	return mix(mix_cursor(2, inner), (uint64_t)(unsigned)link);
}

static void check(const struct fixture *f)
{
	struct datagram d = { .proto = f->proto, .payload = fence_end(f->bytes, f->n) };
	struct cursor inner;
	uint8_t proto = f->proto;
	int link = -1;
	bool open = tunnel_open(&d, &inner, &link);

	if (open != (f->link >= 0))
		fail_msg("%s: %s", f->what, open ? "taken" : "not taken");
	if (open && (link != f->link || cursor_left(&inner) != f->inner))
		fail_msg("%s: link %x, %zu bytes inside", f->what, (unsigned)link, cursor_left(&inner));
	if (open)
		bytes_torture(f->bytes, f->n, read_tunnel, &proto);
	else
		(void)bytes_mutate(f->bytes, f->n, read_tunnel, &proto);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests_name("tunnel", tests, NULL, NULL);
}
