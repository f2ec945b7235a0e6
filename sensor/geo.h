/*
 * geo.h: where an address lies and who announces it, from any number of
 * MaxMind DB files, whose layout is found by looking: the nested one of
 * MaxMind and the flat ones (country_code, city, asn, as_name ...).
 */
#ifndef TELLTALE_GEO_H
#define TELLTALE_GEO_H

#include "addr.h"

enum { GEO_DATABASES_MAX = 8, GEO_TEXT_MAX = 64, GEO_WHAT_MAX = 512 };

struct place {
	char country[3];		/* of the first database that knows; empty when none does */
	char city[GEO_TEXT_MAX];
	bool has_location;
	double latitude, longitude;
	uint32_t as_number;		/* 0 when unknown */
	char as_name[GEO_TEXT_MAX];
	bool disagree;			/* databases name different countries: */
	unsigned opinions;
	struct {
		char country[3];
		uint8_t database;	/* index, see geo_database */
	} opinion[GEO_DATABASES_MAX];
};

struct geo;

struct geo *geo_new(void);
void geo_free(struct geo *g);

/* geo_open adds a database; false with a line of what is wrong and what to do. */
bool geo_open(struct geo *g, const char *path, char what[static GEO_WHAT_MAX]);

/*
 * geo_reload opens the same files anew, all or none, and closes the old ones:
 * false, with a line of what is wrong and what to do, when one of them cannot
 * be read, tells of something else than before, or is empty or less than half
 * as large.  Files are mapped: put a new one in place by renaming it, since one
 * that is written over changes under whoever reads it.
 */
bool geo_reload(struct geo *g, char what[static GEO_WHAT_MAX]);

/*
 * geo_find is what the databases say of an address: a pointer that lives until
 * the next call, or NULL when none knows it (private addresses, no database).
 */
const struct place *geo_find(struct geo *g, const struct addr *a);

unsigned geo_databases(const struct geo *g);

/* geo_database tells the file, the type it gives itself, and when it was built (seconds since 1970). */
const char *geo_database(const struct geo *g, unsigned i, const char **type, uint64_t *built);

#endif
