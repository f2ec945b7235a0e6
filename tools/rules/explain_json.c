#include "explain.h"
#include "say.h"

static void put(cJSON *object, const char *key, const char *value)
{
	if (*value)
		cJSON_AddStringToObject(object, key, value);
}

static cJSON *hit_json(const struct explain *e, const struct explain_hit *hit)
{
	const struct pack_rule *r = &e->pack.rules[hit->rule];
	cJSON *out = cJSON_CreateObject();

	put(out, "id", r->id);
	put(out, "vendor", r->file->vendor);
	put(out, "product", r->product);
	put(out, "purpose", r->purpose);
	cJSON_AddBoolToObject(out, "installed", r->installed);
	cJSON_AddBoolToObject(out, "enabled", r->enabled);
	put(out, "confidence", r->confidence);
	put(out, "kind", hit->kind);
	put(out, "pattern", hit->text);
	return out;
}

static cJSON *tags_json(const struct explain *e, const struct pack_rule *r)
{
	cJSON *out = cJSON_CreateArray();
	const cJSON *item;

	cJSON_ArrayForEach(item, r->file->tags) {
		const char *id = cJSON_IsString(item) ? item->valuestring : "";
		const cJSON *tag = policies_instrument(policies_tag(&e->policies, id), r->file->vendor);
		cJSON *one = cJSON_CreateObject();

		put(one, "id", id);
		put(one, "jurisdiction", pack_text(policies_tag(&e->policies, id), "jurisdiction"));
		put(one, "instrument", pack_text(tag, "instrument"));
		put(one, "date", pack_text(tag, "date"));
		put(one, "scope", pack_text(tag, "scope"));
		put(one, "reference", pack_text(tag, "reference"));
		cJSON_AddItemToArray(out, one);
	}
	return out;
}

static cJSON *rule_json(const struct explain *e, const struct explain_hit *hit)
{
	const struct pack_rule *r = &e->pack.rules[hit->rule];
	const cJSON *references = cJSON_GetObjectItemCaseSensitive(r->json, "references");
	cJSON *out = hit_json(e, hit);

	put(out, "vendor_name", r->file->name);
	put(out, "country", r->file->country);
	put(out, "reviewed", r->reviewed);
	put(out, "note", r->note);
	put(out, "file", r->file->path);
	cJSON_AddNumberToObject(out, "line", pack_line(r->file, r->id, hit->text));
	if (references)
		cJSON_AddItemToObject(out, "references", cJSON_Duplicate(references, true));
	cJSON_AddItemToObject(out, "tags", tags_json(e, r));
	return out;
}

static cJSON *place_json(const struct place *p)
{
	cJSON *out = cJSON_CreateObject(), *list;

	put(out, "country", p->country);
	if (p->as_number) {
		cJSON_AddNumberToObject(out, "as", p->as_number);
		put(out, "as_name", p->as_name);
	}
	if (p->disagree) {
		list = cJSON_AddArrayToObject(out, "opinions");
		for (unsigned i = 0; i < p->opinions; i++)
			cJSON_AddItemToArray(list, cJSON_CreateString(p->opinion[i].country));
	}
	return out;
}

void explain_json(const struct explain *e)
{
	static const char *const subjects[] = {
		[SUBJECT_NAME] = "name", [SUBJECT_ADDR] = "address", [SUBJECT_JA4] = "ja4"
	};
	cJSON *out = cJSON_CreateObject(), *less;

	cJSON_AddStringToObject(out, subjects[e->subject], e->name.text);
	if (e->domain)
		cJSON_AddStringToObject(out, "registrable_domain", e->domain);
	if (e->placed)
		cJSON_AddItemToObject(out, "place", place_json(&e->place));
	if (e->unasked)
		cJSON_AddNumberToObject(out, "as_rules_not_asked", (double)e->unasked);
	cJSON_AddBoolToObject(out, "matched", e->hit_count > 0);
	if (e->hit_count) {
		cJSON_AddItemToObject(out, "rule", rule_json(e, &e->hits[0]));
		cJSON_AddItemToObject(out, "policy", explain_policy_json(e));
		less = cJSON_AddArrayToObject(out, "less_specific");
		for (size_t i = 1; i < e->hit_count; i++)
			cJSON_AddItemToArray(less, hit_json(e, &e->hits[i]));
	} else if (e->near) {
		cJSON_AddItemToObject(out, "nearest", hit_json(e, &(struct explain_hit){
			.rule = e->near->rule, .kind = rule_kind_text(e->near->kind), .text = e->near->text }));
	}
	say_json(out);
}
