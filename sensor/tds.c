#include "tds.h"

#include "tls.h"

enum {
	PACKETS_MAX = 64,		/* around a hello; real ones have one or two */
	LAST = 0x01,			/* status: the message ends with this packet */
	OPTIONS_MAX = 512,		/* bytes; real ones have 26 to 150 */
	VERSION_BYTES = 6,		/* of the option that has to come first */
	TLS_MAJOR = 3,
	KNOWN_AT = TDS_HEADER + 5	/* bytes that tell a list of options */
};

static bool is_kind(uint8_t kind)
{
	return kind == TDS_PRELOGIN || kind == TDS_RESPONSE;
}

/* packet_length is that of the packet at the cursor, header included; 0 when none begins there. */
static size_t packet_length(const struct cursor *c)
{
	size_t length = cursor_peek16(c, 2);

	if (!is_kind(cursor_peek(c, 0)) || cursor_peek(c, 1) > LAST || cursor_peek(c, 7) != 0)
		return 0;
	return length > TDS_HEADER ? length : 0;
}

/* may_begin is true of fewer bytes than a header and what follows, when they are right so far. */
static bool may_begin(const struct cursor *c)
{
	size_t n = cursor_left(c);

	return n && is_kind(cursor_peek(c, 0)) && cursor_peek(c, 1) <= LAST &&
	       (n < TDS_HEADER ? n < 4 || cursor_peek16(c, 2) > TDS_HEADER : packet_length(c) > 0);
}

enum tds_kind tds_kind(const struct cursor *stream)
{
	size_t length;

	if (cursor_left(stream) < TDS_HEADER + 2)
		return may_begin(stream) ? TDS_SHORT : TDS_NONE;
	length = packet_length(stream);
	if (!length)
		return TDS_NONE;
	/* a packet of one byte leaves the version to the next */
	if (cursor_peek(stream, TDS_HEADER) == TLS_HANDSHAKE)
		return length == TDS_HEADER + 1 || cursor_peek(stream, TDS_HEADER + 1) == TLS_MAJOR ?
		       TDS_TLS : TDS_NONE;
	/* the version: token 0, where it stands, how long it is */
	if (cursor_peek(stream, 0) != TDS_PRELOGIN || cursor_peek(stream, TDS_HEADER) || length > OPTIONS_MAX ||
	    length < KNOWN_AT)
		return TDS_NONE;
	if (cursor_left(stream) < KNOWN_AT)
		return TDS_SHORT;
	return cursor_peek16(stream, TDS_HEADER + 3) == VERSION_BYTES ? TDS_OPTIONS : TDS_NONE;
}

size_t tds_options(const struct cursor *stream)
{
	size_t length = tds_kind(stream) == TDS_OPTIONS ? packet_length(stream) : 0;

	return length <= cursor_left(stream) ? length : 0;
}

struct cursor tds_unwrap(struct cursor stream, uint8_t *room, size_t n)
{
	uint8_t kind = cursor_peek(&stream, 0);
	size_t have = 0, length;

	switch (is_kind(kind) ? tds_kind(&stream) : TDS_NONE) {
	case TDS_TLS:
		break;
	case TDS_SHORT:
		return cursor_of(room, 0);
	default:
		return stream;
	}
	for (int i = 0; i < PACKETS_MAX && cursor_peek(&stream, 0) == kind && (length = packet_length(&stream)); i++) {
		struct cursor part = cursor_sub(&stream, length < cursor_left(&stream) ? length : cursor_left(&stream));
		size_t most;

		cursor_skip(&part, TDS_HEADER);
		most = cursor_left(&part) < n - have ? cursor_left(&part) : n - have;
		if (most)
			memcpy(room + have, part.at, most);
		have += most;
	}
	return cursor_of(room, have);
}
