/* links: paths */
#include "files.h"
#include "paths.h"

static void test_dir(void **state)
{
	static const char *const endings[] = { ".pcap", ".pcapng", NULL };
	struct folder f = folder_make();
	char sub[2 * PATH_ROOM];
	char **list;
	int n;

	(void)state;
	folder_put(&f, "b.pcap", "", 0);
	folder_put(&f, "a.pcapng", "", 0);
	folder_put(&f, ".hidden.pcap", "", 0);
	folder_put(&f, ".pcap", "", 0);
	folder_put(&f, "c.txt", "", 0);
	folder_put(&f, "pcap", "", 0);
	strcpy(sub, folder_file(&f, "d.pcap"));
	assert_int_equal(mkdir(sub, 0700), 0);	/* no plain file */
	n = paths_dir(f.path, endings, &list);
	assert_int_equal(n, 2);
	assert_string_equal(list[0] + strlen(f.path), "/a.pcapng");
	assert_string_equal(list[1] + strlen(f.path), "/b.pcap");
	paths_dir_free(list, n);
	n = paths_dir(sub, endings, &list);
	assert_int_equal(n, 0);
	paths_dir_free(list, n);
	assert_int_equal(paths_dir(folder_file(&f, "missing"), endings, &list), -1);
	folder_remove(&f);
}

/* More files than are first made room for. */
static void test_many(void **state)
{
	static const char *const endings[] = { ".pcap", NULL };
	struct folder f = folder_make();
	char name[32], **list;
	int n;

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "%03d.pcap", 99 - i);
		folder_put(&f, name, "", 0);
	}
	n = paths_dir(f.path, endings, &list);
	assert_int_equal(n, 100);
	for (int i = 1; i < n; i++)
		assert_true(strcmp(list[i - 1], list[i]) < 0);
	paths_dir_free(list, n);
	folder_remove(&f);
}

static void test_defaults(void **state)
{
	static struct paths geo;
	char rules[PATH_BYTES_MAX];

	(void)state;
	paths_rules(rules);
	assert_true(strlen(rules) > strlen("/rules"));
	assert_string_equal(rules + strlen(rules) - strlen("/rules"), "/rules");
	paths_geo(&geo);
	assert_true(geo.count <= PATHS_MAX);
	for (size_t i = 0; i < geo.count; i++)
		assert_string_equal(geo.path[i] + strlen(geo.path[i]) - 5, ".mmdb");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dir),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_defaults),
	};

	return cmocka_run_group_tests_name("paths", tests, NULL, NULL);
}
