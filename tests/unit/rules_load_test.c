/* links: ruleset */
#include "files.h"
#include "rules.h"

#define HEAD "{ \"vendor\": { \"id\": \"v\", \"name\": \"V\" },\n\"rules\": [\n"
#define RULE(purpose, more, match) "{ \"id\": \"v.r\", \"product\": \"P\", \"purpose\": \"" purpose "\",\n" \
	"\"installed\": true, \"confidence\": \"documented\",\n" more "\"match\": { " match " }" 
#define REFERENCES ",\n\"references\": [\"https://example.org/\"] }"
#define TAIL "] }\n"

struct fault {
	const char *what, *text;
	unsigned line;
	const char *told;	/* stands in the message: what is wrong or what to do */
};

static const struct fault faults[] = {
	{ "bad JSON", HEAD RULE("update", "", "\"suffix\": [\"a.b\"]") REFERENCES ",\n,\n" TAIL, 7, "comma" },
	{ "unknown key of the file", "{ \"vendor\": { \"id\": \"v\", \"name\": \"V\" },\n\"rulez\": [] }", 2, "rulez" },
	{ "unknown key of a rule", HEAD RULE("update", "\"colour\": 1,\n", "\"suffix\": [\"a.b\"]") REFERENCES TAIL, 5, "colour" },
	{ "unknown key of match", HEAD RULE("update", "", "\"regex\": [\"a.b\"]") REFERENCES TAIL, 5, "regex" },
	{ "unknown key of the vendor", "{ \"vendor\": { \"id\": \"v\", \"name\": \"V\",\n\"age\": 1 }, \"rules\": [] }", 2, "age" },
	{ "bad purpose", HEAD RULE("spying", "", "\"suffix\": [\"a.b\"]") REFERENCES TAIL, 3, "spying" },
	{ "missing reference", HEAD RULE("update", "", "\"suffix\": [\"a.b\"]") " }" TAIL, 3, "references" },
	{ "empty references", HEAD RULE("update", "", "\"suffix\": [\"a.b\"]") ", \"references\": [] }" TAIL, 3, "references" },
	{ "references of numbers", HEAD RULE("update", "", "\"suffix\": [\"a.b\"]") ", \"references\": [1] }" TAIL, 3, "references" },
	{ "upper case", HEAD RULE("update", "", "\"suffix\": [\"Example.com\"]") REFERENCES TAIL, 5, "Example.com" },
	{ "dot in front", HEAD RULE("update", "", "\"suffix\": [\".example.com\"]") REFERENCES TAIL, 5, ".example.com" },
	{ "dot at the end", HEAD RULE("update", "", "\"exact\": [\"example.com.\"]") REFERENCES TAIL, 5, "example.com." },
	{ "empty label", HEAD RULE("update", "", "\"suffix\": [\"a..b\"]") REFERENCES TAIL, 5, "a..b" },
	{ "star in a suffix", HEAD RULE("update", "", "\"suffix\": [\"*.b\"]") REFERENCES TAIL, 5, "*.b" },
	{ "glob without star", HEAD RULE("update", "", "\"glob\": [\"a.b\"]") REFERENCES TAIL, 5, "exact" },
	{ "two stars in a label", HEAD RULE("update", "", "\"glob\": [\"a*b*.c\"]") REFERENCES TAIL, 5, "one a label" },
	{ "star in the last label", HEAD RULE("update", "", "\"glob\": [\"end.*\"]") REFERENCES TAIL, 5, "none in the last" },
	{ "no A-label", HEAD RULE("update", "", "\"suffix\": [\"caf\xc3\xa9.fr\"]") REFERENCES TAIL, 5, "A-label" },
	{ "empty pattern", HEAD RULE("update", "", "\"suffix\": [\"\"]") REFERENCES TAIL, 0, "suffix" },
	{ "pattern of no string", HEAD RULE("update", "", "\"suffix\": [7]") REFERENCES TAIL, 3, "suffix" },
	{ "duplicate pattern", HEAD RULE("update", "", "\"suffix\": [\"a.b\",\n\"a.b\"]") REFERENCES TAIL, 6, "twice" },
	{ "no match", HEAD "{ \"id\": \"v.r\", \"product\": \"P\", \"purpose\": \"update\", \"installed\": true,\n"
	  "\"confidence\": \"documented\"" REFERENCES TAIL, 3, "match" },
	{ "no vendor", "{ \"rules\": [] }", 0, "vendor" },
	{ "no product", HEAD "{ \"id\": \"v.r\" }" TAIL, 3, "product" },
	{ "country of three letters", "{ \"vendor\": { \"id\": \"v\", \"name\": \"V\",\n\"country\": \"DEU\" }, \"rules\": [] }", 2, "DEU" },
	{ "installed is a string", HEAD "{ \"id\": \"v.r\", \"product\": \"P\", \"purpose\": \"update\", \"confidence\": \"documented\",\n\"installed\": \"yes\" }" TAIL, 3, "installed" },
	{ "a list at the top", "[]", 0, "vendor" },
};

/* Every fault names its file and line and says what to do; nothing is half loaded. */
static void test_faults(void **state)
{
	struct folder f = folder_make();

	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		struct rules_error e;
		struct rules *r;

		folder_put(&f, "v.json", faults[i].text, strlen(faults[i].text));
		r = rules_load(f.path, &e);
		if (r)
			fail_msg("%s: taken", faults[i].what);
		if (e.line != faults[i].line || !strstr(e.what, faults[i].told) || strlen(e.what) < 20)
			fail_msg("%s: line %u: %s", faults[i].what, e.line, e.what);
		assert_non_null(strstr(e.file, "/v.json"));
	}
	folder_remove(&f);
}

static void test_comments_and_folders(void **state)
{
	static const char text[] = "/* who */ " HEAD RULE("update", "// why\n\"note\": \"x\",\n", "\"suffix\": [\"a.b\"]") REFERENCES TAIL;
	static const char other[] = "{ \"vendor\": { \"id\": \"w\", \"name\": \"W\" },\n\"rules\": [] }";
	struct folder f = folder_make();
	struct rules_error e;
	struct rules *r;

	(void)state;
	folder_put(&f, "v.json", text, strlen(text));
	folder_put(&f, "w.json", other, strlen(other));
	folder_put(&f, ".hidden.json", "no", 2);
	folder_put(&f, "README.md", "no", 2);
	r = rules_load(f.path, &e);
	assert_non_null(r);
	assert_int_equal(rules_vendors(r), 2);
	rules_free(r);
	assert_int_equal(mkdir(folder_file(&f, "vendors"), 0700), 0);
	assert_null(rules_load(f.path, &e));	/* the folder vendors/ is preferred, and empty */
	folder_put(&f, "vendors/v.json", text, strlen(text));
	r = rules_load(f.path, &e);
	assert_non_null(r);
	assert_int_equal(rules_vendors(r), 1);
	rules_free(r);
	folder_remove(&f);
}

static void test_folders_that_fail(void **state)
{
	struct folder f = folder_make();
	struct rules_error e;

	(void)state;
	assert_null(rules_load(f.path, &e));
	assert_string_equal(e.file, f.path);
	assert_non_null(strstr(e.what, "-R"));
	assert_null(rules_load(folder_file(&f, "missing"), &e));
	assert_non_null(strstr(e.what, "No such file"));
	assert_non_null(strstr(e.what, "-R"));
	assert_int_equal(symlink("/nonexistent", folder_file(&f, "v.json")), 0);
	assert_null(rules_load(f.path, &e));
	assert_non_null(strstr(e.file, "/v.json"));
	assert_non_null(strstr(e.what, "No such file"));
	folder_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_comments_and_folders),
		cmocka_unit_test(test_folders_that_fail),
	};

	return cmocka_run_group_tests_name("rules_load", tests, NULL, NULL);
}
