/* links: capture_plain */
#include "capture_plain.h"
#include "folder.h"

enum { SNAPLEN = 262144 };

static uint32_t micro = 0xa1b2c3d4, nano = 0xa1b23c4d;

/* What the tests write: a header, then records of the lengths given. */
struct written {
	FILE *file;
	const char *path;
	long at[400], end;	/* where the records begin, and the last one ends */
	unsigned count;
};

static void put32(FILE *f, uint32_t v)
{
	assert_int_equal(fwrite(&v, sizeof(v), 1, f), 1);
}

static struct written begin(uint32_t magic, uint32_t version)
{
	struct written w = { .path = folder_file(&folder, "some.pcap") };

	w.file = fopen(w.path, "wb");
	assert_non_null(w.file);
	put32(w.file, magic);
	put32(w.file, version);		/* major, minor: little-endian in the tests as on the machines they run on */
	put32(w.file, 0);
	put32(w.file, 0);
	put32(w.file, SNAPLEN);
	put32(w.file, 1);
	w.end = ftell(w.file);
	return w;
}

static void add(struct written *w, uint32_t second, uint32_t part, uint32_t captured, uint32_t length)
{
	w->at[w->count++] = w->end;
	put32(w->file, second);
	put32(w->file, part);
	put32(w->file, captured);
	put32(w->file, length);
	for (uint32_t i = 0; i < captured; i++)
		assert_true(fputc((int)((i * 7 + w->count) & 0xff), w->file) != EOF);
	w->end = ftell(w->file);
}

/* look opens what was written as libpcap leaves it: behind the header. */
static struct capture_plain *look(struct written *w, uint32_t snaplen)
{
	assert_int_equal(fclose(w->file), 0);
	w->file = fopen(w->path, "rb");
	assert_non_null(w->file);
	assert_int_equal(fseek(w->file, 24, SEEK_SET), 0);
	return capture_plain_new(w->file, snaplen);
}

static void finish(struct written *w, struct capture_plain *p, long at)
{
	assert_int_equal(capture_plain_at(p), at);
	assert_true(capture_plain_end(p, w->file));
	assert_int_equal(ftell(w->file), at);	/* where libpcap goes on */
	assert_int_equal(fclose(w->file), 0);
}

static void assert_frame(const struct frame *f, unsigned number, uint32_t captured)
{
	assert_int_equal(cursor_left(&f->bytes), captured);
	for (uint32_t i = 0; i < captured; i++)
		assert_int_equal(f->bytes.at[i], (i * 7 + number) & 0xff);
}

/* Every length, over many chunks, of which records begin and end anywhere. */
static void test_records(void **state)
{
	struct written w = begin(micro, 2 | 4 << 16);
	struct capture_plain *p;
	struct frame f;

	(void)state;
	for (unsigned i = 0; i < 400; i++)
		add(&w, 1000 + i, i, i == 200 ? 66000 : i * 31 % 1500, i % 3 ? 0 : 70000);
	p = look(&w, SNAPLEN);
	assert_non_null(p);
	for (unsigned i = 0; i < 400; i++) {
		uint32_t captured = i == 200 ? 66000 : i * 31 % 1500;

		assert_int_equal(capture_plain_at(p), w.at[i]);
		assert_true(capture_plain_next(p, &f));
		assert_frame(&f, i + 1, captured);
		assert_int_equal(f.length, i % 3 ? captured : 70000);
		assert_int_equal(f.when, (int64_t)(1000 + i) * SECOND + i * 1000);
	}
	assert_false(capture_plain_next(p, &f));
	finish(&w, p, w.end);
}

static void test_times(void **state)
{
	static const struct {
		uint32_t second, part;
		int64_t micro, nano;
	} all[] = {
		{ 0, 0, 0, 0 }, { 1, 999999, 1999999000, 1000999999 }, { 1, 999999999, 0, 1999999999 },
		{ 1, 1000001, 0, 1001000001 }, { 0x80000000, 0, 0, 0 }, { 1, 0x80000000, 0, 0 },
		{ INT32_MAX, 5, INT32_MAX * SECOND + 5000, INT32_MAX * SECOND + 5 },
	};

	(void)state;
	for (int finer = 0; finer < 2; finer++) {
		struct written w = begin(finer ? nano : micro, 2 | 4 << 16);
		struct capture_plain *p;
		struct frame f;

		for (size_t i = 0; i < COUNT(all); i++)
			add(&w, all[i].second, all[i].part, 60, 60);
		p = look(&w, SNAPLEN);
		for (size_t i = 0; i < COUNT(all); i++) {
			assert_true(capture_plain_next(p, &f));
			assert_int_equal(f.when, finer ? all[i].nano : all[i].micro);
		}
		finish(&w, p, w.end);
	}
}

/* What is not of the common kind is left to libpcap as a whole, */
static void test_not_taken(void **state)
{
	static const uint32_t others[][2] = {
		{ 0xd4c3b2a1, 2 << 8 | 4 << 24 }, { 0x4d3cb2a1, 2 << 8 | 4 << 24 }, { 0xa1b2cd34, 2 | 4 << 16 },
		{ 0xa1b2c3d4, 2 | 3 << 16 }, { 0xa1b2c3d4, 1 | 4 << 16 }, { 0x0a0d0d0a, 28 },
	};
	struct written usual = begin(micro, 2 | 4 << 16);
	int ends[2];
	FILE *pipe_end;

	(void)state;
	add(&usual, 1, 1, 60, 60);
	capture_plain_end(look(&usual, SNAPLEN), usual.file);
	assert_int_equal(fseek(usual.file, 28, SEEK_SET), 0);	/* as behind other headers than those of pcap */
	assert_null(capture_plain_new(usual.file, SNAPLEN));
	fclose(usual.file);
	for (size_t i = 0; i < COUNT(others); i++) {
		struct written w = begin(others[i][0], others[i][1]);

		add(&w, 1, 1, 60, 60);
		assert_null(look(&w, SNAPLEN));
		assert_int_equal(ftell(w.file), 24);
		fclose(w.file);
	}
	assert_int_equal(pipe(ends), 0);
	pipe_end = fdopen(ends[0], "rb");
	assert_null(capture_plain_new(pipe_end, SNAPLEN));
	fclose(pipe_end);
	close(ends[1]);
}

/* and so is a record that is longer than it may be, cut off, or too long to wait for, from there on. */
static void test_left_to_libpcap(void **state)
{
	static const struct {
		uint32_t captured, snaplen;
		long cut;
	} all[] = { { 97, 96, 0 }, { 100, SNAPLEN, 1 }, { 100, SNAPLEN, 100 }, { 100, SNAPLEN, 110 }, { 140000, SNAPLEN, 0 } };

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		struct written w = begin(nano, 2 | 4 << 16);
		struct capture_plain *p;
		struct frame f;

		add(&w, 1, 1, 96, 96);
		add(&w, 2, 2, all[i].captured, all[i].captured);
		fflush(w.file);
		assert_int_equal(ftruncate(fileno(w.file), w.end - all[i].cut), 0);
		p = look(&w, all[i].snaplen);
		assert_true(capture_plain_next(p, &f));
		assert_frame(&f, 1, 96);
		for (int again = 0; again < 2; again++)
			assert_false(capture_plain_next(p, &f));
		finish(&w, p, w.at[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_not_taken),
		cmocka_unit_test(test_left_to_libpcap),
	};

	return cmocka_run_group_tests_name("capture_plain", tests, folder_setup, folder_teardown);
}
