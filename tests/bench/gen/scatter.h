#ifndef SCATTER_H
#define SCATTER_H

#include "out.h"

/* What a datagram carries of a handshake message. */
struct piece {
	const uint8_t *message;
	size_t at, n;
};

/* crypto_frame_put appends one CRYPTO frame (RFC 9000 19.6). */
void crypto_frame_put(struct out *o, const struct piece *piece);

/* scatter_put appends the piece in several CRYPTO frames out of order, with PING and PADDING between, as Chrome does
 * so that nobody comes to rely on the order; it keeps within the room that o has. */
void scatter_put(struct out *o, const struct piece *piece);

#endif
