#include "select.h"

bool select_in(const char *list, const char *value)
{
	size_t n = strlen(value);

	if (!list)
		return true;
	for (; *list; list += *list == ',') {
		size_t len = strcspn(list, ",");

		if (len == n && memcmp(list, value, n) == 0)
			return true;
		list += len;
	}
	return false;
}

static bool any_tag(const char *list, const cJSON *tags)
{
	const cJSON *tag;

	if (!list)
		return true;
	cJSON_ArrayForEach(tag, tags) {
		if (cJSON_IsString(tag) && select_in(list, tag->valuestring))
			return true;
	}
	return false;
}

bool select_rule(const struct options *o, const struct pack_rule *r)
{
	return !r->overridden && (r->enabled || o->all) && select_in(o->vendor, r->file->vendor) &&
	       select_in(o->purpose, r->purpose) && select_in(o->confidence, r->confidence) &&
	       select_in(o->country, r->file->country) && select_in(o->installed, r->installed ? "true" : "false") &&
	       any_tag(o->tag, r->file->tags);
}
