#include "unwrap.h"

#include <pcap/dlt.h>

#include "tunnel.h"

enum {
	TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd, V4_HEADER = 20, V6_HEADER = 40,
	V4_PLAIN = 0x45,	/* version, and a header without options */
	V4_FRAGMENT = 0x3fff	/* more of them, or not the first */
};

static inline unsigned u16_at(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static inline bool plain_v4(struct cursor *c, struct packet *out)
{
	const uint8_t *h = cursor_take(c, V4_HEADER);
	size_t total;

	if (!h || h[0] != V4_PLAIN || u16_at(h + 6) & V4_FRAGMENT)
		return false;
	total = u16_at(h + 2);
	if (total < V4_HEADER || total - V4_HEADER > cursor_left(c))
		return false;
	cursor_trim(c, total - V4_HEADER);
	out->src = addr_v4(h + 12);
	out->dst = addr_v4(h + 16);
	out->proto = h[9];
	out->ttl = h[8];
	return true;
}

static inline bool plain_v6(struct cursor *c, struct packet *out)
{
	const uint8_t *h = cursor_take(c, V6_HEADER);
	size_t length;

	if (!h || h[0] >> 4 != 6)
		return false;
	length = u16_at(h + 4);
	if (!length || length > cursor_left(c))
		return false;
	cursor_trim(c, length);
	out->src = addr_v6(h + 8);
	out->dst = addr_v6(h + 24);
	out->proto = h[6];
	out->ttl = h[7];
	return true;
}

bool unwrap_plain(const struct frame *frame, struct layers *layers, struct packet *packet)
{
	struct cursor c = frame->bytes;
	const uint8_t *h = cursor_take(&c, 14);
	unsigned type;

	if (!h || frame->link != DLT_EN10MB)
		return false;
	type = u16_at(h + 12);
	if (type == TYPE_IPV4 ? !plain_v4(&c, packet) : type != TYPE_IPV6 || !plain_v6(&c, packet))
		return false;
	packet->cut = false;
	packet->payload = c;
	if (!transport_header(packet) ||
	    (packet->proto == IP_UDP && (tunnel_may(packet->dport) || tunnel_may(packet->sport))))
		return false;
	packet->length = frame->length;
	layers->dst_mac = h;
	layers->src_mac = h + 6;
	return true;
}

enum counter unwrap_any(struct defrag *defrag, struct counts *counts, const struct frame *frame,
			struct layers *layers, struct packet *packet)
{
	struct cursor bytes = frame->bytes, inner;
	struct datagram d;
	int link = frame->link, inner_link;
	uint32_t length = frame->length;

	for (int depth = 0; depth <= TUNNELS_MAX; depth++) {
		enum link_verdict v = link_read(&bytes, link, layers);

		if (v != LINK_IP)
			return v == LINK_OTHER ? COUNT_NOT_IP : v == LINK_CUT ? COUNT_LINK_CUT : COUNT_LINK_TYPE;
		if (!ip_read(&bytes, &d))
			return COUNT_IP_BAD;
		d.length = length;
		/* of a fragment that was cut in capture the rest cannot help: the first says what it has */
		if (d.fragment && !(d.cut && !d.offset) && !defrag_add(defrag, frame->when, &d))
			return COUNT_FRAGMENTS;
		length = d.length;
		if (!tunnel_open(&d, &inner, &inner_link))
			break;
		struct layers within = *layers;
		struct cursor probe = inner;
		struct datagram probed;

		if (link_read(&probe, inner_link, &within) != LINK_IP || !ip_read(&probe, &probed)) {
			if (d.proto == IP_UDP)
				break;		/* the port alone makes no tunnel */
			return COUNT_NOT_IP;
		}
		if (depth == TUNNELS_MAX)
			return COUNT_NESTING;
		counts->n[COUNT_TUNNELS]++;
		layers->src_mac = layers->dst_mac = NULL;	/* the tunnel's ends, not those of what it carries */
		bytes = inner;
		link = inner_link;
	}
	if (d.proto != IP_TCP && d.proto != IP_UDP)
		return COUNT_TRANSPORT_OTHER;
	if (!transport_read(&d, packet))
		return COUNT_TRANSPORT_BAD;
	packet->length = length;
	return COUNT_DECODED;
}
