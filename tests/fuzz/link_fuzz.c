/* links: link link_wlan */
#include <pcap/dlt.h>

#include "fuzz.h"
#include "link.h"

/* the types that link.c tells apart, and one that nobody reads */
static const int links[] = {
	DLT_NULL, DLT_EN10MB, DLT_ARCNET, DLT_SLIP, DLT_PPP, DLT_FDDI, DLT_ATM_RFC1483, DLT_RAW, DLT_PPP_ETHER,
	DLT_C_HDLC, DLT_IEEE802_11, DLT_FRELAY, DLT_LOOP, DLT_ENC, DLT_LINUX_SLL, DLT_PRISM_HEADER, DLT_SUNATM,
	DLT_IEEE802_11_RADIO, DLT_ARCNET_LINUX, DLT_PPI, DLT_NFLOG, DLT_PKTAP, DLT_LINUX_SLL2,
	LINK_ETHERTYPE | 0x0800, LINK_ETHERTYPE | 0x8847, 9999
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of(data, size);
	struct layers layers = { 0 };
	int link = links[cursor_u8(&c) % (sizeof(links) / sizeof(*links))];

	if (link_read(&c, link, &layers) == LINK_IP)
		fuzz_touch(c);
	FUZZ_MUST(layers.vlans <= VLANS_MAX);
	if (layers.src_mac && layers.dst_mac) {
		fuzz_touch(cursor_of(layers.src_mac, 6));
		fuzz_touch(cursor_of(layers.dst_mac, 6));
	}
	return 0;
}
