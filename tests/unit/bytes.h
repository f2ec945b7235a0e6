/*
 * bytes.h: what the tests of readers share: bytes beside unreadable pages, and
 * every prefix and every changed byte of a fixture.
 */
#ifndef TELLTALE_TESTS_BYTES_H
#define TELLTALE_TESTS_BYTES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cursor.h"
#include "name.h"

enum {
	FENCE_PAGE = 4096,
	FENCE_BYTES = 32 * FENCE_PAGE,	/* the longest fixture */
	EVERY_VALUE_MAX = 320		/* longer fixtures get some values a byte, not all 255 */
};

/* TEXT gives a string constant as bytes and their number; a NUL inside is one of them. */
#define TEXT(text) (const uint8_t *)(text), sizeof(text) - 1

/* COUNT is the number of elements of an array. */
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* fence_area is FENCE_BYTES between two pages that cannot be touched. */
static inline uint8_t *fence_area(void)
{
	static uint8_t *area;

	if (!area) {
		uint8_t *p = mmap(NULL, FENCE_BYTES + 2 * FENCE_PAGE, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		assert_true(p != MAP_FAILED);
		assert_int_equal(mprotect(p, FENCE_PAGE, PROT_NONE), 0);
		assert_int_equal(mprotect(p + FENCE_PAGE + FENCE_BYTES, FENCE_PAGE, PROT_NONE), 0);
		area = p + FENCE_PAGE;
	}
	return area;
}

/* fence_end copies bytes flush against the page behind; until the next call. */
static inline struct cursor fence_end(const uint8_t *bytes, size_t n)
{
	uint8_t *at = fence_area() + FENCE_BYTES - n;

	assert_true(n <= FENCE_BYTES);
	if (n)
		memcpy(at, bytes, n);
	return cursor_of(at, n);
}

/* fence_start copies bytes flush against the page before. */
static inline struct cursor fence_start(const uint8_t *bytes, size_t n)
{
	uint8_t *at = fence_area();

	assert_true(n <= FENCE_BYTES);
	if (n)
		memcpy(at, bytes, n);
	return cursor_of(at, n);
}

/*
 * A reader under test: reads c, asserts what always holds, and returns a number
 * made of all that it gave, so that the harness can tell two results apart.
 */
typedef uint64_t bytes_reader(struct cursor c, void *context);

static inline uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

static inline uint64_t mix_bytes(uint64_t h, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++)
		h = mix(h, p[i]);
	return mix(h, n);
}

/* mix_cursor asserts that an inner cursor is sane, and reads every byte of it. */
static inline uint64_t mix_cursor(uint64_t h, struct cursor c)
{
	assert_true(c.at <= c.end);
	return mix_bytes(mix(h, c.bad), c.at, cursor_left(&c));
}

/* mix_name asserts what holds of every name that a reader returns. */
static inline uint64_t mix_name(uint64_t h, const struct name *n)
{
	assert_true(n->len <= NAME_TEXT_MAX);
	assert_int_equal(n->text[n->len], '\0');
	return mix_bytes(mix(h, n->odd), n->text, n->len);
}

/* read_fenced reads the same bytes against both pages; the result cannot depend on the place. */
static inline uint64_t read_fenced(const uint8_t *bytes, size_t n, bytes_reader *read, void *context)
{
	uint64_t behind = read(fence_end(bytes, n), context);

	assert_int_equal(read(fence_start(bytes, n), context), behind);
	return behind;
}

/* bytes_mutate reads every prefix and every change of one byte; how many results differed. */
static inline size_t bytes_mutate(const uint8_t *seed, size_t n, bytes_reader *read, void *context)
{
	static const uint8_t some[] = { 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff, 0x7f };
	uint8_t *copy = malloc(n + 1);
	uint64_t whole = read_fenced(seed, n, read, context);
	size_t differ = 0, values = n <= EVERY_VALUE_MAX ? 255 : COUNT(some);

	assert_non_null(copy);
	if (n)
		memcpy(copy, seed, n);
	for (size_t i = 0; i < n; i++)
		differ += read_fenced(copy, i, read, context) != whole;
	for (size_t i = 0; i < n; i++) {
		for (size_t v = 0; v < values; v++) {
			copy[i] = seed[i] ^ (values == 255 ? (uint8_t)(v + 1) : some[v]);
			differ += read(fence_end(copy, n), context) != whole;
		}
		copy[i] = seed[i];
	}
	free(copy);
	return differ;
}

/* bytes_torture fails, too, when no change shows in any result: then the mutants did not arrive. */
static inline void bytes_torture(const uint8_t *seed, size_t n, bytes_reader *read, void *context)
{
	assert_true(bytes_mutate(seed, n, read, context) > 0);
}

static inline int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* hex_bytes turns hexadecimal digits (lower case, blanks between bytes) to bytes; how many. */
static inline size_t hex_bytes(const char *hex, uint8_t *out, size_t room)
{
	size_t n = 0;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		assert_true(hex_digit(hex[0]) >= 0 && hex_digit(hex[1]) >= 0 && n < room);
		out[n++] = (uint8_t)(hex_digit(hex[0]) << 4 | hex_digit(hex[1]));
		hex++;
	}
	return n;
}

/* assert_hex compares bytes with the digits that a specification prints. */
static inline void assert_hex(const uint8_t *bytes, size_t n, const char *hex)
{
	uint8_t want[256];

	assert_int_equal(hex_bytes(hex, want, sizeof(want)), n);
	assert_memory_equal(bytes, want, n);
}

/* name_of is a text as a name, as it stands; name_of_bytes one with any bytes. */
static inline struct name name_of_bytes(const char *text, size_t n)
{
	struct name name = { .len = (uint16_t)n };

	memcpy(name.text, text, n);
	return name;
}

static inline struct name name_of(const char *text)
{
	return name_of_bytes(text, strlen(text));
}

static inline void assert_name(const struct name *n, const char *want)
{
	assert_string_equal(n->text, want);
	assert_int_equal(n->len, strlen(want));
}

#endif
