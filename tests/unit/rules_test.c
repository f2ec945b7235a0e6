/* links: ruleset */
#include "folder.h"
#include "rules.h"

#define RULE(id, match) "{\"id\": \"" id "\", \"product\": \"P\", \"purpose\": \"update\", \"installed\": true, " \
	"\"confidence\": \"documented\", \"match\": {" match "}, \"references\": [\"https://example.org/\"]}"

static const char vendor[] =
	"// a comment\n"
	"{ \"vendor\": { \"id\": \"v\", \"name\": \"V\", \"country\": \"DE\", \"tags\": [\"one\", \"two\"] }, \"rules\": [\n"
	RULE("wide", "\"suffix\": [\"example.com\"]") ",\n"
	RULE("deep", "\"suffix\": [\"a.b.example.com\"]") ",\n"
	RULE("exact", "\"exact\": [\"x.a.b.example.com\"]") ",\n"
	RULE("glob", "\"glob\": [\"dc*-st.ksn.example.net\", \"*.one.example.net\"]") ",\n"
	RULE("inner", "\"glob\": [\"p-*.b.example.com\"]") ",\n"
	RULE("off", "\"suffix\": [\"off.example.org\"]") "\n"
	"] }\n";

static struct rules *load(const char *text, struct rules_error *error)
{
	static char off[16384];
	char *at;

	snprintf(off, sizeof(off), "%s", text);
	at = strstr(off, "\"id\": \"off\"");
	if (at) {	/* one rule is switched off */
		memmove(at + 18, at, strlen(at) + 1);
		memcpy(at, "\"enabled\": false, ", 18);
	}
	folder_put(&folder, "v.json", off, strlen(off));
	return rules_load(folder.path, error);
}

static const char *match(const struct rules *r, const char *text)
{
	struct name n = name_of(text);
	struct rule_hit hit;

	return rules_match(r, &n, &hit) ? hit.rule->id : "-";
}

static void test_specificity(void **state)
{
	static const char *const all[][2] = {
		{ "example.com", "wide" }, { "www.example.com", "wide" }, { "b.example.com", "wide" },
		{ "badexample.com", "-" }, { "example.com.evil.net", "-" }, { "com", "-" }, { "", "-" },
		{ "a.b.example.com", "deep" }, { "y.a.b.example.com", "deep" }, { "xa.b.example.com", "wide" },
		{ "x.a.b.example.com", "exact" }, { "z.x.a.b.example.com", "deep" },
		{ "p-1.b.example.com", "inner" }, { "p-.b.example.com", "inner" }, { "q.p-1.b.example.com", "wide" },
		{ "dc7-st.ksn.example.net", "glob" }, { "dc-st.ksn.example.net", "glob" },
		{ "dc1.x-st.ksn.example.net", "-" }, { "xdc1-st.ksn.example.net", "-" },
		{ "q.one.example.net", "glob" }, { "one.example.net", "-" }, { "r.q.one.example.net", "-" },
		{ "off.example.org", "-" },
	};
	struct rules_error error;
	struct rules *r = load(vendor, &error);

	(void)state;
	if (!r)
		fail_msg("%s:%u: %s", error.file, error.line, error.what);
	assert_int_equal(rules_count(r), 5);
	assert_int_equal(rules_vendors(r), 1);
	assert_int_equal(rules_patterns(r), 6);
	for (size_t i = 0; i < COUNT(all); i++) {
		if (strcmp(match(r, all[i][0]), all[i][1]) != 0)
			fail_msg("%s: %s, not %s", all[i][0], match(r, all[i][0]), all[i][1]);
	}
	rules_free(r);
	rules_free(NULL);
}

/* Equal in length: the suffix, then the glob with more behind its last star, then the order of bytes. */
static void test_ties(void **state)
{
	static const char text[] = "{ \"vendor\": { \"id\": \"v\", \"name\": \"V\" }, \"rules\": [\n"
		RULE("more-behind", "\"glob\": [\"a*.b.example.com\"]") ",\n"
		RULE("less-behind", "\"glob\": [\"a.*b.example.com\"]") ",\n"
		RULE("second", "\"glob\": [\"x*.example.net\"]") ",\n"
		RULE("first", "\"glob\": [\"*x.example.net\"]") ",\n"
		RULE("glob", "\"glob\": [\"*.m.example.org\"]") ",\n"
		RULE("suffix", "\"suffix\": [\"m.m.example.org\"]") "] }\n";
	struct rules_error error;
	struct rules *r = load(text, &error);

	(void)state;
	if (!r)
		fail_msg("%s:%u: %s", error.file, error.line, error.what);
	assert_string_equal(match(r, "a.b.example.com"), "more-behind");
	assert_string_equal(match(r, "a.xb.example.com"), "less-behind");
	assert_string_equal(match(r, "x.example.net"), "first");
	assert_string_equal(match(r, "xx.example.net"), "first");
	assert_string_equal(match(r, "xy.example.net"), "second");
	assert_string_equal(match(r, "m.m.example.org"), "suffix");
	assert_string_equal(match(r, "n.m.example.org"), "glob");
	rules_free(r);
}

/* As many globs on one domain as are tried are taken; one more is an error. */
static void test_many_globs(void **state)
{
	static char text[8192];
	struct rules_error error;
	struct rules *r;

	(void)state;
	for (int most = 64; most <= 65; most++) {
		int n = sprintf(text, "{ \"vendor\": { \"id\": \"v\", \"name\": \"V\" }, \"rules\": [\n"
				"{ \"id\": \"v.all\", \"product\": \"P\", \"purpose\": \"time\", \"installed\": false,\n"
				"\"confidence\": \"documented\", \"references\": [\"https://example.org/\"],\n"
				"\"match\": { \"glob\": [");

		for (int i = 0; i < most; i++)
			n += sprintf(text + n, "%s\n\"h%02d-*.example.com\"", i ? "," : "", i);
		sprintf(text + n, "] } } ] }\n");
		r = load(text, &error);
		assert_true((r != NULL) == (most == 64));
		if (r)
			assert_string_equal(match(r, "h63-x.example.com"), "v.all");
		rules_free(r);
	}
	assert_int_equal(error.line, 69);
	assert_non_null(strstr(error.what, "use a suffix"));
}

static void test_hit(void **state)
{
	struct rules_error error;
	struct rules *r = load(vendor, &error);
	struct name n = { .len = 15, .text = "a.b.example.com" };
	struct rule_hit hit;

	(void)state;
	assert_non_null(r);
	assert_true(rules_match(r, &n, &hit));
	assert_string_equal(hit.pattern, "a.b.example.com");
	assert_string_equal(rule_kind_text(hit.kind), "suffix");
	assert_string_equal(hit.rule->vendor->country, "DE");
	assert_string_equal(hit.rule->vendor->tags[1], "two");
	assert_null(hit.rule->vendor->tags[2]);
	assert_string_equal(hit.rule->references[0], "https://example.org/");
	assert_null(hit.rule->references[1]);
	assert_true(hit.rule->installed);
	assert_null(hit.rule->reviewed);
	rules_free(r);
}

/* tests/rules/expect.tsv: what the shipped rules must say of names, beside the lint in Python. */
static void test_shipped(void **state)
{
	struct rules_error error;
	struct rules *r = rules_load("rules", &error);
	FILE *f = fopen("tests/rules/expect.tsv", "r");
	char line[1024];
	unsigned checked = 0;

	(void)state;
	if (!r)
		fail_msg("%s:%u: %s", error.file, error.line, error.what);
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char *text, *want[3], *rest = line;
		struct name n = { 0 };
		struct rule_hit hit;
		bool found;

		line[strcspn(line, "\n")] = '\0';
		if (!line[0] || line[0] == '#')
			continue;
		text = strsep(&rest, "\t");
		for (int i = 0; i < 3; i++)
			want[i] = rest ? strsep(&rest, "\t") : NULL;
		assert_non_null(want[2]);
		for (; *text && n.len < NAME_TEXT_MAX; text++)	/* as the name reader gives it */
			n.text[n.len++] = (char)(*text >= 'A' && *text <= 'Z' ? *text | 0x20 : *text);
		if (n.len && n.text[n.len - 1] == '.')
			n.text[--n.len] = '\0';
		found = rules_match(r, &n, &hit);
		if (strcmp(found ? hit.rule->id : "-", want[1]) != 0 ||
		    (found && (strcmp(hit.rule->vendor->id, want[0]) != 0 || strcmp(hit.rule->purpose, want[2]) != 0)))
			fail_msg("%s: %s, not %s", n.text, found ? hit.rule->id : "-", want[1]);
		checked++;
	}
	fclose(f);
	assert_true(checked > 100);
	rules_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_specificity),
		cmocka_unit_test(test_ties),
		cmocka_unit_test(test_many_globs),
		cmocka_unit_test(test_hit),
		cmocka_unit_test(test_shipped),
	};

	return cmocka_run_group_tests_name("rules", tests, folder_setup, folder_teardown);
}
