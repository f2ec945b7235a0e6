#include "link_parts.h"

#include <pcap/dlt.h>

enum {
	TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd, TYPE_VLAN = 0x8100, TYPE_QINQ = 0x88a8,
	TYPE_QINQ_OLD = 0x9100, TYPE_QINQ_OLD2 = 0x9200, TYPE_QINQ_OLD3 = 0x9300,
	TYPE_MPLS = 0x8847, TYPE_MPLS_MULTI = 0x8848, TYPE_PPPOE = 0x8864,
	TYPE_BRIDGED = 0x6558, TYPE_CMD = 0x8909, TYPE_PBB = 0x88e7, TYPE_VNTAG = 0x8926,
	TYPE_PPP = 0x880b, TYPE_LENGTH_MAX = 1500,	/* up to here an 802.3 length */
	PPP_IPV4 = 0x0021, PPP_IPV6 = 0x0057, PPP_MPLS = 0x0281,
	NLPID_SNAP = 0x80, NLPID_IPV6 = 0x8e, NLPID_IPV4 = 0xcc,
	TAGS_MAX = 16		/* headers between link and IP; more is an attack */
};

static enum link_verdict read_type(struct cursor *c, unsigned type, struct layers *layers);

static bool known_type(unsigned type)
{
	return type == TYPE_IPV4 || type == TYPE_IPV6 || type == TYPE_VLAN ||
	       type == TYPE_QINQ || type == TYPE_MPLS || type == TYPE_PPPOE || type == 0x0806;
}

static enum link_verdict read_raw(struct cursor *c)
{
	unsigned version = cursor_peek(c, 0) >> 4;

	if (!cursor_left(c))
		return LINK_CUT;
	return version == 4 || version == 6 ? LINK_IP : LINK_OTHER;
}

static enum link_verdict read_ethernet(struct cursor *c, struct layers *layers)
{
	const uint8_t *h = cursor_take(c, 12);

	if (!h)
		return LINK_CUT;
	layers->dst_mac = h;
	layers->src_mac = h + 6;
	return read_type(c, cursor_u16(c), layers);
}

enum link_verdict link_read_llc(struct cursor *c, struct layers *layers)
{
	uint16_t saps = cursor_u16(c);

	cursor_skip(c, 1);
	if (saps == 0xaaaa) {
		cursor_skip(c, 3);	/* the OUI: Ethernet, or a bridge's */
		return c->bad ? LINK_CUT : read_type(c, cursor_u16(c), layers);
	}
	if (saps == 0x0606)
		return read_raw(c);
	return c->bad ? LINK_CUT : LINK_OTHER;
}

/* holds_ip is true of an IP header whose length fits what stands there. */
static bool holds_ip(const struct cursor *c, size_t at)
{
	struct cursor ip = *c;
	size_t left;

	cursor_skip(&ip, at);
	left = cursor_left(&ip);
	switch (cursor_peek(&ip, 0) >> 4) {
	case 4:
		return (cursor_peek(&ip, 0) & 0xf) >= 5 && cursor_peek16(&ip, 2) >= 20 && cursor_peek16(&ip, 2) <= left;
	case 6:
		return left >= 40 && cursor_peek16(&ip, 4) <= left - 40;
	default:
		return false;
	}
}

/* frame_holds_ip is true when the type field at `at`, or that behind tags, announces an IP header, and one follows. */
static bool frame_holds_ip(const struct cursor *c, size_t at)
{
	for (int i = 0; i < TAGS_MAX; i++, at += 4) {
		unsigned type = cursor_peek16(c, at);

		if (type == TYPE_IPV4 || type == TYPE_IPV6)
			return cursor_peek(c, at + 2) >> 4 == (type == TYPE_IPV4 ? 4 : 6) && holds_ip(c, at + 2);
		if (type != TYPE_VLAN && type != TYPE_QINQ)
			break;
	}
	return false;
}

/*
 * RFC 3032; a pseudowire (RFC 4448) carries Ethernet, with or without a
 * control word: what makes sense down to the IP header decides.  A MAC may
 * begin with 4 or 6 as IP does, so what would be IP's length must fit, too.
 */
static enum link_verdict read_mpls(struct cursor *c, struct layers *layers)
{
	uint32_t label;
	unsigned version;

	do
		label = cursor_u32(c);
	while (!c->bad && !(label & 0x100));
	if (c->bad)
		return LINK_CUT;
	version = cursor_peek(c, 0) >> 4;
	if (version == 0 && frame_holds_ip(c, 16)) {
		cursor_skip(c, 4);
		return read_ethernet(c, layers);
	}
	if (frame_holds_ip(c, 12) || (known_type(cursor_peek16(c, 12)) && !holds_ip(c, 0)))
		return read_ethernet(c, layers);
	if (version == 0 && known_type(cursor_peek16(c, 16))) {
		cursor_skip(c, 4);
		return read_ethernet(c, layers);
	}
	return read_raw(c);
}

/* RFC 1661 and 1662: address, control and the first protocol byte may be left out. */
static enum link_verdict read_ppp(struct cursor *c, struct layers *layers)
{
	unsigned proto;

	if (cursor_peek16(c, 0) == 0xff03)
		cursor_skip(c, 2);
	proto = cursor_u8(c);
	if (!(proto & 1))
		proto = proto << 8 | cursor_u8(c);
	if (c->bad)
		return LINK_CUT;
	if (proto == PPP_IPV4 || proto == PPP_IPV6)
		return read_raw(c);
	return proto == PPP_MPLS ? read_mpls(c, layers) : LINK_OTHER;
}

static enum link_verdict read_pppoe(struct cursor *c, struct layers *layers)
{
	cursor_skip(c, 6);	/* RFC 2516 section 4: version, code, session, length */
	return read_ppp(c, layers);
}

static void add_vlan(struct cursor *c, struct layers *layers)
{
	uint16_t tag = cursor_u16(c) & 0xfff;

	if (layers->vlans < VLANS_MAX)
		layers->vlan[layers->vlans++] = tag;
}

static enum link_verdict read_type(struct cursor *c, unsigned type, struct layers *layers)
{
	for (int i = 0; i < TAGS_MAX && !c->bad; i++) {
		switch (type) {
		case TYPE_IPV4: case TYPE_IPV6:
			return cursor_left(c) ? LINK_IP : LINK_CUT;
		case TYPE_VLAN: case TYPE_QINQ: case TYPE_QINQ_OLD: case TYPE_QINQ_OLD2: case TYPE_QINQ_OLD3:
			add_vlan(c, layers);
			break;
		case TYPE_VNTAG:
			cursor_skip(c, 4);
			break;
		case TYPE_CMD:		/* Cisco MetaData: version, length, options of 4 bytes */
			cursor_skip(c, 1);
			cursor_skip(c, (size_t)cursor_u8(c) * 4);
			break;
		case TYPE_PBB:		/* IEEE 802.1ah: an I-tag, then a frame of its own */
			cursor_skip(c, 4);
			return read_ethernet(c, layers);
		case TYPE_MPLS: case TYPE_MPLS_MULTI:
			return read_mpls(c, layers);
		case TYPE_PPPOE:
			return read_pppoe(c, layers);
		case TYPE_PPP:
			return read_ppp(c, layers);
		case TYPE_BRIDGED:
			return read_ethernet(c, layers);
		default:
			return type <= TYPE_LENGTH_MAX && type > 0 ? link_read_llc(c, layers) : LINK_OTHER;
		}
		type = cursor_u16(c);
	}
	return LINK_CUT;
}

/* RFC 2427 behind a Q.922 address of two to four bytes, or Cisco's type field. */
static enum link_verdict read_frame_relay(struct cursor *c, struct layers *layers)
{
	uint8_t address;

	do
		address = cursor_u8(c);
	while (!c->bad && !(address & 1));
	if (known_type(cursor_peek16(c, 0)))
		return read_type(c, cursor_u16(c), layers);
	cursor_skip(c, 1);
	if (cursor_peek(c, 0) == 0)
		cursor_skip(c, 1);	/* padding to an even offset */
	switch (cursor_u8(c)) {
	case NLPID_IPV4: case NLPID_IPV6:
		return read_raw(c);
	case NLPID_SNAP:
		cursor_skip(c, 3);
		return read_type(c, cursor_u16(c), layers);
	default:
		return c->bad ? LINK_CUT : LINK_OTHER;
	}
}

static enum link_verdict read_cooked(struct cursor *c, struct layers *layers)
{
	const uint8_t *h = cursor_take(c, 14);

	if (!h)
		return LINK_CUT;
	if (h[4] == 0 && h[5] == 6)
		layers->src_mac = h + 6;
	return read_type(c, cursor_u16(c), layers);
}

static enum link_verdict read_cooked2(struct cursor *c, struct layers *layers)
{
	uint16_t type = cursor_u16(c);
	const uint8_t *h = cursor_take(c, 18);

	if (!h)
		return LINK_CUT;
	if (h[9] == 6)
		layers->src_mac = h + 10;
	return read_type(c, type, layers);
}

/* wraps is true of link types that name another one: within themselves they are an attack. */
static bool wraps(int link)
{
	return link == DLT_PPI || link == DLT_PKTAP || link == DLT_USER2;
}

static enum link_verdict read_ppi(struct cursor *c, struct layers *layers)
{
	struct cursor header = *c;
	size_t length;
	int link;

	cursor_skip(&header, 2);
	length = cursor_u16le(&header);
	link = (int)(cursor_u32le(&header) & 0xffff);
	cursor_skip(c, length);
	if (length < 8 || c->bad)
		return LINK_CUT;
	return wraps(link) ? LINK_OTHER : link_read(c, link, layers);
}

static enum link_verdict read_nflog(struct cursor *c)
{
	cursor_skip(c, 4);
	while (cursor_left(c)) {
		size_t length = cursor_u16le(c);
		uint16_t type = cursor_u16le(c);
		struct cursor value;

		if (length < 4)
			return LINK_CUT;
		value = cursor_sub(c, length - 4);
		if (type == 9) {	/* NFULA_PAYLOAD */
			*c = value;
			return read_raw(c);
		}
		cursor_skip(c, (4 - length % 4) % 4);
	}
	return c->bad ? LINK_CUT : LINK_OTHER;
}

static enum link_verdict read_pktap(struct cursor *c, struct layers *layers)
{
	struct cursor header = *c;
	size_t length = cursor_u32le(&header);
	int link;

	cursor_skip(&header, 4);
	link = (int)(cursor_u32le(&header) & 0xffff);
	cursor_skip(c, length);
	if (length < 12 || c->bad)
		return LINK_CUT;
	return wraps(link) ? LINK_OTHER : link_read(c, link, layers);
}

static enum link_verdict read_chdlc(struct cursor *c, struct layers *layers)
{
	cursor_skip(c, 2);
	return read_type(c, cursor_u16(c), layers);
}

/* RFC 1051 puts IP behind the type, RFC 1201 a fragment header before it. */
static enum link_verdict read_arcnet(struct cursor *c, size_t addresses)
{
	uint8_t type;

	cursor_skip(c, addresses);
	type = cursor_u8(c);
	if (type == 0xd4 || type == 0xc4)
		cursor_skip(c, 3);
	else if (type != 0xf0)
		return c->bad ? LINK_CUT : LINK_OTHER;
	return read_raw(c);
}

static enum link_verdict skip_then_raw(struct cursor *c, size_t n)
{
	cursor_skip(c, n);
	return c->bad ? LINK_CUT : read_raw(c);
}

static enum link_verdict skip_then_llc(struct cursor *c, size_t n, struct layers *layers)
{
	cursor_skip(c, n);
	return c->bad ? LINK_CUT : link_read_llc(c, layers);
}

enum link_verdict link_read(struct cursor *c, int link, struct layers *layers)
{
	if (link & LINK_ETHERTYPE)
		return read_type(c, (unsigned)link & 0xffff, layers);
	switch (link) {
	case DLT_EN10MB: return read_ethernet(c, layers);
	case DLT_RAW: case DLT_IPV4: case DLT_IPV6: return read_raw(c);
	case DLT_LINUX_SLL: return read_cooked(c, layers);
	case DLT_LINUX_SLL2: return read_cooked2(c, layers);
	case DLT_NULL: case DLT_LOOP: return skip_then_raw(c, 4);
	case DLT_PPP: case DLT_PPP_SERIAL: case DLT_PPP_PPPD: return read_ppp(c, layers);
	case DLT_PPP_ETHER: return read_pppoe(c, layers);
	case DLT_C_HDLC: return read_chdlc(c, layers);
	case DLT_FRELAY: return read_frame_relay(c, layers);
	case DLT_IEEE802_11: return link_read_wlan(c, layers, false);
	case DLT_IEEE802_11_RADIO: return link_read_radiotap(c, layers);
	case DLT_PRISM_HEADER: cursor_skip(c, 144); return link_read_wlan(c, layers, false);
	case LINK_MSDU: return link_read_msdu(c, layers);
	case DLT_PPI: return read_ppi(c, layers);
	case DLT_NFLOG: return read_nflog(c);
	case DLT_PKTAP: case DLT_USER2: return read_pktap(c, layers);
	case DLT_ARCNET: return read_arcnet(c, 2);
	case DLT_ARCNET_LINUX: return read_arcnet(c, 4);
	case DLT_ENC: return skip_then_raw(c, 12);
	case DLT_SLIP: return skip_then_raw(c, 16);
	case DLT_FDDI: return skip_then_llc(c, 13, layers);
	case DLT_ATM_RFC1483: return link_read_llc(c, layers);
	case DLT_SUNATM: return skip_then_llc(c, 4, layers);
	default: return LINK_UNKNOWN;
	}
}
