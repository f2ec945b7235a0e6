/* What the policy says of a sighting, by where its far end lies. */
#include "report_parts.h"
#include "summary.h"

/* Where the vendor's side of a sighting lies, as each database sees it: the server, of DNS the addresses told. */
struct far_end {
	char countries[EVENT_ANSWERS_MAX * GEO_DATABASES_MAX][3];
	size_t known;
	uint32_t as_number;
};

static void add_country(struct far_end *f, const char country[3])
{
	for (size_t i = 0; i < f->known; i++) {
		if (memcmp(f->countries[i], country, 2) == 0)
			return;
	}
	memcpy(f->countries[f->known++], country, 3);
}

static void find_far_end(struct report *r, const struct finding *f, struct far_end *out)
{
	const struct sighting *s = f->real;
	const struct addr *at = event_is_dns(s) ? f->told->addr : &s->contact.server;
	size_t count = event_is_dns(s) ? f->told->count : 1;

	out->known = 0;
	out->as_number = 0;
	if (!r->events.geo)
		return;
	for (size_t i = 0; i < count; i++) {
		const struct place *p = geo_find(r->events.geo, &at[i]);

		for (unsigned k = 0; p && k < p->opinions; k++)
			add_country(out, p->opinion[k].country);
		if (p && !out->as_number)
			out->as_number = p->as_number;
	}
}

bool report_judge(struct report *r, struct finding *f)
{
	const struct sighting *s = f->real;
	struct far_end far;
	struct policy_verdict verdict;
	struct policy_input in = { .rule = f->hit.rule, .client = s->contact.client, .via = f->hit.via,
				   .name = f->by ? &f->by->name : s->name.len ? &s->name : NULL,
				   .when = s->contact.when };

	find_far_end(r, f, &far);
	in.countries = (const char (*)[3])far.countries;
	in.country_count = far.known;
	in.as_number = far.as_number;
	policy_judge(r->policy, &in, &verdict);
	f->hit.severity = verdict.severity;
	f->hit.severity_id = verdict.severity_id;
	if (verdict.suppressed_by)
		return false;
	if (f->hit.rule && r->shared->summary) {
		shared_lock(r->shared);
		summary_add(r->shared->summary, f->hit.rule, &s->contact.client, (const char (*)[3])far.countries,
			    far.known);
		shared_unlock(r->shared);
	}
	return true;
}
