#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "day.h"
#include "explain.h"

enum { DAY_SECONDS = 86400 };

#define NANOSECONDS INT64_C(1000000000)

/* read_time takes 2027-06-30, or 2027-06-30T20:15 with seconds and Z left out or not; UTC. */
static bool read_time(const char *text, int64_t *out)
{
	unsigned hour = 0, minute = 0, second = 0;
	int used = 0, more = 0;
	char day[11];
	long days;

	snprintf(day, sizeof(day), "%s", text);
	if (!day_read(day, &days))
		return false;
	text += 10;
	if (*text && (strspn(text + 1, "0123456789:") > 8 || sscanf(text, "T%2u:%2u%n", &hour, &minute, &used) != 2))
		return false;
	text += used;
	if (*text == ':' && sscanf(text, ":%2u%n", &second, &more) != 1)
		return false;
	text += more;
	*out = ((int64_t)days * DAY_SECONDS + hour * 3600 + minute * 60 + second) * NANOSECONDS;
	return hour < 24 && minute < 60 && second < 60 && (!*text || strcmp(text, "Z") == 0);
}

static bool read_countries(const char *text, struct explain_contact *out)
{
	while (out->country_count < EXPLAIN_COUNTRIES_MAX) {
		if (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2 || (text[2] && text[2] != ','))
			return false;
		memcpy(out->countries[out->country_count++], text, 2);
		if (!text[2])
			return true;
		text += 3;
	}
	return false;
}

static bool read_number(const char *text, uint32_t *out)
{
	unsigned long v = strtoul(text, NULL, 10);

	*out = (uint32_t)v;
	return *text && strlen(text) <= 10 && strspn(text, "0123456789") == strlen(text) && v && v <= UINT32_MAX;
}

static bool fail(const char *option, const char *value, const char *what)
{
	fprintf(stderr, "telltale-rules: --%s %.80s: %s\n", option, value, what);
	return false;
}

bool explain_contact_read(const struct options *o, struct explain_contact *out)
{
	*out = (struct explain_contact){ .has_client = o->client, .has_countries = o->country, .has_as = o->as,
					 .has_at = o->at };
	out->when = (int64_t)day_seconds() * NANOSECONDS;
	if (o->client && !addr_parse(o->client, &out->client))
		return fail("client", o->client, "is no address; write 192.0.2.7 or 2001:db8::7");
	if (o->country && !read_countries(o->country, out))
		return fail("country", o->country, "give at most 16 of two capital letters, commas between");
	if (o->as && !read_number(o->as, &out->as_number))
		return fail("as", o->as, "give the number of an autonomous system, such as 64500");
	if (o->at && !read_time(o->at, &out->when))
		return fail("at", o->at, "give a day or time in UTC, such as 2027-06-30 or 2027-06-30T20:15");
	return true;
}
