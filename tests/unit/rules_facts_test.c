/* links: ruleset */
#include "folder.h"
#include "rules.h"

#define HEAD "{ \"vendor\": { \"id\": \"v\", \"name\": \"V\" },\n\"rules\": [\n"
#define RULE(id, match) "{ \"id\": \"" id "\", \"product\": \"P\", \"purpose\": \"update\", \"installed\": true, " \
	"\"confidence\": \"documented\",\n\"match\": { " match " }, \"references\": [\"https://example.org/\"] }"
#define TAIL "] }\n"

#define FIRST "t13d1516h2"
#define CIPHERS "8daaf6152771"
#define REST "02713d6af862"

static const char all_kinds[] = HEAD
	RULE("wide", "\"cidr\": [\"198.18.0.0/15\", \"2001:db8::/32\"]") ",\n"
	RULE("deep", "\"cidr\": [\"198.18.4.0/24\", \"2001:db8:0:1::/64\"]") ",\n"
	RULE("host", "\"cidr\": [\"198.18.4.7/32\", \"2001:db8:0:1::7/128\", \"203.0.113.0/25\"]") ",\n"
	RULE("as", "\"asn\": [64500, 4294967295], \"suffix\": [\"example.com\"]") ",\n"
	RULE("hello", "\"ja4\": [\"" FIRST "_" CIPHERS "_" REST "\"]") ",\n"
	RULE("first-two", "\"ja4\": [\"" FIRST "_" CIPHERS "_*\"]") ",\n"
	RULE("outer", "\"ja4\": [\"" FIRST "_*_" REST "\"]") ",\n"
	RULE("last-two", "\"ja4\": [\"*_" CIPHERS "_" REST "\"]") ",\n"
	RULE("first", "\"ja4\": [\"" FIRST "_*_*\"]") ",\n"
	RULE("last", "\"ja4\": [\"*_*_" REST "\", \"t13d0909Zz_*_*\"]") "\n"
	TAIL;

static struct rules *load(const char *text)
{
	struct rules_error e;
	struct rules *r;

	folder_put(&folder, "v.json", text, strlen(text));
	r = rules_load(folder.path, &e);
	if (!r)
		fail_msg("%s:%u: %s", e.file, e.line, e.what);
	return r;
}

static void test_addr(void **state)
{
	static const char *const all[][3] = {
		{ "198.18.0.0", "wide", "198.18.0.0/15" }, { "198.19.255.255", "wide", "198.18.0.0/15" },
		{ "198.20.0.0", "-", "" }, { "198.17.255.255", "-", "" },
		{ "198.18.4.0", "deep", "198.18.4.0/24" }, { "198.18.5.0", "wide", "198.18.0.0/15" },
		{ "198.18.4.7", "host", "198.18.4.7/32" }, { "198.18.4.6", "deep", "198.18.4.0/24" },
		{ "203.0.113.127", "host", "203.0.113.0/25" }, { "203.0.113.128", "-", "" },
		{ "2001:db8::1", "wide", "2001:db8::/32" }, { "2001:db9::", "-", "" },
		{ "2001:db8:0:1:ffff::", "deep", "2001:db8:0:1::/64" }, { "2001:db8:0:2::", "wide", "2001:db8::/32" },
		{ "2001:db8:0:1::7", "host", "2001:db8:0:1::7/128" }, { "::", "-", "" },
		{ "::ffff:198.18.4.7", "-", "" },	/* an IPv6 packet's, which is another address */
	};
	struct rules *r = load(all_kinds);
	struct rule_hit hit;
	struct addr a;

	(void)state;
	assert_true(rules_has_addr(r));
	for (size_t i = 0; i < COUNT(all); i++) {
		bool found = addr_parse(all[i][0], &a) && rules_match_addr(r, &a, &hit);

		if (strcmp(found ? hit.rule->id : "-", all[i][1]) != 0)
			fail_msg("%s: %s, not %s", all[i][0], found ? hit.rule->id : "-", all[i][1]);
		if (!found)
			continue;
		assert_string_equal(hit.pattern, all[i][2]);
		assert_string_equal(rule_kind_text(hit.kind), "cidr");
		assert_null(hit.via);
		assert_int_equal(hit.severity, 0);
	}
	rules_free(r);
}

static void test_as(void **state)
{
	struct rules *r = load(all_kinds);
	struct rule_hit hit;

	(void)state;
	assert_true(rules_has_as(r));
	assert_true(rules_match_as(r, 64500, &hit));
	assert_string_equal(hit.rule->id, "as");
	assert_string_equal(hit.pattern, "64500");
	assert_string_equal(rule_kind_text(hit.kind), "asn");
	assert_true(rules_match_as(r, 4294967295, &hit));
	assert_string_equal(hit.pattern, "4294967295");
	assert_false(rules_match_as(r, 64501, &hit));
	assert_false(rules_match_as(r, 0, &hit));
	rules_free(r);
}

static void test_ja4(void **state)
{
	static const char *const all[][2] = {
		{ FIRST "_" CIPHERS "_" REST, "hello" }, { FIRST "_" CIPHERS "_000000000000", "first-two" },
		{ FIRST "_000000000000_" REST, "outer" }, { "q13i0312h3_" CIPHERS "_" REST, "last-two" },
		{ FIRST "_000000000000_000000000000", "first" }, { "q13i0312h3_000000000000_" REST, "last" },
		{ "t13d0909Zz_000000000000_000000000000", "last" }, { "t13d0909zz_000000000000_000000000000", "-" },
		{ "q13i0312h3_" CIPHERS "_000000000000", "-" }, { FIRST "_" CIPHERS, "-" }, { FIRST, "-" }, { "", "-" },
		{ FIRST "_" CIPHERS "_" REST "0", "-" }, { FIRST "_" CIPHERS "_*", "-" },
	};
	struct rules *r = load(all_kinds);
	struct rule_hit hit;

	(void)state;
	assert_true(rules_has_ja4(r));
	for (size_t i = 0; i < COUNT(all); i++) {
		bool found = rules_match_ja4(r, all[i][0], &hit);

		if (strcmp(found ? hit.rule->id : "-", all[i][1]) != 0)
			fail_msg("%s: %s, not %s", all[i][0], found ? hit.rule->id : "-", all[i][1]);
		if (found)
			assert_string_equal(rule_kind_text(hit.kind), "ja4");
	}
	assert_true(rules_match_ja4(r, all[1][0], &hit));
	assert_string_equal(hit.pattern, FIRST "_" CIPHERS "_*");
	rules_free(r);
}

/* A set of names alone has nothing to ask of the other kinds; one without names finds none. */
static void test_has(void **state)
{
	struct rules *r = load(HEAD RULE("names", "\"suffix\": [\"example.com\"]") TAIL);
	struct name name = { .len = 11, .text = "example.com" };
	struct addr a = addr_v4((const uint8_t[]){ 198, 18, 0, 0 });
	struct rule_hit hit;

	(void)state;
	assert_false(rules_has_addr(r) || rules_has_as(r) || rules_has_ja4(r));
	assert_false(rules_match_addr(r, &a, &hit) || rules_match_as(r, 64500, &hit));
	assert_false(rules_match_ja4(r, FIRST "_" CIPHERS "_" REST, &hit));
	assert_true(rules_match(r, &name, &hit));
	rules_free(r);
	r = load(HEAD RULE("numbers", "\"asn\": [64500]") TAIL);
	assert_false(rules_has_addr(r) || rules_has_ja4(r) || rules_match(r, &name, &hit));
	assert_true(rules_has_as(r));
	assert_int_equal(rules_patterns(r), 1);
	rules_free(r);
}

/* A rule of a later directory takes the place of one with its id, whatever kinds either has. */
static void test_override(void **state)
{
	static const char site[] = HEAD RULE("deep", "\"cidr\": [\"192.0.2.0/24\"], \"asn\": [64511]") TAIL;
	struct folder other = folder_make();
	const char *dirs[] = { folder.path, other.path };
	struct rules_error e;
	struct rule_hit hit;
	struct rules *r;
	struct addr a;

	(void)state;
	rules_free(load(all_kinds));
	folder_put(&other, "v.json", site, strlen(site));
	r = rules_load_all(dirs, 2, &e);
	assert_non_null(r);
	assert_true(addr_parse("198.18.4.1", &a) && rules_match_addr(r, &a, &hit));
	assert_string_equal(hit.rule->id, "wide");
	assert_true(addr_parse("192.0.2.9", &a) && rules_match_addr(r, &a, &hit));
	assert_string_equal(hit.rule->id, "deep");
	assert_ptr_equal(strstr(hit.rule->file, other.path), hit.rule->file);
	assert_true(rules_match_as(r, 64511, &hit));
	rules_free(r);
	folder_remove(&other);
}

struct fault {
	const char *match, *other;	/* of rules "v.r" and "v.s" */
	unsigned line;
	const char *told[2];		/* what is wrong, what to do */
};

static const struct fault faults[] = {
	{ "\"cidr\": [\"192.0.2.1/24\"]", NULL, 4, { "bits behind", "write 192.0.2.0/24" } },
	{ "\"cidr\": [\"2001:db8::1/64\"]", NULL, 4, { "bits behind", "write 2001:db8::/64" } },
	{ "\"cidr\": [\"0.0.0.0/0\"]", NULL, 4, { "too wide", "/8 is the widest" } },
	{ "\"cidr\": [\"::/0\"]", NULL, 4, { "too wide", "/16 for IPv6" } },
	{ "\"cidr\": [\"192.0.0.0/7\"]", NULL, 4, { "too wide", "split" } },
	{ "\"cidr\": [\"2000::/15\"]", NULL, 4, { "too wide", "split" } },
	{ "\"cidr\": [\"192.0.2.0/33\"]", NULL, 4, { "no network", "write 192.0.2.0/24" } },
	{ "\"cidr\": [\"2001:db8::/129\"]", NULL, 4, { "no network", "2001:db8::/32" } },
	{ "\"cidr\": [\"192.0.2.0\"]", NULL, 4, { "no network", "write" } },
	{ "\"cidr\": [\"192.0.2.0/\"]", NULL, 4, { "no network", "write" } },
	{ "\"cidr\": [\"192.0.2.0/024\"]", NULL, 4, { "no network", "write" } },
	{ "\"cidr\": [\"192.0.2/24\"]", NULL, 4, { "no network", "write" } },
	{ "\"cidr\": [\"/24\"]", NULL, 4, { "no network", "write" } },
	{ "\"cidr\": [\"2001:0db8::/32\"]", NULL, 4, { "another form", "write 2001:db8::/32" } },
	{ "\"cidr\": [\"2001:DB8::/32\"]", NULL, 4, { "another form", "write 2001:db8::/32" } },
	{ "\"cidr\": [\"ffff:ffff:ffff:ffff:ffff:ffff:c000:200/120\"]", NULL, 4, { "another form", "write 192.0.2.0" } },
	{ "\"cidr\": [5]", NULL, 3, { "quotes", "cidr" } },
	{ "\"cidr\": \"192.0.2.0/24\"", NULL, 3, { "list", "cidr" } },
	{ "\"cidr\": [\"192.0.2.0/24\"]", "\"cidr\": [\"192.0.2.0/24\"]", 6, { "\"v.r\" and \"v.s\"", "remove" } },
	{ "\"cidr\": [\"192.0.2.0/24\",\n\"192.0.2.0/24\"]", NULL, 5, { "twice", "remove one" } },
	{ "\"cidr\": [\"192.0.0.0/16\",\n\"192.0.2.0/24\"]", NULL, 5, { "within its \"192.0.0.0/16\"", "remove it" } },
	{ "\"cidr\": [\"192.0.2.0/24\"]", "\"cidr\": [\"192.0.2.0/25\", \"192.0.2.128/25\"]", 4, { "never", "remove" } },
	{ "\"asn\": [0]", NULL, 4, { "0 in \"asn\"", "1 to 4294967295" } },
	{ "\"asn\": [64500,\n4294967296]", NULL, 5, { "4294967296", "1 to 4294967295" } },
	{ "\"asn\": [64500.5]", NULL, 4, { "64500.5", "write" } },
	{ "\"asn\": [-1]", NULL, 4, { "-1", "write" } },
	{ "\"asn\": [\"AS64500\"]", NULL, 4, { "AS64500", "without AS and quotes" } },
	{ "\"asn\": [null]", NULL, 4, { "null", "write" } },
	{ "\"asn\": 64500", NULL, 3, { "list", "asn" } },
	{ "\"asn\": [64500]", "\"asn\": [64500]", 6, { "\"v.r\" and \"v.s\"", "remove" } },
	{ "\"ja4\": [\"*_*_*\"]", NULL, 4, { "no JA4", "not for all" } },
	{ "\"ja4\": [\"" FIRST "\"]", NULL, 4, { "no JA4", "three parts" } },
	{ "\"ja4\": [\"" FIRST "_" CIPHERS "_" REST "0\"]", NULL, 4, { "no JA4", "three parts" } },
	{ "\"ja4\": [\"" FIRST "_" CIPHERS "_02713D6AF862\"]", NULL, 4, { "no JA4", "three parts" } },
	{ "\"ja4\": [\"t13d15*_" CIPHERS "_" REST "\"]", NULL, 4, { "no JA4", "whole part" } },
	{ "\"ja4\": [\"x13d1516h2_*_*\"]", NULL, 4, { "no JA4", "three parts" } },
	{ "\"ja4\": [\"t14d1516h2_*_*\"]", NULL, 4, { "no JA4", "three parts" } },
	{ "\"ja4\": [\"t13x1516h2_*_*\"]", NULL, 4, { "no JA4", "three parts" } },
	{ "\"ja4\": [\"t13d15a6h2_*_*\"]", NULL, 4, { "no JA4", "three parts" } },
	{ "\"ja4\": [\"" FIRST "_*_*\"]", "\"ja4\": [\"" FIRST "_*_*\"]", 6, { "\"v.r\" and \"v.s\"", "remove" } },
	{ "\"ja4\": [\"" FIRST "_*_*\",\n\"" FIRST "_" CIPHERS "_*\"]", NULL, 5, { "within its", "remove it" } },
};

static void test_faults(void **state)
{
	struct rules_error e;
	char text[2048];

	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		const struct fault *f = &faults[i];
		struct rules *r;

		snprintf(text, sizeof(text), HEAD RULE("v.r", "%s") TAIL, f->match);
		if (f->other)
			snprintf(text, sizeof(text), HEAD RULE("v.r", "%s") ",\n" RULE("v.s", "%s") TAIL, f->match, f->other);
		folder_put(&folder, "v.json", text, strlen(text));
		r = rules_load(folder.path, &e);
		if (r)
			fail_msg("%s: taken", f->match);
		if (e.line != f->line || !strstr(e.what, f->told[0]) || !strstr(e.what, f->told[1]))
			fail_msg("%s: line %u, not %u: %s", f->match, e.line, f->line, e.what);
		assert_non_null(strstr(e.file, "/v.json"));
	}
}

/* What is no clash: other rules within, halves of different length, wildcards that another rule comes between. */
static void test_no_clash(void **state)
{
	static const char *const all[] = {
		HEAD RULE("v.r", "\"cidr\": [\"192.0.0.0/16\", \"192.0.2.0/25\"]") ",\n"
		RULE("v.s", "\"cidr\": [\"192.0.2.0/24\"]") TAIL,
		HEAD RULE("v.r", "\"cidr\": [\"192.0.2.0/24\"]") ",\n"
		RULE("v.s", "\"cidr\": [\"192.0.2.0/25\", \"192.0.2.128/26\"]") TAIL,
		HEAD RULE("v.r", "\"ja4\": [\"" FIRST "_*_*\", \"" FIRST "_" CIPHERS "_*\"]") ",\n"
		RULE("v.s", "\"ja4\": [\"" FIRST "_*_" REST "\"]") TAIL,
		HEAD RULE("v.r", "\"asn\": [64500], \"exact\": [\"a.example.com\"], \"suffix\": [\"a.example.com\"]") TAIL,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++)
		rules_free(load(all[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addr),
		cmocka_unit_test(test_as),
		cmocka_unit_test(test_ja4),
		cmocka_unit_test(test_has),
		cmocka_unit_test(test_override),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_no_clash),
	};

	return cmocka_run_group_tests_name("rules_facts", tests, folder_setup, folder_teardown);
}
