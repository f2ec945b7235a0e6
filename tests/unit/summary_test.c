/* links: summary summary_clients addr */
#include "bytes.h"
#include "summary.h"

static const struct vendor acme = { .id = "acme", .name = "Acme" }, zeta = { .id = "zeta", .name = "Zeta" };
static const struct rule update = { .vendor = &acme, .id = "acme.update", .product = "Anvil", .purpose = "update", .installed = true };
static const struct rule update_too = { .vendor = &acme, .id = "acme.update-geo", .product = "Anvil", .purpose = "update", .installed = true };
static const struct rule website = { .vendor = &acme, .id = "acme.website", .product = "Website", .purpose = "website" };
static const struct rule ads = { .vendor = &zeta, .id = "zeta.ads", .product = "Ads", .purpose = "ads" };

static char *printed(const struct summary *s, bool colour)
{
	static char text[1 << 20];
	FILE *f = fmemopen(text, sizeof(text), "w");

	assert_non_null(f);
	text[0] = '\0';
	summary_print(s, f, colour);
	fclose(f);
	return text;
}

static struct addr client(uint8_t last)
{
	return addr_v4((const uint8_t[4]){ 10, 0, last, 1 });
}

static void add(struct summary *s, const struct rule *rule, uint8_t last, const char (*countries)[3], size_t n)
{
	struct addr a = client(last);

	summary_add(s, rule, &a, countries, n);
}

static void test_nothing(void **state)
{
	struct summary *s = summary_new();

	(void)state;
	assert_non_null(s);
	assert_string_equal(printed(s, false), "");
	summary_free(s);
	summary_free(NULL);
}

/* Rules of one product and purpose are one line; clients and countries count once each. */
static void test_rows(void **state)
{
	static const char de[1][3] = { "DE" }, both[2][3] = { "RU", "DE" };
	struct summary *s = summary_new();
	const char *line;
	char found[4][32];

	(void)state;
	assert_non_null(s);
	add(s, &ads, 1, NULL, 0);
	add(s, &update, 1, de, 1);
	add(s, &update_too, 1, both, 2);
	add(s, &update, 2, NULL, 0);
	add(s, &website, 1, NULL, 0);
	line = strstr(printed(s, false), "Anvil");
	assert_non_null(line);
	assert_int_equal(sscanf(line, "Anvil %31s %31s %31s %31s", found[0], found[1], found[2], found[3]), 4);
	assert_string_equal(found[0], "update");
	assert_string_equal(found[1], "installed");
	assert_string_equal(found[2], "2");
	assert_string_equal(found[3], "3");
	assert_non_null(strstr(line, "DE RU\n"));
	assert_null(strstr(line + 1, "Anvil"));
	assert_true(strstr(line, "Website") < strstr(line, "Zeta"));
	assert_null(strchr(line, '\033'));
	assert_non_null(strchr(printed(s, true), '\033'));
	summary_free(s);
}

static void test_bounds(void **state)
{
	static struct rule many[SUMMARY_ROWS_MAX + 5];
	static char names[SUMMARY_ROWS_MAX + 5][16];
	static const char countries[][3] = { "AA", "BB", "CC", "DD", "EE", "FF", "GG", "HH", "II", "JJ" };
	struct summary *s = summary_new();

	(void)state;
	assert_non_null(s);
	for (unsigned i = 0; i < SUMMARY_CLIENTS_MAX + 50; i++) {
		struct addr a = addr_v4((const uint8_t[4]){ 10, (uint8_t)(i >> 8), (uint8_t)i, 1 });

		summary_add(s, &update, &a, countries, COUNT(countries));
	}
	assert_non_null(strstr(printed(s, false), "256+"));
	assert_non_null(strstr(printed(s, false), "HH"));
	assert_null(strstr(printed(s, false), "II"));
	for (size_t i = 0; i < COUNT(many); i++) {
		snprintf(names[i], sizeof(names[i]), "product %zu", i);
		many[i] = (struct rule){ .vendor = &zeta, .product = names[i], .purpose = "ads" };
		add(s, &many[i], 1, NULL, 0);
	}
	assert_non_null(strstr(printed(s, false), "6 more sightings"));
	summary_free(s);
}

static void cover(struct summary *s, struct addr a, enum summary_cover what)
{
	summary_cover(s, &a, what);
}

/* Whose connections could least be told stands first; every connection is in the table or in its last line. */
static void test_clients(void **state)
{
	struct summary *s = summary_new();
	const char *text, *second;

	(void)state;
	add(s, &update, 1, NULL, 0);
	for (int i = 0; i < 5; i++)
		cover(s, client(1), SUMMARY_NAMED);
	cover(s, client(2), SUMMARY_HIDDEN);
	cover(s, client(2), SUMMARY_UNREAD);
	cover(s, client(2), SUMMARY_ATTRIBUTED);
	text = printed(s, false);
	second = strstr(text, "10.0.2.1                                          3         0          1         1         1\n");
	assert_non_null(second);
	assert_non_null(strstr(second, "10.0.1.1                                          5         5          0         0         0\n"));
	for (unsigned i = 0; i < 70000; i++)
		cover(s, addr_v4((const uint8_t[4]){ 10, 1, (uint8_t)(i >> 8), (uint8_t)i }), SUMMARY_NAMED);
	text = printed(s, false);
	assert_non_null(strstr(text, "more clients, of whom as much or more could be told\n"));
	assert_non_null(strstr(text, "connections of further clients had no room here\n"));
	summary_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_clients),
	};

	return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
