#include "unpack.h"

#include <errno.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "athand.h"

enum {
	INPUT = 64 * 1024,	/* compressed bytes read at once */
	GZIP_ONLY = 15 + 16,	/* for inflateInit2: the largest window, and no other header */
	BARREN_MAX = 16 * 1024 * 1024,	/* bytes of a pipe of which nothing comes: it need not have an end */
	WINDOW_LOG_MAX = 27	/* of Zstandard: UNPACK_MEMORY_MAX */
};

struct unpacker;

/* One format.  `step` takes input and makes output; it sets `whole` where the file may end, and what is wrong. */
struct packing {
	uint8_t first, mask;	/* byte of each file, and which of its bits count */
	bool (*begin)(struct unpacker *u);
	size_t (*step)(struct unpacker *u, uint8_t *out, size_t room);
	void (*end)(struct unpacker *u);
	/* what is wrong with one: no such data, damaged behind the first of it, ended too early */
	const char *none, *damaged, *cut;
};

struct unpacker {
	const struct packing *packing;
	FILE *file;
	const char **wrong;
	union {
		z_stream gzip;
		lzma_stream xz;
		ZSTD_DStream *zstd;
	};
	size_t used, filled;	/* of the input */
	size_t barren;		/* bytes of it since something came out */
	bool ended;		/* there is no more of it */
	bool whole;
	bool any;		/* something came out of it */
	bool more;		/* it had no room for the last of that: there may be more without input */
	bool pipe;
	uint8_t input[INPUT];
};

static size_t left(const struct unpacker *u)
{
	return u->filled - u->used;
}

static void fail(struct unpacker *u, const char *what)
{
	*u->wrong = what;
}

static void fail_damaged(struct unpacker *u)
{
	fail(u, u->any ? u->packing->damaged : u->packing->none);
}

static bool begin_gzip(struct unpacker *u)
{
	u->gzip = (z_stream){ .zalloc = Z_NULL };
	return inflateInit2(&u->gzip, GZIP_ONLY) == Z_OK;
}

/* A file may have several members, as of tools that pack in pieces (RFC 1952 section 2.2). */
static size_t step_gzip(struct unpacker *u, uint8_t *out, size_t room)
{
	z_stream *z = &u->gzip;
	int status;

	while (u->whole && left(u) && !u->input[u->used])
		u->used++;	/* padding, as of tapes */
	if (u->whole && !left(u))
		return 0;
	if (u->whole && (u->input[u->used] != u->packing->first || inflateReset(z) != Z_OK)) {
		fail(u, "there is something else behind the end of the gzip data");
		return 0;
	}
	z->next_in = u->input + u->used;
	z->avail_in = (uInt)left(u);
	z->next_out = out;
	z->avail_out = (uInt)room;
	status = inflate(z, Z_NO_FLUSH);
	u->used = u->filled - z->avail_in;
	u->whole = status == Z_STREAM_END;
	if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
		fail_damaged(u);
	return room - z->avail_out;
}

static void end_gzip(struct unpacker *u)
{
	(void)inflateEnd(&u->gzip);
}

static bool begin_xz(struct unpacker *u)
{
	u->xz = (lzma_stream)LZMA_STREAM_INIT;
	return lzma_stream_decoder(&u->xz, UNPACK_MEMORY_MAX, LZMA_CONCATENATED) == LZMA_OK;
}

static size_t step_xz(struct unpacker *u, uint8_t *out, size_t room)
{
	lzma_stream *x = &u->xz;
	lzma_ret status;

	x->next_in = u->input + u->used;
	x->avail_in = left(u);
	x->next_out = out;
	x->avail_out = room;
	status = lzma_code(x, u->ended ? LZMA_FINISH : LZMA_RUN);
	u->used = u->filled - x->avail_in;
	u->whole = status == LZMA_STREAM_END;
	if (status == LZMA_MEMLIMIT_ERROR)
		fail(u, "the xz data needs more than 128 MiB of memory; unpack it with xz(1) first");
	else if (status != LZMA_OK && status != LZMA_STREAM_END && status != LZMA_BUF_ERROR)
		fail_damaged(u);
	return room - x->avail_out;
}

static void end_xz(struct unpacker *u)
{
	lzma_end(&u->xz);
}

static bool begin_zstd(struct unpacker *u)
{
	u->zstd = ZSTD_createDStream();
	return u->zstd && !ZSTD_isError(ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX));
}

static size_t step_zstd(struct unpacker *u, uint8_t *out, size_t room)
{
	ZSTD_inBuffer in = { u->input, u->filled, u->used };
	ZSTD_outBuffer made = { out, room, 0 };
	size_t more = ZSTD_decompressStream(u->zstd, &made, &in);

	u->used = in.pos;
	u->whole = more == 0;
	if (ZSTD_getErrorCode(more) == ZSTD_error_frameParameter_windowTooLarge)
		fail(u, "the zstd data needs more than 128 MiB of memory; unpack it with zstd(1) first");
	else if (ZSTD_isError(more))
		fail_damaged(u);
	return made.pos;
}

static void end_zstd(struct unpacker *u)
{
	(void)ZSTD_freeDStream(u->zstd);
}

static const struct packing packings[] = {
#define WRONG(name) "neither a capture nor " name " data", "the " name " data is damaged", \
		    "the " name " data is cut off"
	{ 0x1f, 0xff, begin_gzip, step_gzip, end_gzip, WRONG("gzip") },
	{ 0xfd, 0xff, begin_xz, step_xz, end_xz, WRONG("xz") },
	{ 0x28, 0xff, begin_zstd, step_zstd, end_zstd, WRONG("zstd") },
	{ 0x50, 0xf0, begin_zstd, step_zstd, end_zstd, WRONG("zstd") },	/* a frame to skip first, as pzstd's */
#undef WRONG
};

/* refill waits for something, and takes no more than there is: a pipe may be slow. */
static void refill(struct unpacker *u)
{
	int first;
	size_t more;

	errno = 0;
	first = getc(u->file);
	u->used = u->filled = 0;
	if (first == EOF) {
		u->ended = true;
		if (ferror(u->file))
			fail(u, strerror(errno));
		return;
	}
	u->input[u->filled++] = (uint8_t)first;
	more = at_hand(u->file);
	u->filled += fread(u->input + 1, 1, more < sizeof(u->input) - 1 ? more : sizeof(u->input) - 1, u->file);
}

static ssize_t read_unpacked(void *cookie, char *buffer, size_t size)
{
	struct unpacker *u = cookie;
	size_t made = 0;

	while (!made && size && !*u->wrong) {
		size_t before;

		if (!left(u) && !u->ended && (u->whole || !u->more))
			refill(u);
		if (*u->wrong || (!left(u) && u->ended && u->whole))
			break;
		before = left(u);
		made = u->packing->step(u, (uint8_t *)buffer, size);
		u->any |= made > 0;
		u->more = made == size;
		u->barren = made ? 0 : u->barren + before - left(u);
		if (u->pipe && u->barren > BARREN_MAX)
			fail(u, "the packed data goes on and on without holding anything");
		/* nothing came of it, nor will */
		if (!made && before == left(u) && (before || (u->ended && !u->whole)) && !*u->wrong)
			fail(u, u->packing->cut);
	}
	return (ssize_t)made;
}

static void drop(struct unpacker *u)
{
	u->packing->end(u);
	free(u);
}

static int close_unpacked(void *cookie)
{
	struct unpacker *u = cookie;
	int result = u->file == stdin ? 0 : fclose(u->file);

	drop(u);
	return result;
}

static const struct packing *packing_of(FILE *file)
{
	int first = getc(file);

	if (first == EOF || ungetc(first, file) == EOF)
		return NULL;
	for (size_t i = 0; i < sizeof(packings) / sizeof(*packings); i++) {
		if (packings[i].first == (first & packings[i].mask))
			return &packings[i];
	}
	return NULL;
}

FILE *unpack_level(FILE *file, const char **wrong)
{
	cookie_io_functions_t io = { .read = read_unpacked, .close = close_unpacked };
	const struct packing *packing = packing_of(file);
	struct stat st;
	struct unpacker *u;
	FILE *level;

	*wrong = NULL;
	if (!packing)
		return file;
	u = malloc(sizeof(*u));
	if (!u)
		return NULL;
	*u = (struct unpacker){ .packing = packing, .file = file, .wrong = wrong };
	u->pipe = fstat(fileno(file), &st) != 0 || !S_ISREG(st.st_mode);
	level = packing->begin(u) ? fopencookie(u, "rb", io) : NULL;
	if (!level)
		drop(u);
	return level;
}
