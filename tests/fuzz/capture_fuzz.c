/* links: capture capture_pipe capture_plain unpack pcapng */
#include "capture.h"
#include "file.h"
#include "hash.h"

enum { PIPE_BYTES = 65536 };	/* that wait without a reader: pipe(7) */

struct seen {
	uint64_t hash, frames;
};

static void note(void *to, const struct frame *f)
{
	struct seen *s = to;
	struct cursor c = f->bytes;

	s->hash = hash_pair(&hash_key_files, s->hash, hash_bytes(&hash_key_files, c.at, cursor_left(&c)));
	s->hash = hash_pair(&hash_key_files, s->hash, (uint64_t)f->when ^ f->number << 40 ^ f->length);
	s->frames++;
}

static bool read_all(const char *path, struct seen *s, char what[static CAPTURE_WHAT_MAX])
{
	struct capture *c = capture_open_file(path, &(struct capture_options){ .filter = NULL }, what);
	enum capture_result r;

	if (!c)
		return false;
	while ((r = capture_read(c, 3, note, s)) == CAPTURE_OK)
		;
	snprintf(what, CAPTURE_WHAT_MAX, "%d %s", (int)r, capture_error(c));
	capture_close(c);
	return true;
}

/* A capture gives the same frames and the same complaint from a disk and from a pipe, which libpcap alone reads. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[FUZZ_PATH_MAX], other[FUZZ_PATH_MAX], mine[CAPTURE_WHAT_MAX], others[CAPTURE_WHAT_MAX];
	struct seen a = { 0 }, b = { 0 };
	int fd = fuzz_file(data, size, path), ends[2];

	FUZZ_MUST(size <= PIPE_BYTES && pipe(ends) == 0 && write(ends[1], data, size) == (ssize_t)size);
	close(ends[1]);
	snprintf(other, sizeof(other), "/proc/self/fd/%d", ends[0]);
	FUZZ_MUST(read_all(path, &a, mine) == read_all(other, &b, others));
	FUZZ_MUST(a.frames == b.frames && a.hash == b.hash);
	FUZZ_MUST(!strchr(mine, ':') == !strchr(others, ':'));
	FUZZ_MUST(!strchr(mine, ':') || strcmp(strchr(mine, ':'), strchr(others, ':')) == 0);
	close(ends[0]);
	close(fd);
	return 0;
}
