/* links: everything */
#include "clock.h"
#include "folder.h"
#include "sensor.h"
#include "shared.h"

static struct sink sink;
static struct shared *shared;

static struct sensor *open_live(void)
{
	struct report_options o = { .key = hash_key_files, .interface = "span0" };
	struct sensor *s;

	o.shared = shared = shared_new(o.key, true);
	assert_non_null(shared);
	assert_true(sink_open(&sink, folder_file(&folder, "events.json")));
	s = sensor_new(&o, &sink, NULL, NULL, NULL);
	assert_non_null(s);
	return s;
}

/* stats_written is how many lines of counters are in the file. */
static unsigned stats_written(void)
{
	const char *at;
	unsigned n = 0;

	assert_true(sink_flush(&sink));
	for (at = folder_get(&folder, "events.json"); (at = strstr(at, "telltale.stats")); at++)
		n++;
	return n;
}

/* The counters come once a minute, also when the clock was set a year back, or is a year ahead for one packet. */
static void test_stats_when_the_clock_is_set(void **state)
{
	const int64_t start = 1800000000 * SECOND, year = 365 * 86400 * SECOND;
	struct sensor *s = open_live();
	unsigned before;

	(void)state;
	for (int i = 0; i < 600; i++)
		sensor_clock(s, start + i * SECOND);
	before = stats_written();
	assert_in_range(before, 9, 10);
	for (int i = 0; i < 600; i++)
		sensor_clock(s, start - year + i * SECOND);
	assert_in_range(stats_written() - before, 9, 11);
	sensor_clock(s, start + year);
	before = stats_written();
	for (int i = 0; i < 600; i++)
		sensor_clock(s, start + i * SECOND);
	assert_in_range(stats_written() - before, 9, 11);
	assert_true(counts_balance(sensor_counts(s)));
	sensor_free(s);
	shared_free(shared);
	assert_true(sink_close(&sink));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stats_when_the_clock_is_set),
	};

	return cmocka_run_group_tests_name("sensor", tests, folder_setup, folder_teardown);
}
