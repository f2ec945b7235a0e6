/* links: ruleset */
#include "folder.h"
#include "rules.h"

static const char some_rule[] =
	"{ \"vendor\": { \"id\": \"v\", \"name\": \"V\" }, \"rules\": [ { \"id\": \"v.r\", \"product\": \"P\",\n"
	"\"purpose\": \"update\", \"installed\": true, \"confidence\": \"documented\",\n"
	"\"match\": { \"suffix\": [\"example.com\"] }, \"references\": [\"https://example.org/\"] } ] }\n";

#define HEAD "{ \"networks\": [\n"
#define ENTRY(as, kind) "{ \"as\": " as ", \"name\": \"N" as "\",\n\"kind\": \"" kind "\",\n" \
	"\"references\": [\"https://example.org/" as "\"] }"
#define TAIL "] }\n"

static struct folder site;

static struct rules *load(const char *text, const char *site_text, struct rules_error *e)
{
	const char *dirs[] = { folder.path, site.path };

	folder_put(&folder, "v.json", some_rule, sizeof(some_rule) - 1);
	folder_put(&folder, "networks.json", text, strlen(text));
	if (!site_text)
		return rules_load(folder.path, e);
	folder_put(&site, "networks.json", site_text, strlen(site_text));
	return rules_load_all(dirs, 2, e);
}

static void test_find(void **state)
{
	static const char text[] = "// two\n" HEAD ENTRY("64511", "cloud") ",\n" ENTRY("64500", "cdn") ",\n"
		"{ \"as\": 4294967295, \"name\": \"L\", \"kind\": \"cdn\", \"references\": [\"a\"], \"note\": \"x\" }" TAIL;
	struct rules_error e;
	struct rules *r = load(text, NULL, &e);

	(void)state;
	if (!r)
		fail_msg("%s:%u: %s", e.file, e.line, e.what);
	assert_string_equal(rules_network(r, 64500)->kind, "cdn");
	assert_string_equal(rules_network(r, 64500)->name, "N64500");
	assert_string_equal(rules_network(r, 64511)->kind, "cloud");
	assert_string_equal(rules_network(r, 64511)->references[0], "https://example.org/64511");
	assert_null(rules_network(r, 64511)->references[1]);
	assert_int_equal(rules_network(r, 4294967295)->as, 4294967295);
	assert_null(rules_network(r, 64501));
	assert_null(rules_network(r, 0));
	assert_int_equal(rules_patterns(r), 1);
	rules_free(r);
}

/* A site's word replaces what is shipped of a number, and adds others. */
static void test_site(void **state)
{
	struct rules_error e;
	struct rules *r = load(HEAD ENTRY("64500", "cdn") TAIL, HEAD ENTRY("64500", "cloud") ",\n" ENTRY("64499", "cdn") TAIL, &e);

	(void)state;
	assert_non_null(r);
	assert_string_equal(rules_network(r, 64500)->kind, "cloud");
	assert_string_equal(rules_network(r, 64499)->kind, "cdn");
	rules_free(r);
}

struct fault {
	const char *text;
	unsigned line;
	const char *told;
};

static const struct fault faults[] = {
	{ "{ \"networks\": [", 1, "JSON" },
	{ "{ \"network\": [] }", 1, "unknown key" },
	{ "[]", 0, "write a list" },
	{ "{ \"networks\": {} }", 0, "write a list" },
	{ HEAD "7" TAIL, 1, "object" },
	{ HEAD ENTRY("0", "cdn") TAIL, 1, "1 to 4294967295" },
	{ HEAD ENTRY("4294967296", "cdn") TAIL, 1, "1 to 4294967295" },
	{ HEAD ENTRY("64500.5", "cdn") TAIL, 1, "1 to 4294967295" },
	{ HEAD ENTRY("64500", "cdn") ",\n" ENTRY("64500", "cloud") TAIL, 2, "stands twice" },
	{ HEAD ENTRY("64499", "cdn") ",\n" ENTRY("64500", "fog") TAIL, 6, "\"cdn\" or \"cloud\"" },
	{ HEAD "{ \"as\": 64500, \"name\": \"N\",\n\"colour\": 1 }" TAIL, 3, "colour" },
	{ HEAD "{ \"as\": 64500,\n\"kind\": \"cdn\", \"references\": [\"a\"] }" TAIL, 2, "\"name\" of \"64500\"" },
	{ HEAD "{ \"as\": 64500, \"name\": \"N\", \"references\": [\"a\"] }" TAIL, 2, "\"kind\" of \"64500\"" },
	{ HEAD "{ \"as\": 64500, \"name\": \"N\", \"kind\": \"cdn\" }" TAIL, 2, "no references" },
	{ HEAD "{ \"as\": 64500, \"name\": \"N\", \"kind\": \"cdn\", \"references\": [1] }" TAIL, 2, "list of strings" },
};

static void test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		struct rules_error e;
		struct rules *r = load(faults[i].text, NULL, &e);

		if (r)
			fail_msg("%s: taken", faults[i].text);
		if (e.line != faults[i].line || !strstr(e.what, faults[i].told))
			fail_msg("%s: line %u, not %u: %s", faults[i].text, e.line, faults[i].line, e.what);
		assert_non_null(strstr(e.file, "/networks.json"));
	}
}

/* The shipped list: those that an analyst meets every day; an office's own provider is none of them. */
static void test_shipped(void **state)
{
	static const struct {
		uint32_t as;
		const char *kind;
	} all[] = { { 13335, "cdn" }, { 20940, "cdn" }, { 54113, "cdn" }, { 16509, "cloud" }, { 8075, "cloud" },
		    { 45102, "cloud" }, { 132203, "cloud" }, { 16276, "cloud" }, { 24940, "cloud" } };
	struct rules_error e;
	struct rules *r = rules_load("rules", &e);

	(void)state;
	if (!r)
		fail_msg("%s:%u: %s", e.file, e.line, e.what);
	for (size_t i = 0; i < COUNT(all); i++)
		assert_string_equal(rules_network(r, all[i].as)->kind, all[i].kind);
	assert_null(rules_network(r, 3320));
	assert_null(rules_network(r, 200107));
	rules_free(r);
}

static int setup(void **state)
{
	site = folder_make();
	return folder_setup(state);
}

static int teardown(void **state)
{
	folder_remove(&site);
	return folder_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_site),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_shipped),
	};

	return cmocka_run_group_tests_name("rules_networks", tests, setup, teardown);
}
