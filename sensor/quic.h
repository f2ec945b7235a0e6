/*
 * quic.h: QUIC packets as far as the ClientHello: long headers (RFC 8999, 9000
 * section 17.2), Initial protection (RFC 9001, 9369), CRYPTO frames.  Versions
 * 1 and 2, drafts 22 to 34, mvfst, and Google QUIC's own handshake (CHLO).
 */
#ifndef TELLTALE_QUIC_H
#define TELLTALE_QUIC_H

#include "aead.h"
#include "sighting.h"

enum {
	QUIC_Q050 = 0x51303530,		/* Google's last with a CHLO, in frames that are protected */
	QUIC_CID_MAX = 20,		/* bytes, of the versions we can decrypt */
	QUIC_DATAGRAM_MAX = 65535
};

enum quic_type { QUIC_NOT, QUIC_INITIAL, QUIC_0RTT, QUIC_HANDSHAKE, QUIC_RETRY, QUIC_VERSIONS };

struct quic_header {
	enum quic_type type;
	uint32_t version;
	struct cursor dcid, scid;
	struct cursor packet;		/* from the first byte to the end of the payload */
	size_t number_at;		/* where the protected packet number starts */
};

/* quic_may_start is true when a datagram could be a long header of a version we know. */
bool quic_may_start(const struct cursor *datagram);

/*
 * quic_read_header takes one long-header packet off the datagram, several may
 * be coalesced (RFC 9000 section 12.2).  QUIC_NOT when there is none.
 */
enum quic_type quic_read_header(struct cursor *datagram, struct quic_header *out);

/* quic_keys derives the client's Initial keys; false when the version has none that we know. */
bool quic_keys(uint32_t version, struct cursor dcid, struct aead_keys *out);

/*
 * quic_open removes the protection of an Initial packet into `scratch` (of
 * QUIC_DATAGRAM_MAX bytes) and gives its frames.  False when the keys are not
 * those of this packet.
 */
bool quic_open(struct aead *a, const struct aead_keys *keys, const struct quic_header *h,
	       uint8_t *scratch, struct cursor *frames);

/*
 * quic_next_crypto gives the next CRYPTO frame; false at the end or at a frame
 * that no Initial may carry (RFC 9000 section 12.4).
 */
bool quic_next_crypto(struct cursor *frames, uint64_t *offset, struct cursor *data);

/*
 * gquic_may_start and gquic_read_name: Google QUIC up to Q046 puts its CHLO
 * into the datagram in the clear; Q050 into the frames that quic_open gives.
 */
bool gquic_may_start(const struct cursor *datagram);
enum verdict gquic_read_name(struct cursor bytes, uint32_t *version, struct name *out);

#endif
