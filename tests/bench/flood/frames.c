#include "frames.h"

#include "../gen/fatal.h"
#include "../gen/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER = 1 << 18, LINK_ETHERNET = 1, TTL = 64 };

static uint64_t clock_now = UINT64_C(1800000000) * 1000000000, clock_step, written;
static int64_t skew;
static uint8_t under[1024];
static size_t under_size;

static void put(const void *bytes, size_t n)
{
	if (fwrite(bytes, 1, n, stdout) != n)
		exit(0);	/* the reader left */
}

void frames_begin(uint64_t step)
{
	uint32_t header[6] = { 0xa1b23c4d, 2 | 4 << 16, 0, 0, 262144, LINK_ETHERNET };

	clock_step = step;
	setvbuf(stdout, NULL, _IOFBF, BUFFER);
	put(header, sizeof(header));
}

void frames_end(void)
{
	if (fflush(stdout))
		fatal("the capture cannot be written");
}

uint64_t frames_written(void)
{
	return written;
}

void frames_skew(int64_t nanoseconds)
{
	skew = nanoseconds;
}

void frames_under(const uint8_t *bytes, size_t n)
{
	under_size = n < sizeof(under) ? n : sizeof(under);
	memcpy(under, bytes, under_size);
}

void frame_raw(const uint8_t *bytes, size_t n)
{
	static const uint8_t macs[12] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };
	uint64_t when = clock_now + (uint64_t)skew;
	uint32_t size = (uint32_t)(sizeof(macs) + under_size + n);
	uint32_t header[4] = { (uint32_t)(when / 1000000000), (uint32_t)(when % 1000000000), size, size };

	put(header, sizeof(header));
	put(macs, sizeof(macs));
	put(under, under_size);
	put(bytes, n);
	clock_now += clock_step;
	written++;
	skew = 0;
	under_size = 0;
}

static void put_v4(struct out *o, const struct ipv4 *ip, size_t n)
{
	out_u16(o, 0x0800);
	out_u8(o, 0x45);
	out_u8(o, 0);
	out_u16(o, (unsigned)(20 + n));
	out_u16(o, ip->id);
	out_u16(o, ip->fragment);
	out_u8(o, TTL);
	out_u8(o, ip->proto);
	out_u16(o, 0);
	out_u32(o, ip->from);
	out_u32(o, ip->to);
}

static void put_ip(struct out *o, struct end from, struct end to, uint8_t proto, size_t n)
{
	if (!from.v6) {
		put_v4(o, &(struct ipv4){ from.v4, to.v4, proto, 0, 0x4000 }, n);
		return;
	}
	out_u16(o, 0x86dd);
	out_u32(o, 0x60000000);
	out_u16(o, (unsigned)n);
	out_u8(o, proto);
	out_u8(o, TTL);
	out_bytes(o, from.v6, 16);
	out_bytes(o, to.v6, 16);
}

void frame_ipv4(const struct ipv4 *ip, const uint8_t *payload, size_t n)
{
	uint8_t bytes[FRAME_MAX];
	struct out o = OUT(bytes);

	put_v4(&o, ip, n);
	out_bytes(&o, payload, n);
	frame_raw(o.data, o.n);
}

void frame_udp(struct end from, struct end to, const void *payload, size_t n)
{
	uint8_t bytes[FRAME_MAX];
	struct out o = OUT(bytes);

	put_ip(&o, from, to, PROTO_UDP, 8 + n);
	out_u16(&o, from.port);
	out_u16(&o, to.port);
	out_u16(&o, (unsigned)(8 + n));
	out_u16(&o, 0);
	out_bytes(&o, payload, n);
	frame_raw(o.data, o.n);
}

void frame_tcp(const struct segment *s)
{
	uint8_t bytes[FRAME_MAX];
	struct out o = OUT(bytes);

	put_ip(&o, s->from, s->to, PROTO_TCP, 20 + s->n);
	out_u16(&o, s->from.port);
	out_u16(&o, s->to.port);
	out_u32(&o, s->seq);
	out_u32(&o, s->ack);
	out_u16(&o, 0x5000 | s->flags);
	out_u16(&o, 0xffff);
	out_u32(&o, 0);
	if (s->n)
		out_bytes(&o, s->payload, s->n);
	frame_raw(o.data, o.n);
}
