#include "ip.h"

enum {
	V6_HOP_BY_HOP = 0, V6_ROUTING = 43, V6_FRAGMENT = 44, V6_DESTINATION = 60,
	V6_MOBILITY = 135, V6_HIP = 139, V6_SHIM6 = 140,
	V6_HEADERS_MAX = 16	/* RFC 8200 section 4.1 names each once; more is an attack */
};

static bool read_v4(struct cursor *c, struct datagram *out)
{
	struct cursor start = *c, body;
	size_t header = (size_t)(cursor_peek(c, 0) & 0xf) * 4;
	const uint8_t *h = cursor_take(&start, 20);
	uint16_t total, flags;

	if (!h || header < 20)
		return false;
	total = (uint16_t)(h[2] << 8 | h[3]);
	flags = (uint16_t)(h[6] << 8 | h[7]);
	if (total && total < header)
		return false;
	out->cut = total > cursor_left(c);
	body = cursor_sub(c, total && !out->cut ? total : cursor_left(c));
	if (!cursor_take(&body, header))
		return false;
	out->src = addr_v4(h + 12);
	out->dst = addr_v4(h + 16);
	out->proto = h[9];
	out->ttl = h[8];
	out->more = flags & 0x2000;
	out->offset = (uint16_t)((flags & 0x1fff) * 8);
	out->fragment = out->more || out->offset;
	out->id = (uint32_t)(h[4] << 8 | h[5]);
	out->payload = body;
	return out->proto != IP_AH || out->fragment || ip_step_over(out);
}

static bool read_fragment_header(struct datagram *d)
{
	struct cursor *c = &d->payload;
	uint16_t place;

	d->proto = cursor_u8(c);
	cursor_skip(c, 1);
	place = cursor_u16(c);
	d->id = cursor_u32(c);
	d->more = place & 1;
	d->offset = place & 0xfff8;
	d->fragment = d->more || d->offset;	/* RFC 6946: an atomic fragment is whole */
	return !c->bad;
}

bool ip_step_over(struct datagram *d)
{
	struct cursor *c = &d->payload;

	for (int i = 0; i < V6_HEADERS_MAX && !d->fragment; i++) {
		size_t unit = 8, more;

		switch (d->proto) {
		case V6_FRAGMENT:
			if (!read_fragment_header(d))
				return false;
			continue;
		case IP_AH:
			unit = 4;	/* RFC 4302 section 2.2: in words, less two */
			break;
		case V6_HOP_BY_HOP: case V6_ROUTING: case V6_DESTINATION:
		case V6_MOBILITY: case V6_HIP: case V6_SHIM6:
			break;
		default:
			return true;
		}
		d->proto = cursor_u8(c);
		more = cursor_u8(c);
		cursor_skip(c, (unit == 4 ? (more + 2) * 4 : (more + 1) * 8) - 2);
		if (c->bad)
			return false;
	}
	return true;
}

static bool read_v6(struct cursor *c, struct datagram *out)
{
	const uint8_t *h = cursor_take(c, 40);
	size_t length;

	if (!h)
		return false;
	length = (size_t)(h[4] << 8 | h[5]);
	out->src = addr_v6(h + 8);
	out->dst = addr_v6(h + 24);
	out->proto = h[6];
	out->ttl = h[7];
	out->fragment = out->more = false;
	out->cut = length > cursor_left(c);
	/* RFC 2675 jumbograms and offloads say 0: all that was captured */
	out->payload = cursor_sub(c, length && !out->cut ? length : cursor_left(c));
	return ip_step_over(out);
}

bool ip_read(struct cursor *c, struct datagram *out)
{
	switch (cursor_peek(c, 0) >> 4) {
	case 4:
		return read_v4(c, out);
	case 6:
		return read_v6(c, out);
	default:
		return false;
	}
}
