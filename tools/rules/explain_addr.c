#include "explain.h"


#include "paths.h"

static bool open_all(const struct options *o, struct geo *g)
{
	char what[GEO_WHAT_MAX];
	struct paths found = { 0 };
	bool none = o->geo_count == 1 && strcmp(o->geo[0], "none") == 0;

	if (!o->geo_count)
		paths_geo(&found);
	for (size_t i = 0; i < (o->geo_count ? o->geo_count : found.count) && !none; i++) {
		if (!geo_open(g, o->geo_count ? o->geo[i] : found.path[i], what)) {
			fprintf(stderr, "telltale-rules: %s\n", what);
			return false;
		}
	}
	return true;
}

/* find_place asks the databases, as the sensor does; *asked when there are any. */
static bool find_place(struct explain *e, bool *asked)
{
	struct geo *g = geo_new();
	const struct place *place;
	bool ok = g && open_all(e->options, g);

	if (ok) {
		place = geo_find(g, &e->addr);
		e->placed = place;
		*asked = geo_databases(g) > 0;
		if (place)
			e->place = *place;
	}
	geo_free(g);
	return ok;
}

static void add(struct explain *e, const struct mark *m)
{
	if (e->hit_count < EXPLAIN_HITS_MAX)
		e->hits[e->hit_count++] = (struct explain_hit){
			.rule = m->rule, .kind = mark_kind_text(m->kind), .text = m->text
		};
}

/* add_nets puts the networks that hold the address, the smallest first. */
static void add_nets(struct explain *e)
{
	for (int bits = 128; bits >= 0; bits--) {
		for (size_t i = 0; i < e->marks.count; i++) {
			const struct mark *m = &e->marks.list[i];

			if (m->bits == bits && pack_live(&e->pack.rules[m->rule]) && mark_holds(m, &e->addr))
				add(e, m);
		}
	}
}

/* add_systems: the network that a rule names outweighs the autonomous system that it lies in. */
static void add_systems(struct explain *e, bool asked)
{
	for (size_t i = 0; i < e->marks.count; i++) {
		const struct mark *m = &e->marks.list[i];

		if (m->kind != MARK_ASN || m->fault || !pack_live(&e->pack.rules[m->rule]))
			continue;
		e->unasked += !asked;
		if (e->placed && e->place.as_number == m->number)
			add(e, m);
	}
}

bool explain_addr(struct explain *e)
{
	bool asked = false;

	if (!find_place(e, &asked))
		return false;
	add_nets(e);
	add_systems(e, asked);
	if (e->placed && e->place.country[0] && !e->contact.has_countries) {
		memcpy(e->contact.countries[0], e->place.country, 3);
		e->contact.country_count = 1;
		e->contact.has_countries = true;
	}
	if (e->placed && e->place.as_number && !e->contact.has_as) {
		e->contact.as_number = e->place.as_number;
		e->contact.has_as = true;
	}
	return true;
}

bool explain_ja4(struct explain *e)
{
	for (unsigned parts = 3; parts; parts--) {
		for (size_t i = 0; i < e->marks.count; i++) {
			const struct mark *m = &e->marks.list[i];

			if (pack_live(&e->pack.rules[m->rule]) && mark_parts(m, e->name.text) == parts)
				add(e, m);
		}
	}
	return true;
}
