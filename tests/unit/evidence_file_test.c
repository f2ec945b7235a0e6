/* links: evidence_file */
#include "evidence_build.h"

#include <errno.h>
#include <pcap/dlt.h>
#include <signal.h>
#include <sys/resource.h>

#include "evidence_file.h"

static char path[2 * PATH_ROOM];
static int fd;

static void begin(struct evidence_file *f)
{
	strcpy(path, folder_file(&folder, "capture.pcapng"));
	fd = file_make(path);
	assert_true(evidence_file_new(f, fd));
}

static void put(struct evidence_file *f, uint64_t number, size_t n, int link)
{
	struct frame frame = frame_of(number, n);

	frame.link = link;
	(void)evidence_file_put(f, &frame);
}

/* The values of pcap-linktype(7): some differ from what libpcap says in memory. */
static void test_links(void **state)
{
	static const struct {
		int dlt;
		unsigned file;
	} links[] = {
		{ DLT_EN10MB, 1 }, { DLT_RAW, 101 }, { DLT_NULL, 0 }, { DLT_LINUX_SLL, 113 }, { DLT_LINUX_SLL2, 276 },
		{ DLT_PPP, 9 }, { DLT_C_HDLC, 104 }, { DLT_IEEE802_11_RADIO, 127 }, { DLT_LOOP, 108 },
		{ DLT_ATM_RFC1483, 100 }, { DLT_FRELAY, 107 }, { DLT_NFLOG, 239 }, { DLT_PKTAP, 258 },
	};
	struct evidence_file f;
	struct read_file *r;

	(void)state;
	begin(&f);
	for (unsigned i = 0; i < 3 * COUNT(links); i++)
		put(&f, i, 20 + i, links[i % COUNT(links)].dlt);
	assert_true(evidence_file_free(&f));
	close(fd);
	r = read_capture(path);
	assert_int_equal(r->sections, 1);
	assert_int_equal(r->links, COUNT(links));
	assert_int_equal(r->frames, 3 * COUNT(links));
	for (unsigned i = 0; i < r->frames; i++)
		assert_int_equal(r->frame[i].link, links[i % COUNT(links)].file);
	begin(&f);
	for (int i = 0; i < 2 * EVIDENCE_LINKS_MAX; i++)
		put(&f, (uint64_t)i, 20, 110 + i);
	assert_int_equal(f.refused, EVIDENCE_LINKS_MAX);
	assert_false(evidence_file_free(&f));
	close(fd);
	assert_int_equal(read_capture(path)->frames, EVIDENCE_LINKS_MAX);
}

static void test_comments(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "kaspersky.ksn: ksn.kaspersky-labs.com", "kaspersky.ksn: ksn.kaspersky-labs.com" },
		{ "Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80", "Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80" },
		{ "a\nb\x7f\x1b[0m", "a\\x0ab\\x7f\\x1b[0m" },
		{ "back\\slash", "back\\\\slash" },
		{ "\xff\xfe", "\\xff\\xfe" },
		{ "\xc3", "\\xc3" }, { "\xe2\x82", "\\xe2\\x82" }, { "\xf0\x9f\x98", "\\xf0\\x9f\\x98" },
		{ "\xc0\xaf", "\\xc0\\xaf" }, { "\xe0\x80\xaf", "\\xe0\\x80\\xaf" },	/* longer than needed */
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },				/* half of a pair */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },			/* behind the last */
		{ "\xc2\x85", "\\xc2\\x85" }, { "\xe2\x80\xae" "evil", "\\xe2\\x80\\xae" "evil" },
		{ "", "" }, { "123", "123" }, { "1234", "1234" },
	};
	struct evidence_file f;
	struct read_file *r;

	(void)state;
	begin(&f);
	assert_false(evidence_file_comment(&f, "on nothing"));
	for (unsigned i = 0; i < COUNT(cases); i++) {
		put(&f, i + 1, 60 + i, 1);
		assert_true(evidence_file_comment(&f, cases[i].text));
	}
	assert_true(evidence_file_flush(&f));
	assert_false(evidence_file_comment(&f, "too late"));
	assert_true(evidence_file_free(&f));
	close(fd);
	r = read_capture(path);
	assert_int_equal(r->frames, COUNT(cases));
	for (unsigned i = 0; i < COUNT(cases); i++) {
		assert_int_equal(r->frame[i].comments, 1);
		assert_comment(&r->frame[i], 0, cases[i].want);
	}
}

/* Too long, too many: cut between characters and escapes, refused. */
static void test_comment_limits(void **state)
{
	struct evidence_file f;
	struct read_file *r;
	char text[3000];

	(void)state;
	begin(&f);
	put(&f, 1, 262144, 1);
	for (unsigned i = 0; i < EVIDENCE_COMMENTS_MAX; i++) {
		memset(text, i % 2 ? '\n' : 'x', sizeof(text));
		text[sizeof(text) - 1 - i * 180] = '\0';
		assert_true(evidence_file_comment(&f, text));
	}
	assert_false(evidence_file_comment(&f, "one more"));
	put(&f, 2, 262144, 1);			/* the buffer is too small for both: flushed between */
	assert_true(evidence_file_free(&f));
	close(fd);
	r = read_capture(path);
	assert_int_equal(r->frames, 2);
	assert_int_equal(r->frame[0].comments, EVIDENCE_COMMENTS_MAX);
	for (unsigned i = 0; i < EVIDENCE_COMMENTS_MAX; i++) {
		size_t n = sizeof(text) - 1 - i * 180;

		n *= i % 2 ? 4 : 1;
		assert_int_equal(cursor_left(&r->frame[0].comment[i]), n < 1024 ? n : 1024);
	}
}

static void test_times(void **state)
{
	static const int64_t times[] = { 0, -1, INT64_MIN, INT64_MAX, 1 };
	struct evidence_file f;
	struct read_file *r;

	(void)state;
	begin(&f);
	for (unsigned i = 0; i < COUNT(times); i++) {
		struct frame frame = frame_of(i + 1, 60);

		frame.when = times[i];
		frame.length = 0;		/* less than captured: an absurd header */
		assert_true(evidence_file_put(&f, &frame));
	}
	assert_true(evidence_file_free(&f));
	close(fd);
	r = read_capture(path);
	for (unsigned i = 0; i < COUNT(times); i++) {
		assert_true(r->frame[i].when == (times[i] > 0 ? (uint64_t)times[i] : 0));
		assert_int_equal(r->frame[i].length, 60);
	}
}

/* A disk that is full for a while: whole blocks before and after, what is missing is counted. */
static void test_full_disk(void **state)
{
	struct rlimit old, small = { .rlim_cur = 10000, .rlim_max = RLIM_INFINITY };
	struct evidence_file f;
	struct read_file *r;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	begin(&f);
	for (uint64_t i = 1; i <= 20; i++)
		put(&f, i, 1000, 1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);	/* the file ends in the tenth frame */
	assert_false(evidence_file_flush(&f));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(f.error, EFBIG);
	assert_int_equal(f.frames, 9);
	assert_int_equal(f.lost, 11);
	r = read_capture(path);
	assert_int_equal(r->frames, 9);
	for (uint64_t i = 21; i <= 25; i++)
		put(&f, i, 1000, 1);
	assert_false(evidence_file_free(&f));		/* some were refused */
	close(fd);
	assert_int_equal(f.frames, 14);
	r = read_capture(path);
	assert_int_equal(r->sections, 2);
	assert_int_equal(r->frames, 14);
	assert_int_equal(r->frame[9].when, frame_of(21, 0).when);
}

static void test_device_full(void **state)
{
	struct evidence_file f;
	int full = open("/dev/full", O_WRONLY);

	(void)state;
	assert_true(full >= 0 && evidence_file_new(&f, full));
	put(&f, 1, 100, 1);
	assert_false(evidence_file_flush(&f));
	assert_int_equal(f.error, ENOSPC);
	assert_int_equal(f.lost, 1);
	put(&f, 2, 100, 1);
	assert_false(evidence_file_free(&f));
	assert_int_equal(f.lost, 2);
	assert_int_equal(f.frames, 0);
	close(full);
}

/* A pipe whose reader went away: nothing torn can be taken back, everything after is lost. */
static void test_closed_pipe(void **state)
{
	struct evidence_file f;
	int ends[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	assert_true(evidence_file_new(&f, ends[1]));
	put(&f, 1, 100, 1);
	close(ends[0]);
	assert_false(evidence_file_flush(&f));
	assert_int_equal(f.error, EPIPE);
	assert_true(f.broken);
	put(&f, 2, 100, 1);
	put(&f, 3, 100, 1);
	assert_int_equal(f.lost, 3);
	assert_false(evidence_file_free(&f));
	close(ends[1]);
}

/* A pipe whose reader hangs is given up when the sensor is told to stop. */
static void test_stop(void **state)
{
	static volatile sig_atomic_t stop = 1;
	struct evidence_file f;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_true(evidence_file_new(&f, ends[1]));
	f.stop = &stop;
	put(&f, 1, 200000, 1);
	assert_false(evidence_file_flush(&f));
	assert_int_equal(f.lost, 1);
	assert_false(evidence_file_free(&f));
	close(ends[0]);
	close(ends[1]);
}

/* An existing capture is added to: a section of its own. */
static void test_appends(void **state)
{
	struct evidence_file f;
	struct read_file *r;

	(void)state;
	begin(&f);
	put(&f, 1, 60, 1);
	assert_true(evidence_file_free(&f));
	close(fd);
	fd = open(path, O_WRONLY | O_APPEND);
	assert_true(fd >= 0 && evidence_file_new(&f, fd));
	put(&f, 2, 60, 113);
	assert_true(evidence_file_free(&f));
	close(fd);
	r = read_capture(path);
	assert_int_equal(r->sections, 2);
	assert_int_equal(r->frames, 2);
	assert_int_equal(r->frame[1].link, 113);
}

/* tshark's word on comments, several links and times, where it is installed. */
static void test_tshark(void **state)
{
	static const char *const want[] = { "1\t1700000000.123456790\t60\trule one,rule two", "2\t1700000000.123456791\t60\t",
					    "3\t1700000000.123456792\t60\tZ\xc3\xbcrich" };
	struct evidence_file f;
	char command[4 * PATH_ROOM], line[512];
	FILE *out;

	(void)state;
	if (system("command -v tshark >/dev/null 2>&1") != 0)
		skip();
	begin(&f);
	for (int i = 0; i < 3; i++) {
		put(&f, (uint64_t)i + 1, 60, i == 1 ? DLT_RAW : DLT_EN10MB);
		if (i == 0) {
			assert_true(evidence_file_comment(&f, "rule one"));
			assert_true(evidence_file_comment(&f, "rule two"));
		}
		if (i == 2)
			assert_true(evidence_file_comment(&f, "Z\xc3\xbcrich"));
	}
	assert_true(evidence_file_free(&f));
	close(fd);
	snprintf(command, sizeof(command), "LC_ALL=C.UTF-8 tshark -r '%s' -T fields -e frame.number -e frame.time_epoch "
		 "-e frame.cap_len -e frame.comment 2>/dev/null", path);
	out = popen(command, "r");
	assert_non_null(out);
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_non_null(fgets(line, sizeof(line), out));
		line[strcspn(line, "\n")] = '\0';
		assert_string_equal(line, want[i]);
	}
	assert_null(fgets(line, sizeof(line), out));
	assert_int_equal(pclose(out), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_comment_limits),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_device_full),
		cmocka_unit_test(test_closed_pipe),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_appends),
		cmocka_unit_test(test_tshark),
	};

	return cmocka_run_group_tests_name("evidence_file", tests, folder_setup, folder_teardown);
}
