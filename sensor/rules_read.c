#include "jsonfile.h"
#include "rules_parts.h"

static const char *const confidences[] = { "documented", "source-code", "blocklist", "inferred", NULL };
static const char *const vendor_keys[] = { "id", "name", "country", "tags", "note", NULL };
static const char *const rule_keys[] = {
	"id", "product", "purpose", "installed", "confidence", "reviewed", "enabled", "match",
	"references", "note", NULL
};
static const char *const file_keys[] = { "vendor", "rules", "$schema", NULL };

const char *rules_in_list(const char *const *list, const char *text)
{
	for (; *list; list++) {
		if (strcmp(*list, text) == 0)
			return *list;
	}
	return NULL;
}

bool rules_only_keys(struct rules_load *l, const cJSON *object, const char *const *keys)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, object) {
		if (!rules_in_list(keys, item->string))
			return rules_fail(l, NULL, item->string,
					  "unknown key \"%s\"; see telltale-rules(5) for those there are",
					  item->string);
	}
	return true;
}

static const char *keep_text(struct rules_load *l, const char *text)
{
	char *kept = rules_keep(rules_load_set(l), strlen(text) + 1);

	return kept ? strcpy(kept, text) : NULL;
}

const char *rules_text_of(struct rules_load *l, const cJSON *object, const char *key, const char *where, bool may_miss)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!item && may_miss)
		return NULL;
	if (!cJSON_IsString(item) || !item->valuestring[0]) {
		rules_fail(l, NULL, where, "\"%s\" of \"%s\" must be a string; add it", key, where);
		return NULL;
	}
	return keep_text(l, item->valuestring);
}

const char **rules_texts_of(struct rules_load *l, const cJSON *array, const char *key, const char *where)
{
	size_t n = 0;
	const char **list = rules_keep(rules_load_set(l), ((size_t)cJSON_GetArraySize(array) + 1) * sizeof(*list));
	const cJSON *item;

	if (array && !cJSON_IsArray(array)) {
		rules_fail(l, NULL, where, "\"%s\" of \"%s\" must be a list of strings", key, where);
		return NULL;
	}
	cJSON_ArrayForEach(item, array) {
		if (!cJSON_IsString(item)) {
			rules_fail(l, NULL, where, "\"%s\" of \"%s\" must be a list of strings", key, where);
			return NULL;
		}
		if (list)
			list[n++] = keep_text(l, item->valuestring);
	}
	return list;
}

static bool flag_of(struct rules_load *l, const cJSON *object, const char *key, const char *where, bool *out,
		    bool may_miss)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!item && may_miss)
		return true;
	if (!cJSON_IsBool(item))
		return rules_fail(l, NULL, where, "\"%s\" of \"%s\" must be true or false", key, where);
	*out = cJSON_IsTrue(item);
	return true;
}

static bool choose(struct rules_load *l, const cJSON *object, const char *key, const char *where,
		   const char *const *list, const char **out)
{
	const char *text = rules_text_of(l, object, key, where, false);

	if (!text)
		return false;
	*out = rules_in_list(list, text);
	return *out || rules_fail(l, NULL, text, "\"%s\" is no %s; telltale-rules(5) lists them", text, key);
}

static bool read_facts(struct rules_load *l, const cJSON *object, struct rule *rule)
{
	const cJSON *references = cJSON_GetObjectItemCaseSensitive(object, "references");

	rule->product = rules_text_of(l, object, "product", rule->id, false);
	if (!rule->product || !choose(l, object, "purpose", rule->id, rule_purposes, &rule->purpose) ||
	    !choose(l, object, "confidence", rule->id, confidences, &rule->confidence) ||
	    !flag_of(l, object, "installed", rule->id, &rule->installed, false) ||
	    !flag_of(l, object, "enabled", rule->id, &rule->enabled, true))
		return false;
	rule->reviewed = rules_text_of(l, object, "reviewed", rule->id, true);
	rule->references = rules_texts_of(l, references, "references", rule->id);
	if (!rule->references)
		return false;
	return rule->references[0] || rules_fail(l, NULL, rule->id, "rule \"%s\" has no references; say where its "
						 "facts come from", rule->id);
}

static bool read_rule(struct rules_load *l, const cJSON *object, const struct vendor *vendor, const char *file)
{
	struct rules *r = rules_load_set(l);
	struct rule *rule = rules_keep(r, sizeof(*rule));
	const cJSON *match = cJSON_GetObjectItemCaseSensitive(object, "match");

	if (!rule)
		return rules_fail_memory(l);
	rule->vendor = vendor;
	rule->file = file;
	rule->enabled = true;
	rule->id = rules_text_of(l, object, "id", vendor->id, false);
	if (!rule->id || !rules_only_keys(l, object, rule_keys) || !read_facts(l, object, rule))
		return false;
	if (!cJSON_IsObject(match))
		return rules_fail(l, NULL, rule->id, "rule \"%s\" has no \"match\"; add the names it stands for",
				  rule->id);
	rules_replace(l, rule);
	return rules_add_rule(r, rule) ? rules_read_match(l, match, rule) : rules_fail_memory(l);
}

static bool read_head(struct rules_load *l, const cJSON *object, struct vendor *vendor)
{
	vendor->id = rules_text_of(l, object, "id", "vendor", false);
	if (!vendor->id || !rules_only_keys(l, object, vendor_keys))
		return false;
	vendor->name = rules_text_of(l, object, "name", vendor->id, false);
	vendor->country = rules_text_of(l, object, "country", vendor->id, true);
	vendor->tags = rules_texts_of(l, cJSON_GetObjectItemCaseSensitive(object, "tags"), "tags", vendor->id);
	if (!vendor->name || !vendor->tags)
		return false;
	if (vendor->country &&
	    (strspn(vendor->country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2 || vendor->country[2]))
		return rules_fail(l, NULL, vendor->country,
				  "country \"%s\" must be two capital letters (ISO 3166-1)", vendor->country);
	return true;
}

bool rules_read_vendor(struct rules_load *l, const cJSON *root)
{
	const cJSON *object = cJSON_GetObjectItemCaseSensitive(root, "vendor");
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "rules"), *item;
	struct vendor *vendor = rules_keep(rules_load_set(l), sizeof(*vendor));
	const char *file = keep_text(l, rules_load_path(l));

	if (!vendor || !file)
		return rules_fail_memory(l);
	if (!rules_only_keys(l, root, file_keys))
		return false;
	if (!cJSON_IsObject(object) || !cJSON_IsArray(list))
		return rules_fail(l, NULL, "vendor", "a rule file has a \"vendor\" object and a \"rules\" list");
	if (!read_head(l, object, vendor))
		return false;
	rules_load_set(l)->vendors++;
	cJSON_ArrayForEach(item, list) {
		if (!cJSON_IsObject(item))
			return rules_fail(l, NULL, vendor->id, "\"rules\" of \"%s\" must be a list of objects",
					  vendor->id);
		if (!read_rule(l, item, vendor, file))
			return false;
	}
	return true;
}
