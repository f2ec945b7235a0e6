/* links: everything */
#include <cjson/cJSON.h>

#include "fuzz.h"
#include "sensor.h"
#include "shared.h"

enum { PAUSE_SECONDS = 3600 };	/* of packet time between two inputs: nothing of the last one is remembered */

static struct sink sink;

static struct sensor *start(void)
{
	struct report_options o = { .key = hash_key_files, .all = true, .rollup = 60 };
	static const char dir[] = "tests/golden/rules", up[] = "../golden/rules";
	struct rules_error error;
	struct rules *rules = rules_load(dir, &error);

	rules = rules ? rules : rules_load(up, &error);
	o.shared = shared_new(o.key, true);
	FUZZ_MUST(o.shared);
	FUZZ_MUST(rules && sink_open(&sink, "/dev/null"));
	return sensor_new(&o, &sink, rules, NULL, NULL);
}

/* every line that waits in the sink is one JSON object without control characters */
static void check_lines(void)
{
	const char *at = sink.buffer, *end = sink.buffer + sink.used, *lf;

	for (; at < end; at = lf + 1) {
		cJSON *line;

		lf = memchr(at, '\n', (size_t)(end - at));
		FUZZ_MUST(lf);
		for (const char *p = at; p < lf; p++)
			FUZZ_MUST((unsigned char)*p >= ' ');
		line = cJSON_ParseWithLength(at, (size_t)(lf - at));
		FUZZ_MUST(cJSON_IsObject(line));
		cJSON_Delete(line);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int links[] = { 1, 12, 113, 276, 0, 127, 9, 239 };
	static struct sensor *s;
	static struct frame f;
	struct cursor c = cursor_of(data, size);
	uint8_t first = cursor_u8(&c);

	s = s ? s : start();
	FUZZ_MUST(s);
	f.link = links[first & 7];
	f.when += PAUSE_SECONDS * SECOND;
	(void)sink_flush(&sink);
	while (cursor_left(&c)) {	/* each frame: a step of the clock, its length, its bytes */
		f.when += cursor_u8(&c) * (SECOND / 64);
		f.bytes = cursor_block(&c, 2);
		f.length = (uint32_t)cursor_left(&f.bytes);
		f.number++;
		sensor_feed(s, &f);
	}
	sensor_clock(s, f.when + PAUSE_SECONDS / 2 * SECOND);
	sensor_stats(s);
	FUZZ_MUST(counts_balance(sensor_counts(s)));
	check_lines();
	return 0;
}
