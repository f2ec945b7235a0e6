#include "dtls.h"

enum { CLIENT_HELLO = 1 };

bool dtls_may_start(const struct cursor *datagram)
{
	return cursor_peek(datagram, 0) == TLS_HANDSHAKE && cursor_peek(datagram, 1) == 0xfe &&
	       cursor_peek(datagram, 2) >= 0xfc && cursor_peek(datagram, 13) == CLIENT_HELLO;
}

bool dtls_next_hello(struct cursor *records, struct dtls_fragment *out)
{
	while (cursor_left(records)) {
		uint8_t type = cursor_u8(records);
		uint8_t major = cursor_u8(records);
		struct cursor record, handshake;
		uint32_t part;

		cursor_skip(records, 1);
		cursor_skip(records, 8);	/* epoch and sequence number */
		record = cursor_block(records, 2);
		if (record.bad || major != 0xfe)
			return false;
		if (type != TLS_HANDSHAKE || cursor_u8(&record) != CLIENT_HELLO)
			continue;
		out->length = cursor_u24(&record);
		out->sequence = cursor_u16(&record);
		out->offset = cursor_u24(&record);
		part = cursor_u24(&record);
		handshake = cursor_sub(&record, part);
		if (handshake.bad || out->length > TLS_HELLO_MAX || out->offset + part > out->length)
			return false;
		out->body = handshake;
		return true;
	}
	return false;
}
