/* links: policy policy_load policy_when policy_text ruleset name */
#include "policy_build.h"

/* when_fits asks a severity with that one condition. */
static bool when_fits(const char *when, const struct policy_input *in)
{
	char text[1024];
	struct policy *p;
	bool fits;

	snprintf(text, sizeof(text), "{ \"severity\": [ { \"id\": \"x\", \"severity\": 7, \"when\": { %s } } ] }", when);
	p = load(text, NULL);
	fits = severity_of(p, in) == 7;
	policy_free(p);
	return fits;
}

static bool hides(const char *when, const struct policy_input *in)
{
	char text[1024];
	struct policy *p;
	bool fits;

	snprintf(text, sizeof(text), "{ \"suppressions\": [ { \"id\": \"x\", \"reason\": \"r\", \"when\": { %s },"
		 " \"expires\": \"2026-11-24\" } ] }", when);
	p = load(text, NULL);
	fits = strcmp(hidden_by(p, in), "x") == 0;
	policy_free(p);
	return fits;
}

static void test_rule_keys(void **state)
{
	static const struct {
		const char *when;
		bool fits;
	} all[] = {
		{ "", true }, { "\"vendor\": \"acme\"", true }, { "\"vendor\": \"acm\"", false },
		{ "\"vendor\": \"ACME\"", false }, { "\"vendor\": [\"zeta\", \"acme\", \"beta\"]", true },
		{ "\"vendor\": [\"zeta\", \"beta\"]", false }, { "\"tag\": \"t-two\"", true }, { "\"tag\": \"t\"", false },
		{ "\"tag\": [\"z\", \"t-one\"]", true }, { "\"purpose\": \"update\"", true },
		{ "\"purpose\": [\"ads\", \"website\"]", false }, { "\"installed\": true", true },
		{ "\"installed\": false", false }, { "\"vendor\": \"acme\", \"installed\": false", false },
		{ "\"vendor\": \"acme\", \"purpose\": \"update\", \"tag\": \"t-one\", \"installed\": true", true },
	};
	static const struct vendor bare = { .id = "bare", .name = "Bare" };
	static const struct rule other = { .vendor = &bare, .id = "bare.x", .product = "X", .purpose = "ads" };
	struct policy_input in = input();

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (when_fits(all[i].when, &in) != all[i].fits)
			fail_msg("{ %s } should %sfit", all[i].when, all[i].fits ? "" : "not ");
	}
	in.rule = &other;
	assert_true(when_fits("\"installed\": false", &in));
	assert_false(when_fits("\"tag\": \"t-one\"", &in));
	in.rule = NULL;		/* what no rule names is not graded */
	assert_false(when_fits("", &in));
}

static void test_far_end(void **state)
{
	static const char de_ru[][3] = { "DE", "RU" };
	struct policy_input in = input();

	(void)state;
	assert_false(when_fits("\"country\": \"DE\"", &in));
	assert_false(when_fits("\"as\": 64500", &in));
	in.countries = de_ru;
	in.country_count = 2;
	in.as_number = 64500;
	assert_true(when_fits("\"country\": \"RU\"", &in));
	assert_true(when_fits("\"country\": [\"US\", \"DE\"]", &in));
	assert_false(when_fits("\"country\": [\"US\", \"CH\"]", &in));
	assert_true(when_fits("\"as\": 64500", &in));
	assert_true(when_fits("\"as\": [4294967295, 1, 64500]", &in));
	assert_false(when_fits("\"as\": [64499, 64501]", &in));
	in.as_number = UINT32_MAX;
	assert_true(when_fits("\"as\": 4294967295", &in));
}

static void test_client_borders(void **state)
{
	static const struct {
		const char *nets, *client;
		bool fits;
	} all[] = {
		{ "\"10.1.2.3\"", "10.1.2.3", true }, { "\"10.1.2.3\"", "10.1.2.4", false },
		{ "\"10.1.2.3/32\"", "10.1.2.2", false }, { "\"10.0.0.0/8\"", "10.255.255.255", true },
		{ "\"10.0.0.0/8\"", "11.0.0.0", false }, { "\"10.0.0.0/8\"", "9.255.255.255", false },
		{ "\"172.16.0.0/12\"", "172.16.0.0", true }, { "\"172.16.0.0/12\"", "172.31.255.255", true },
		{ "\"172.16.0.0/12\"", "172.32.0.0", false }, { "\"172.16.0.0/12\"", "172.15.255.255", false },
		{ "\"192.0.2.128/25\"", "192.0.2.127", false }, { "\"192.0.2.128/25\"", "192.0.2.128", true },
		{ "\"192.0.2.4/31\"", "192.0.2.5", true }, { "\"192.0.2.4/31\"", "192.0.2.6", false },
		{ "\"0.0.0.0/0\"", "255.1.2.3", true }, { "\"0.0.0.0/0\"", "2001:db8::1", false },
		{ "\"::/0\"", "2001:db8::1", true }, { "\"::/0\"", "10.1.2.3", false },
		{ "\"2001:db8::/32\"", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true },
		{ "\"2001:db8::/32\"", "2001:db9::", false }, { "\"2001:db8::/32\"", "2001:db7:ffff::", false },
		{ "\"2001:db8::8000/113\"", "2001:db8::7fff", false }, { "\"2001:db8::8000/113\"", "2001:db8::8000", true },
		{ "\"2001:DB8::1\"", "2001:db8::1", true }, { "\"2001:db8::1/128\"", "2001:db8::2", false },
		/* one within another, and the gap behind the inner one */
		{ "[\"10.1.0.0/16\", \"10.0.0.0/8\", \"10.1.2.0/24\"]", "10.200.0.1", true },
		{ "[\"10.1.2.0/24\", \"10.0.0.0/8\"]", "10.1.3.0", true },
		{ "[\"10.0.0.0/9\", \"10.0.0.0/8\", \"10.0.0.0/8\"]", "10.255.0.1", true },
		{ "[\"192.0.2.0/24\", \"10.0.0.0/8\", \"2001:db8::/32\", \"198.51.100.0/24\"]", "192.0.2.77", true },
		{ "[\"192.0.2.0/24\", \"10.0.0.0/8\", \"2001:db8::/32\", \"198.51.100.0/24\"]", "192.0.3.0", false },
		{ "[\"192.0.2.0/24\", \"::/0\"]", "192.0.3.1", false }, { "[\"192.0.2.0/24\", \"::/0\"]", "::1", true },
	};
	struct policy_input in = input();
	char when[256];

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		snprintf(when, sizeof(when), "\"client\": %s", all[i].nets);
		in.client = addr_of(all[i].client);
		if (when_fits(when, &in) != all[i].fits || hides(when, &in) != all[i].fits)
			fail_msg("%s should %shold %s", all[i].nets, all[i].fits ? "" : "not ", all[i].client);
	}
}

/* Every prefix length, each with the addresses on either side of its borders. */
static void test_every_prefix(void **state)
{
	struct policy_input in = input();
	char text[ADDR_TEXT_MAX], when[128];

	(void)state;
	for (unsigned bits = 1; bits <= 128; bits++) {
		struct addr net = addr_of("5555:5555:5555:5555:5555:5555:5555:5555");

		for (size_t bit = bits; bit < 128; bit++)
			net.bytes[bit / 8] &= (uint8_t)~(0x80 >> bit % 8);
		addr_put(&net, text);
		snprintf(when, sizeof(when), "\"client\": \"%s/%u\"", text, bits);
		in.client = net;
		assert_true(when_fits(when, &in));
		in.client.bytes[(bits - 1) / 8] ^= (uint8_t)(0x80 >> (bits - 1) % 8);
		assert_false(when_fits(when, &in));
		if (bits == 128)
			break;
		in.client = net;
		in.client.bytes[bits / 8] ^= (uint8_t)(0x80 >> bits % 8);
		assert_true(when_fits(when, &in));
	}
}

static void test_hours(void **state)
{
	static const struct {
		const char *hours;
		int hour, minute, second;
		bool fits;
	} all[] = {
		{ "\"08:00-18:00\"", 7, 59, 59, false }, { "\"08:00-18:00\"", 8, 0, 0, true },
		{ "\"08:00-18:00\"", 17, 59, 59, true }, { "\"08:00-18:00\"", 18, 0, 0, false },
		{ "\"22:00-06:00\"", 21, 59, 59, false }, { "\"22:00-06:00\"", 22, 0, 0, true },
		{ "\"22:00-06:00\"", 23, 59, 59, true }, { "\"22:00-06:00\"", 0, 0, 0, true },
		{ "\"22:00-06:00\"", 5, 59, 59, true }, { "\"22:00-06:00\"", 6, 0, 0, false },
		{ "\"20:00-24:00\"", 23, 59, 59, true }, { "\"20:00-24:00\"", 0, 0, 0, false },
		{ "\"00:00-24:00\"", 0, 0, 0, true }, { "\"00:00-00:01\"", 0, 0, 59, true },
		{ "\"00:00-00:01\"", 0, 1, 0, false }, { "\"20:00-00:00\"", 23, 0, 0, true },
		{ "[\"08:00-12:00\", \"13:00-17:00\"]", 12, 30, 0, false },
		{ "[\"08:00-12:00\", \"13:00-17:00\"]", 13, 0, 0, true },
	};
	struct policy_input in = input();
	char when[128];

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		int64_t at = (all[i].hour * 3600 + all[i].minute * 60 + all[i].second) * SECOND;

		snprintf(when, sizeof(when), "\"hours\": %s", all[i].hours);
		in.when = NOON - 12 * HOUR + at;
		if (when_fits(when, &in) != all[i].fits)
			fail_msg("%s at %02d:%02d:%02d", all[i].hours, all[i].hour, all[i].minute, all[i].second);
		in.when = at - 24 * HOUR;	/* the clocks of captures may be anything */
		assert_int_equal(when_fits(when, &in), all[i].fits);
	}
	in.when = -1;
	assert_true(when_fits("\"hours\": \"23:59-24:00\"", &in));
}

static void test_order_and_verdict(void **state)
{
	struct policy_verdict v;
	struct policy_input in = input();
	struct policy *p = load("// a comment\n{ \"severity\": [\n"
		"{ \"id\": \"first\", \"when\": { \"vendor\": \"zeta\" }, \"severity\": 90 },\n"
		"{ \"id\": \"second\", \"when\": { \"tag\": \"t-one\" }, \"severity\": 0, \"note\": \"why\" },\n"
		"{ \"id\": \"third\", \"when\": { \"vendor\": \"acme\" }, \"severity\": 100 } ],\n"
		"\"suppressions\": [\n"
		"{ \"id\": \"lab\", \"when\": { \"vendor\": \"acme\" }, \"reason\": \"tests\", \"expires\": \"2027-01-01\" },\n"
		"{ \"id\": \"lab2\", \"when\": { \"vendor\": \"acme\" }, \"reason\": \"more\", \"expires\": \"2027-01-01\" } ] }",
		NULL);

	(void)state;
	assert_int_equal(policy_severities(p), 3);
	assert_int_equal(policy_suppressions(p), 2);
	policy_judge(p, &in, &v);
	assert_int_equal(v.severity, 0);
	assert_string_equal(v.severity_id, "second");
	assert_string_equal(v.note, "why");
	assert_string_equal(v.suppressed_by, "lab");
	assert_string_equal(v.reason, "tests");
	policy_free(p);

	memset(&v, 0x55, sizeof(v));
	policy_judge(NULL, &in, &v);
	assert_int_equal(v.severity, 0);
	assert_null(v.severity_id);
	assert_null(v.note);
	assert_null(v.suppressed_by);
	assert_null(v.reason);
	assert_int_equal(policy_expired(NULL, NOON), 0);
	policy_free(NULL);
	assert_string_equal((p = load("{ \"severity\": [] }", NULL), by(p, &in)), "-");
	policy_free(p);
}

static void test_suppression_keys(void **state)
{
	static const char de_ru[][3] = { "DE", "RU" };
	struct policy_input in = input();

	(void)state;
	assert_true(hides("\"rule\": \"acme.update\"", &in));
	assert_false(hides("\"rule\": \"acme\"", &in));
	assert_true(hides("\"product\": [\"Acme Update \\\"X\\\"\", \"Y\"]", &in));
	assert_false(hides("\"product\": \"Acme Update\"", &in));
	assert_true(hides("\"vendor\": \"acme\", \"client\": \"10.0.0.0/8\"", &in));
	assert_false(hides("\"vendor\": \"acme\", \"client\": \"10.0.0.0/16\"", &in));
	assert_false(hides("\"country\": \"DE\"", &in));
	in.countries = de_ru;
	in.country_count = 2;
	assert_false(hides("\"country\": \"DE\"", &in));	/* may lie in RU */
	assert_true(hides("\"country\": [\"RU\", \"US\", \"DE\"]", &in));
	in.country_count = 1;
	assert_true(hides("\"country\": \"DE\"", &in));
	in.rule = NULL;
	assert_false(hides("\"vendor\": \"acme\"", &in));
	assert_false(hides("\"rule\": \"acme.update\"", &in));
	assert_false(hides("\"product\": \"Y\"", &in));
	assert_true(hides("\"client\": \"10.1.2.3\"", &in));
}

static void test_label_borders(void **state)
{
	static const struct {
		const char *name;
		size_t n;
		bool fits;
	} all[] = {
		{ "example.com", 11, true }, { "www.example.com", 15, true }, { "a.b.example.com", 15, true },
		{ "myexample.com", 13, false }, { "example.com.evil.net", 20, false }, { "com", 3, false },
		{ "", 0, false }, { "xample.com", 10, false }, { ".example.com", 12, true },
		{ "example.com\0.evil.net", 21, false }, { "a\0b.example.com", 15, true },
		{ "host_1.lab", 10, true }, { "lab", 3, false }, { "x.host_1.lab", 12, true },
	};
	struct policy_input in = input();

	(void)state;
	assert_false(hides("\"name\": \"example.com\"", &in));	/* no name */
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct name name = name_of_bytes(all[i].name, all[i].n), other = name_of("other.net");

		in.name = &name;
		in.via = NULL;
		if (hides("\"name\": [\"zz.org\", \"example.com\", \"host_1.lab\"]", &in) != all[i].fits)
			fail_msg("%s", all[i].name);
		in.via = in.name;	/* the alias counts as well */
		in.name = &other;
		assert_int_equal(hides("\"name\": [\"example.com\", \"host_1.lab\"]", &in), all[i].fits);
	}
}

static void test_expiry(void **state)
{
	static const int64_t over = INT64_C(1795564800) * SECOND;	/* the end of 2026-11-24 */
	static const char text[] = "{ \"suppressions\": [\n"
		"{ \"id\": \"a\", \"when\": { \"vendor\": \"acme\" }, \"reason\": \"r\", \"expires\": \"2026-11-24\" },\n"
		"{ \"id\": \"b\", \"when\": { \"vendor\": \"acme\" }, \"reason\": \"r\", \"expires\": \"2028-02-29\" } ] }";
	struct policy_input in = input();
	struct policy *p = load(text, NULL);

	(void)state;
	in.when = over - 1;
	assert_string_equal(hidden_by(p, &in), "a");
	assert_int_equal(policy_expired(p, in.when), 0);
	in.when = over;
	assert_string_equal(hidden_by(p, &in), "b");
	assert_int_equal(policy_expired(p, in.when), 1);
	in.when = INT64_C(1835481600) * SECOND - 1;	/* the end of 2028-02-29 */
	assert_string_equal(hidden_by(p, &in), "b");
	in.when++;
	assert_string_equal(hidden_by(p, &in), "-");
	assert_int_equal(policy_expired(p, in.when), 2);
	assert_int_equal(policy_expired(p, INT64_MAX), 2);
	in.when = INT64_MIN;
	assert_string_equal(hidden_by(p, &in), "a");
	policy_free(p);
	p = load("{ \"suppressions\": [ { \"id\": \"a\", \"when\": { \"vendor\": \"acme\" }, \"reason\": \"r\","
		 " \"expires\": \"2261-12-31\" } ] }", NULL);
	assert_int_equal(policy_expired(p, INT64_C(9214646400) * SECOND - 1), 0);	/* 2262-01-01 */
	assert_int_equal(policy_expired(p, INT64_C(9214646400) * SECOND), 1);
	policy_free(p);
}

/* The shipped files, asked about the shipped rules: each match has a severity, and nothing is suppressed. */
static void test_shipped(void **state)
{
	static const struct {
		const char *name, *by;
		int severity;
	} all[] = {
		{ "s07.upd.kaspersky.com", "restricted-installed", 80 },
		{ "www.kaspersky.com", "restricted-website", 25 },
		{ "www.example.com", NULL, 0 },
	};
	const char *const dirs[] = { "rules" };
	struct rules_error error;
	struct policy *p = policy_load(dirs, 1, &error);
	struct rules *r = rules_load("rules", &error);

	(void)state;
	assert_non_null(p);
	assert_non_null(r);
	assert_int_equal(policy_suppressions(p), 0);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct name name = name_of(all[i].name);
		struct policy_input in = input();
		struct rule_hit hit;

		in.name = &name;
		assert_int_equal(rules_match(r, &name, &hit), all[i].by != NULL);
		if (!all[i].by)
			continue;
		in.rule = hit.rule;
		assert_string_equal(by(p, &in), all[i].by);
		assert_int_equal(severity_of(p, &in), all[i].severity);
	}
	rules_free(r);
	policy_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rule_keys), cmocka_unit_test(test_far_end),
		cmocka_unit_test(test_client_borders), cmocka_unit_test(test_every_prefix),
		cmocka_unit_test(test_hours), cmocka_unit_test(test_order_and_verdict),
		cmocka_unit_test(test_suppression_keys), cmocka_unit_test(test_label_borders),
		cmocka_unit_test(test_expiry), cmocka_unit_test(test_shipped),
	};

	return cmocka_run_group_tests_name("policy", tests, setup, teardown);
}
