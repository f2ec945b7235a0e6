#include "explain.h"

#include <stdio.h>
#include <stdlib.h>

#include "day.h"
#include "memory.h"

/* as_rule gives the policy what it asks of a rule; the tags are the caller's to free. */
static struct rule as_rule(const struct pack_rule *r, struct vendor *vendor)
{
	const cJSON *tag;
	size_t n = 0;

	*vendor = (struct vendor){ .id = r->file->vendor, .name = r->file->name };
	vendor->tags = memory_new((size_t)cJSON_GetArraySize(r->file->tags) + 1, sizeof(*vendor->tags));
	cJSON_ArrayForEach(tag, r->file->tags) {
		if (cJSON_IsString(tag))
			vendor->tags[n++] = tag->valuestring;
	}
	return (struct rule){ .vendor = vendor, .id = r->id, .product = r->product, .purpose = r->purpose,
			      .confidence = r->confidence, .installed = r->installed, .enabled = true };
}

bool explain_judge(struct explain *e)
{
	struct policy_input in = {
		.client = e->contact.client, .name = e->subject == SUBJECT_NAME ? &e->name : NULL,
		.countries = (const char (*)[3])e->contact.countries, .country_count = e->contact.country_count,
		.as_number = e->contact.as_number, .when = e->contact.when,
	};
	struct rules_error error;
	struct vendor vendor = { 0 };
	struct rule rule;

	e->policy = policy_load(e->options->dirs, e->options->dir_count, &error);
	if (!e->policy) {
		fprintf(stderr, "telltale-rules: %s:%u: %s; see: telltale-rules check\n", error.file, error.line,
			error.what);
		return false;
	}
	if (e->hit_count) {
		rule = as_rule(&e->pack.rules[e->hits[0].rule], &vendor);
		in.rule = &rule;
	}
	policy_judge(e->policy, &in, &e->verdict);
	free(vendor.tags);
	return true;
}

/* one_of: a condition that is not asked holds; of a list one value is enough. */
static bool one_of(const cJSON *when, const char *key, const char *value)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(when, key), *member;

	if (!item || (cJSON_IsString(item) && strcmp(item->valuestring, value) == 0))
		return true;
	cJSON_ArrayForEach(member, item) {
		if (cJSON_IsString(member) && strcmp(member->valuestring, value) == 0)
			return true;
	}
	return false;
}

static bool fits_tags(const cJSON *when, const struct pack_rule *r)
{
	const cJSON *tag;

	if (!cJSON_GetObjectItemCaseSensitive(when, "tag"))
		return true;
	cJSON_ArrayForEach(tag, r->file->tags) {
		if (cJSON_IsString(tag) && one_of(when, "tag", tag->valuestring))
			return true;
	}
	return false;
}

static bool fits_name(const cJSON *when, const struct explain *e)
{
	const char *tail = e->name.text;

	if (!cJSON_GetObjectItemCaseSensitive(when, "name"))
		return true;
	for (; e->subject == SUBJECT_NAME && tail; tail = strchr(tail, '.')) {
		tail += *tail == '.';
		if (one_of(when, "name", tail))
			return true;
	}
	return false;
}

/* fits_rule: whatever is asked of rule, vendor and name holds. */
static bool fits_rule(const struct explain *e, const cJSON *when)
{
	const struct pack_rule *r = &e->pack.rules[e->hits[0].rule];
	const cJSON *installed = cJSON_GetObjectItemCaseSensitive(when, "installed");

	return one_of(when, "vendor", r->file->vendor) && one_of(when, "purpose", r->purpose) &&
	       one_of(when, "rule", r->id) && one_of(when, "product", r->product) &&
	       (!installed || cJSON_IsTrue(installed) == r->installed) && fits_tags(when, r) && fits_name(when, e);
}

/* is_open: something is asked of the contact that is not known of it. */
static bool is_open(const struct explain_contact *c, const cJSON *when)
{
	return (!c->has_client && cJSON_HasObjectItem(when, "client")) ||
	       (!c->has_countries && cJSON_HasObjectItem(when, "country")) ||
	       (!c->has_as && cJSON_HasObjectItem(when, "as")) || (!c->has_at && cJSON_HasObjectItem(when, "hours"));
}

/* before_verdict: entries are asked in an order, and one behind that which decides is never reached. */
static bool before_verdict(const struct explain *e, const char *list, const char *id)
{
	const char *verdict = strcmp(list, "severity") == 0 ? e->verdict.severity_id : e->verdict.suppressed_by;

	return !verdict || policies_before(&e->policies, list, id, verdict);
}

static bool is_over(const struct explain *e, const cJSON *entry)
{
	const char *expires = pack_text(entry, "expires");
	long day;

	return day_read(expires, &day) && e->contact.when / INT64_C(1000000000) >= ((int64_t)day + 1) * 86400;
}

const cJSON *explain_may(const struct explain *e, const char *list, const cJSON *before,
			 const struct policies_file **file)
{
	bool past = !before;

	for (size_t i = 0; i < e->policies.count && e->hit_count; i++) {
		const cJSON *entry;

		*file = &e->policies.files[i];
		cJSON_ArrayForEach(entry, policies_list(*file, list)) {
			const cJSON *when = cJSON_GetObjectItemCaseSensitive(entry, "when");

			if (past && policies_in_force(&e->policies, *file, list, entry) && is_open(&e->contact, when) &&
			    fits_rule(e, when) && !is_over(e, entry) && before_verdict(e, list, pack_text(entry, "id")))
				return entry;
			past |= entry == before;
		}
	}
	return NULL;
}
