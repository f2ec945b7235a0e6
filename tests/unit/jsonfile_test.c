/* links: jsonfile */
#include "folder.h"
#include "jsonfile.h"

static bool read_text(const char *text, struct jsonfile *f, unsigned *line)
{
	char what[JSONFILE_WHAT_MAX] = "";
	bool ok = jsonfile_read(folder_put(&folder, "file.json", text, strlen(text)), f, line, what);

	assert_int_equal(ok, what[0] == '\0');
	return ok;
}

static void test_comments_keep_lines(void **state)
{
	struct jsonfile f;
	unsigned line;

	(void)state;
	assert_true(read_text("// first line\n{ /* two\nlines */ \"a\": \"http://x/y\", // not in the string\n"
			      "\"b\": \"/* nor here */\" }\n", &f, &line));
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(f.root, "a")), "http://x/y");
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(f.root, "b")), "/* nor here */");
	assert_int_equal(jsonfile_line(&f, "a"), 3);
	assert_int_equal(jsonfile_line(&f, "b"), 4);
	assert_int_equal(jsonfile_line(&f, "first line"), 0);	/* comments are not looked at */
	assert_int_equal(jsonfile_line(&f, "nowhere"), 0);
	assert_int_equal(jsonfile_line(&f, ""), 0);
	jsonfile_free(&f);
	jsonfile_free(&f);
}

static void test_quotes_and_backslashes(void **state)
{
	struct jsonfile f;
	unsigned line;

	(void)state;
	assert_true(read_text("{\"a\": \"\\\" // no comment \\\\\", \"b\": 1}", &f, &line));
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(f.root, "a")), "\" // no comment \\");
	jsonfile_free(&f);
}

static void test_wrong_texts(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
	} all[] = {
		{ "{\n\"a\": 1,\n\"b\": }\n", 3 },
		{ "{\n\"a\": 1\n\"b\": 2 }\n", 3 },
		{ "[1, 2] 3", 1 },
		{ "{ \"a\": 1 /* no end", 1 },
		{ "\n\n{", 3 },
	};
	struct jsonfile f;
	unsigned line;

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		assert_false(read_text(all[i].text, &f, &line));
		assert_int_equal(line, all[i].line);
		assert_null(f.root);
	}
	assert_false(read_text("", &f, &line));
}

static void test_what_is_no_text_file(void **state)
{
	struct jsonfile f;
	char what[JSONFILE_WHAT_MAX];
	unsigned line;

	(void)state;
	assert_false(jsonfile_read(folder_file(&folder, "missing.json"), &f, &line, what));
	assert_non_null(strstr(what, "No such file"));
	assert_int_equal(line, 0);
	assert_false(jsonfile_read(folder.path, &f, &line, what));
	assert_false(jsonfile_read("/dev/zero", &f, &line, what));
	assert_false(jsonfile_read(folder_put(&folder, "nul.json", "{}\0{}", 5), &f, &line, what));
	assert_non_null(strstr(what, "NUL"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comments_keep_lines),
		cmocka_unit_test(test_quotes_and_backslashes),
		cmocka_unit_test(test_wrong_texts),
		cmocka_unit_test(test_what_is_no_text_file),
	};

	return cmocka_run_group_tests_name("jsonfile", tests, folder_setup, folder_teardown);
}
