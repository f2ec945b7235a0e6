/* links: geo addr */
#include "folder.h"
#include "geo.h"
#include "mmdb.h"

static struct build file;
static struct mmdb m;

/* put_db writes a database of `nets` networks 198.18.i.0/24, all with one value. */
static const char *put_db(const char *name, const char *type, const char *key, const char *value, unsigned nets)
{
	memset(&m, 0, sizeof(m));
	m.key = key;
	for (unsigned i = 0; i < nets; i++)
		mmdb_add(&m, (const uint8_t[]){ 198, 18, (uint8_t)i, 0 }, 24, value);
	file.n = 0;
	mmdb_put(&file, &m, type);
	return folder_put(&folder, name, (const char *)file.bytes, file.n);
}

static void expect_country(struct geo *g, const char *country)
{
	struct addr a = addr_v4((const uint8_t[]){ 203, 0, 113, 1 });
	const struct place *p;

	assert_null(geo_find(g, &a));
	a = addr_v4((const uint8_t[]){ 198, 18, 0, 1 });
	p = geo_find(g, &a);
	assert_non_null(p);
	assert_string_equal(p->country, country);
}

static struct geo *open_both(const char *country, const char *number, unsigned nets)
{
	struct geo *g = geo_new();
	char what[GEO_WHAT_MAX];

	assert_non_null(g);
	assert_true(geo_open(g, put_db("country.mmdb", "Country", "country_code", country, nets), what));
	assert_true(geo_open(g, put_db("as.mmdb", "AS", "asn", number, nets), what));
	return g;
}

static void move(const char *from, const char *to)
{
	char path[2 * PATH_ROOM];

	snprintf(path, sizeof(path), "%s", folder_file(&folder, from));
	assert_int_equal(rename(path, folder_file(&folder, to)), 0);
}

/* What was looked up before is not answered from memory; both files change at once. */
static void test_reload(void **state)
{
	struct geo *g = open_both("DE", "64500", 16);
	struct addr a = addr_v4((const uint8_t[]){ 198, 18, 0, 1 });
	char what[GEO_WHAT_MAX];

	(void)state;
	expect_country(g, "DE");
	assert_true(geo_reload(g, what));
	expect_country(g, "DE");
	put_db("new", "Country", "country_code", "FR", 17);
	move("new", "country.mmdb");
	put_db("new", "AS", "asn", "64511", 17);
	move("new", "as.mmdb");
	expect_country(g, "DE");	/* until then the old ones are in use, though no name leads to them any more */
	assert_true(geo_reload(g, what));
	expect_country(g, "FR");
	assert_int_equal(geo_find(g, &a)->as_number, 64511);
	assert_int_equal(geo_databases(g), 2);
	geo_free(g);
}

struct change {
	const char *what, *type, *key;
	unsigned nets;
	size_t left;			/* bytes of the file that are left; 0: all */
	const char *told;
};

static const struct change refused[] = {
	{ "gone", NULL, NULL, 0, 0, "opening" },
	{ "empty", "AS", "asn", 0, 1, "as.mmdb" },
	{ "cut off", "AS", "asn", 16, 200, "as.mmdb" },
	{ "no networks", "AS", "asn", 0, 0, "invalid" },
	{ "shrunk", "AS", "asn", 16, 0, "too few" },
	{ "another kind", "City", "asn", 16, 0, "\"City\" and was of \"AS\"" },
};

/* A file that is not what it was keeps all the old ones, the good one before it too, and says which and why. */
static void test_refused(void **state)
{
	char what[GEO_WHAT_MAX], path[2 * PATH_ROOM];

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		const struct change *c = &refused[i];
		struct geo *g = open_both("DE", "64500", MMDB_NETS_MAX);

		assert_int_equal(unlink(folder_file(&folder, "as.mmdb")), 0);
		assert_int_equal(unlink(folder_file(&folder, "country.mmdb")), 0);
		put_db("country.mmdb", "Country", "country_code", "FR", MMDB_NETS_MAX);
		if (c->type) {
			snprintf(path, sizeof(path), "%s", put_db("as.mmdb", c->type, c->key, "64511", c->nets));
			assert_int_equal(c->left ? truncate(path, (off_t)c->left) : 0, 0);
		}
		what[0] = '\0';
		assert_false(geo_reload(g, what));
		if (!strstr(what, c->told) || !strstr(what, "as.mmdb"))
			fail_msg("%s: %s", c->what, what);
		expect_country(g, "DE");
		geo_free(g);
	}
}

/* With no database there is nothing that could be wrong. */
static void test_none(void **state)
{
	char what[GEO_WHAT_MAX];
	struct geo *g = geo_new();

	(void)state;
	assert_true(geo_reload(g, what));
	assert_int_equal(geo_databases(g), 0);
	assert_false(geo_open(g, folder_file(&folder, "missing.mmdb"), what));
	assert_non_null(strstr(what, "missing.mmdb"));
	geo_free(g);
	geo_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests_name("geo", tests, folder_setup, folder_teardown);
}
