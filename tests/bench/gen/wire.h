#ifndef WIRE_H
#define WIRE_H

#include "capture.h"
#include "hosts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum side { CLIENT, SERVER };

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

/* Both ends of a conversation; arrays are indexed by side. */
struct flow {
	const struct client *client;
	struct address address[2];
	uint16_t port[2];
	uint32_t seq[2];
	uint32_t clock[2];	/* of TCP timestamps */
	bool timestamps;
	unsigned mss;
	uint16_t ip_id;
	uint8_t server_ttl;
	enum traffic traffic;	/* what the next frames count as */
};

struct flow flow_new(struct client *client, struct address server, uint16_t port);

/* flow_segment_max is how much payload one TCP segment carries. */
size_t flow_segment_max(const struct flow *flow);

/* Each sends one frame at the time given; without payload (NULL) tcp sends n bytes of noise. tcp_send moves the
 * sender's sequence number on, tcp_send_at does not ask it: for what is sent again or out of order. */
void tcp_send(struct flow *flow, enum side from, unsigned flags, const uint8_t *payload, size_t n, uint64_t when);
void tcp_send_at(struct flow *flow, enum side from, unsigned flags, uint32_t seq, const uint8_t *payload, size_t n,
		 uint64_t when);
void udp_send(struct flow *flow, enum side from, const uint8_t *payload, size_t n, uint64_t when);

/* An echo request from the client, a reply from the server. */
void icmp_send(struct flow *flow, enum side from, unsigned number, uint64_t when);

void arp_send(const struct client *client, uint64_t when);

#endif
