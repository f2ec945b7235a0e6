#include "tunnel.h"

#include <pcap/dlt.h>

#include "link.h"

enum {
	GRE_CHECKSUM = 0x8000, GRE_ROUTING = 0x4000, GRE_KEY = 0x2000, GRE_SEQUENCE = 0x1000,
	GRE_ACK = 0x0080, GRE_VERSION = 0x0007,
	TYPE_MPLS = 0x8847, TYPE_ERSPAN = 0x88be, TYPE_ERSPAN3 = 0x22eb, TYPE_WCCP = 0x883e,
	TYPE_ARUBA = 0x8200, TYPE_ARUBA_LAST = 0x82ff
};

static bool open_erspan3(struct cursor *c, int *link)
{
	uint16_t flags;

	cursor_skip(c, 10);
	flags = cursor_u16(c);
	if (flags & 1)		/* O: eight bytes of platform data follow */
		cursor_skip(c, 8);
	*link = (flags >> 10 & 0x1f) == 2 ? DLT_RAW : DLT_EN10MB;
	return !c->bad;
}

static bool open_gre(struct cursor *c, int *link)
{
	uint16_t flags = cursor_u16(c), type = cursor_u16(c);

	if (flags & (GRE_CHECKSUM | GRE_ROUTING))
		cursor_skip(c, 4);
	if (flags & GRE_KEY)
		cursor_skip(c, 4);
	if (flags & GRE_SEQUENCE)
		cursor_skip(c, 4);
	if ((flags & GRE_VERSION) == 1 && flags & GRE_ACK)
		cursor_skip(c, 4);
	if (c->bad || flags & GRE_ROUTING || (flags & GRE_VERSION) > 1)
		return false;
	*link = LINK_ETHERTYPE | type;
	switch (type) {
	case TYPE_ERSPAN:	/* type I has no header, and no sequence number to tell */
		if (flags & GRE_SEQUENCE)
			cursor_skip(c, 8);
		*link = DLT_EN10MB;
		return !c->bad;
	case TYPE_ERSPAN3:
		return open_erspan3(c, link);
	case TYPE_WCCP:		/* version 2 puts a redirect header of four bytes first */
		if (cursor_peek(c, 0) >> 4 != 4)
			cursor_skip(c, 4);
		*link = DLT_RAW;
		return !c->bad;
	default:
		if (type >= TYPE_ARUBA && type <= TYPE_ARUBA_LAST)
			*link = DLT_IEEE802_11;
		return cursor_left(c) > 0;
	}
}

/* draft-massar-v6ops-ayiya: identity and signature of stated sizes, then IPv6. */
static bool open_ayiya(struct cursor *c, int *link)
{
	size_t identity = (size_t)1 << (cursor_u8(c) >> 4), signature = (size_t)(cursor_u8(c) >> 4) * 4;
	uint8_t operation = cursor_u8(c) & 0xf, next = cursor_u8(c);

	cursor_skip(c, 4 + identity + signature);
	*link = DLT_RAW;
	return !c->bad && operation == 1 && (next == IP_IPV6 || next == IP_IPIP);
}

static bool open_vxlan(struct cursor *c, int *link)
{
	uint8_t flags = cursor_u8(c);

	cursor_skip(c, 7);
	*link = DLT_EN10MB;
	return !c->bad && flags & 0x08;
}

static bool open_vxlan_gpe(struct cursor *c, int *link)
{
	static const int links[] = { [1] = DLT_RAW, DLT_RAW, DLT_EN10MB };
	uint8_t flags = cursor_u8(c), next;

	cursor_skip(c, 2);
	next = cursor_u8(c);
	cursor_skip(c, 4);
	if (c->bad || !(flags & 0x04) || next < 1 || next > 3)
		return false;
	*link = links[next];
	return true;
}

static bool open_geneve(struct cursor *c, int *link)
{
	uint8_t first = cursor_u8(c);
	uint16_t type;

	cursor_skip(c, 1);
	type = cursor_u16(c);
	cursor_skip(c, 4 + (size_t)(first & 0x3f) * 4);
	*link = LINK_ETHERTYPE | type;
	return !c->bad && first >> 6 == 0;
}

static bool open_gtpu(struct cursor *c, int *link)
{
	uint8_t flags = cursor_u8(c), type = cursor_u8(c), next;

	cursor_skip(c, 6);
	if (flags >> 4 != 3 || type != 255)	/* version 1, GTP; a G-PDU */
		return false;
	if (flags & 7) {
		cursor_skip(c, 3);
		next = cursor_u8(c);
		/* 3GPP TS 29.281 section 5.1: only the E flag gives the field a meaning */
		while (flags & 4 && next && !c->bad) {
			size_t words = cursor_u8(c);

			if (!words)
				return false;
			cursor_skip(c, words * 4 - 2);
			next = cursor_u8(c);
		}
	}
	*link = DLT_RAW;
	return !c->bad && cursor_left(c);
}

static bool open_teredo(struct cursor *c, int *link)
{
	struct datagram inner;
	struct cursor probe;

	if (cursor_peek16(c, 0) == 1) {		/* RFC 4380 section 5.1.1: authentication */
		size_t id = cursor_peek(c, 2), value = cursor_peek(c, 3);

		cursor_skip(c, 4 + id + value + 9);
	}
	if (cursor_peek16(c, 0) == 0)
		cursor_skip(c, 8);		/* origin indication */
	probe = *c;
	*link = DLT_RAW;
	return cursor_peek(c, 0) >> 4 == 6 && ip_read(&probe, &inner) && !inner.cut;
}

static bool open_l2tp(struct cursor *c, int *link)
{
	uint16_t flags = cursor_u16(c);

	if ((flags & 0x800f) != 2)		/* a data message of version 2 */
		return false;
	cursor_skip(c, flags & 0x4000 ? 6 : 4);	/* length; tunnel and session */
	if (flags & 0x0800)
		cursor_skip(c, 4);
	if (flags & 0x0200)
		cursor_skip(c, cursor_u16(c));
	*link = DLT_PPP;
	return !c->bad;
}

static bool open_capwap(struct cursor *c, int *link)
{
	struct cursor start = *c;
	size_t header = (size_t)(cursor_peek(c, 1) >> 3) * 4;
	uint8_t flags = cursor_peek(c, 3);

	if (cursor_peek(c, 0) != 0 || header < 8 || flags & 0x80 || flags & 0x08)
		return false;	/* DTLS preamble, fragments, keep-alive */
	cursor_skip(&start, header);
	*link = cursor_peek(c, 2) & 1 ? DLT_IEEE802_11 : DLT_EN10MB;
	*c = start;
	return !c->bad;
}

static bool open_tzsp(struct cursor *c, int *link)
{
	uint8_t version = cursor_u8(c), type = cursor_u8(c);
	uint16_t proto = cursor_u16(c);

	for (uint8_t tag = cursor_u8(c); tag != 1 && !c->bad; tag = cursor_u8(c)) {
		if (tag)
			cursor_skip(c, cursor_u8(c));
	}
	*link = DLT_EN10MB;
	return !c->bad && version == 1 && type <= 1 && proto == 1;
}

static bool open_mpls(struct cursor *c, int *link)
{
	*link = LINK_ETHERTYPE | TYPE_MPLS;
	return cursor_left(c) > 0;
}

static bool open_udp(struct cursor *c, int *link)
{
	uint16_t sport = cursor_u16(c), dport = cursor_u16(c);

	cursor_skip(c, 4);
	switch (dport) {
	case PORT_VXLAN: case PORT_VXLAN_OLD: return open_vxlan(c, link);
	case PORT_VXLAN_GPE: return open_vxlan_gpe(c, link);
	case PORT_GENEVE: return open_geneve(c, link);
	case PORT_GTPU: return open_gtpu(c, link);
	case PORT_TEREDO: return open_teredo(c, link);
	case PORT_L2TP: return open_l2tp(c, link);
	case PORT_CAPWAP: return open_capwap(c, link);
	case PORT_TZSP: return open_tzsp(c, link);
	case PORT_GRE: return open_gre(c, link);
	case PORT_MPLS: return open_mpls(c, link);
	case PORT_AYIYA: return open_ayiya(c, link);
	default: break;
	}
	switch (sport) {
	case PORT_GTPU: return open_gtpu(c, link);
	case PORT_TEREDO: return open_teredo(c, link);
	case PORT_L2TP: return open_l2tp(c, link);
	case PORT_CAPWAP: return open_capwap(c, link);
	case PORT_AYIYA: return open_ayiya(c, link);
	default: return false;
	}
}

bool tunnel_open(const struct datagram *d, struct cursor *inner, int *link)
{
	*inner = d->payload;
	switch (d->proto) {
	case IP_UDP:
		return open_udp(inner, link);
	case IP_IPIP: case IP_IPV6:
		*link = DLT_RAW;
		return cursor_left(inner) > 0;
	case IP_GRE:
		return open_gre(inner, link);
	case IP_MPLS:
		return open_mpls(inner, link);
	case IP_ETHERIP:
		cursor_skip(inner, 2);
		*link = DLT_EN10MB;
		return !inner->bad;
	default:
		return false;
	}
}
