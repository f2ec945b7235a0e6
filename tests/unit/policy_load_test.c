/* links: policy policy_load policy_when policy_text jsonfile addr rules */
#include "policy_build.h"

#define HIDE(id, more) "{ \"id\": \"" id "\", \"when\": { \"vendor\": \"acme\" }, \"reason\": \"r\", " \
	"\"expires\": \"2027-01-01\"" more " }"
#define ENTRY(id, when, n) "{ \"id\": \"" id "\", \"when\": { " when " }, \"severity\": " #n " }"

static void test_overrides(void **state)
{
	static const char base[] = "{ \"severity\": [\n" ENTRY("one", "\"vendor\": \"acme\"", 10) ",\n"
		ENTRY("two", "\"installed\": true", 20) ",\n" ENTRY("rest", "", 30) " ] }";
	static const struct {
		const char *own, *by;
		int severity;
		size_t count;
	} all[] = {
		{ "{ \"severity\": [ " ENTRY("one", "\"vendor\": \"acme\"", 11) " ] }", "one", 11, 3 },
		{ "{ \"severity\": [ " ENTRY("one", "\"vendor\": \"zeta\"", 11) " ] }", "two", 20, 3 },
		{ "{ \"severity\": [ " ENTRY("new", "", 1) " ] }", "new", 1, 4 },
		{ "{ \"severity\": [ " ENTRY("new", "\"vendor\": \"zeta\"", 1) ", " ENTRY("next", "", 2) " ] }", "next", 2, 5 },
		{ "{ \"severity\": [ " ENTRY("b", "\"vendor\": \"acme\"", 3) ", " ENTRY("a", "\"vendor\": \"acme\"", 4) " ] }",
		  "b", 3, 5 },
		{ "{ \"severity\": [ " ENTRY("rest", "", 1) ", " ENTRY("new", "\"tag\": \"t-one\"", 5) " ] }", "new", 5, 4 },
		{ "{ \"severity\": [ { \"id\": \"one\", \"when\": {}, \"severity\": 0, \"enabled\": false } ] }", "two", 20, 2 },
		{ "{ \"severity\": [ { \"id\": \"one\", \"when\": {}, \"severity\": 9, \"enabled\": true } ] }", "one", 9, 3 },
	};
	struct policy_input in = input();

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct policy *p = load(base, all[i].own);

		assert_string_equal(by(p, &in), all[i].by);
		assert_int_equal(severity_of(p, &in), all[i].severity);
		assert_int_equal(policy_severities(p), all[i].count);
		policy_free(p);
	}
}

static void test_suppression_overrides(void **state)
{
	struct policy_input in = input();
	/* the id of a severity is another's */
	struct policy *p = load("{ \"suppressions\": [ " HIDE("a", "") " ], \"severity\": [ " ENTRY("a", "", 5) " ] }",
				"{ \"suppressions\": [ " HIDE("a", ", \"enabled\": false") ", " HIDE("b", "") " ] }");

	(void)state;
	assert_string_equal(hidden_by(p, &in), "b");
	assert_int_equal(policy_suppressions(p), 1);
	assert_string_equal(by(p, &in), "a");
	policy_free(p);
}

struct fault {
	const char *text;
	unsigned line;
	const char *told;	/* stands in the message: what is wrong or what to do */
};

#define S(rest) "{ \"severity\": [\n" ENTRY("fine", "\"hours\": \"08:00-18:00\"", 1) ",\n{\n\"id\": \"bad\",\n" rest "\n} ] }"
#define S_WHEN(when) S("\"severity\": 5,\n\"when\": {\n" when " }")
#define H(rest) "{ \"suppressions\": [\n{\n\"id\": \"bad\",\n" rest "\n} ] }"
#define H_WHEN(when) H("\"reason\": \"r\", \"expires\": \"2027-01-01\",\n\"when\": {\n" when " }")

/* In S an entry is on line 2, the bad one from line 3; its conditions are on line 7; in H they are on line 6. */
static const struct fault faults[] = {
	{ "{ \"severity\": [\n,\n] }", 2, "comma" },
	{ "[]", 1, "is no policy" }, { "{}", 1, "is no policy" }, { "7", 1, "is no policy" },
	{ "{\n\"severities\": [] }", 2, "unknown key \"severities\"" },
	{ "{ \"severity\": [],\n \"severity\": [] }", 1, "stands twice" },
	{ "{ \"tags\": [],\n\"severity\": {} }", 2, "list of objects" },
	{ "{ \"severity\": [],\n\"suppressions\": [ 1 ] }", 2, "list of objects" },
	{ "{\n\"tags\": 1 }", 2, "list of objects" },
	{ "{ \"severity\": [\n{ \"when\": {}, \"severity\": 1 } ] }", 2, "has no \"id\"" },
	{ "{ \"severity\": [\n{\n\"id\": 4 } ] }", 3, "must be a text" },
	{ "{ \"severity\": [\n{\n\"id\": \" \" } ] }", 3, "must be a text" },
	{ "{ \"severity\": [\n{\n\"id\": \"Bad\" } ] }", 3, "\"Bad\"" },
	{ "{ \"severity\": [\n{\n\"id\": \"-x\" } ] }", 3, "\"-x\"" },
	{ "{ \"severity\": [\n{\n\"id\": \"a2345678901234567890123456789012345678901234567890123456789012345\" } ] }", 3, "64" },
	{ S("\"severity\": 5"), 3, "\"bad\": needs a \"when\"" },
	{ S("\"severity\": 5,\n\"when\": []"), 6, "needs a \"when\"" },
	{ S("\"severity\": 5,\n\"wen\": {}"), 6, "unknown key \"wen\"" },
	{ S("\"when\": {}, \"severity\": 5,\n\"reason\": \"r\""), 6, "unknown key \"reason\"" },
	{ S("\"when\": {}"), 3, "has no \"severity\"" },
	{ S("\"when\": {},\n\"severity\": \"high\""), 6, "0 to 100" },
	{ S("\"when\": {},\n\"severity\": -1"), 6, "0 to 100" }, { S("\"when\": {},\n\"severity\": 101"), 6, "0 to 100" },
	{ S("\"when\": {},\n\"severity\": 5.5"), 6, "0 to 100" }, { S("\"when\": {},\n\"severity\": 1e300"), 6, "0 to 100" },
	{ S("\"when\": {}, \"severity\": 5,\n\"note\": 1"), 6, "must be a text" },
	{ S("\"when\": {}, \"severity\": 5,\n\"enabled\": 1"), 6, "true or false" },
	{ S("\"when\": {},\n\"severity\": 5, \"severity\": 6"), 6, "stands twice" },
	{ S_WHEN("\"colour\": 1"), 7, "unknown key \"colour\"" }, { S_WHEN("\"name\": \"a.b\""), 7, "unknown key \"name\"" },
	{ S_WHEN("\"rule\": \"a\""), 7, "unknown key" }, { S_WHEN("\"product\": \"a\""), 7, "unknown key" },
	{ S_WHEN("\"vendor\": 3"), 7, "a value of \"vendor\"" }, { S_WHEN("\"vendor\": \"\""), 7, "vendor's id" },
	{ S_WHEN("\"vendor\": []"), 7, "empty list" }, { S_WHEN("\"as\": []"), 7, "empty list" },
	{ S_WHEN("\"client\": []"), 7, "empty list" }, { S_WHEN("\"hours\": []"), 7, "empty list" },
	{ S_WHEN("\"tag\": [\"a\",\n3 ]"), 7, "a value of \"tag\"" }, { S_WHEN("\"tag\": {}"), 7, "a value of \"tag\"" },
	{ S_WHEN("\"purpose\": [ \"update\",\n\"spying\" ]"), 8, "\"spying\" in \"purpose\"" },
	{ S_WHEN("\"installed\": \"yes\""), 7, "true or false" },
	{ S_WHEN("\"country\": \"de\""), 7, "two capital letters" }, { S_WHEN("\"country\": \"DEU\""), 7, "ISO 3166" },
	{ S_WHEN("\"as\": 0"), 7, "autonomous" }, { S_WHEN("\"as\": 4294967296"), 7, "autonomous" },
	{ S_WHEN("\"as\": \"AS64500\""), 7, "without AS" }, { S_WHEN("\"as\": 1.5"), 7, "autonomous" },
	{ S_WHEN("\"client\": [\"10.0.0.0/8\",\n\"10.0.0.0/33\"]"), 8, "\"10.0.0.0/33\"" },
	{ S_WHEN("\"client\": \"10.0.0.0/\""), 7, "network" }, { S_WHEN("\"client\": \"10.0.0.0/8/8\""), 7, "network" },
	{ S_WHEN("\"client\": \"10.0.0/8\""), 7, "network" }, { S_WHEN("\"client\": \"::/129\""), 7, "network" },
	{ S_WHEN("\"client\": \"10.0.0.0/-1\""), 7, "network" }, { S_WHEN("\"client\": \"host.lab\""), 7, "network" },
	{ S_WHEN("\"client\": 10"), 7, "a value of \"client\"" },
	{ S_WHEN("\"client\": \"10.1.2.3/8\""), 7, "write 10.0.0.0/8" },
	{ S_WHEN("\"client\": \"2001:db8::1/32\""), 7, "write 2001:db8::/32" },
	{ S_WHEN("\"hours\": \"8:00-18:00\""), 7, "08:00-18:00" }, { S_WHEN("\"hours\": \"08:00-18:60\""), 7, "UTC" },
	{ S_WHEN("\"hours\": \"08:00-24:01\""), 7, "UTC" }, { S_WHEN("\"hours\": \"24:00-08:00\""), 7, "UTC" },
	{ S_WHEN("\"hours\": \"08:00-08:00\""), 7, "UTC" }, { S_WHEN("\"hours\": \"08.00-18.00\""), 7, "UTC" },
	{ S_WHEN("\"hours\": 8"), 7, "a value of \"hours\"" },
	{ "{ \"severity\": [\n" ENTRY("a", "", 1) ",\n" ENTRY("b", "\"tag\": \"t\"", 2) " ] }", 3, "behind \"a\"" },
	{ "{ \"severity\": [\n" ENTRY("a", "\"tag\": \"t\"", 1) ",\n" ENTRY("a", "\"tag\": \"t\"", 2) " ] }", 3, "twice" },
	{ H("\"reason\": \"r\", \"expires\": \"2027-01-01\",\n\"when\": {}"), 5, "suppress everything" },
	{ H("\"when\": { \"vendor\": \"v\" }, \"expires\": \"2027-01-01\""), 2, "has no \"reason\"" },
	{ H("\"when\": { \"vendor\": \"v\" },\n\"reason\": \" \", \"expires\": \"2027-01-01\""), 5, "\"reason\" must be" },
	{ H("\"when\": { \"vendor\": \"v\" }, \"reason\": \"r\""), 2, "has no \"expires\"" },
	{ H("\"when\": { \"vendor\": \"v\" }, \"reason\": \"r\",\n\"severity\": 5"), 5, "unknown key \"severity\"" },
	{ H("\"when\": { \"vendor\": \"v\" }, \"reason\": \"r\",\n\"expires\": 2027"), 5, "\"expires\" must be a text" },
	{ H_WHEN("\"tag\": \"t\""), 6, "unknown key \"tag\"" }, { H_WHEN("\"hours\": \"08:00-18:00\""), 6, "unknown key" },
	{ H_WHEN("\"name\": \"Example.com\""), 6, "lower case" }, { H_WHEN("\"name\": \"*.example.com\""), 6, "no star" },
	{ H_WHEN("\"name\": \".example.com\""), 6, "dots" }, { H_WHEN("\"name\": \"example.com.\""), 6, "dots" },
	{ H_WHEN("\"name\": \"a..b\""), 6, "a..b" }, { H_WHEN("\"name\": \"\""), 6, "no name" },
	{ H_WHEN("\"product\": 4"), 6, "a value of \"product\"" }, { H_WHEN("\"rule\": \"\""), 6, "rule's id" },
};

static void expect_fault(const char *text, unsigned line, const char *told)
{
	struct rules_error error;

	clear(&shipped);
	clear(&site);
	put(&shipped, "policies/a.json", "{ \"severity\": [ " ENTRY("shipped", "", 1) " ] }");
	put(&site, "policies/b.json", text);
	assert_null(load_both(&error));
	if (error.line != line || !strstr(error.what, told) || !strstr(error.file, "policies/b.json"))
		fail_msg("%s:%u: %s\nexpected %u, %s, of\n%s", error.file, error.line, error.what, line, told, text);
}

static void test_faults(void **state)
{
	static const char *const dates[] = {
		"2027-02-29", "2027-13-01", "2027-00-10", "2027-01-00", "2027-04-31", "27-01-01", "2027-1-1", "2100-02-29",
		"1969-12-31", "2262-01-01", "2027/01/01", "2027-01-01 ", "tomorrow",
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		expect_fault(faults[i].text, faults[i].line, faults[i].told);
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		snprintf(text, sizeof(text), "{ \"suppressions\": [ { \"id\": \"x\", \"reason\": \"r\", "
			 "\"when\": { \"vendor\": \"v\" },\n\"expires\": \"%s\" } ] }", dates[i]);
		expect_fault(text, 2, dates[i]);
	}
}

/* No cut-off file loads, and none is read beyond its end. */
static void test_every_prefix(void **state)
{
	static const char text[] = "{ \"suppressions\": [ " HIDE("a", "") " ], \"severity\": [ " ENTRY("a", "", 5) " ] }";
	struct rules_error error;
	char cut[sizeof(text)] = "";

	(void)state;
	clear(&shipped);
	clear(&site);
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		put(&site, "policies/a.json", cut);
		assert_null(load_both(&error));
		assert_true(error.line > 0 && error.what[0]);
		cut[n] = text[n];
	}
}

static void test_places(void **state)
{
	const char *const none[] = { "/nonexistent" };
	struct rules_error error;
	struct policy *p = policy_load(none, 1, &error);

	(void)state;
	assert_non_null(p);		/* who looks for rules there will say so */
	assert_int_equal(policy_severities(p) + policy_suppressions(p), 0);
	policy_free(p);
	p = policy_load(NULL, 0, &error);
	assert_non_null(p);
	policy_free(p);
	clear(&shipped);
	clear(&site);
	p = load_both(&error);
	assert_non_null(p);
	policy_free(p);
	folder_put(&site, "policies", "x", 1);	/* no folder */
	assert_null(load_both(&error));
	assert_int_equal(error.line, 0);
	assert_non_null(strstr(error.what, "folder"));
	clear(&site);
	put(&site, "policies/a.json", "{ \"severity\": [ " ENTRY("a", "", 1) " ] }");
	put(&site, "policies/b.json", "{ \"severity\": [ " ENTRY("a", "", 1) " ] }");
	assert_null(load_both(&error));		/* twice in one directory, in two files */
	assert_non_null(strstr(error.file, "b.json"));
	clear(&site);
	put(&site, "policies/b.json~", "no policy");
	put(&site, "policies/.b.json", "no policy");
	p = load_both(&error);
	assert_non_null(p);
	policy_free(p);
	remove(folder_file(&site, "policies/b.json~"));
	remove(folder_file(&site, "policies/.b.json"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overrides), cmocka_unit_test(test_suppression_overrides),
		cmocka_unit_test(test_faults), cmocka_unit_test(test_every_prefix), cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests_name("policy_load", tests, setup, teardown);
}
