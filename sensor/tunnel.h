/*
 * tunnel.h: what a datagram carries when it is a tunnel.
 *
 * IP-in-IP (RFC 2003), 6in4 (RFC 4213), GRE (RFC 2784, 2890; PPTP's of RFC
 * 2637), ERSPAN I to III (draft-foschiano-erspan), EtherIP (RFC 3378), VXLAN
 * (RFC 7348) and its GPE, GENEVE (RFC 8926), GTP-U (3GPP TS 29.281), Teredo
 * (RFC 4380), L2TPv2 (RFC 2661), CAPWAP data (RFC 5415), GRE in UDP (RFC 8086), AYIYA, TZSP.
 */
#ifndef TELLTALE_TUNNEL_H
#define TELLTALE_TUNNEL_H

#include "ip.h"

enum { TUNNELS_MAX = 8 };	/* nested in one another, then the packet is given up */

/*
 * tunnel_open finds the inner frame of `d`.  True with the inner bytes and the
 * link type to read them by (link.h); false when it is no tunnel that we know.
 */
bool tunnel_open(const struct datagram *d, struct cursor *inner, int *link);

#endif
