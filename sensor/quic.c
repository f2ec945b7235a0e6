#include "quic.h"

enum {
	LONG = 0x80,
	V1 = 1, V2 = 0x6b3343cf, V2_DRAFT = 0x709a50c4, DRAFT = (int)0xff000000,
	MVFST_22 = (int)0xfaceb001, MVFST_27 = (int)0xfaceb002, MVFST_27B = (int)0xfaceb00e,
	T050 = 0x54303530, T051 = 0x54303531,
	FRAME_PADDING = 0, FRAME_PING = 1, FRAME_ACK = 2, FRAME_ACK_ECN = 3, FRAME_CRYPTO = 6,
	FRAME_CRYPTO_T050 = 8	/* Google's number; in an Initial of any other version it cannot stand */
};

struct flavour {
	uint8_t salt[AEAD_SALT];
	bool second;	/* labels and packet types of version 2 */
};

static const struct flavour
	v1 = { { 0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
		 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a }, false },
	v2 = { { 0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
		 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9 }, true },
	v2_draft = { { 0xa7, 0x07, 0xc2, 0x03, 0xa5, 0x9b, 0x47, 0x18, 0x4a, 0x1d,
		       0x62, 0xca, 0x57, 0x04, 0x06, 0xea, 0x7a, 0xe3, 0xe5, 0xd3 }, true },
	draft29 = { { 0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97,
		      0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99 }, false },
	draft23 = { { 0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7,
		      0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02 }, false },
	draft22 = { { 0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a,
		      0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a }, false },
	q050 = { { 0x50, 0x45, 0x74, 0xef, 0xd0, 0x66, 0xfe, 0x2f, 0x9d, 0x94,
		   0x5c, 0xfc, 0xdb, 0xd3, 0xa7, 0xf0, 0xd3, 0xb5, 0x6b, 0x45 }, false },
	t050 = { { 0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80,
		   0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48, 0x83, 0x10 }, false },
	t051 = { { 0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50,
		   0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e, 0x03, 0x3d }, false };

static const struct flavour *flavour_of(uint32_t version)
{
	switch (version) {
	case V1: return &v1;
	case V2: return &v2;
	case V2_DRAFT: return &v2_draft;
	case (uint32_t)MVFST_22: return &draft22;
	case (uint32_t)MVFST_27: case (uint32_t)MVFST_27B: return &draft23;
	case QUIC_Q050: return &q050;
	case T050: return &t050;
	case T051: return &t051;
	default: break;
	}
	if ((version & 0x0f0f0f0f) == 0x0a0a0a0a)
		return &v1;	/* RFC 9000 section 15: reserved to force negotiation, protected as version 1 */
	if ((version & 0xffffff00) != (uint32_t)DRAFT)
		return NULL;
	version &= 0xff;
	return version >= 33 && version <= 34 ? &v1 : version >= 29 && version < 33 ? &draft29 :
	       version >= 23 && version < 29 ? &draft23 : version >= 21 && version < 23 ? &draft22 : NULL;
}

static uint32_t version_at(const struct cursor *c)
{
	return (uint32_t)cursor_peek16(c, 1) << 16 | cursor_peek16(c, 3);
}

bool quic_may_start(const struct cursor *datagram)
{
	if (!(cursor_peek(datagram, 0) & LONG) || cursor_left(datagram) < 16)
		return false;
	return version_at(datagram) == 0 || flavour_of(version_at(datagram));
}

static enum quic_type type_of(uint8_t first, uint32_t version)
{
	static const enum quic_type types[] = { QUIC_INITIAL, QUIC_0RTT, QUIC_HANDSHAKE, QUIC_RETRY };
	const struct flavour *f = flavour_of(version);
	unsigned bits = first >> 4 & 3;

	/* RFC 9369 section 3.2 turns the types by one */
	return f && f->second ? types[(bits + 3) & 3] : types[bits];
}

enum quic_type quic_read_header(struct cursor *datagram, struct quic_header *out)
{
	struct cursor start = *datagram, c = *datagram;
	uint8_t first = cursor_u8(&c);
	uint64_t length;

	out->type = QUIC_NOT;
	out->version = cursor_u32(&c);
	out->dcid = cursor_block(&c, 1);
	out->scid = cursor_block(&c, 1);
	if (c.bad || !(first & LONG))
		return QUIC_NOT;
	if (out->version == 0) {
		datagram->at = datagram->end;
		return out->type = QUIC_VERSIONS;
	}
	if (!flavour_of(out->version) || cursor_left(&out->dcid) > QUIC_CID_MAX)
		return QUIC_NOT;
	out->type = type_of(first, out->version);
	if (out->type == QUIC_RETRY) {
		datagram->at = datagram->end;
		return QUIC_RETRY;
	}
	if (out->type == QUIC_INITIAL && out->version != QUIC_Q050)
		cursor_skip(&c, cursor_varint(&c));	/* token */
	length = cursor_varint(&c);
	out->number_at = cursor_left(&start) - cursor_left(&c);
	if (c.bad || length > cursor_left(&c))
		return out->type = QUIC_NOT;
	out->packet = cursor_sub(&start, out->number_at + length);
	*datagram = start;
	return out->type;
}

bool quic_keys(uint32_t version, struct cursor dcid, struct aead_keys *out)
{
	const struct flavour *f = flavour_of(version);

	if (!f || cursor_left(&dcid) > QUIC_CID_MAX)
		return false;
	aead_initial_keys(f->salt, f->second, dcid, AEAD_CLIENT, out);
	return true;
}

bool quic_open(struct aead *a, const struct aead_keys *keys, const struct quic_header *h,
	       uint8_t *scratch, struct cursor *frames)
{
	struct cursor sealed = h->packet, header;
	uint8_t mask[16], first;
	uint8_t clear[1 + 4 + 2 + 2 * 255 + 16 + 4];	/* a header without token; longer ones use scratch */
	uint8_t *head = clear;
	size_t digits, n = h->number_at;
	uint64_t number = 0;

	if (cursor_left(&sealed) > QUIC_DATAGRAM_MAX)
		return false;		/* no datagram is that long, whatever a damaged capture says */
	cursor_skip(&sealed, n);
	/* RFC 9001 section 5.4.2: the sample stands as if the number had four bytes */
	if (cursor_left(&sealed) < 4 + 16 || !aead_mask(a, keys, sealed.at + 4, mask))
		return false;
	first = cursor_peek(&h->packet, 0) ^ (mask[0] & 0x0f);
	digits = (first & 3) + 1u;
	if (n + 4 > sizeof(clear))
		head = scratch + QUIC_DATAGRAM_MAX - n - 4;
	memcpy(head, h->packet.at, n);
	head[0] = first;
	for (size_t i = 0; i < digits; i++) {
		head[n + i] = cursor_u8(&sealed) ^ mask[1 + i];
		number = number << 8 | head[n + i];
	}
	header = cursor_of(head, n + digits);
	if (cursor_left(&sealed) < AEAD_TAG || !aead_open(a, keys, number, header, sealed, scratch))
		return false;
	*frames = cursor_of(scratch, cursor_left(&sealed) - AEAD_TAG);
	return true;
}

static void skip_ack(struct cursor *c, bool ecn)
{
	uint64_t ranges;

	(void)cursor_varint(c);
	(void)cursor_varint(c);
	ranges = cursor_varint(c);
	(void)cursor_varint(c);
	for (; ranges && !c->bad; ranges--) {
		(void)cursor_varint(c);
		(void)cursor_varint(c);
	}
	for (int i = 0; ecn && i < 3; i++)
		(void)cursor_varint(c);
}

bool quic_next_crypto(struct cursor *frames, uint64_t *offset, struct cursor *data)
{
	while (cursor_left(frames)) {
		uint64_t type = cursor_varint(frames);

		switch (type) {
		case FRAME_PADDING:
			while (cursor_starts(frames, "\0\0\0\0\0\0\0\0", 8))
				cursor_skip(frames, 8);	/* hundreds stand in a row */
			break;
		case FRAME_PING:
			break;
		case FRAME_ACK: case FRAME_ACK_ECN:
			skip_ack(frames, type == FRAME_ACK_ECN);
			break;
		case FRAME_CRYPTO: case FRAME_CRYPTO_T050:
			*offset = cursor_varint(frames);
			*data = cursor_sub(frames, cursor_varint(frames));
			return !data->bad && !frames->bad;
		default:	/* CONNECTION_CLOSE ends the packet, all others are not allowed */
			frames->at = frames->end;
			break;
		}
	}
	return false;
}
