#include "transport.h"

static bool read_tcp(struct packet *p)
{
	const uint8_t *h = cursor_take(&p->payload, 20);
	size_t header;

	if (!h)
		return false;
	header = (size_t)(h[12] >> 4) * 4;
	if (header < 20 || !cursor_take(&p->payload, header - 20))
		return false;
	p->sport = (uint16_t)(h[0] << 8 | h[1]);
	p->dport = (uint16_t)(h[2] << 8 | h[3]);
	p->seq = (uint32_t)h[4] << 24 | (uint32_t)h[5] << 16 | (uint32_t)h[6] << 8 | h[7];
	p->ack = (uint32_t)h[8] << 24 | (uint32_t)h[9] << 16 | (uint32_t)h[10] << 8 | h[11];
	p->flags = h[13];
	return true;
}

static bool read_udp(struct packet *p)
{
	const uint8_t *h = cursor_take(&p->payload, 8);
	size_t length;

	if (!h)
		return false;
	p->sport = (uint16_t)(h[0] << 8 | h[1]);
	p->dport = (uint16_t)(h[2] << 8 | h[3]);
	p->seq = p->ack = 0;
	p->flags = 0;
	length = (size_t)(h[4] << 8 | h[5]);
	if (length < 8) {
		/* RFC 2675 section 4: a jumbogram says 0; none of ours is longer than 16 bits can say */
		cursor_trim(&p->payload, 65535 - 8);
		return length == 0;
	}
	if (length - 8 > cursor_left(&p->payload))
		p->cut = true;
	cursor_trim(&p->payload, length - 8);
	return true;
}

bool transport_header(struct packet *p)
{
	switch (p->proto) {
	case IP_TCP:
		return read_tcp(p);
	case IP_UDP:
		return read_udp(p);
	default:
		return false;
	}
}

bool transport_read(const struct datagram *d, struct packet *out)
{
	out->src = d->src;
	out->dst = d->dst;
	out->proto = d->proto;
	out->ttl = d->ttl;
	out->cut = d->cut || d->more;
	out->payload = d->payload;
	return transport_header(out);
}
