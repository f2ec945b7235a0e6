#include "capture_plain.h"

#include <stdlib.h>
#include <unistd.h>

enum {
	MICROSECONDS = (int)0xa1b2c3d4, NANOSECONDS = (int)0xa1b23c4d,	/* magic: what a record's `part` counts */
	FILE_HEADER = 24, RECORD_HEADER = 16,
	CHUNK = 64 * 1024,	/* bytes read at once: still in the second-level cache when they are looked at */
	ROOM = 2 * CHUNK	/* for what a record may have left of the chunk before */
};

/* The headers as they stand there (sections 4 and 5). */
struct file_header {
	int32_t magic;
	uint16_t major, minor;
	uint32_t reserved[2], snaplen, link;
};

struct record {
	int32_t second, part;
	uint32_t captured, length;
};

struct capture_plain {
	int fd;
	int64_t unit;		/* nanoseconds of `part` */
	uint32_t snaplen;
	size_t used, filled;	/* of the bytes */
	int64_t end;		/* offset in the file of what stands behind them */
	uint8_t bytes[ROOM];
};

_Static_assert(sizeof(struct file_header) == FILE_HEADER && sizeof(struct record) == RECORD_HEADER, "as in the file");

struct capture_plain *capture_plain_new(FILE *file, uint32_t snaplen)
{
	off_t at = ftello(file);
	int fd = fileno(file);
	struct file_header h;
	struct capture_plain *p;

	/* what cannot be read at a place, as a pipe, has none either */
	if (at != FILE_HEADER || pread(fd, &h, sizeof(h), 0) != FILE_HEADER)
		return NULL;
	if ((h.magic != MICROSECONDS && h.magic != NANOSECONDS) || h.major != 2 || h.minor != 4)
		return NULL;
	p = malloc(sizeof(*p));
	if (!p)
		return NULL;
	p->fd = fd;
	p->unit = h.magic == NANOSECONDS ? 1 : 1000;
	p->snaplen = snaplen;
	p->used = p->filled = 0;
	p->end = at;
	return p;
}

/* refill brings in more behind what is left of the last record; false when there is none or no room. */
static bool refill(struct capture_plain *p)
{
	size_t left = p->filled - p->used;
	ssize_t n;

	if (left > ROOM - CHUNK)
		return false;
	memmove(p->bytes, p->bytes + p->used, left);
	p->used = 0;
	p->filled = left;
	n = pread(p->fd, p->bytes + left, CHUNK, p->end);
	if (n <= 0)
		return false;
	p->filled += (size_t)n;
	p->end += n;
	return true;
}

/* has is true when n bytes are there, or were brought in. */
static inline bool has(struct capture_plain *p, size_t n)
{
	while (p->filled - p->used < n) {
		if (!refill(p))
			return false;
	}
	return true;
}

bool capture_plain_next(struct capture_plain *p, struct frame *out)
{
	struct record r;

	if (!has(p, RECORD_HEADER))
		return false;
	memcpy(&r, p->bytes + p->used, sizeof(r));
	if (r.captured > p->snaplen || !has(p, RECORD_HEADER + (size_t)r.captured))
		return false;
	out->bytes = cursor_of(p->bytes + p->used + RECORD_HEADER, r.captured);
	out->when = frame_time(r.second, r.part * p->unit);
	out->length = r.length > r.captured ? r.length : r.captured;
	p->used += RECORD_HEADER + r.captured;
	return true;
}

int64_t capture_plain_at(const struct capture_plain *p)
{
	return p->end - (int64_t)(p->filled - p->used);
}

bool capture_plain_end(struct capture_plain *p, FILE *file)
{
	bool ok = fseeko(file, capture_plain_at(p), SEEK_SET) == 0;

	free(p);
	return ok;
}
