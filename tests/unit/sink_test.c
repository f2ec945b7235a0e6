/* links: sink sink_file log */
#include "folder.h"
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>

static void say(struct sink *s, const char *line)
{
	size_t n = strlen(line);

	memcpy(sink_space(s, n), line, n);
	sink_take(s, n);
}

static void test_appends(void **state)
{
	struct sink s;
	const char *path = folder_put(&folder, "events", "before\n", 7);
	char kept[2 * PATH_ROOM];

	(void)state;
	strcpy(kept, path);
	assert_true(sink_open(&s, kept));
	say(&s, "one\n");
	say(&s, "two\n");
	assert_int_equal(s.lines, 0);
	assert_true(sink_flush(&s));
	assert_true(sink_flush(&s));	/* nothing left is no error */
	assert_int_equal(s.lines, 2);
	say(&s, "three\n");
	assert_true(sink_close(&s));
	assert_int_equal(s.lines, 3);
	assert_int_equal(s.lost, 0);
	assert_string_equal(folder_get(&folder, "events"), "before\none\ntwo\nthree\n");
}

/* After a rotation lines go to the new file. */
static void test_reopen(void **state)
{
	struct sink s;
	char path[2 * PATH_ROOM], old[2 * PATH_ROOM];

	(void)state;
	strcpy(path, folder_file(&folder, "rotated"));
	strcpy(old, folder_file(&folder, "rotated.1"));
	assert_true(sink_open(&s, path));
	say(&s, "one\n");
	assert_true(sink_reopen(&s));		/* the same file: flushed, that is all */
	assert_int_equal(rename(path, old), 0);
	assert_true(sink_reopen(&s));
	say(&s, "two\n");
	assert_true(sink_close(&s));
	assert_string_equal(folder_get(&folder, "rotated.1"), "one\n");
	assert_string_equal(folder_get(&folder, "rotated"), "two\n");
}

static void test_open_fails(void **state)
{
	struct sink s;

	(void)state;
	assert_false(sink_open(&s, folder_file(&folder, "no/such/folder")));
	assert_int_equal(errno, ENOENT);
}

/* A full disk: what has no room in the buffer is lost and counted, and the sink goes on. */
static void test_full_disk(void **state)
{
	struct sink s;
	char line[1024];

	(void)state;
	assert_true(sink_open(&s, "/dev/full"));
	assert_false(s.plain);
	for (int i = 0; i < 10; i++)
		say(&s, "line\n");
	assert_false(sink_flush(&s));
	assert_int_equal(s.error, ENOSPC);
	assert_int_equal(s.pending, 10);	/* they wait */
	assert_int_equal(s.lines, 0);
	assert_false(s.closed);
	memset(line, 'x', sizeof(line));
	strcpy(line + 1000, "\n");
	for (int i = 0; i < 100; i++)
		say(&s, line);
	assert_true(s.lost > 20 && s.pending + s.lost == 110);
	(void)sink_close(&s);
	assert_int_equal(s.lost, 110);
}

/* A disk that fills within a line and empties again: whole lines only, in order, and all of them. */
static void test_torn_by_full_disk(void **state)
{
	struct rlimit before, small;
	struct sink s;
	char path[2 * PATH_ROOM];

	(void)state;
	strcpy(path, folder_file(&folder, "limited"));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){ 12, before.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_true(sink_open(&s, path));
	say(&s, "{first}\n");
	say(&s, "{second}\n");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_false(sink_flush(&s));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(s.error, EFBIG);
	assert_string_equal(folder_get(&folder, "limited"), "{first}\n");
	assert_int_equal(s.lines, 1);
	assert_int_equal(s.pending, 1);
	say(&s, "{third}\n");
	assert_true(sink_close(&s));
	assert_int_equal(s.lines, 3);
	assert_int_equal(s.lost, 0);
	assert_string_equal(folder_get(&folder, "limited"), "{first}\n{second}\n{third}\n");
}

/* What a crash leaves at the end of a file. */
static void test_repair(void **state)
{
	static const struct {
		const char *before;
		size_t n;
		const char *after;
	} all[] = {
		{ "", 0, "{new}\n" },
		{ "{a}\n", 4, "{a}\n{new}\n" },
		{ "{a}\n{half", 9, "{a}\n{new}\n" },
		{ "{half", 5, "{new}\n" },
		{ "{a}\n\0\0\0", 7, "{a}\n{new}\n" },
		{ "a note of mine", 14, "a note of mine\n{new}\n" },	/* not ours to delete */
		{ "{a}\nnote", 8, "{a}\nnote\n{new}\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct sink s;
		char path[2 * PATH_ROOM];

		strcpy(path, folder_put(&folder, "torn", all[i].before, all[i].n));
		assert_true(sink_open(&s, path));
		say(&s, "{new}\n");
		assert_true(sink_close(&s));
		assert_string_equal(folder_get(&folder, "torn"), all[i].after);
	}
}

static void test_rotate_by_size(void **state)
{
	struct sink s;
	const struct sink_rotation by = { .bytes = 10, .keep = 3 };
	char path[2 * PATH_ROOM], gap[2 * PATH_ROOM];

	(void)state;
	strcpy(path, folder_file(&folder, "sized"));
	assert_true(sink_open(&s, path));
	assert_true(sink_rotate_by(&s, &by));
	for (char line[] = "{000}\n"; line[1] < '5'; line[1]++) {
		say(&s, line);
		assert_true(sink_flush(&s));
	}
	assert_int_equal(s.rotations, 4);
	assert_string_equal(folder_get(&folder, "sized"), "{400}\n");
	assert_string_equal(folder_get(&folder, "sized.1"), "{300}\n");
	assert_string_equal(folder_get(&folder, "sized.3"), "{100}\n");	/* the oldest went */
	assert_int_not_equal(access(folder_file(&folder, "sized.4"), F_OK), 0);
	/* as a crash between two renames leaves it: the gap is filled, nothing is pushed out */
	strcpy(gap, folder_file(&folder, "sized.2"));
	assert_int_equal(unlink(gap), 0);
	say(&s, "{500}\n");
	assert_true(sink_close(&s));
	assert_string_equal(folder_get(&folder, "sized.1"), "{400}\n");
	assert_string_equal(folder_get(&folder, "sized.2"), "{300}\n");
	assert_string_equal(folder_get(&folder, "sized.3"), "{100}\n");
	assert_string_equal(folder_get(&folder, "sized"), "{500}\n");
}

/* The day of an old file is over: it is rotated before the first line. */
static void test_rotate_by_time(void **state)
{
	struct sink s;
	const struct sink_rotation by = { .seconds = 86400, .keep = 3 };
	char path[2 * PATH_ROOM];
	struct timespec old[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };

	(void)state;
	strcpy(path, folder_put(&folder, "daily", "{old}\n", 6));
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	assert_true(sink_open(&s, path));
	assert_true(sink_rotate_by(&s, &by));
	say(&s, "{new}\n");
	assert_true(sink_flush(&s));
	say(&s, "{newer}\n");
	assert_true(sink_close(&s));
	assert_int_equal(s.rotations, 1);
	assert_string_equal(folder_get(&folder, "daily.1"), "{old}\n");
	assert_string_equal(folder_get(&folder, "daily"), "{new}\n{newer}\n");
}

static void test_rotation_needs_a_file(void **state)
{
	const struct sink_rotation by = { .bytes = 1, .keep = 1 };
	struct sink s;

	(void)state;
	assert_true(sink_open(&s, "/dev/null"));
	assert_false(sink_rotate_by(&s, &by));
	assert_true(sink_close(&s));
}

/* Someone else moves or removes the file, and tells nobody. */
static void test_moved_away(void **state)
{
	struct sink s;
	char path[2 * PATH_ROOM], old[2 * PATH_ROOM];

	(void)state;
	strcpy(path, folder_file(&folder, "moved"));
	strcpy(old, folder_file(&folder, "moved.old"));
	assert_true(sink_open(&s, path));
	say(&s, "{1}\n");
	assert_true(sink_flush(&s));
	assert_int_equal(unlink(path), 0);
	say(&s, "{2}\n");
	assert_true(sink_flush(&s));		/* at once: nothing goes to a file without a name */
	assert_string_equal(folder_get(&folder, "moved"), "{2}\n");
	assert_int_equal(rename(path, old), 0);
	say(&s, "{3}\n");
	assert_true(sink_flush(&s));		/* within a second to the old one */
	nanosleep(&(struct timespec){ .tv_sec = 1, .tv_nsec = 50000000 }, NULL);
	say(&s, "{4}\n");
	assert_true(sink_close(&s));
	assert_int_equal(s.reopened, 2);
	assert_string_equal(folder_get(&folder, "moved.old"), "{2}\n{3}\n");
	assert_string_equal(folder_get(&folder, "moved"), "{4}\n");
}

/* Live, who moved the file sees the new one though nothing is to be written. */
static void test_moved_in_silence(void **state)
{
	struct sink s;
	char path[2 * PATH_ROOM], old[2 * PATH_ROOM];

	(void)state;
	strcpy(path, folder_file(&folder, "silent"));
	strcpy(old, folder_file(&folder, "silent.old"));
	assert_true(sink_open(&s, path));
	assert_true(sink_live(&s));
	say(&s, "{1}\n");
	assert_true(sink_flush(&s));
	assert_int_equal(rename(path, old), 0);
	nanosleep(&(struct timespec){ .tv_sec = 1, .tv_nsec = 50000000 }, NULL);
	assert_true(sink_flush(&s));
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(s.reopened, 1);
	assert_true(sink_close(&s));
}

/* Live, a reader that hangs is not waited for; beyond the queue events are lost and counted; in order, none torn. */
static void test_slow_reader(void **state)
{
	enum { LINES = 6000, LINE = 1000 };
	static char got[LINES * LINE];
	struct sink s;
	int ends[2];
	char name[64], line[LINE + 1];
	size_t n = 0;
	ssize_t more;
	volatile sig_atomic_t stop = 1;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	snprintf(name, sizeof(name), "/dev/fd/%d", ends[1]);
	assert_true(sink_open(&s, name));
	close(ends[1]);
	assert_true(sink_live(&s));
	memset(line, '.', LINE);
	strcpy(line + LINE - 1, "\n");
	for (int i = 0; i < LINES; i++) {
		for (int digit = 4, rest = i; digit >= 0; digit--, rest /= 10)
			line[digit] = (char)('0' + rest % 10);
		say(&s, line);
	}
	assert_true(s.lost > 1000);
	assert_int_equal(s.lines + s.pending + s.lost, LINES);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	while (s.used || n < s.lines * LINE) {
		(void)sink_flush(&s);
		if ((more = read(ends[0], got + n, sizeof(got) - n)) > 0)
			n += (size_t)more;
	}
	assert_int_equal(n, s.lines * LINE);
	for (size_t i = 0; i < s.lines; i++) {
		assert_int_equal(atoi(got + i * LINE), i);
		assert_int_equal(got[(i + 1) * LINE - 1], '\n');
	}
	for (int i = 0; i < 200; i++)		/* fills the pipe again */
		say(&s, line);
	s.stop = &stop;
	assert_false(sink_close(&s));		/* comes back: at the end nobody is waited for */
	assert_int_equal(s.lines + s.lost, LINES + 200);
}

/* A pipe whose reader went away: closed, and from then on each line is lost at once. */
static void test_closed_pipe(void **state)
{
	struct sink s;
	int ends[2];
	char path[64];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[1]);
	assert_true(sink_open(&s, path));
	close(ends[0]);
	close(ends[1]);
	say(&s, "line\n");
	say(&s, "line\n");
	assert_false(sink_flush(&s));
	assert_true(s.closed);
	assert_int_equal(s.error, EPIPE);
	assert_int_equal(s.lost, 2);
	say(&s, "line\n");
	assert_int_equal(s.lost, 3);
	(void)sink_close(&s);
	assert_int_equal(s.lines, 0);
	assert_int_equal(s.lost, 3);
}

/* More than the buffer holds: lines of any length go out whole and in order. */
static void test_many_lines(void **state)
{
	struct sink s;
	char path[2 * PATH_ROOM], line[1024];
	const char *at;

	(void)state;
	strcpy(path, folder_file(&folder, "many"));
	assert_true(sink_open(&s, path));
	for (int i = 0; i < 300; i++) {
		memset(line, 'a' + i % 26, sizeof(line));
		line[1 + i * 7 % 800] = '\n';
		line[2 + i * 7 % 800] = '\0';
		say(&s, line);
	}
	assert_true(sink_close(&s));
	assert_int_equal(s.lines, 300);
	at = folder_get(&folder, "many");
	for (int i = 0; i < 300; i++) {
		assert_int_equal(strspn(at, (char[]){ (char)('a' + i % 26), '\0' }), 1 + i * 7 % 800);
		at += 2 + i * 7 % 800;
	}
	assert_int_equal(*at, '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_appends),
		cmocka_unit_test(test_reopen),
		cmocka_unit_test(test_open_fails),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_torn_by_full_disk),
		cmocka_unit_test(test_repair),
		cmocka_unit_test(test_rotate_by_size),
		cmocka_unit_test(test_rotate_by_time),
		cmocka_unit_test(test_rotation_needs_a_file),
		cmocka_unit_test(test_moved_away),
		cmocka_unit_test(test_moved_in_silence),
		cmocka_unit_test(test_slow_reader),
		cmocka_unit_test(test_closed_pipe),
		cmocka_unit_test(test_many_lines),
	};

	return cmocka_run_group_tests_name("sink", tests, folder_setup, folder_teardown);
}
