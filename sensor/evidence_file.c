#include "evidence_file.h"

#include <errno.h>
#include <limits.h>
#include <pcap/dlt.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	SECTION = 0x0a0d0d0a, INTERFACE = 1, PACKET = 6,	/* block types */
	OPTION_END = 0, OPTION_COMMENT = 1, OPTION_RESOLUTION = 9,
	HEAD_BYTES = 64,		/* of a section's header and an interface's description, less than */
	PACKET_BYTES = 28 + 3 + 4 + 4,	/* of a frame's block beside its bytes and comments, at most */
	COMMENT_BYTES = 4 + EVIDENCE_COMMENT_MAX + 3,
	STOP_MS = 100,			/* how soon a reader that hangs is given up */
	ROOM_BYTES = 2 * HEAD_BYTES + PACKET_BYTES + EVIDENCE_COMMENTS_MAX * COMMENT_BYTES
};

_Static_assert(EVIDENCE_BUFFER_BYTES >= ROOM_BYTES + EVIDENCE_FRAME_MAX, "the buffer holds the longest block");

bool evidence_file_new(struct evidence_file *f, int fd)
{
	*f = (struct evidence_file){ .fd = fd };
	f->end = lseek(fd, 0, SEEK_END);
	f->seeks = f->end >= 0;
	f->buffer = malloc(EVIDENCE_BUFFER_BYTES);
	return f->buffer != NULL;
}

static void put_bytes(struct evidence_file *f, const void *bytes, size_t n)
{
	if (n)
		memcpy(f->buffer + f->used, bytes, n);
	f->used += n;
}

static void put_u32(struct evidence_file *f, uint32_t v)
{
	put_bytes(f, (const uint8_t[]){ (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24) }, 4);
}

static void put_u16(struct evidence_file *f, unsigned v)
{
	put_bytes(f, (const uint8_t[]){ (uint8_t)v, (uint8_t)(v >> 8) }, 2);
}

/* put_padding fills up to a multiple of four bytes: all blocks and options are. */
static void put_padding(struct evidence_file *f, size_t n)
{
	put_bytes(f, "\0\0\0", -n & 3);
}

static uint32_t get_u32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* close_block writes the length that stands at both ends of a block. */
static void close_block(struct evidence_file *f, size_t start)
{
	uint32_t length = (uint32_t)(f->used - start) + 4;

	put_u32(f, length);
	memcpy(f->buffer + start + 4, f->buffer + f->used - 4, 4);
}

static void put_section(struct evidence_file *f)
{
	size_t start = f->used;

	put_u32(f, SECTION);
	put_u32(f, 0);
	put_u32(f, 0x1a2b3c4d);		/* tells the byte order */
	put_u16(f, 1);
	put_u16(f, 0);
	put_u32(f, UINT32_MAX);		/* its length is not told */
	put_u32(f, UINT32_MAX);
	close_block(f, start);
	f->section = true;
	f->link_count = 0;
}

/* file_link is what a file calls a link type (pcap-linktype(7)): the same but for some old ones. */
static unsigned file_link(int dlt)
{
	switch (dlt) {
	case DLT_ATM_RFC1483: return 100;
	case DLT_RAW: return 101;
	case DLT_SLIP_BSDOS: return 102;
	case DLT_PPP_BSDOS: return 103;
	case DLT_ATM_CLIP: return 106;
	case DLT_LOOP: return 108;
	default: return (unsigned)dlt;
	}
}

static void put_interface(struct evidence_file *f, int link)
{
	size_t start = f->used;

	put_u32(f, INTERFACE);
	put_u32(f, 0);
	put_u16(f, file_link(link));
	put_u16(f, 0);
	put_u32(f, EVIDENCE_FRAME_MAX);
	put_u16(f, OPTION_RESOLUTION);
	put_u16(f, 1);
	put_bytes(f, "\x09\0\0", 4);	/* 10^-9 seconds */
	put_u32(f, OPTION_END);
	close_block(f, start);
	f->links[f->link_count++] = link;
}

/* interface_of is -1 when there are too many. */
static int interface_of(struct evidence_file *f, int link)
{
	for (unsigned i = 0; i < f->link_count; i++) {
		if (f->links[i] == link)
			return (int)i;
	}
	if (f->link_count == EVIDENCE_LINKS_MAX)
		return -1;
	put_interface(f, link);
	return (int)f->link_count - 1;
}

static void close_frame(struct evidence_file *f)
{
	if (!f->is_open)
		return;
	if (f->comments)
		put_u32(f, OPTION_END);
	close_block(f, f->open);
	f->is_open = false;
}

bool evidence_file_put(struct evidence_file *f, const struct frame *frame)
{
	size_t n = cursor_left(&frame->bytes);
	uint64_t when = frame->when > 0 ? (uint64_t)frame->when : 0;
	int interface;

	if (f->is_open && f->number == frame->number)
		return true;
	n = n < EVIDENCE_FRAME_MAX ? n : EVIDENCE_FRAME_MAX;
	close_frame(f);
	if (EVIDENCE_BUFFER_BYTES - f->used < ROOM_BYTES + n)
		(void)evidence_file_flush(f);
	f->lost += f->broken;
	if (f->broken)
		return false;
	if (!f->section)
		put_section(f);
	interface = interface_of(f, frame->link);
	f->refused += interface < 0;
	if (interface < 0)
		return false;
	f->open = f->used;
	f->is_open = true;
	f->comments = 0;
	f->number = frame->number;
	f->pending++;
	put_u32(f, PACKET);
	put_u32(f, 0);
	put_u32(f, (uint32_t)interface);
	put_u32(f, (uint32_t)(when >> 32));
	put_u32(f, (uint32_t)when);
	put_u32(f, (uint32_t)n);
	put_u32(f, frame->length > n ? frame->length : (uint32_t)n);
	put_bytes(f, frame->bytes.at, n);
	put_padding(f, n);
	return true;
}

/* character_of reads one character (RFC 3629 section 4) and its length; false when the first byte starts none. */
static bool character_of(const uint8_t *p, uint32_t *c, size_t *n)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	*n = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;
	*c = *n == 1 ? p[0] : p[0] & (0x7fu >> *n);
	for (size_t i = 1; i < *n; i++) {
		if ((p[i] & 0xc0) != 0x80) {	/* the closing NUL, too */
			*n = 0;
			break;
		}
		*c = *c << 6 | (p[i] & 0x3f);
	}
	return *n && *c >= least[*n] && *c <= 0x10ffff && (*c < 0xd800 || *c > 0xdfff);
}

static bool is_shown(uint32_t c)
{
	return c >= ' ' && (c < 0x7f || c > 0x9f) && c != 0x61c && c != 0x200e && c != 0x200f &&
	       (c < 0x2028 || c > 0x202e) && (c < 0x2066 || c > 0x2069);
}

/* put_escaped appends at most EVIDENCE_COMMENT_MAX bytes. */
static void put_escaped(struct evidence_file *f, const char *text)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *p = (const uint8_t *)text;
	size_t start = f->used, n;
	uint32_t c;

	for (; *p; p += n) {
		bool whole = character_of(p, &c, &n);
		bool shown = whole && is_shown(c);

		n = whole ? n : 1;
		if (f->used - start + (shown ? n + (c == '\\') : 4 * n) > EVIDENCE_COMMENT_MAX)
			break;
		if (shown && c == '\\')
			put_bytes(f, "\\", 1);
		if (shown)
			put_bytes(f, p, n);
		for (size_t i = 0; i < n && !shown; i++)
			put_bytes(f, (const char[]){ '\\', 'x', digits[p[i] >> 4], digits[p[i] & 15] }, 4);
	}
}

bool evidence_file_comment(struct evidence_file *f, const char *text)
{
	size_t start = f->used, n;

	if (!f->is_open || f->comments == EVIDENCE_COMMENTS_MAX)
		return false;
	f->comments++;
	put_u16(f, OPTION_COMMENT);
	put_u16(f, 0);
	put_escaped(f, text);
	n = f->used - start - 4;
	f->buffer[start + 2] = (uint8_t)n;
	f->buffer[start + 3] = (uint8_t)(n >> 8);
	put_padding(f, n);
	return true;
}

/*
 * takes is how many of `left` bytes can be written without waiting, 0 when the
 * reader hangs and the sensor is to stop.  A pipe that polls writable takes
 * PIPE_BUF (POSIX.1-2017 write).
 */
static size_t takes(const struct evidence_file *f, size_t left)
{
	struct pollfd p = { .fd = f->fd, .events = POLLOUT };

	if (f->seeks)
		return left;
	while (poll(&p, 1, f->stop ? STOP_MS : -1) != 1) {
		if (f->stop && *f->stop)
			return 0;
	}
	return left < PIPE_BUF ? left : PIPE_BUF;
}

/* write_all returns how many bytes the system took. */
static size_t write_all(struct evidence_file *f)
{
	size_t done = 0, room;

	while (done < f->used && (room = takes(f, f->used - done))) {
		ssize_t n = write(f->fd, f->buffer + done, room);

		if (n > 0) {
			done += (size_t)n;
		} else if (n < 0 && errno != EINTR && errno != EAGAIN) {
			f->error = errno;
			return done;
		}
	}
	if (done < f->used)
		f->error = EAGAIN;
	return done;
}

/* whole_blocks is how many of the first n bytes are whole blocks, and how many frames are in them. */
static size_t whole_blocks(const struct evidence_file *f, size_t n, uint64_t *frames)
{
	size_t at = 0;

	*frames = 0;
	while (at < n) {
		size_t length = get_u32(f->buffer + at + 4);

		if (length > n - at)
			break;
		*frames += get_u32(f->buffer + at) == PACKET;
		at += length;
	}
	return at;
}

/* cut_back takes a torn block off the file's end; what went into a pipe cannot be taken back. */
static void cut_back(struct evidence_file *f, bool torn)
{
	f->section = false;
	if (f->seeks && torn)
		f->broken = ftruncate(f->fd, f->end) != 0 || lseek(f->fd, f->end, SEEK_SET) < 0;
	else if (!f->seeks)
		f->broken = true;
}

bool evidence_file_flush(struct evidence_file *f)
{
	uint64_t frames = f->pending;
	size_t done, whole;

	close_frame(f);
	if (!f->used)
		return !f->broken;
	done = f->broken ? 0 : write_all(f);
	whole = done == f->used ? done : whole_blocks(f, done, &frames);
	f->end += (int64_t)whole;
	f->frames += frames;
	f->lost += f->pending - frames;
	if (done < f->used)
		cut_back(f, done > whole);
	f->pending = 0;
	whole = f->used - whole;
	f->used = 0;
	return whole == 0;
}

bool evidence_file_free(struct evidence_file *f)
{
	bool ok;

	if (f->buffer && !f->section && !f->frames && !f->broken) {
		(void)evidence_file_flush(f);
		put_section(f);
		put_interface(f, DLT_EN10MB);
	}
	ok = f->buffer && evidence_file_flush(f);
	free(f->buffer);
	f->buffer = NULL;
	return ok && !f->lost && !f->refused;
}
