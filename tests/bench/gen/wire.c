#include "wire.h"

#include "checksum.h"
#include "expected.h"
#include "out.h"
#include "random.h"

#include <string.h>

enum {
	FRAME_MIN = 60,
	ETHERNET_HEADER = 14,
	VLAN_TAG = 4,
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	TCP_HEADER = 20,
	TCP_TIMESTAMPS = 12,
	UDP_HEADER = 8,
	ICMP_SIZE = 64,
	PROTO_ICMP = 1,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	CLIENT_TTL = 64,
};

static enum side opposite(enum side side)
{
	return side == CLIENT ? SERVER : CLIENT;
}

static uint16_t port_next(struct client *client)
{
	client->port = (uint16_t)(client->port + 1 + random_below(3));
	if (client->port < 32768 || client->port > 60990)
		client->port = (uint16_t)(32768 + random_below(2000));
	return client->port;
}

struct flow flow_new(struct client *client, struct address server, uint16_t port)
{
	struct flow f = {
		.client = client,
		.address = { server.v6 ? client->v6 : client->v4, server },
		.port = { port_next(client), port },
		.mss = server.v6 ? 1440 : 1460,
	};

	f.seq[CLIENT] = random_u32();
	f.seq[SERVER] = random_u32();
	f.timestamps = random_chance(0.6);
	f.clock[CLIENT] = random_u32();
	f.clock[SERVER] = random_u32();
	f.ip_id = (uint16_t)random_u64();
	f.server_ttl = (uint8_t)(44 + random_below(18));
	return f;
}

size_t flow_segment_max(const struct flow *flow)
{
	return flow->mss - (flow->timestamps ? TCP_TIMESTAMPS : 0);
}

static void ethernet_put(struct out *o, const struct flow *flow, enum side from)
{
	const uint8_t *client = flow->client->mac;

	out_bytes(o, from == CLIENT ? gateway_mac : client, MAC_SIZE);
	out_bytes(o, from == CLIENT ? client : gateway_mac, MAC_SIZE);
	if (flow->client->vlan) {
		out_u16(o, 0x8100);
		out_u16(o, flow->client->vlan);
		expected.vlan_packets++;
	}
	out_u16(o, flow->address[from].v6 ? 0x86dd : 0x0800);
}

static void ipv4_put(struct out *o, struct flow *flow, enum side from, unsigned proto, size_t size)
{
	size_t start = o->n;

	out_u16(o, 0x4500);
	out_u16(o, (unsigned)(IPV4_HEADER + size));
	out_u16(o, ++flow->ip_id);
	out_u16(o, 0x4000);			/* do not fragment */
	out_u8(o, from == CLIENT ? CLIENT_TTL : flow->server_ttl);
	out_u8(o, proto);
	out_u16(o, 0);
	out_bytes(o, flow->address[from].bytes, 4);
	out_bytes(o, flow->address[opposite(from)].bytes, 4);
	checksum_store(o->data + start + 10, checksum_add(0, o->data + start, IPV4_HEADER));
}

static void ipv6_put(struct out *o, const struct flow *flow, enum side from, unsigned proto, size_t size)
{
	out_u32(o, 0x60000000);
	out_u16(o, (unsigned)size);
	out_u8(o, proto);
	out_u8(o, from == CLIENT ? CLIENT_TTL : flow->server_ttl);
	out_bytes(o, flow->address[from].bytes, 16);
	out_bytes(o, flow->address[opposite(from)].bytes, 16);
	expected.ipv6_packets++;
}

/* frame_open writes everything below a transport header and its payload, which are size bytes together. */
static struct out frame_open(struct flow *flow, enum side from, unsigned proto, size_t size)
{
	bool v6 = flow->address[from].v6;
	size_t max = size + ETHERNET_HEADER;

	max += v6 ? IPV6_HEADER : IPV4_HEADER;
	if (flow->client->vlan)
		max += VLAN_TAG;
	if (max < FRAME_MIN)
		max = FRAME_MIN;

	struct out o = { .data = capture_room(max), .max = max };

	ethernet_put(&o, flow, from);
	if (v6)
		ipv6_put(&o, flow, from, proto, size);
	else
		ipv4_put(&o, flow, from, proto, size);
	return o;
}

static void frame_close(struct out *o, enum traffic traffic, uint64_t when)
{
	if (o->n < FRAME_MIN)
		out_zeros(o, FRAME_MIN - o->n);
	capture_add(when, o->n, traffic);
}

/* The sum over the pseudo header and what was written since start, stored offset bytes behind it. */
static void transport_checksum(struct out *o, size_t start, size_t offset, const struct flow *flow, unsigned proto)
{
	size_t address = flow->address[SERVER].v6 ? 16 : 4;
	uint8_t *segment = o->data + start, pseudo[4];
	uint64_t sum = 0;

	set_u16(pseudo, proto);
	set_u16(pseudo + 2, (unsigned)(o->n - start));
	sum = checksum_add(sum, pseudo, sizeof(pseudo));
	sum = checksum_add(sum, flow->address[CLIENT].bytes, address);
	sum = checksum_add(sum, flow->address[SERVER].bytes, address);
	checksum_store(segment + offset, checksum_add(sum, segment, o->n - start));

	/* RFC 768: zero would mean that there is no checksum */
	if (proto == PROTO_UDP && !segment[offset] && !segment[offset + 1])
		set_u16(segment + offset, 0xffff);
}

static void ports_put(struct out *o, const struct flow *flow, enum side from)
{
	out_u16(o, flow->port[from]);
	out_u16(o, flow->port[opposite(from)]);
}

/* MSS, SACK permitted, timestamps or padding, window scale 7. */
static void syn_options_put(struct out *o, const struct flow *flow, enum side from)
{
	static const uint8_t nops[] = { 1, 1 }, scale[] = { 1, 3, 3, 7 };

	out_u16(o, 0x0204);
	out_u16(o, flow->mss);
	out_u16(o, 0x0402);
	if (flow->timestamps) {
		out_u16(o, 0x080a);
		out_u32(o, flow->clock[from]);
		out_u32(o, 0);
	} else {
		out_bytes(o, nops, sizeof(nops));
	}
	out_bytes(o, scale, sizeof(scale));
}

static void options_put(struct out *o, struct flow *flow, enum side from, unsigned flags)
{
	if (flags & SYN) {
		syn_options_put(o, flow, from);
	} else if (flow->timestamps) {
		out_u32(o, 0x0101080a);
		out_u32(o, flow->clock[from]);
		out_u32(o, flow->clock[opposite(from)]);
		flow->clock[from] += random_below(3);
	}
}

void tcp_send_at(struct flow *flow, enum side from, unsigned flags, uint32_t seq, const uint8_t *payload, size_t n,
		 uint64_t when)
{
	uint8_t option_bytes[40];
	struct out options = OUT(option_bytes);

	options_put(&options, flow, from, flags);

	size_t header = TCP_HEADER + options.n;
	struct out o = frame_open(flow, from, PROTO_TCP, header + n);
	size_t start = o.n;

	ports_put(&o, flow, from);
	out_u32(&o, seq);
	out_u32(&o, flags & ACK ? flow->seq[opposite(from)] : 0);
	out_u8(&o, (unsigned)(header / 4) << 4);
	out_u8(&o, flags);
	out_u16(&o, 0xfaf0);			/* window */
	out_u32(&o, 0);				/* checksum, urgent pointer */
	out_bytes(&o, options.data, options.n);
	if (n > 0)
		out_bytes(&o, payload ? payload : noise_at(NOISE_SPAN), n);
	transport_checksum(&o, start, 16, flow, PROTO_TCP);
	frame_close(&o, flow->traffic, when);
}

void tcp_send(struct flow *flow, enum side from, unsigned flags, const uint8_t *payload, size_t n, uint64_t when)
{
	tcp_send_at(flow, from, flags, flow->seq[from], payload, n, when);
	flow->seq[from] += (uint32_t)n + (flags & (SYN | FIN) ? 1 : 0);
}

void udp_send(struct flow *flow, enum side from, const uint8_t *payload, size_t n, uint64_t when)
{
	struct out o = frame_open(flow, from, PROTO_UDP, UDP_HEADER + n);
	size_t start = o.n;

	ports_put(&o, flow, from);
	out_u16(&o, (unsigned)(UDP_HEADER + n));
	out_u16(&o, 0);
	out_bytes(&o, payload, n);
	transport_checksum(&o, start, 6, flow, PROTO_UDP);
	frame_close(&o, flow->traffic, when);
}

void icmp_send(struct flow *flow, enum side from, unsigned number, uint64_t when)
{
	struct out o = frame_open(flow, from, PROTO_ICMP, ICMP_SIZE);
	size_t start = o.n;

	out_u16(&o, from == CLIENT ? 0x0800 : 0x0000);
	out_u16(&o, 0);
	out_u16(&o, flow->port[CLIENT]);
	out_u16(&o, number);
	out_random(&o, ICMP_SIZE - 8);
	checksum_store(o.data + start + 2, checksum_add(0, o.data + start, ICMP_SIZE));
	frame_close(&o, flow->traffic, when);
}

/* Who has 10.0.0.1? */
void arp_send(const struct client *client, uint64_t when)
{
	static const uint8_t everyone[MAC_SIZE] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t request[] = { 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 }, gateway[] = { 10, 0, 0, 1 };
	struct out o = { .data = capture_room(FRAME_MIN), .max = FRAME_MIN };

	out_bytes(&o, everyone, MAC_SIZE);
	out_bytes(&o, client->mac, MAC_SIZE);
	out_bytes(&o, request, sizeof(request));
	out_bytes(&o, client->mac, MAC_SIZE);
	out_bytes(&o, client->v4.bytes, 4);
	out_zeros(&o, MAC_SIZE);
	out_bytes(&o, gateway, sizeof(gateway));
	frame_close(&o, TRAFFIC_OTHER, when);
}
