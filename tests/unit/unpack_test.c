/* links: unpack */
#include "bytes.h"
#include "unpack.h"

#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define TEXT_OF(text) text, sizeof(text) - 1

enum { PLAIN = 300000, PACKED = 2 * PLAIN };

static uint8_t plain[PLAIN], out[2 * PLAIN + 1];

/* A file's bytes packed in one way. */
struct packed {
	const char *name;
	size_t (*pack)(uint8_t *to, const uint8_t *from, size_t n);
	uint8_t bytes[PACKED];
	size_t n;
};

static size_t pack_gzip(uint8_t *to, const uint8_t *from, size_t n)
{
	z_stream z = { .zalloc = Z_NULL };
	uint8_t *in = malloc(n + 1);

	memcpy(in, from, n);
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = in;
	z.avail_in = (uInt)n;
	z.next_out = to;
	z.avail_out = PACKED / 2;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	n = z.total_out;
	deflateEnd(&z);
	free(in);
	return n;
}

static size_t pack_xz(uint8_t *to, const uint8_t *from, size_t n)
{
	size_t at = 0;

	assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, from, n, to, &at, PACKED / 2), LZMA_OK);
	return at;
}

static size_t pack_zstd(uint8_t *to, const uint8_t *from, size_t n)
{
	n = ZSTD_compress(to, PACKED / 2, from, n, 1);
	assert_false(ZSTD_isError(n));
	return n;
}

static struct packed kinds[] = {
	{ .name = "gzip", .pack = pack_gzip }, { .name = "xz", .pack = pack_xz }, { .name = "zstd", .pack = pack_zstd },
};

enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

static int make(void **state)
{
	uint32_t x = 1;

	(void)state;
	for (size_t i = 0; i < PLAIN; i++) {	/* half of it compresses */
		x = x * 1664525 + 1013904223;
		plain[i] = i % 64 < 32 ? (uint8_t)(x >> 24) : 'a';
	}
	for (size_t i = 0; i < KINDS; i++)
		kinds[i].n = kinds[i].pack(kinds[i].bytes, plain, PLAIN);
	return 0;
}

/* unpack gives how many bytes of `out` were got from a file of these, and what was wrong. */
static size_t unpack(const void *bytes, size_t n, const char **wrong)
{
	FILE *file = fmemopen((void *)(uintptr_t)bytes, n, "rb"), *level;
	size_t got;

	assert_non_null(file);
	level = unpack_level(file, wrong);
	assert_non_null(level);
	got = fread(out, 1, sizeof(out), level);
	assert_int_equal(fclose(level), 0);
	return got;
}

static void test_whole(void **state)
{
	const char *wrong;

	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		assert_int_equal(unpack(kinds[i].bytes, kinds[i].n, &wrong), PLAIN);
		assert_memory_equal(out, plain, PLAIN);
		assert_null(wrong);
	}
}

/* Files that were written in pieces are one behind the other. */
static void test_pieces(void **state)
{
	static uint8_t both[2 * PACKED];
	const char *wrong;

	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		memcpy(both, kinds[i].bytes, kinds[i].n);
		memcpy(both + kinds[i].n, kinds[i].bytes, kinds[i].n);
		assert_int_equal(unpack(both, 2 * kinds[i].n, &wrong), 2 * PLAIN);
		assert_memory_equal(out, plain, PLAIN);
		assert_memory_equal(out + PLAIN, plain, PLAIN);
		assert_null(wrong);
		/* what is no further piece ends it, after all that is */
		memset(both + kinds[i].n, 'x', 40);
		assert_int_equal(unpack(both, kinds[i].n + 40, &wrong), PLAIN);
		assert_memory_equal(out, plain, PLAIN);
		assert_non_null(wrong);
	}
}

/* Cut off anywhere: what was there, then the end, and a word about it. */
static void test_cut(void **state)
{
	const char *wrong;
	char want[64];

	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		snprintf(want, sizeof(want), "the %s data is cut off", kinds[i].name);
		for (size_t n = 1; n < kinds[i].n; n += n < 64 || n + 64 > kinds[i].n ? 1 : 997) {
			size_t got = unpack(kinds[i].bytes, n, &wrong);

			assert_true(got <= PLAIN);
			assert_memory_equal(out, plain, got);
			assert_string_equal(wrong, want);
		}
		/* all but what of the last block is missing; gzip and xz have more behind that */
		assert_true(unpack(kinds[i].bytes, kinds[i].n - 1, &wrong) > (i < 2 ? PLAIN - 1 : PLAIN / 2));
		assert_true(unpack(kinds[i].bytes, kinds[i].n / 2 + 1, &wrong) > PLAIN / 8);
	}
}

/* Damage ends it: by the checksum at the latest, so nothing is said to be well that is not. */
static void test_damaged(void **state)
{
	static uint8_t copy[PACKED];
	const char *wrong;

	(void)state;
	for (size_t i = 0; i < 2; i++) {	/* ZSTD_compress writes no checksum */
		memcpy(copy, kinds[i].bytes, kinds[i].n);
		for (size_t at = 12; at < kinds[i].n; at += 1009) {
			copy[at] ^= 0x10;
			(void)unpack(copy, kinds[i].n, &wrong);
			if (!wrong)
				fail_msg("%s, byte %zu", kinds[i].name, at);
			if (at > kinds[i].n / 2)
				assert_non_null(strstr(wrong, "is damaged"));
			copy[at] ^= 0x10;
		}
	}
}

/* Zeros behind gzip's end are padding; a frame that Zstandard says to skip may be the first. */
static void test_around(void **state)
{
	static uint8_t more[PACKED + 600];
	static const uint8_t skipped[] = { 0x5a, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 'p', 'a', 'r', 't' };
	const char *wrong;

	(void)state;
	memset(more, 0, sizeof(more));
	memcpy(more, kinds[0].bytes, kinds[0].n);
	memcpy(more + kinds[0].n + 40, kinds[0].bytes, kinds[0].n);
	assert_int_equal(unpack(more, kinds[0].n + 40, &wrong), PLAIN);
	assert_null(wrong);
	assert_int_equal(unpack(more, 2 * kinds[0].n + 40 + 512, &wrong), 2 * PLAIN);
	assert_null(wrong);
	memcpy(more, skipped, sizeof(skipped));
	memcpy(more + sizeof(skipped), kinds[2].bytes, kinds[2].n);
	assert_int_equal(unpack(more, sizeof(skipped) + kinds[2].n, &wrong), PLAIN);
	assert_memory_equal(out, plain, PLAIN);
	assert_null(wrong);
}

/* Of a pipe what is there is given, though more may come; nothing waits for a buffer to be full. */
static void test_slow_pipe(void **state)
{
	enum { SOME = 60000 };
	static uint8_t small[PACKED / 2];
	const char *wrong;

	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		size_t n = kinds[i].pack(small, plain, SOME);
		int ends[2];
		FILE *level;

		assert_int_equal(pipe(ends), 0);
		assert_int_equal(write(ends[1], small, n), n);
		level = unpack_level(fdopen(ends[0], "rb"), &wrong);
		alarm(20);	/* rather than to wait for ever */
		for (size_t got = 0; got < SOME; got += 100)	/* the rest is in the decoder */
			assert_int_equal(fread(out + got, 1, 100, level), 100);
		alarm(0);
		assert_memory_equal(out, plain, SOME);
		close(ends[1]);
		assert_int_equal(getc(level), EOF);
		assert_null(wrong);
		fclose(level);
	}
}

/* What the decoder took in and could not give out at once is not kept back for more input, which may not come. */
static void test_held(void **state)
{
	enum { SOME = 100000 };
	static uint8_t packed[PACKED];
	ZSTD_CCtx *z = ZSTD_createCCtx();
	ZSTD_inBuffer in = { out, SOME, 0 };
	ZSTD_outBuffer to = { packed, sizeof(packed), 0 };
	const char *wrong;
	int ends[2];
	FILE *level;

	(void)state;
	memset(out, 'a', SOME);
	assert_int_equal(ZSTD_compressStream2(z, &to, &in, ZSTD_e_flush), 0);	/* the frame goes on */
	ZSTD_freeCCtx(z);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], packed, to.pos), to.pos);
	level = unpack_level(fdopen(ends[0], "rb"), &wrong);
	memset(out, 0, SOME);
	alarm(20);
	assert_int_equal(fread(out, 1, SOME, level), SOME);
	alarm(0);
	assert_int_equal(out[SOME - 1], 'a');
	close(ends[1]);
	assert_int_equal(getc(level), EOF);
	assert_string_equal(wrong, "the zstd data is cut off");
	fclose(level);
}

/* A file that goes on and on without holding anything is given up. */
static void test_barren(void **state)
{
	enum { MEMBERS = 1 << 20 };
	uint8_t one[64], *many;
	size_t n = pack_gzip(one, plain, 0);
	const char *wrong;

	(void)state;
	many = malloc(n * MEMBERS);
	assert_non_null(many);
	for (size_t i = 0; i < MEMBERS; i++)
		memcpy(many + i * n, one, n);
	assert_int_equal(unpack(many, 1000 * n, &wrong), 0);
	assert_null(wrong);
	assert_int_equal(unpack(many, MEMBERS * n, &wrong), 0);
	assert_non_null(wrong);
	free(many);
}

static void test_other(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *wrong;
	} cases[] = {
		{ TEXT_OF("\x1f\x8c and so on, no gzip"), "neither a capture nor gzip data" },
		{ TEXT_OF("(a text in brackets)"), "neither a capture nor zstd data" },
		{ TEXT_OF("\xfd" "7zYZ\0, which is nearly it"), "neither a capture nor xz data" },
		{ TEXT_OF("\x28\xb5\x2f\xfd\0\x90\1\0\0"),	/* RFC 8878 section 3.1.1.1.2: 2^28 bytes */
		  "the zstd data needs more than 128 MiB of memory; unpack it with zstd(1) first" },
	};
	FILE *file = fmemopen((char[]){ "\xd4\xc3\xb2\xa1" }, 4, "rb");
	const char *wrong = "before";

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(unpack(cases[i].bytes, cases[i].n, &wrong), 0);
		assert_string_equal(wrong, cases[i].wrong);
	}
	assert_ptr_equal(unpack_level(file, &wrong), file);
	assert_null(wrong);
	assert_int_equal(getc(file), 0xd4);
	fclose(file);
}

/* An xz header that asks for a dictionary of 1 GiB (xz-file-format.txt sections 2.1.1, 3.1 and 5.3.1). */
static void test_xz_asks_for_much(void **state)
{
	uint8_t bytes[24] = { 0xfd, '7', 'z', 'X', 'Z', 0, 0, 1, 0, 0, 0, 0, 2, 0, 0x21, 1, 36 };
	const char *wrong;
	uint32_t sum = lzma_crc32(bytes + 6, 2, 0);

	(void)state;
	for (size_t i = 0; i < 4; i++)
		bytes[8 + i] = (uint8_t)(sum >> 8 * i);
	sum = lzma_crc32(bytes + 12, 8, 0);
	for (size_t i = 0; i < 4; i++)
		bytes[20 + i] = (uint8_t)(sum >> 8 * i);
	assert_int_equal(unpack(bytes, sizeof(bytes), &wrong), 0);
	assert_string_equal(wrong, "the xz data needs more than 128 MiB of memory; unpack it with xz(1) first");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_around),
		cmocka_unit_test(test_slow_pipe),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_barren),
		cmocka_unit_test(test_other),
		cmocka_unit_test(test_xz_asks_for_much),
	};

	return cmocka_run_group_tests_name("unpack", tests, make, NULL);
}
