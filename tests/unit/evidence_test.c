/* links: evidence evidence_file lru */
#include "evidence_build.h"

#include <pcap/pcap.h>

#include "evidence.h"

static char path[2 * PATH_ROOM];
static int fd;

static struct exhibit *begin(void)
{
	struct exhibit *e;

	strcpy(path, folder_file(&folder, "evidence.pcapng"));
	fd = file_make(path);
	e = evidence_new(fd);
	assert_non_null(e);
	return e;
}

static struct read_file *finish(struct exhibit *e)
{
	assert_true(evidence_free(e));
	assert_int_equal(close(fd), 0);
	return read_capture(path);
}

static void keep(struct exhibit *e, uint64_t number, size_t n, uint64_t hash)
{
	struct frame f = frame_of(number, n);

	evidence_keep(e, &f, hash);
}

static void assert_frames(const struct read_file *r, const uint64_t *numbers, size_t n)
{
	assert_int_equal(r->frames, n);
	for (size_t i = 0; i < n; i++) {
		struct frame want = frame_of(numbers[i], cursor_left(&r->frame[i].bytes));

		assert_int_equal(r->frame[i].when, want.when);
		assert_memory_equal(r->frame[i].bytes.at, want.bytes.at, cursor_left(&want.bytes));
	}
}

#define NUMBERS(...) (const uint64_t[]){ __VA_ARGS__ }, COUNT(((const uint64_t[]){ __VA_ARGS__ }))

/* Of three flows one is committed, one dropped, one left as it is. */
static void test_commit(void **state)
{
	struct exhibit *e = begin();
	struct evidence_counts c;
	struct read_file *r;

	(void)state;
	keep(e, 1, 60, 100);
	keep(e, 2, 61, 200);
	keep(e, 3, 62, 100);
	keep(e, 4, 63, 300);
	keep(e, 5, 64, 100);
	evidence_drop(e, 200);
	evidence_drop(e, 999);
	evidence_commit(e, 100, "kaspersky.ksn", 0);
	keep(e, 6, 60, 100);		/* forgotten: not written */
	evidence_commit(e, 200, "dropped", 0);
	c = evidence_counts(e);
	assert_int_equal(c.frames, 3);
	assert_int_equal(c.commits, 1);
	assert_int_equal(c.missing, 1);
	assert_int_equal(c.overwritten + c.beyond + c.lost + c.refused, 0);
	r = finish(e);
	assert_int_equal(r->sections, 1);
	assert_int_equal(r->links, 1);
	assert_frames(r, NUMBERS(1, 3, 5));
	assert_int_equal(r->frame[0].comments, 1);
	assert_comment(&r->frame[0], 0, "kaspersky.ksn");
	assert_int_equal(r->frame[1].comments + r->frame[2].comments, 0);
	assert_true(evidence_free(NULL));
}

/* The flow's next bytes are written as they come, then it is as any other. */
static void test_follow(void **state)
{
	struct exhibit *e = begin();
	struct read_file *r;

	(void)state;
	keep(e, 1, 100, 7);
	evidence_commit(e, 7, "first", 250);
	keep(e, 2, 100, 7);
	keep(e, 3, 100, 8);
	keep(e, 4, 100, 7);
	evidence_commit(e, 7, "second request", 0);	/* said of the frame that came last */
	keep(e, 5, 100, 7);
	evidence_commit(e, 7, "third", 150);
	keep(e, 6, 100, 7);
	keep(e, 7, 100, 7);		/* beyond the 150 */
	keep(e, 8, 100, 7);
	evidence_commit(e, 7, "fourth", 0);
	r = finish(e);
	assert_frames(r, NUMBERS(1, 2, 4, 5, 6, 7, 8));
	assert_comment(&r->frame[0], 0, "first");
	assert_comment(&r->frame[2], 0, "second request");
	assert_comment(&r->frame[3], 0, "third");
	assert_comment(&r->frame[5], 0, "fourth");
}

/* Two matches of one frame, under one hash or under two: one frame with both comments. */
static void test_two_matches_of_a_frame(void **state)
{
	struct exhibit *e = begin();
	struct read_file *r;

	(void)state;
	keep(e, 1, 100, 1);
	keep(e, 1, 100, 2);
	evidence_commit(e, 1, "one", 0);
	evidence_commit(e, 1, "two", 0);
	evidence_commit(e, 2, "three", 0);
	assert_int_equal(evidence_counts(e).commits, 3);
	r = finish(e);
	assert_int_equal(r->frames, 1);
	assert_int_equal(r->frame[0].comments, 3);
	assert_comment(&r->frame[0], 0, "one");
	assert_comment(&r->frame[0], 1, "two");
	assert_comment(&r->frame[0], 2, "three");
}

/* The same kept and committed twice gives the same bytes. */
static void test_deterministic(void **state)
{
	uint8_t *first = NULL;
	size_t n = 0;

	(void)state;
	for (int run = 0; run < 2; run++) {
		struct exhibit *e = begin();
		struct read_file *r;

		for (uint64_t i = 1; i < 200; i++) {
			keep(e, i, 40 + i % 90, i % 7);
			if (i % 13 == 0)
				evidence_commit(e, i % 7, "rule", i % 3 * 100);
		}
		r = finish(e);
		if (!run) {
			n = r->n;
			first = malloc(n);
			assert_non_null(first);
			memcpy(first, r->bytes, n);
		} else {
			assert_int_equal(r->n, n);
			assert_memory_equal(r->bytes, first, n);
		}
	}
	free(first);
}

/* Records of all lengths go round the ring many times; the newest of a flow are always whole. */
static void test_ring_overflow(void **state)
{
	enum { BYTES = 3000, FRAMES = 20000 };
	struct exhibit *e = begin();
	struct evidence_counts c;
	struct read_file *r;
	uint64_t dice = 1;

	(void)state;
	keep(e, 1, 100, 42);
	keep(e, 2, 100, 42);
	keep(e, 3, 100, 43);
	for (uint64_t i = 4; i < FRAMES; i++) {
		dice = mix(dice, i);
		keep(e, i, dice % BYTES, 1000 + i % 500);
	}
	keep(e, FRAMES, 100, 42);		/* its first two are gone */
	evidence_commit(e, 42, "incomplete", 0);
	evidence_commit(e, 43, "gone", 0);
	evidence_commit(e, 1000 + (FRAMES - 1) % 500, "newest", 0);
	c = evidence_counts(e);
	assert_int_equal(c.commits, 2);
	assert_int_equal(c.missing, 1);
	assert_true(c.overwritten >= 3);
	r = finish(e);
	assert_int_equal(r->frame[0].when, frame_of(FRAMES, 0).when);
	assert_comment(&r->frame[0], 0, "incomplete");
	assert_comment(&r->frame[1], 0, "newest");
	assert_true(r->frames > 5);
	for (unsigned i = 1; i < r->frames; i++) {	/* every five hundredth, in order, with its own bytes */
		uint64_t number = r->frame[i].when - (uint64_t)frame_of(0, 0).when;

		assert_int_equal(number, FRAMES - 1 - 500 * (r->frames - 1 - i));
		for (size_t k = 0; k < cursor_left(&r->frame[i].bytes); k++)
			assert_int_equal(r->frame[i].bytes.at[k], number & 0xff);
	}
}

/* The largest frames: cut at the limit, and the ring holds some tens of them. */
static void test_big_frames(void **state)
{
	struct exhibit *e = begin();
	struct read_file *r;

	(void)state;
	for (uint64_t i = 1; i <= 100; i++)
		keep(e, i, 300000, i);
	evidence_commit(e, 100, "big", 0);
	evidence_commit(e, 80, "big, too", 0);
	evidence_commit(e, 10, "gone", 0);
	assert_int_equal(evidence_counts(e).missing, 1);
	r = finish(e);
	assert_int_equal(r->frames, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(cursor_left(&r->frame[i].bytes), 262144);
		assert_int_equal(r->frame[i].length, 300000);
	}
	assert_frames(r, NUMBERS(100, 80));
}

static void test_limits(void **state)
{
	struct exhibit *e = begin();

	(void)state;
	for (uint64_t i = 1; i <= EVIDENCE_FLOW_FRAMES_MAX + 10; i++)
		keep(e, i, 60, 5);
	evidence_commit(e, 5, "long", 0);
	assert_int_equal(evidence_counts(e).beyond, 10);
	assert_int_equal(evidence_counts(e).frames, EVIDENCE_FLOW_FRAMES_MAX);
	keep(e, 1, 60, 6);
	for (uint64_t i = 0; i < EVIDENCE_FLOWS_MAX; i++)
		keep(e, i + 2, 60, 1000 + i);
	evidence_commit(e, 6, "one flow too many", 0);
	assert_int_equal(evidence_counts(e).missing, 1);
	evidence_commit(e, 1000, "still there", 0);
	assert_int_equal(evidence_counts(e).commits, 2);
	(void)finish(e);
}

/* No match: an empty capture that opens. */
static void test_nothing(void **state)
{
	struct read_file *r;
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *p;

	(void)state;
	r = finish(begin());
	assert_int_equal(r->sections, 1);
	assert_int_equal(r->links, 1);
	assert_int_equal(r->frames, 0);
	p = pcap_open_offline(path, error);
	assert_non_null(p);
	pcap_close(p);
}

/* What libpcap reads is what was kept: truncated frames with their length on the wire, nanoseconds. */
static void test_libpcap(void **state)
{
	struct exhibit *e = begin();
	char error[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *h;
	const u_char *bytes;
	pcap_t *p;

	(void)state;
	for (uint64_t i = 1; i <= 50; i++) {
		struct frame f = frame_of(i, 3 * i);

		f.length = (uint32_t)(i % 2 ? 3 * i : 1514);
		evidence_keep(e, &f, 9);
	}
	evidence_commit(e, 9, "rule", 0);
	(void)finish(e);
	p = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, error);
	assert_non_null(p);
	assert_int_equal(pcap_datalink(p), DLT_EN10MB);
	for (uint64_t i = 1; i <= 50; i++) {
		struct frame f = frame_of(i, 3 * i);

		assert_int_equal(pcap_next_ex(p, &h, &bytes), 1);
		assert_int_equal(h->caplen, 3 * i);
		assert_int_equal(h->len, i % 2 ? 3 * i : 1514);
		assert_int_equal(h->ts.tv_sec * SECOND + h->ts.tv_usec, f.when);
		assert_memory_equal(bytes, f.bytes.at, 3 * i);
	}
	assert_int_equal(pcap_next_ex(p, &h, &bytes), PCAP_ERROR_BREAK);
	pcap_close(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commit),
		cmocka_unit_test(test_follow),
		cmocka_unit_test(test_two_matches_of_a_frame),
		cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_ring_overflow),
		cmocka_unit_test(test_big_frames),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_libpcap),
	};

	return cmocka_run_group_tests_name("evidence", tests, folder_setup, folder_teardown);
}
