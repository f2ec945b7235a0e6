/* Google QUIC before the IETF's: its own handshake message, tag and value (the "QUIC Crypto" document). */
#include "quic.h"

enum {
	TAG_SNI = 0x00494e53, TAGS_MAX = 128,
	VERSION_FLAG = 0x01, CID_FLAG = 0x08,
	SEARCH_MAX = 128	/* bytes in which the message must start: header, hash, frame header */
};

static bool is_google(uint32_t version)
{
	uint8_t tens = (uint8_t)(version >> 8), ones = (uint8_t)version;

	return version >> 16 == 0x5130 && tens >= '0' && tens <= '9' && ones >= '0' && ones <= '9';
}

static uint32_t version_of(const struct cursor *c)
{
	uint8_t first = cursor_peek(c, 0);
	size_t at = first & 0x80 ? 1 : first & CID_FLAG ? 9 : 1;

	if (!(first & 0x80) && !(first & VERSION_FLAG))
		return 0;
	return (uint32_t)cursor_peek16(c, at) << 16 | cursor_peek16(c, at + 2);
}

bool gquic_may_start(const struct cursor *datagram)
{
	return is_google(version_of(datagram));
}

static enum verdict read_tags(struct cursor c, struct name *out)
{
	uint16_t tags = cursor_u16le(&c);
	uint32_t start = 0, from = 0, to = 0;
	struct cursor values = c;

	cursor_skip(&c, 2);
	if (!tags || tags > TAGS_MAX)
		return NONE;
	values = c;
	cursor_skip(&values, (size_t)tags * 8);
	for (uint16_t i = 0; i < tags; i++) {
		uint32_t tag = cursor_u32le(&c), end = cursor_u32le(&c);

		if (c.bad || end < start)
			return NONE;
		if (tag == TAG_SNI) {
			from = start;
			to = end;
		}
		start = end;
	}
	cursor_skip(&values, from);
	return to > from && name_read_host(cursor_sub(&values, to - from), out) ? FOUND : NONE;
}

enum verdict gquic_read_name(struct cursor bytes, uint32_t *version, struct name *out)
{
	size_t left = cursor_left(&bytes), n = left < SEARCH_MAX ? left : SEARCH_MAX;

	*version = version_of(&bytes);
	out->len = 0;
	for (size_t i = 0; i + 4 <= n; i++) {
		if (bytes.at[i] == 'C' && memcmp(bytes.at + i, "CHLO", 4) == 0) {
			cursor_skip(&bytes, i + 4);
			return read_tags(bytes, out);
		}
	}
	return NONE;
}
