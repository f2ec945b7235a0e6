#include "pcapng.h"

#include <pcap/dlt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "athand.h"

enum {
	HEAD = 16,			/* bytes of a block looked at: type, length, the first eight of its body */
	BODY = 8,			/* where that begins */
	SECTION = 0x0a0d0d0a, INTERFACE = 1, PACKET = 2, SIMPLE_PACKET = 3, ENHANCED_PACKET = 6,
	INTERFACES_MAX = 65536,		/* of a section */
	SNAPLEN_AT = 12, SNAPLEN = 262144	/* libpcap's maximum */
};

struct leveller {
	FILE *file;
	uint8_t head[HEAD];
	size_t have, given;	/* bytes of the head read; passed on */
	uint64_t left;		/* bytes of the block behind its head */
	bool swapped;		/* the section has the other byte order */
	struct pcapng_links *links;	/* NULL: link types that differ are left alone */
	uint16_t *types;	/* of the section's interfaces */
	size_t count, room;
	uint16_t first;		/* that of the first of all, */
	bool any;		/* when there was one */
	bool raw;		/* the blocks make no sense any more: pass everything on */
};

static uint32_t get_u32(const struct leveller *l, const uint8_t *p)
{
	uint32_t little = (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];

	return l->swapped ? __builtin_bswap32(little) : little;
}

static void put_u32(const struct leveller *l, uint8_t *p, uint32_t v)
{
	v = l->swapped ? __builtin_bswap32(v) : v;
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static uint16_t get_u16(const struct leveller *l, const uint8_t *p)
{
	return (uint16_t)(l->swapped ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

/* The link types of files and of this system's libpcap are the same but for these (pcap-linktype(7)). */
static int dlt_of(uint16_t type)
{
	switch (type) {
	case 100: return DLT_ATM_RFC1483;
	case 101: return DLT_RAW;
	case 102: return DLT_SLIP_BSDOS;
	case 103: return DLT_PPP_BSDOS;
	case 106: return DLT_ATM_CLIP;
	default: return type;
	}
}

/* level_type notes the link type of an interface, and gives it the first one's; false when it cannot be noted. */
static bool level_type(struct leveller *l)
{
	uint16_t type = get_u16(l, l->head + BODY);

	if (l->count == l->room) {
		size_t room = l->room ? 2 * l->room : 16;
		uint16_t *types = room > INTERFACES_MAX ? NULL : realloc(l->types, room * sizeof(*types));

		if (!types)
			return false;
		l->types = types;
		l->room = room;
	}
	l->types[l->count++] = type;
	if (!l->any) {
		l->first = type;
		l->any = true;
	} else if (l->links || type == l->first) {
		/* libpcap 1.10 compares what the others say with its own value for the first */
		unsigned as = (unsigned)dlt_of(l->first);

		l->head[BODY] = (uint8_t)(l->swapped ? as >> 8 : as);
		l->head[BODY + 1] = (uint8_t)(l->swapped ? as : as >> 8);
	}
	return true;
}

/* note_frame notes of what link type the frame is that begins; false when nobody took those before. */
static bool note_frame(struct leveller *l, uint32_t block)
{
	uint32_t interface = block == SIMPLE_PACKET ? 0 : block == PACKET ? get_u16(l, l->head + BODY)
									  : get_u32(l, l->head + BODY);

	if (!l->links)
		return true;
	if (l->links->given - l->links->asked >= PCAPNG_AHEAD_MAX)
		return false;
	l->links->link[l->links->given++ % PCAPNG_AHEAD_MAX] = interface < l->count ? l->types[interface] : l->first;
	return true;
}

/* level_links is false when the link types cannot be levelled any further. */
static bool level_links(struct leveller *l, uint32_t type)
{
	switch (type) {
	case SECTION:
		l->count = 0;	/* its interfaces are counted anew */
		return true;
	case INTERFACE:
		return level_type(l);
	case PACKET: case SIMPLE_PACKET: case ENHANCED_PACKET:
		return note_frame(l, type);
	default:
		return true;
	}
}

/* take reads the head on to `until` bytes; false when the file ends before. */
static bool take(struct leveller *l, size_t until)
{
	l->have += fread(l->head + l->have, 1, until - l->have, l->file);
	return l->have == until;
}

/* start_block reads the next head, no byte further than the block, and levels it. */
static void start_block(struct leveller *l)
{
	uint32_t length, type;

	l->have = l->given = 0;
	l->left = 0;
	if (!take(l, BODY))
		return;
	type = get_u32(l, l->head);
	if (type == SECTION) {		/* the same in both orders */
		if (!take(l, BODY + 4))
			return;
		l->swapped = memcmp(l->head + BODY, "\x1a\x2b\x3c\x4d", 4) == 0;
	}
	length = get_u32(l, l->head + 4);
	if (length < 12 || length % 4 || (type == INTERFACE && length < 20)) {
		l->raw = true;
		return;
	}
	if (!take(l, length < HEAD ? 12 : HEAD))
		return;
	if (type == INTERFACE)
		put_u32(l, l->head + SNAPLEN_AT, SNAPLEN);
	if (length >= HEAD && !level_links(l, type))
		l->raw = true;
	l->left = length - l->have;
}

static ssize_t read_level(void *cookie, char *buffer, size_t size)
{
	struct leveller *l = cookie;
	size_t done = 0, n;

	while (done < size) {
		size_t hand = at_hand(l->file);

		if (l->given < l->have) {
			n = l->have - l->given < size - done ? l->have - l->given : size - done;
			memcpy(buffer + done, l->head + l->given, n);
			l->given += n;
		} else if (done && hand < HEAD) {
			break;		/* rather than to wait */
		} else if (l->left || l->raw) {
			n = !l->raw && l->left < size - done ? (size_t)l->left : size - done;
			if (done && n > hand)
				n = hand;
			n = fread(buffer + done, 1, n, l->file);
			l->left -= l->raw ? 0 : n;
			if (!n)
				break;
		} else {
			start_block(l);
			if (!l->have)
				break;
			continue;
		}
		done += n;
	}
	return (ssize_t)done;
}

static int close_level(void *cookie)
{
	struct leveller *l = cookie;
	int result = l->file == stdin ? 0 : fclose(l->file);

	free(l->types);
	free(l);
	return result;
}

int pcapng_link(struct pcapng_links *links, int otherwise)
{
	if (links->asked == links->given)
		return otherwise;
	return dlt_of(links->link[links->asked++ % PCAPNG_AHEAD_MAX]);
}

FILE *pcapng_level(FILE *file, struct pcapng_links *links)
{
	cookie_io_functions_t io = { .read = read_level, .close = close_level };
	struct leveller *l;
	FILE *level;
	int first = getc(file);

	if (first == EOF || ungetc(first, file) == EOF || first != 0x0a)
		return file;
	l = calloc(1, sizeof(*l));
	if (!l)
		return file;
	l->file = file;
	l->links = links;
	level = fopencookie(l, "rb", io);
	if (!level)
		free(l);
	return level ? level : file;
}
