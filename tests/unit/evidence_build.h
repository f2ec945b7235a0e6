/*
 * evidence_build.h: reads a pcapng capture back, by the specification
 * (draft-ietf-opsawg-pcapng) and not by the code under test.
 */
#ifndef TELLTALE_TESTS_EVIDENCE_BUILD_H
#define TELLTALE_TESTS_EVIDENCE_BUILD_H

#include <fcntl.h>

#include "folder.h"
#include "frame.h"

enum { READ_BYTES_MAX = 12 * 1024 * 1024, READ_FRAMES_MAX = 1024, READ_LINKS_MAX = 64, READ_COMMENTS_MAX = 24 };

struct read_frame {
	unsigned link;			/* as the file calls it */
	uint64_t when;
	uint32_t length;
	struct cursor bytes;
	unsigned comments;
	struct cursor comment[READ_COMMENTS_MAX];
};

struct read_file {
	uint8_t *bytes;
	size_t n;
	unsigned sections, links, frames;
	unsigned link[READ_LINKS_MAX];	/* of the section read last */
	struct read_frame frame[READ_FRAMES_MAX];
};

static inline void read_section(struct read_file *r, struct cursor body)
{
	assert_int_equal(cursor_u32le(&body), 0x1a2b3c4d);
	assert_int_equal(cursor_u16le(&body), 1);
	assert_int_equal(cursor_u16le(&body), 0);
	assert_int_equal(cursor_u32le(&body), UINT32_MAX);
	assert_int_equal(cursor_u32le(&body), UINT32_MAX);
	assert_true(cursor_done(&body));	/* no options: nothing of the host */
	r->sections++;
	r->links = 0;
}

static inline void read_interface(struct read_file *r, struct cursor body)
{
	assert_true(r->sections && r->links < READ_LINKS_MAX);
	r->link[r->links++] = cursor_u16le(&body);
	assert_int_equal(cursor_u16le(&body), 0);
	assert_int_equal(cursor_u32le(&body), 262144);
	assert_int_equal(cursor_u32(&body), 0x09000100);	/* if_tsresol, one byte: */
	assert_int_equal(cursor_u32(&body), 0x09000000);	/* 10^-9 */
	assert_int_equal(cursor_u32le(&body), 0);
	assert_true(cursor_done(&body));
}

static inline void read_comments(struct read_frame *f, struct cursor options)
{
	while (cursor_left(&options)) {
		unsigned code = cursor_u16le(&options), n = cursor_u16le(&options);

		if (!code) {
			assert_true(n == 0 && cursor_done(&options));
			return;
		}
		assert_int_equal(code, 1);
		assert_true(f->comments < READ_COMMENTS_MAX);
		f->comment[f->comments++] = cursor_sub(&options, n);
		cursor_skip(&options, -n & 3);
		assert_true(!options.bad && cursor_left(&options));	/* the end of options follows */
	}
}

static inline void read_packet(struct read_file *r, struct cursor body)
{
	struct read_frame *f = &r->frame[r->frames++];
	unsigned interface = cursor_u32le(&body);
	size_t n;

	assert_true(r->frames <= READ_FRAMES_MAX && interface < r->links);
	f->link = r->link[interface];
	f->when = (uint64_t)cursor_u32le(&body) << 32;
	f->when |= cursor_u32le(&body);
	n = cursor_u32le(&body);
	f->length = cursor_u32le(&body);
	assert_true(f->length >= n);
	f->bytes = cursor_sub(&body, n);
	cursor_skip(&body, -n & 3);
	assert_false(body.bad);
	f->comments = 0;
	read_comments(f, body);
}

/* read_capture asserts that the file is whole blocks, well formed, and gives its frames; until the next call. */
static inline struct read_file *read_capture(const char *path)
{
	static struct read_file r;
	struct cursor c;
	FILE *in = fopen(path, "rb");

	assert_non_null(in);
	r.bytes = r.bytes ? r.bytes : malloc(READ_BYTES_MAX);
	assert_non_null(r.bytes);
	r.n = fread(r.bytes, 1, READ_BYTES_MAX, in);
	fclose(in);
	r.sections = r.links = r.frames = 0;
	for (c = cursor_of(r.bytes, r.n); cursor_left(&c);) {
		uint32_t type = cursor_u32le(&c), length = cursor_u32le(&c);
		struct cursor body;

		assert_true(length >= 12 && length % 4 == 0);
		body = cursor_sub(&c, length - 12);
		assert_int_equal(cursor_u32le(&c), length);
		assert_false(c.bad);
		if (type == 0x0a0d0d0a)
			read_section(&r, body);
		else if (type == 1)
			read_interface(&r, body);
		else if (type == 6)
			read_packet(&r, body);
		else
			fail_msg("block of type %u", type);
	}
	return &r;
}

static inline void assert_comment(const struct read_frame *f, unsigned i, const char *want)
{
	assert_true(i < f->comments);
	assert_int_equal(cursor_left(&f->comment[i]), strlen(want));
	assert_memory_equal(f->comment[i].at, want, strlen(want));
}

/* frame_of makes frame `number` of n bytes, each byte its number. */
static inline struct frame frame_of(uint64_t number, size_t n)
{
	static uint8_t bytes[300000];

	assert_true(n <= sizeof(bytes));
	memset(bytes, (int)(number & 0xff), n);
	return (struct frame){ .bytes = cursor_of(bytes, n), .when = INT64_C(1700000000123456789) + (int64_t)number,
			       .number = number, .length = (uint32_t)n, .link = 1 };
}

static inline int file_make(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	return fd;
}

#endif
