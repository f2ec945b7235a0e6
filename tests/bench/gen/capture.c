#include "capture.h"

#include "fatal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	RECORD_HEADER = 16,
	SNAP_LENGTH = 262144,
	LINK_ETHERNET = 1,
	GROW_BYTES = 64 << 20,
	GROW_FRAMES = 1 << 20,
};

struct place {
	uint64_t when;
	size_t at;
};

static uint8_t *bytes;
static size_t used, bytes_max;
static struct place *places;
static size_t frames, frames_max;
static struct traffic_total totals[TRAFFIC_KINDS];

static void *grow(void *memory, size_t *max, size_t least, size_t unit)
{
	*max = *max * 2 > least ? *max * 2 : least;
	memory = realloc(memory, *max * unit);
	if (!memory)
		fatal("no memory for %zu MiB of capture; ask for a smaller one", (*max * unit) >> 20);
	return memory;
}

uint8_t *capture_room(size_t size)
{
	if (used + RECORD_HEADER + size > bytes_max)
		bytes = grow(bytes, &bytes_max, GROW_BYTES, 1);
	return bytes + used + RECORD_HEADER;
}

void capture_add(uint64_t when, size_t size, enum traffic traffic)
{
	uint32_t header[4] = {
		(uint32_t)(when / 1000000000),
		(uint32_t)(when % 1000000000 / 1000),
		(uint32_t)size,
		(uint32_t)size,
	};

	if (frames == frames_max)
		places = grow(places, &frames_max, GROW_FRAMES, sizeof(*places));
	places[frames++] = (struct place){ when, used };
	memcpy(bytes + used, header, sizeof(header));
	used += RECORD_HEADER + size;
	totals[traffic].packets++;
	totals[traffic].bytes += RECORD_HEADER + size;
}

uint64_t capture_frames(void)
{
	return frames;
}

uint64_t capture_bytes(void)
{
	return used;
}

struct traffic_total capture_total(enum traffic traffic)
{
	return totals[traffic];
}

/* Frames of one instant stay in the order they were made in. */
static int place_order(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->when != b->when)
		return a->when < b->when ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

void capture_write(const char *path)
{
	static char buffer[4 << 20];
	static const uint32_t header[] = { 0xa1b2c3d4, 0x00040002, 0, 0, SNAP_LENGTH, LINK_ETHERNET };
	FILE *file = fopen(path, "wb");

	if (!file)
		fatal("cannot write %s; name a file in a directory you may write to", path);
	setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	if (frames > 0)
		qsort(places, frames, sizeof(*places), place_order);
	fwrite(header, sizeof(header), 1, file);
	for (size_t i = 0; i < frames; i++) {
		const uint8_t *record = bytes + places[i].at;
		uint32_t size;

		memcpy(&size, record + 8, sizeof(size));
		fwrite(record, RECORD_HEADER + size, 1, file);
	}
	int failed = ferror(file);

	if (fclose(file) || failed)
		fatal("writing %s failed; free some space and run again", path);
}
