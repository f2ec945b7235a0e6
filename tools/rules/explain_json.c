#include "explain.h"
#include "say.h"

static void put(cJSON *object, const char *key, const char *value)
{
	if (*value)
		cJSON_AddStringToObject(object, key, value);
}

static cJSON *pattern_json(const struct explain *e, const struct pack_pattern *p)
{
	const struct pack_rule *r = &e->pack.rules[p->rule];
	cJSON *out = cJSON_CreateObject();

	put(out, "id", r->id);
	put(out, "vendor", r->file->vendor);
	put(out, "product", r->product);
	put(out, "purpose", r->purpose);
	cJSON_AddBoolToObject(out, "installed", r->installed);
	cJSON_AddBoolToObject(out, "enabled", r->enabled);
	put(out, "confidence", r->confidence);
	put(out, "kind", rule_kind_text(p->kind));
	put(out, "pattern", p->text);
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

static cJSON *rule_json(const struct explain *e, const struct pack_pattern *p)
{
	const struct pack_rule *r = &e->pack.rules[p->rule];
	const cJSON *references = cJSON_GetObjectItemCaseSensitive(r->json, "references");
	cJSON *out = pattern_json(e, p);

	put(out, "vendor_name", r->file->name);
	put(out, "country", r->file->country);
	put(out, "reviewed", r->reviewed);
	put(out, "note", r->note);
	put(out, "file", r->file->path);
	cJSON_AddNumberToObject(out, "line", pack_line(r->file, r->id, p->text));
	if (references)
		cJSON_AddItemToObject(out, "references", cJSON_Duplicate(references, true));
	cJSON_AddItemToObject(out, "tags", tags_json(e, r));
	return out;
}

void explain_json(const struct explain *e)
{
	cJSON *out = cJSON_CreateObject(), *less;

	cJSON_AddStringToObject(out, "name", e->name.text);
	if (e->domain)
		cJSON_AddStringToObject(out, "registrable_domain", e->domain);
	cJSON_AddBoolToObject(out, "matched", e->cover.count > 0);
	if (e->cover.count) {
		cJSON_AddItemToObject(out, "rule", rule_json(e, e->cover.list[0]));
		less = cJSON_AddArrayToObject(out, "less_specific");
		for (size_t i = 1; i < e->cover.count; i++)
			cJSON_AddItemToArray(less, pattern_json(e, e->cover.list[i]));
	} else if (e->near) {
		cJSON_AddItemToObject(out, "nearest", pattern_json(e, e->near));
	}
	say_json(out);
}
