#ifndef INITIAL_H
#define INITIAL_H

#include "out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* QUIC packets with a long header, and the protection of Initials (RFC 9000, 9001; version 2: RFC 9369). */

enum { CONNECTION_ID_MAX = 20 };

struct connection_id {
	uint8_t bytes[CONNECTION_ID_MAX];
	size_t n;
};

enum long_type { LONG_INITIAL, LONG_HANDSHAKE, LONG_RETRY };

/* What stands before the length and the payload. */
struct long_header {
	enum long_type type;
	bool v2;
	unsigned low_bits;		/* of the first byte: type-specific, here mostly noise */
	const struct connection_id *to, *from;
};

struct initial_keys {
	uint8_t key[16], iv[12], hp[16];
};

enum initial_side { INITIAL_CLIENT, INITIAL_SERVER };

struct initial {
	const struct initial_keys *keys;
	bool v2;
	const struct connection_id *to, *from;
	const uint8_t *token;
	size_t token_size;
	uint32_t number;		/* of the packet */
	size_t number_size;		/* bytes it is written in: 1 to 4 */
};

void long_header_put(struct out *o, const struct long_header *header);

/* initial_keys_make derives the keys of one side from the id the client chose for the server. */
void initial_keys_make(struct initial_keys *keys, const struct connection_id *chosen, bool v2,
		       enum initial_side side);

/* initial_overhead is how much larger than its frames a packet gets. */
size_t initial_overhead(const struct initial *initial);

/* initial_put appends the packet, protected. */
void initial_put(struct out *o, const struct initial *initial, const uint8_t *frames, size_t n);

/* varint_put appends n, which is below 16384, in as few bytes as it fits; varint2_put always in two. */
void varint_put(struct out *o, size_t n);
void varint2_put(struct out *o, size_t n);

#endif
