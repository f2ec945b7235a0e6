/* IEEE 802.11-2020 section 9.2: data frames that carry a body in the clear. */
#include "link_parts.h"

enum {
	DATA = 0x08, TYPE = 0x0c, NULL_DATA = 0x40, QOS = 0x80,	/* frame control: type and subtype, */
	TO_DS = 0x100, FROM_DS = 0x200, PROTECTED = 0x4000, HTC = 0x8000,	/* flags */
	AGGREGATE = 0x80,		/* of the QoS control field: an A-MSDU */
	SUBFRAME_HEADER = 14		/* section 9.3.2.2.2: destination, source, length */
};

enum link_verdict link_read_msdu(struct cursor *c, struct layers *layers)
{
	const uint8_t *h = cursor_take(c, SUBFRAME_HEADER - 2);
	struct cursor body = cursor_block(c, 2);

	layers->more = (struct cursor){ 0 };
	if (body.bad)
		return LINK_CUT;
	layers->dst_mac = h;
	layers->src_mac = h + 6;
	cursor_skip(c, (4 - (SUBFRAME_HEADER + cursor_left(&body)) % 4) % 4);
	if (cursor_left(c) > SUBFRAME_HEADER)	/* less is a checksum */
		layers->more = *c;
	*c = body;
	return link_read_llc(c, layers);
}

enum link_verdict link_read_wlan(struct cursor *c, struct layers *layers, bool padded)
{
	uint16_t control = cursor_u16le(c);
	bool to_ds = control & TO_DS, from_ds = control & FROM_DS, qos = control & QOS;
	size_t header = to_ds && from_ds ? 28 : 22, qos_at = header;
	const uint8_t *h;

	if (c->bad)
		return LINK_CUT;
	if ((control & TYPE) != DATA || control & (NULL_DATA | PROTECTED))
		return LINK_OTHER;
	header += (qos ? 2u : 0u) + (qos && control & HTC ? 4u : 0u);
	h = cursor_take(c, padded ? ((header + 2 + 3) & ~(size_t)3) - 2 : header);
	if (!h)
		return LINK_CUT;
	if (qos && h[qos_at] & AGGREGATE)
		return link_read_msdu(c, layers);
	layers->dst_mac = to_ds ? h + 14 : h + 2;
	layers->src_mac = from_ds ? (to_ds ? h + 22 : h + 14) : h + 8;
	return link_read_llc(c, layers);
}

enum link_verdict link_read_radiotap(struct cursor *c, struct layers *layers)
{
	struct cursor header = *c;
	uint32_t present, more;
	size_t length;
	uint8_t flags = 0;

	cursor_skip(&header, 2);
	length = cursor_u16le(&header);
	present = more = cursor_u32le(&header);
	while (more & UINT32_C(0x80000000) && !header.bad)
		more = cursor_u32le(&header);
	if (present & 1) {	/* the timestamp is aligned to its eight bytes */
		size_t used = cursor_left(c) - cursor_left(&header);

		cursor_skip(&header, (8 - used % 8) % 8 + 8);
	}
	if (present & 2)
		flags = cursor_u8(&header);
	cursor_skip(c, length);
	return length < 8 || c->bad ? LINK_CUT : link_read_wlan(c, layers, flags & 0x20);
}
