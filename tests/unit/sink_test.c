/* links: sink */
#include "files.h"
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

static struct folder folder;

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

/* After a rotation lines go to the new file; what was buffered to the old one. */
static void test_reopen(void **state)
{
	struct sink s;
	char path[2 * PATH_ROOM], old[2 * PATH_ROOM];

	(void)state;
	strcpy(path, folder_file(&folder, "rotated"));
	strcpy(old, folder_file(&folder, "rotated.1"));
	assert_true(sink_open(&s, path));
	say(&s, "one\n");
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

/* A full disk: every line is lost and counted, and the sink goes on. */
static void test_full_disk(void **state)
{
	struct sink s;

	(void)state;
	assert_true(sink_open(&s, "/dev/full"));
	for (int i = 0; i < 10; i++)
		say(&s, "line\n");
	assert_false(sink_flush(&s));
	assert_int_equal(s.error, ENOSPC);
	assert_int_equal(s.lost, 10);
	assert_int_equal(s.lines, 0);
	assert_false(s.closed);
	say(&s, "line\n");
	(void)sink_close(&s);
	assert_int_equal(s.lost, 11);
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

static int setup(void **state)
{
	(void)state;
	folder = folder_make();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	folder_remove(&folder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_appends),
		cmocka_unit_test(test_reopen),
		cmocka_unit_test(test_open_fails),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_closed_pipe),
		cmocka_unit_test(test_many_lines),
	};

	return cmocka_run_group_tests_name("sink", tests, setup, teardown);
}
