/*
 * link_parts.h: what the files of link share; no one else includes it.
 */
#ifndef TELLTALE_LINK_PARTS_H
#define TELLTALE_LINK_PARTS_H

#include "link.h"

/* link_read_llc takes IEEE 802.2 LLC, with SNAP (RFC 1042) or the IP SAPs. */
enum link_verdict link_read_llc(struct cursor *c, struct layers *layers);

/*
 * IEEE 802.11 frames: bare, whose header is `padded` to 32 bits or not; behind a
 * radiotap header; and one subframe of an aggregate, to which `layers->more` is
 * the way from the one before.
 */
enum link_verdict link_read_wlan(struct cursor *c, struct layers *layers, bool padded);
enum link_verdict link_read_radiotap(struct cursor *c, struct layers *layers);
enum link_verdict link_read_msdu(struct cursor *c, struct layers *layers);

#endif
