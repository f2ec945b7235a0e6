/*
 * tds.h: SQL Server's TDS before it is encrypted (MS-TDS): the client asks with a
 * PRELOGIN packet that lists options (section 2.2.6.5), then both shake hands for
 * TLS inside of further packets (sections 3.2.5.2 and 3.3.5.2), a header of eight
 * bytes before each piece (section 2.2.3.1).  TDS 8.0 begins with TLS and needs
 * nothing of this.
 */
#ifndef TELLTALE_TDS_H
#define TELLTALE_TDS_H

#include "cursor.h"

enum {
	TDS_PRELOGIN = 0x12,	/* the first byte of a client's stream, and of packets with TLS inside */
	TDS_RESPONSE = 0x04,	/* what a server may send TLS in, too */
	TDS_HEADER = 8
};

enum tds_kind {
	TDS_NONE,
	TDS_SHORT,	/* may become one of these */
	TDS_OPTIONS,	/* begins with PRELOGIN's list of options, which may not be whole */
	TDS_TLS		/* begins with a packet of a TLS handshake */
};

/* tds_kind tells how a stream begins: a few bytes looked at. */
enum tds_kind tds_kind(const struct cursor *stream);

/* tds_options is the length of the options that the stream begins with, header included; 0 until they are whole. */
size_t tds_options(const struct cursor *stream);

/*
 * tds_unwrap gives what the packets at the start of a TDS_TLS stream carry, as far
 * as it is there, `room` of n bytes holds it, and they are no absurd number; nothing
 * of a TDS_SHORT one; any other stream as it is.
 */
struct cursor tds_unwrap(struct cursor stream, uint8_t *room, size_t n);

#endif
