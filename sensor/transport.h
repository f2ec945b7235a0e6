/*
 * transport.h: TCP (RFC 9293) and UDP (RFC 768) headers.
 */
#ifndef TELLTALE_TRANSPORT_H
#define TELLTALE_TRANSPORT_H

#include "ip.h"

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16 };

struct packet {
	struct addr src, dst;
	uint16_t sport, dport;
	uint8_t proto;		/* IP_TCP or IP_UDP */
	uint8_t flags;		/* TCP_*, 0 for UDP */
	uint8_t ttl;		/* of the datagram */
	uint32_t seq, ack;	/* of TCP */
	bool cut;		/* the capture has less than was sent */
	uint32_t length;	/* bytes of its frame on the wire; put in by the owner of the frame */
	uint64_t hash;		/* of the connection, the same both ways (flow_hash); put in by the same */
	struct cursor payload;
};

/*
 * transport_read takes the transport header of a whole datagram (an
 * unfragmented one, or the first fragment: then `cut` is set).  Checksums are
 * not looked at: a span port sees them before the card fills them in.  False
 * when the protocol is another or the header is cut off or absurd.
 */
bool transport_read(const struct datagram *d, struct packet *out);

/* transport_header is that for a packet whose payload still begins with the header; what stands in it is filled in. */
bool transport_header(struct packet *p);

#endif
