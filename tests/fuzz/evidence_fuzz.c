/* links: evidence evidence_file lru */
#include "evidence.h"
#include "file.h"

/* check_blocks walks what was written: whole blocks, as many frames as were counted. */
static void check_blocks(int fd, uint64_t frames)
{
	off_t n = lseek(fd, 0, SEEK_END);
	const uint8_t *p = mmap(NULL, (size_t)n, PROT_READ, MAP_PRIVATE, fd, 0);
	struct cursor c;

	FUZZ_MUST(n > 0 && p != MAP_FAILED);
	for (c = cursor_of(p, (size_t)n); cursor_left(&c);) {
		uint32_t type = cursor_u32le(&c), length = cursor_u32le(&c);

		FUZZ_MUST(length >= 12 && length % 4 == 0);
		cursor_skip(&c, length - 12);
		FUZZ_MUST(cursor_u32le(&c) == length && !c.bad);
		frames -= type == 6;
	}
	FUZZ_MUST(frames == 0);
	munmap((void *)(uintptr_t)p, (size_t)n);
}

/* Steps: what to do with which of sixteen hashes; frames borrow the input, or are long ones that press the ring. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t big[EVIDENCE_RING_BYTES / 64];
	struct cursor c = cursor_of(data, size);
	int fd = memfd_create("fuzz", 0);
	struct exhibit *e = evidence_new(fd);
	struct evidence_counts counts;
	char comment[64];

	FUZZ_MUST(fd >= 0 && e);
	for (uint64_t number = 1; cursor_left(&c); number++) {
		uint8_t what = cursor_u8(&c), hash = what & 15, n = cursor_u8(&c);
		struct frame f = { .when = (int64_t)number, .number = number - (n & 1), .link = n & 3, .length = n };

		f.bytes = what & 0x10 ? cursor_of(big, n * (sizeof(big) / 256)) : cursor_sub(&c, n);
		if (what < 0xa0) {
			evidence_keep(e, &f, hash);
		} else if (what < 0xf0) {
			snprintf(comment, sizeof(comment), "%.*s", (int)cursor_left(&f.bytes), (const char *)f.bytes.at);
			evidence_commit(e, hash, comment, n & 0x40 ? n * 16u : 0);
		} else {
			evidence_drop(e, hash);
		}
	}
	FUZZ_MUST(evidence_flush(e));
	counts = evidence_counts(e);
	FUZZ_MUST(!counts.lost && !counts.refused);
	FUZZ_MUST(evidence_free(e));
	check_blocks(fd, counts.frames);
	close(fd);
	return 0;
}
