/*
 * ip.h: IPv4 (RFC 791) and IPv6 (RFC 8200) headers, extension headers stepped over.
 */
#ifndef TELLTALE_IP_H
#define TELLTALE_IP_H

#include "addr.h"
#include "cursor.h"

enum {
	IP_ICMP = 1, IP_IPIP = 4, IP_TCP = 6, IP_UDP = 17, IP_IPV6 = 41, IP_GRE = 47,
	IP_AH = 51, IP_ETHERIP = 97, IP_SCTP = 132, IP_MPLS = 137
};

struct datagram {
	struct addr src, dst;
	uint8_t proto;		/* of the payload, after extension headers */
	uint8_t ttl;		/* or hop limit */
	bool fragment;		/* the three below count */
	bool more;		/* not the last fragment */
	uint16_t offset;	/* bytes */
	uint32_t id;
	bool cut;		/* the capture has less than the header says */
	uint32_t length;	/* of the frames that brought it, bytes on the wire; put in by their owner */
	struct cursor payload;
};

/*
 * ip_read takes one datagram; bytes after its own length (Ethernet padding)
 * stay in *c.  A total length of 0, as segmentation offload leaves it, means
 * all that was captured.  False when it is no IP header.
 */
bool ip_read(struct cursor *c, struct datagram *out);

/*
 * ip_step_over reads IPv6 extension headers and AH at the start of the
 * payload, as ip_read does for whole datagrams; for what defrag joined.
 */
bool ip_step_over(struct datagram *d);

#endif
