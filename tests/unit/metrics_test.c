/* links: metrics count */
#include "folder.h"
#include "metrics.h"

#include <errno.h>

/* Each sample has its help and type right before it, no name comes twice, no text breaks a line. */
static void check_format(char *text)
{
	char help[128] = "", type[128] = "", seen[256][96];
	unsigned n = 0, part = 0;

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), part++) {
		char name[96], kind[16];
		unsigned long long value;

		if (part % 3 == 0) {
			assert_int_equal(sscanf(line, "# HELP %95s %*s", help), 1);
		} else if (part % 3 == 1) {
			assert_int_equal(sscanf(line, "# TYPE %95s %15s", type, kind), 2);
			assert_string_equal(type, help);
			/* a counter ends in _total, a gauge does not */
			assert_int_equal(strcmp(kind, "counter") == 0, strstr(type, "_total") != NULL);
		} else {
			assert_int_equal(sscanf(line, "%95[a-z0-9_]%*[^ ] %llu", name, &value) == 2 ||
					 sscanf(line, "%95[a-z0-9_] %llu", name, &value) == 2, 1);
			assert_string_equal(name, help);
			for (unsigned i = 0; i < n; i++)
				assert_string_not_equal(seen[i], name);
			assert_true(n < 256);
			strcpy(seen[n++], name);
		}
	}
	assert_int_equal(part % 3, 0);
	assert_true(n > COUNTERS);
}

static void test_text(void **state)
{
	static char text[METRICS_BYTES_MAX + 1];
	static struct counts c;
	const struct metric more[] = { { "rules", "rules loaded", false, 7 }, { "seen_total", "seen", true, 8 } };
	size_t n;

	(void)state;
	c.n[COUNT_PACKETS] = c.n[COUNT_DECODED] = UINT64_MAX;
	n = metrics_put(text, METRICS_BYTES_MAX, &c, more, 2);
	assert_true(n > 0);
	text[n] = '\0';
	assert_non_null(strstr(text, "# HELP telltale_rules rules loaded\n# TYPE telltale_rules gauge\ntelltale_rules 7\n"));
	assert_non_null(strstr(text, "# TYPE telltale_seen_total counter\ntelltale_seen_total 8\n"));
	assert_non_null(strstr(text, "\ntelltale_packets_processed_total 18446744073709551615\n"));
	assert_non_null(strstr(text, "\ntelltale_events_lost_write_total 0\n"));
	assert_non_null(strstr(text, "\ntelltale_balanced 1\n"));
	for (size_t room = 0; room < n; room += 97)
		assert_int_equal(metrics_put(text, room, &c, more, 2), 0);
	n = metrics_put(text, METRICS_BYTES_MAX, &c, more, 2);
	text[n] = '\0';
	check_format(text);
	c.n[COUNT_PACKETS] = 1;
	text[metrics_put(text, METRICS_BYTES_MAX, &c, more, 2)] = '\0';
	assert_non_null(strstr(text, "\ntelltale_balanced 0\n"));
}

static void test_write(void **state)
{
	char path[2 * PATH_ROOM], longest[2000];

	(void)state;
	strcpy(path, folder_put(&folder, "metrics", "old and longer\n", 15));
	assert_true(metrics_write(path, "new\n", 4));
	assert_string_equal(folder_get(&folder, "metrics"), "new\n");
	assert_int_not_equal(access(folder_file(&folder, "metrics.new"), F_OK), 0);
	assert_false(metrics_write(folder_file(&folder, "no/such/folder"), "new\n", 4));
	assert_int_equal(errno, ENOENT);
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_false(metrics_write(longest, "new\n", 4));
	assert_int_equal(errno, ENAMETOOLONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests_name("metrics", tests, folder_setup, folder_teardown);
}
