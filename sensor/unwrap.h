/*
 * unwrap.h: from a frame down to the transport header of its innermost datagram.
 */
#ifndef TELLTALE_UNWRAP_H
#define TELLTALE_UNWRAP_H

#include "count.h"
#include "defrag.h"
#include "frame.h"
#include "link.h"
#include "transport.h"

/*
 * unwrap_plain reads what nearly every frame of a span port is: Ethernet without
 * tags, IP without options, extension headers or fragments, all there, TCP or UDP
 * on the ports of no tunnel.  True when it was that; then unwrap_any would say the
 * same.  False when that has to be asked.  `layers` is all zeros before.
 */
bool unwrap_plain(const struct frame *frame, struct layers *layers, struct packet *packet);

/*
 * unwrap_any reads any frame, through tunnels and with `defrag` for fragments, and
 * counts the tunnels: COUNT_DECODED, or the reason why not.
 */
enum counter unwrap_any(struct defrag *defrag, struct counts *counts, const struct frame *frame,
			struct layers *layers, struct packet *packet);

#endif
