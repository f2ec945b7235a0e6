#include "geo.h"

#include <maxminddb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

enum { CACHE_MAX = 4096 };	/* addresses remembered, by the low bits of their hash */

struct database {
	MMDB_s mmdb;
	char *path;
};

struct cached {
	struct addr addr;
	bool used, known;
	struct place place;
};

struct geo {
	unsigned count;
	struct database databases[GEO_DATABASES_MAX];
	struct cached cache[CACHE_MAX];
};

struct geo *geo_new(void)
{
	return calloc(1, sizeof(struct geo));
}

static void close_all(struct database *all, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		MMDB_close(&all[i].mmdb);
		free(all[i].path);
	}
}

void geo_free(struct geo *g)
{
	if (!g)
		return;
	close_all(g->databases, g->count);
	free(g);
}

static bool open_one(struct database *d, const char *path, char what[static GEO_WHAT_MAX])
{
	int status = MMDB_open(path, MMDB_MODE_MMAP, &d->mmdb);

	if (status != MMDB_SUCCESS) {
		snprintf(what, GEO_WHAT_MAX, "%s: %s; name a MaxMind DB file (*.mmdb) with -g", path,
			 MMDB_strerror(status));
		return false;
	}
	d->path = strdup(path);
	if (!d->path) {
		MMDB_close(&d->mmdb);
		snprintf(what, GEO_WHAT_MAX, "%s: no memory", path);
		return false;
	}
	return true;
}

bool geo_open(struct geo *g, const char *path, char what[static GEO_WHAT_MAX])
{
	if (g->count == GEO_DATABASES_MAX) {
		snprintf(what, GEO_WHAT_MAX, "%s: more than %d databases; leave one out", path, GEO_DATABASES_MAX);
		return false;
	}
	if (!open_one(&g->databases[g->count], path, what))
		return false;
	g->count++;
	return true;
}

/* replaces: a file that tells the same of about as much of the world. */
static bool replaces(const struct database *fresh, const struct database *old, char what[static GEO_WHAT_MAX])
{
	const MMDB_metadata_s *f = &fresh->mmdb.metadata, *o = &old->mmdb.metadata;

	if (strcmp(f->database_type, o->database_type) != 0)
		snprintf(what, GEO_WHAT_MAX, "%s: is of type \"%.100s\" and was of \"%.100s\"; restart to take it",
			 old->path, f->database_type, o->database_type);
	else if (f->ip_version != o->ip_version)
		snprintf(what, GEO_WHAT_MAX, "%s: is of IPv%u and was of IPv%u; restart to take it", old->path,
			 f->ip_version, o->ip_version);
	else if (f->node_count < o->node_count / 2)
		snprintf(what, GEO_WHAT_MAX, "%s: has %u nodes where there were %u: too few to be meant; restart to "
			 "force it", old->path, f->node_count, o->node_count);
	else
		return true;
	return false;
}

bool geo_reload(struct geo *g, char what[static GEO_WHAT_MAX])
{
	struct database fresh[GEO_DATABASES_MAX] = { 0 }, old[GEO_DATABASES_MAX];
	bool ok = true;
	unsigned n;

	for (n = 0; ok && n < g->count; n++) {
		if (!open_one(&fresh[n], g->databases[n].path, what))
			break;
		ok = replaces(&fresh[n], &g->databases[n], what);
	}
	if (!ok || n < g->count) {
		close_all(fresh, n);
		return false;
	}
	memcpy(old, g->databases, n * sizeof(*old));
	memcpy(g->databases, fresh, n * sizeof(*fresh));
	for (unsigned i = 0; i < CACHE_MAX; i++)
		g->cache[i].used = false;
	close_all(old, n);
	return true;
}

/* text_at copies the string at the first of the paths that there is. */
static bool text_at(MMDB_entry_s *e, const char *const *paths[], char *out, size_t size)
{
	MMDB_entry_data_s data;

	for (; *paths; paths++) {
		if (MMDB_aget_value(e, &data, *paths) != MMDB_SUCCESS || !data.has_data ||
		    data.type != MMDB_DATA_TYPE_UTF8_STRING || !data.data_size)
			continue;
		size_t n = data.data_size < size ? data.data_size : size - 1;

		while (n && n < data.data_size && ((uint8_t)data.utf8_string[n] & 0xc0) == 0x80)
			n--;	/* never half a character */
		memcpy(out, data.utf8_string, n);
		out[n] = '\0';
		return n > 0;
	}
	return false;
}

static bool number_at(MMDB_entry_s *e, const char *const *path, double *out)
{
	MMDB_entry_data_s data;

	if (MMDB_aget_value(e, &data, path) != MMDB_SUCCESS || !data.has_data)
		return false;
	switch (data.type) {
	case MMDB_DATA_TYPE_DOUBLE: *out = data.double_value; return true;
	case MMDB_DATA_TYPE_FLOAT: *out = (double)data.float_value; return true;
	case MMDB_DATA_TYPE_UINT16: *out = data.uint16; return true;
	case MMDB_DATA_TYPE_UINT32: *out = data.uint32; return true;
	default: return false;
	}
}

#define PATH(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define PATHS(...) ((const char *const *[]){ __VA_ARGS__, NULL })

static void add_country(MMDB_entry_s *e, uint8_t database, struct place *p)
{
	char country[8];

	if (!text_at(e, PATHS(PATH("country", "iso_code"), PATH("country_code"), PATH("country"),
			      PATH("registered_country", "iso_code")), country, sizeof(country)) ||
	    strlen(country) != 2 || country[0] < 'A' || country[0] > 'Z' || country[1] < 'A' || country[1] > 'Z')
		return;
	if (!p->country[0])
		memcpy(p->country, country, 3);
	p->disagree |= memcmp(p->country, country, 2) != 0;
	memcpy(p->opinion[p->opinions].country, country, 3);
	p->opinion[p->opinions++].database = database;
}

static void add_city(MMDB_entry_s *e, struct place *p)
{
	double latitude, longitude;

	if (!p->city[0])
		(void)text_at(e, PATHS(PATH("city", "names", "en"), PATH("city")), p->city, sizeof(p->city));
	if (p->has_location)
		return;
	if ((number_at(e, PATH("location", "latitude"), &latitude) &&
	     number_at(e, PATH("location", "longitude"), &longitude)) ||
	    (number_at(e, PATH("latitude"), &latitude) && number_at(e, PATH("longitude"), &longitude))) {
		p->has_location = latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180;
		p->latitude = latitude;
		p->longitude = longitude;
	}
}

static void add_as(MMDB_entry_s *e, struct place *p)
{
	char text[16];
	double number;

	if (p->as_number)
		return;
	if (number_at(e, PATH("autonomous_system_number"), &number) || number_at(e, PATH("asn"), &number) ||
	    number_at(e, PATH("as_number"), &number)) {
		if (number > 0 && number <= UINT32_MAX)
			p->as_number = (uint32_t)number;
	} else if (text_at(e, PATHS(PATH("asn")), text, sizeof(text))) {
		p->as_number = (uint32_t)strtoul(text + (strncmp(text, "AS", 2) == 0 ? 2 : 0), NULL, 10);
	}
	if (p->as_number)
		(void)text_at(e, PATHS(PATH("autonomous_system_organization"), PATH("as_name"), PATH("as_org"),
				       PATH("name")), p->as_name, sizeof(p->as_name));
}

static bool look_up(struct geo *g, const struct addr *a, struct place *p)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };
	const struct sockaddr *sa = (const struct sockaddr *)&six;
	bool known = false;

	memset(p, 0, sizeof(*p));
	memcpy(&six.sin6_addr, a->bytes, 16);
	if (addr_is_v4(a)) {
		memcpy(&four.sin_addr, a->bytes + 12, 4);
		sa = (const struct sockaddr *)&four;
	}
	for (unsigned i = 0; i < g->count; i++) {
		int error;
		MMDB_lookup_result_s r = MMDB_lookup_sockaddr(&g->databases[i].mmdb, sa, &error);

		if (error != MMDB_SUCCESS || !r.found_entry)
			continue;
		known = true;
		add_country(&r.entry, (uint8_t)i, p);
		add_city(&r.entry, p);
		add_as(&r.entry, p);
	}
	return known && (p->country[0] || p->as_number);
}

const struct place *geo_find(struct geo *g, const struct addr *a)
{
	struct cached *c;
	uint64_t word[2];

	if (!g->count || addr_is_local(a) || addr_is_group(a))
		return NULL;
	memcpy(word, a->bytes, sizeof(word));
	c = &g->cache[((word[0] ^ word[1]) * UINT64_C(0x9e3779b97f4a7c15)) >> 52];
	if (!c->used || !addr_equal(&c->addr, a)) {
		c->used = true;
		c->addr = *a;
		c->known = look_up(g, a, &c->place);
	}
	return c->known ? &c->place : NULL;
}

unsigned geo_databases(const struct geo *g)
{
	return g->count;
}

const char *geo_database(const struct geo *g, unsigned i, const char **type, uint64_t *built)
{
	*type = g->databases[i].mmdb.metadata.database_type;
	*built = g->databases[i].mmdb.metadata.build_epoch;
	return g->databases[i].path;
}
