/* links: options options_file jsonfile */
#include "bytes.h"
#include "options.h"

#include <getopt.h>
#include <unistd.h>

enum { WORDS_MAX = 160 };

static char said[8192];		/* what the last call printed, on either stream */

/* read_line reads a command line, words parted by single spaces; what it says is kept in `said`. */
static enum options_result read_line(const char *line, struct options *out)
{
	static char copy[4096];
	char *words[WORDS_MAX + 1];
	char name[] = "/tmp/telltale-options-XXXXXX";
	int argc = 0, kept[2] = { dup(1), dup(2) }, fd = mkstemp(name);
	enum options_result r;
	ssize_t n;

	assert_true(fd >= 0);
	unlink(name);
	snprintf(copy, sizeof(copy), "%s", line);
	for (char *w = strtok(copy, " "); w; w = strtok(NULL, " "))
		words[argc++] = w;
	words[argc] = NULL;
	fflush(stdout);
	fflush(stderr);
	dup2(fd, 1);
	dup2(fd, 2);
	optind = 0;		/* getopt starts over */
	r = options_read(argc, words, out);
	fflush(stdout);
	fflush(stderr);
	dup2(kept[0], 1);
	dup2(kept[1], 2);
	close(kept[0]);
	close(kept[1]);
	n = pread(fd, said, sizeof(said) - 1, 0);
	said[n > 0 ? n : 0] = '\0';
	close(fd);
	return r;
}

static void test_run(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(read_line("telltale -i eth0 --interface eth1 -o out.json -a -c 10 -s 256 -B 4096 -p -n -q -vv "
				   "--summary --format json -R rules -g a.mmdb -g b.mmdb", &o), OPTIONS_RUN);
	assert_int_equal(o.interface_count, 2);
	assert_string_equal(o.interfaces[1], "eth1");
	assert_string_equal(o.output, "out.json");
	assert_int_equal(o.rules_count, 1);
	assert_string_equal(o.rules[0], "rules");
	assert_int_equal(o.database_count, 2);
	assert_int_equal(o.packets, 10);
	assert_int_equal(o.snaplen, 256);
	assert_int_equal(o.buffer_kib, 4096);
	assert_int_equal(o.verbose, 2);
	assert_int_equal(o.format, FORMAT_JSON);
	assert_true(o.all && o.quiet && o.summary && o.no_promiscuous);
	assert_null(o.filter);
	assert_string_equal(said, "");
	options_free(&o);
}

static void test_rotation(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(read_line("telltale -r a", &o), OPTIONS_RUN);
	assert_true(!o.rotation.bytes && !o.rotation.seconds && o.rotation.keep == 10);
	assert_int_equal(read_line("telltale -r a --rotate-size 100M --rotate-seconds 86400 --keep 7", &o), OPTIONS_RUN);
	assert_int_equal(o.rotation.bytes, 100 * 1024 * 1024);
	assert_int_equal(o.rotation.seconds, 86400);
	assert_int_equal(o.rotation.keep, 7);
	assert_int_equal(read_line("telltale -r a --rotate-size 123", &o), OPTIONS_RUN);
	assert_int_equal(o.rotation.bytes, 123);
}

/* Every long option is a key, but for those of the moment; and every key gives what its option does. */
static void test_config(void **state)
{
	struct options o;
	char path[] = "/tmp/telltale-conf-XXXXXX", line[128];
	static const char text[] = "{ \"interface\": [\"eth0\", \"eth1\"], \"output\": \"out\", \"rotate-size\": \"1K\",\n"
				   "\"keep\": 3, \"rules\": \"r\", \"geo\": [\"g\"], \"quiet\": false, \"all\": true,\n"
				   "\"filter\": \"udp\", \"user\": \"u\", \"no-sandbox\": true, \"snapshot-length\": 96 }";
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	snprintf(line, sizeof(line), "telltale -q -C %s", path);
	assert_int_equal(read_line(line, &o), OPTIONS_RUN);
	assert_int_equal(o.interface_count, 2);
	assert_string_equal(o.interfaces[1], "eth1");
	assert_string_equal(o.output, "out");
	assert_int_equal(o.rotation.bytes, 1024);
	assert_int_equal(o.rotation.keep, 3);
	assert_int_equal(o.snaplen, 96);
	assert_string_equal(o.rules[0], "r");
	assert_string_equal(o.databases[0], "g");
	assert_string_equal(o.filter, "udp");
	assert_string_equal(o.user, "u");
	assert_true(o.quiet && o.all && o.no_sandbox);
	options_free(&o);
	assert_null(o.config);
	snprintf(line, sizeof(line), "telltale -r a.pcap -R x -R y -C %s tcp", path);
	assert_int_equal(read_line(line, &o), OPTIONS_RUN);
	assert_int_equal(o.interface_count, 0);
	assert_int_equal(o.file_count, 1);
	assert_int_equal(o.rules_count, 2);
	assert_int_equal(o.database_count, 1);
	assert_string_equal(o.filter, "tcp");
	options_free(&o);
	assert_int_equal(ftruncate(fd, 5), 0);
	assert_int_equal(read_line(line, &o), OPTIONS_WRONG);
	options_free(&o);
	close(fd);
	unlink(path);
}

static void test_filter_is_joined(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(read_line("telltale -r a.pcap tcp port 443 and host -h", &o), OPTIONS_RUN);
	assert_string_equal(o.filter, "tcp port 443 and host -h");	/* as tcpdump: words behind are no options */
	assert_int_equal(o.file_count, 1);
	options_free(&o);
	options_free(&o);
	assert_int_equal(read_line("telltale -r -", &o), OPTIONS_RUN);
	assert_string_equal(o.files[0], "-");
	options_free(&o);
	assert_int_equal(read_line("telltale -t", &o), OPTIONS_RUN);
	assert_int_equal(read_line("telltale -D", &o), OPTIONS_RUN);
}

static void test_told(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(read_line("telltale --help", &o), OPTIONS_DONE);
	assert_non_null(strstr(said, "usage:"));
	assert_int_equal(read_line("telltale -h", &o), OPTIONS_DONE);
	assert_int_equal(read_line("telltale -V", &o), OPTIONS_VERSION);
	assert_int_equal(read_line("telltale --version", &o), OPTIONS_VERSION);
}

/* Each mistake is refused, in one line that names the program and what was wrong. */
static void test_wrong(void **state)
{
	static const struct {
		const char *line, *named;
	} all[] = {
		{ "telltale", "-i" },
		{ "telltale tcp", "-i" },
		{ "telltale -i", "-i" },
		{ "telltale -r", "-r" },
		{ "telltale --rules", "--rules" },
		{ "telltale -i eth0 -r a.pcap", "-r" },
		{ "telltale --no-such-thing", "--no-such-thing" },
		{ "telltale -Z", "-Z" },
		{ "telltale -r a --format xml", "xml" },
		{ "telltale -r a -c 0", "-c" },
		{ "telltale -r a --rotate-size 0M", "--rotate-size" },
		{ "telltale -r a --rotate-size M", "--rotate-size" },
		{ "telltale -r a --rotate-size 1T", "--rotate-size" },
		{ "telltale -r a --rotate-size 99999999999999G", "--rotate-size" },
		{ "telltale -r a --rotate-seconds -5", "--rotate-seconds" },
		{ "telltale -r a --keep 0", "--keep" },
		{ "telltale -r a --keep 1001", "--keep" },
		{ "telltale -r a -c -1", "-c" },
		{ "telltale -r a -c 1x", "-c" },
		{ "telltale -r a -s none", "-s" },
		{ "telltale -r a -s 99999999999", "-s" },
		{ "telltale -r a -B 0", "-B" },
		{ "telltale -r a -B 4294967296", "-B" },
	};
	struct options o;

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		if (read_line(all[i].line, &o) != OPTIONS_WRONG)
			fail_msg("taken: %s", all[i].line);
		if (strncmp(said, "telltale: ", 10) != 0 || !strstr(said, all[i].named) ||
		    strchr(said, '\n') != said + strlen(said) - 1)
			fail_msg("%s: said %s", all[i].line, said);
		options_free(&o);
	}
}

static void test_too_many(void **state)
{
	char line[2048] = "telltale";
	struct options o;

	(void)state;
	for (int i = 0; i < OPTIONS_LIST_MAX; i++)
		strcat(line, " -r f");
	assert_int_equal(read_line(line, &o), OPTIONS_RUN);
	strcat(line, " -r f");
	assert_int_equal(read_line(line, &o), OPTIONS_WRONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_rotation),
		cmocka_unit_test(test_config),
		cmocka_unit_test(test_filter_is_joined),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
