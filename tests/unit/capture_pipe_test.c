/* links: capture_pipe */
#include "capture_pipe.h"
#include "folder.h"

#include <fcntl.h>

static int writer;
static unsigned idles;

/* feed_once stands for whoever writes to the pipe only after the reader's own words are out. */
static void feed_once(void *to)
{
	(*(unsigned *)to)++;
	assert_int_equal(write(writer, "second\n", 7), 7);
}

static void test_tells_before_it_waits(void **state)
{
	char line[16];
	int ends[2];
	FILE *in;

	(void)state;
	idles = 0;
	assert_int_equal(pipe(ends), 0);
	writer = ends[1];
	assert_int_equal(write(writer, "first\n", 6), 6);
	in = capture_pipe(fdopen(ends[0], "rb"), feed_once, &idles);
	assert_string_equal(fgets(line, sizeof(line), in), "first\n");
	assert_int_equal(idles, 0);			/* there was something to read */
	assert_string_equal(fgets(line, sizeof(line), in), "second\n");
	assert_int_equal(idles, 1);
	close(writer);
	assert_null(fgets(line, sizeof(line), in));	/* the end is no reason to wait */
	assert_int_equal(idles, 1);
	assert_int_equal(fclose(in), 0);
	assert_int_equal(fcntl(ends[0], F_GETFD), -1);	/* closed with it */
}

static void test_plain_file_is_left_alone(void **state)
{
	FILE *file = fopen(folder_put(&folder, "plain", "line\n", 5), "rb");

	(void)state;
	assert_ptr_equal(capture_pipe(file, feed_once, &idles), file);
	fclose(file);
	file = tmpfile();
	assert_ptr_equal(capture_pipe(file, NULL, NULL), file);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tells_before_it_waits),
		cmocka_unit_test(test_plain_file_is_left_alone),
	};

	return cmocka_run_group_tests_name("capture_pipe", tests, folder_setup, folder_teardown);
}
