#include "other.h"

#include "out.h"
#include "random.h"
#include "wire.h"

enum {
	SECOND = 1000000000,
	NTP_SIZE = 48,
	NTP_SERVERS = 200,
	SITES = 6000,
	RTP_SIZE = 172,
	RTP_SAMPLES = 160,	/* 20 ms at 8 kHz */
};

static struct flow flow_to(struct client *client, uint32_t site, uint16_t port)
{
	struct flow flow = flow_new(client, server_address(site, 0, false), port);

	flow.traffic = TRAFFIC_OTHER;
	return flow;
}

static void ping_add(struct client *client, uint64_t when)
{
	struct flow flow = flow_to(client, random_below(SITES), 0);

	for (unsigned i = 0; i < 4; i++) {
		icmp_send(&flow, CLIENT, i, when);
		when += random_delay(500, 30000);
		icmp_send(&flow, SERVER, i, when);
		when += SECOND;
	}
}

static void ntp_add(struct client *client, uint64_t when)
{
	struct flow flow = flow_to(client, random_below(NTP_SERVERS), 123);
	uint8_t message[NTP_SIZE] = { 0x23 };		/* version 4, client */

	flow.port[CLIENT] = 123;
	random_bytes(message + 40, 8);
	udp_send(&flow, CLIENT, message, sizeof(message), when);
	message[0] = 0x24;				/* server */
	message[1] = 2;
	random_bytes(message + 16, 32);
	when += random_delay(2000, 30000);
	udp_send(&flow, SERVER, message, sizeof(message), when);
}

static void rtp_add(struct client *client, uint64_t when)
{
	uint16_t port = (uint16_t)(30000 + random_below(9999));
	struct flow flow = flow_to(client, random_below(SITES), port);
	uint32_t count = 150 + random_below(300);
	uint8_t message[RTP_SIZE];

	random_bytes(message, sizeof(message));
	for (uint32_t i = 0; i < count; i++) {
		struct out o = OUT(message);

		out_u16(&o, 0x8000);
		out_u16(&o, i);
		out_u32(&o, i * RTP_SAMPLES);
		when += SECOND / 100;
		udp_send(&flow, i % 2 ? SERVER : CLIENT, message, sizeof(message), when);
	}
}

static void terminal_or_share_add(struct client *client, uint64_t when)
{
	uint16_t port = random_below(2) ? 22 : 445;
	struct flow flow = flow_to(client, random_below(SITES), port);
	uint32_t count = 40 + random_below(400);

	for (uint32_t i = 0; i < count; i++) {
		size_t size = random_below(3) ? 36 + random_below(200) : flow.mss - 12;

		when += random_delay(30, 90000);
		tcp_send(&flow, random_below(3) ? SERVER : CLIENT, PSH | ACK, NULL, size, when);
		if (random_below(2)) {
			when += random_delay(10, 400);
			tcp_send(&flow, CLIENT, ACK, NULL, 0, when);
		}
	}
}

void other_add(uint64_t when)
{
	struct client *client = client_pick();
	double kind = random_unit();

	if (kind < 0.3)
		arp_send(client, when);
	else if (kind < 0.55)
		ping_add(client, when);
	else if (kind < 0.75)
		ntp_add(client, when);
	else if (kind < 0.87)
		rtp_add(client, when);
	else
		terminal_or_share_add(client, when);
}
