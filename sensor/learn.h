/*
 * learn.h: what passes by that tells who the clients are: DHCP, mDNS and NetBIOS
 * name service.
 */
#ifndef TELLTALE_LEARN_H
#define TELLTALE_LEARN_H

#include "clients.h"
#include "link.h"
#include "transport.h"

/* learn_may is false of nearly every datagram of UDP: two ports looked at. */
static inline bool learn_may(const struct packet *p)
{
	return p->dport == 67 || p->dport == 68 || p->dport == 137 || p->dport == 138 || p->dport == 546 ||
	       p->dport == 547 || p->sport == 5353;
}

/* learn_packet takes the names and addresses that a packet tells of machines of the site. */
void learn_packet(struct clients *c, const struct packet *p, const struct layers *layers, int64_t when);

#endif
