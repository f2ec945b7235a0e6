/*
 * tunnel.h: what a datagram carries when it is a tunnel.
 *
 * IP-in-IP (RFC 2003), 6in4 (RFC 4213), GRE (RFC 2784, 2890; PPTP's of RFC
 * 2637), ERSPAN I to III (draft-foschiano-erspan), EtherIP (RFC 3378), VXLAN
 * (RFC 7348) and its GPE, GENEVE (RFC 8926), GTP-U (3GPP TS 29.281), Teredo
 * (RFC 4380), L2TPv2 (RFC 2661), CAPWAP data (RFC 5415), GRE in UDP (RFC 8086), MPLS in IP
 * (RFC 4023) and in UDP (RFC 7510), AYIYA, TZSP.
 */
#ifndef TELLTALE_TUNNEL_H
#define TELLTALE_TUNNEL_H

#include "ip.h"

enum { TUNNELS_MAX = 8 };	/* nested in one another, then the packet is given up */

/* ports of UDP by which a tunnel is known, one of them as a rule the receiver's */
enum {
	PORT_L2TP = 1701, PORT_GTPU = 2152, PORT_TEREDO = 3544, PORT_VXLAN = 4789,
	PORT_GRE = 4754, PORT_VXLAN_GPE = 4790, PORT_AYIYA = 5072, PORT_CAPWAP = 5247,
	PORT_GENEVE = 6081, PORT_MPLS = 6635, PORT_VXLAN_OLD = 8472, PORT_TZSP = 37008
};

/* tunnel_may is false of nearly every port that is none of these, by a bit for each value of its lower byte. */
static inline bool tunnel_may(uint16_t port)
{
#define IN(word, port) (((port) >> 6 & 3) == (word) ? UINT64_C(1) << ((port) & 63) : 0)
#define ALL_IN(word) IN(word, PORT_L2TP) | IN(word, PORT_GTPU) | IN(word, PORT_TEREDO) | IN(word, PORT_VXLAN) | \
		     IN(word, PORT_GRE) | IN(word, PORT_VXLAN_GPE) | IN(word, PORT_AYIYA) | IN(word, PORT_CAPWAP) | \
		     IN(word, PORT_GENEVE) | IN(word, PORT_MPLS) | IN(word, PORT_VXLAN_OLD) | IN(word, PORT_TZSP)
	static const uint64_t bits[4] = { ALL_IN(0), ALL_IN(1), ALL_IN(2), ALL_IN(3) };
#undef ALL_IN
#undef IN

	return bits[port >> 6 & 3] >> (port & 63) & 1;
}

/*
 * tunnel_open finds the inner frame of `d`.  True with the inner bytes and the
 * link type to read them by (link.h); false when it is no tunnel that we know.
 */
bool tunnel_open(const struct datagram *d, struct cursor *inner, int *link);

#endif
