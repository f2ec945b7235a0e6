/* links: pcapng */
#include "bytes.h"
#include "pcapng.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <unistd.h>

/* A capture as it is written down, in either byte order. */
struct made {
	bool big;
	size_t n;
	uint8_t bytes[1 << 20];
};

static void put(struct made *m, uint32_t v, size_t width)
{
	for (size_t i = 0; i < width; i++)
		m->bytes[m->n++] = (uint8_t)(v >> 8 * (m->big ? width - 1 - i : i));
}

static void section(struct made *m)
{
	put(m, 0x0a0d0d0a, 4);
	put(m, 28, 4);
	put(m, 0x1a2b3c4d, 4);
	put(m, 1, 2);
	put(m, 0, 2);
	put(m, UINT32_MAX, 4);
	put(m, UINT32_MAX, 4);
	put(m, 28, 4);
}

static void interface(struct made *m, unsigned type, unsigned snaplen)
{
	put(m, 1, 4);
	put(m, 20, 4);
	put(m, type, 2);
	put(m, 0, 2);
	put(m, snaplen, 4);
	put(m, 20, 4);
}

/* A frame of four bytes, each its mark, in a block of either kind: the enhanced one, and that which came before. */
static void put_frame(struct made *m, uint32_t block, unsigned of, uint8_t mark)
{
	put(m, block, 4);
	put(m, 36, 4);
	if (block == 6) {
		put(m, of, 4);
	} else {
		put(m, of, 2);
		put(m, 0, 2);
	}
	put(m, 0, 4);
	put(m, 1000000, 4);
	put(m, 4, 4);
	put(m, 4, 4);
	put(m, mark * 0x01010101u, 4);
	put(m, 36, 4);
}

static void enhanced(struct made *m, unsigned of, uint8_t mark)
{
	put_frame(m, 6, of, mark);
}

static void obsolete(struct made *m, unsigned of, uint8_t mark)
{
	put_frame(m, 2, of, mark);
}

/* The smallest of all blocks, of a type that nobody knows. */
static void unknown(struct made *m)
{
	put(m, 0x0bad, 4);
	put(m, 12, 4);
	put(m, 12, 4);
}

static void simple(struct made *m, uint8_t mark)
{
	put(m, 3, 4);
	put(m, 20, 4);
	put(m, 4, 4);
	put(m, mark * 0x01010101u, 4);
	put(m, 20, 4);
}

static struct pcapng_links links;

static pcap_t *open_made(struct made *m, bool with_links)
{
	FILE *file = fmemopen(m->bytes, m->n, "rb"), *level;
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *p;

	memset(&links, 0, sizeof(links));
	level = pcapng_level(file, with_links ? &links : NULL);
	assert_ptr_not_equal(level, file);
	p = pcap_fopen_offline(level, error);
	if (!p)
		fail_msg("%s", error);
	return p;
}

/* expect_frame asserts that the next frame has these marks and is of this link type. */
static void expect_frame(pcap_t *p, uint8_t mark, int link)
{
	struct pcap_pkthdr *h;
	const uint8_t *bytes;

	if (pcap_next_ex(p, &h, &bytes) != 1)
		fail_msg("%s", pcap_geterr(p));
	assert_int_equal(h->caplen, 4);
	assert_int_equal(bytes[0], mark);
	assert_int_equal(pcapng_link(&links, -1), link);
}

static void expect_end(pcap_t *p)
{
	struct pcap_pkthdr *h;
	const uint8_t *bytes;

	assert_int_equal(pcap_next_ex(p, &h, &bytes), PCAP_ERROR_BREAK);
	assert_int_equal(pcapng_link(&links, -1), -1);
	pcap_close(p);
}

static void test_link_types(void **state)
{
	static struct made m;

	(void)state;
	for (int big = 0; big < 2; big++) {
		m = (struct made){ .big = big };
		section(&m);
		interface(&m, 1, 65535);
		interface(&m, 0, 0);
		enhanced(&m, 0, 1);
		enhanced(&m, 1, 2);
		unknown(&m);
		interface(&m, 101, 96);		/* one may be described later */
		enhanced(&m, 2, 3);
		simple(&m, 4);
		obsolete(&m, 1, 5);
		enhanced(&m, 0, 6);
		unknown(&m);
		unknown(&m);
		section(&m);			/* whose interfaces are others */
		interface(&m, 276, 262144);
		interface(&m, 1, 0);
		enhanced(&m, 0, 7);
		enhanced(&m, 1, 8);
		simple(&m, 9);

		pcap_t *p = open_made(&m, true);

		assert_int_equal(pcap_datalink(p), DLT_EN10MB);
		expect_frame(p, 1, DLT_EN10MB);
		expect_frame(p, 2, DLT_NULL);
		expect_frame(p, 3, DLT_RAW);
		expect_frame(p, 4, DLT_EN10MB);
		expect_frame(p, 5, DLT_NULL);
		expect_frame(p, 6, DLT_EN10MB);
		expect_frame(p, 7, DLT_LINUX_SLL2);
		expect_frame(p, 8, DLT_EN10MB);
		expect_frame(p, 9, DLT_LINUX_SLL2);
		expect_end(p);
	}
}

/* libpcap has a value of its own for some types: what is first of these is to be the same as itself. */
static void test_first_is_raw(void **state)
{
	static struct made m;

	(void)state;
	for (int with_links = 0; with_links < 2; with_links++) {
		m = (struct made){ .big = with_links };
		section(&m);
		interface(&m, 101, 0);
		interface(&m, 101, 96);
		enhanced(&m, 1, 1);
		if (with_links) {
			interface(&m, 1, 0);
			enhanced(&m, 2, 2);
		}
		section(&m);
		interface(&m, 101, 0);
		enhanced(&m, 0, 3);

		pcap_t *p = open_made(&m, with_links);

		assert_int_equal(pcap_datalink(p), DLT_RAW);
		expect_frame(p, 1, with_links ? DLT_RAW : -1);
		if (with_links)
			expect_frame(p, 2, DLT_EN10MB);
		expect_frame(p, 3, with_links ? DLT_RAW : -1);
		expect_end(p);
	}
}

/* What came through a pipe is read, though it stays open. */
static void test_slow_pipe(void **state)
{
	static struct made m;
	char error[PCAP_ERRBUF_SIZE];
	int ends[2];
	pcap_t *p;

	(void)state;
	m = (struct made){ 0 };
	section(&m);
	interface(&m, 1, 0);
	enhanced(&m, 0, 1);
	enhanced(&m, 0, 2);
	memset(&links, 0, sizeof(links));
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], m.bytes, m.n), m.n);
	alarm(20);	/* rather than to wait for ever */
	p = pcap_fopen_offline(pcapng_level(fdopen(ends[0], "rb"), &links), error);
	assert_non_null(p);
	expect_frame(p, 1, DLT_EN10MB);
	expect_frame(p, 2, DLT_EN10MB);
	assert_int_equal(write(ends[1], m.bytes + m.n - 36, 36), 36);
	expect_frame(p, 2, DLT_EN10MB);
	alarm(0);
	close(ends[1]);
	expect_end(p);
}

/* More frames than can be ahead, read as they come. */
static void test_many(void **state)
{
	static struct made m;
	enum { FRAMES = 20000 };

	(void)state;
	m = (struct made){ 0 };
	section(&m);
	for (unsigned i = 0; i < 40; i++)
		interface(&m, 1 + i % 2 * 112, 0);
	for (unsigned i = 0; i < FRAMES; i++)
		enhanced(&m, i % 40, (uint8_t)i);

	pcap_t *p = open_made(&m, true);

	for (unsigned i = 0; i < FRAMES; i++)
		expect_frame(p, (uint8_t)i, i % 40 % 2 ? DLT_LINUX_SLL : DLT_EN10MB);
	expect_end(p);
}

/* expect_refused asserts that libpcap reads so many frames and refuses what follows. */
static void expect_refused(struct made *m, bool with_links, unsigned frames)
{
	struct pcap_pkthdr *h;
	const uint8_t *bytes;
	pcap_t *p = open_made(m, with_links);

	for (unsigned i = 0; i < frames; i++)
		assert_int_equal(pcap_next_ex(p, &h, &bytes), 1);
	assert_int_equal(pcap_next_ex(p, &h, &bytes), PCAP_ERROR);
	pcap_close(p);
}

/*
 * Without links the types are libpcap's to refuse; lengths are levelled all the
 * same.  So is what a file says of an interface that it does not describe.
 */
static void test_refused(void **state)
{
	static struct made m;

	(void)state;
	m = (struct made){ 0 };
	section(&m);
	interface(&m, 1, 65535);
	interface(&m, 1, 96);
	enhanced(&m, 1, 1);
	interface(&m, 0, 96);
	enhanced(&m, 2, 2);
	expect_refused(&m, false, 1);
	m = (struct made){ 0 };
	section(&m);
	interface(&m, 1, 0);
	enhanced(&m, 1, 1);
	expect_refused(&m, true, 0);
}

/* Cut off or damaged anywhere: the frames before it, each of its own type, and no others. */
static void test_damaged(void **state)
{
	static struct made whole, m;
	struct pcap_pkthdr *h;
	const uint8_t *bytes;

	(void)state;
	whole = (struct made){ 0 };
	section(&whole);
	interface(&whole, 1, 65535);
	interface(&whole, 0, 0);
	for (uint8_t i = 0; i < 6; i++)
		enhanced(&whole, i % 2, i);
	for (size_t at = 48; at < whole.n; at++) {
		for (int flip = 0; flip < 2; flip++) {
			unsigned n = 0;

			m = whole;
			if (flip)
				m.bytes[at] ^= 0x5a;
			else
				m.n = at;

			pcap_t *p = open_made(&m, true);

			for (; pcap_next_ex(p, &h, &bytes) == 1; n++) {
				if (!flip)
					assert_int_equal(pcapng_link(&links, -1), n % 2 ? DLT_NULL : DLT_EN10MB);
			}
			assert_true(n <= 6 && (flip || n == (at - 68) / 36 || at < 68));
			pcap_close(p);
		}
	}
}

static void test_other_formats(void **state)
{
	char pcap[] = "\xd4\xc3\xb2\xa1 and what follows";
	FILE *file = fmemopen(pcap, sizeof(pcap), "rb");

	(void)state;
	assert_ptr_equal(pcapng_level(file, &links), file);
	assert_int_equal(getc(file), 0xd4);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_link_types),
		cmocka_unit_test(test_first_is_raw),
		cmocka_unit_test(test_slow_pipe),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_other_formats),
	};

	return cmocka_run_group_tests_name("pcapng", tests, NULL, NULL);
}
