#include "pcapng.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	HEAD = 16,			/* bytes of a block looked at: type, length, the first eight of its body */
	SECTION = 0x0a0d0d0a, INTERFACE = 1,
	SNAPLEN_AT = 12, SNAPLEN = 262144	/* libpcap's maximum */
};

struct leveller {
	FILE *file;
	uint8_t head[HEAD];
	size_t have, given;	/* bytes of the head read; passed on */
	uint64_t left;		/* bytes of the block behind its head */
	bool swapped;		/* the section has the other byte order */
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

/* start_block reads the next head and levels it. */
static void start_block(struct leveller *l)
{
	uint32_t length, type;

	l->have = fread(l->head, 1, HEAD, l->file);
	l->given = 0;
	l->left = 0;
	if (l->have < 12)
		return;
	if (get_u32(l, l->head) == SECTION)	/* the same in both orders */
		l->swapped = memcmp(l->head + 8, "\x1a\x2b\x3c\x4d", 4) == 0;
	type = get_u32(l, l->head);
	length = get_u32(l, l->head + 4);
	if (length < 12 || length % 4 || (type == INTERFACE && length < 20)) {
		l->raw = true;
		return;
	}
	if (l->have == HEAD && type == INTERFACE)
		put_u32(l, l->head + SNAPLEN_AT, SNAPLEN);
	if (length < l->have) {		/* the smallest block: what was read too much is the next one's */
		if (fseeko(l->file, (off_t)length - (off_t)l->have, SEEK_CUR) != 0)
			l->raw = true;
		else
			l->have = length;
		return;
	}
	l->left = length - l->have;
}

static ssize_t read_level(void *cookie, char *buffer, size_t size)
{
	struct leveller *l = cookie;
	size_t done = 0, n;

	while (done < size) {
		if (l->given < l->have) {
			n = l->have - l->given < size - done ? l->have - l->given : size - done;
			memcpy(buffer + done, l->head + l->given, n);
			l->given += n;
		} else if (l->left || l->raw) {
			n = !l->raw && l->left < size - done ? (size_t)l->left : size - done;
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

	free(l);
	return result;
}

FILE *pcapng_level(FILE *file)
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
	level = fopencookie(l, "rb", io);
	if (!level)
		free(l);
	return level ? level : file;
}
