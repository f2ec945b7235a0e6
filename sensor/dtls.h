/*
 * dtls.h: the ClientHello of DTLS 1.0, 1.2 (RFC 6347) and 1.3 (RFC 9147), whose
 * records and handshake fragments carry numbers and offsets of their own.
 */
#ifndef TELLTALE_DTLS_H
#define TELLTALE_DTLS_H

#include "tls.h"

struct dtls_fragment {
	uint32_t length, offset;	/* of the whole message; of this part in it */
	uint16_t sequence;		/* message_seq: a hello with a cookie is another message */
	struct cursor body;
};

/* dtls_may_start looks at the first bytes of a datagram. */
bool dtls_may_start(const struct cursor *datagram);

/*
 * dtls_next_hello gives the next fragment of a ClientHello in the datagram's
 * records; joined by offset they are what tls_read_datagram_hello takes.
 */
bool dtls_next_hello(struct cursor *records, struct dtls_fragment *out);

#endif
