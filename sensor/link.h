/*
 * link.h: from a captured frame to the IP datagram inside it.
 *
 * Reads Ethernet II and 802.3 SNAP, 802.1Q and 802.1ad tags, MPLS, PPPoE, PPP,
 * Cisco HDLC, frame relay, Linux cooked v1 and v2, raw IP, BSD loopback,
 * 802.11 data frames (bare, radiotap, PPI; aggregates), NFLOG, PKTAP, ATM RFC 1483.
 */
#ifndef TELLTALE_LINK_H
#define TELLTALE_LINK_H

#include "cursor.h"

enum { VLANS_MAX = 2 };		/* kept; deeper tags are stepped over */

struct layers {
	const uint8_t *src_mac, *dst_mac;	/* borrowed, six bytes; NULL when unknown */
	uint16_t vlan[VLANS_MAX];		/* outer first */
	uint8_t vlans;
	struct cursor more;			/* further packets of an 802.11 aggregate (A-MSDU): a LINK_MSDU */
};

/* A `link` of LINK_ETHERTYPE | type starts behind an Ethernet type field, LINK_MSDU at a subframe of an aggregate. */
enum { LINK_ETHERTYPE = 0x10000, LINK_MSDU = 0x20000 };

enum link_verdict {
	LINK_IP,	/* *c stands at an IP header */
	LINK_OTHER,	/* well read, carries no IP (ARP, LLDP, encrypted 802.11) */
	LINK_CUT,	/* the header is cut off or absurd */
	LINK_UNKNOWN	/* no reader for this link type */
};

/*
 * link_read steps over everything before the IP header.  `layers` is filled
 * as far as known; tags are added to those it has, so that it can be called
 * again for what a tunnel carries.
 */
enum link_verdict link_read(struct cursor *c, int link, struct layers *layers);

#endif
