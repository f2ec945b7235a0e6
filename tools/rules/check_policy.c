#include "check_parts.h"

#include "day.h"

/* One condition: who has what it asks for, and what a value is called. */
struct condition {
	const char *key, *what, *where;
	bool (*known)(const struct check *c, const char *value);
};

static bool vendor_known(const struct check *c, const char *value)
{
	for (size_t i = 0; i < c->pack.file_count; i++) {
		if (strcmp(c->pack.files[i]->vendor, value) == 0)
			return true;
	}
	return false;
}

static bool carries(const struct pack_file *f, const char *value)
{
	const cJSON *tag;

	cJSON_ArrayForEach(tag, f->tags) {
		if (cJSON_IsString(tag) && strcmp(tag->valuestring, value) == 0)
			return true;
	}
	return false;
}

static bool tag_known(const struct check *c, const char *value)
{
	for (size_t i = 0; i < c->pack.file_count; i++) {
		if (carries(c->pack.files[i], value))
			return true;
	}
	return policies_tag(&c->policies, value);
}

static bool rule_known(const struct check *c, const char *value)
{
	for (size_t i = 0; i < c->pack.rule_count; i++) {
		if (strcmp(c->pack.rules[i].id, value) == 0 && pack_live(&c->pack.rules[i]))
			return true;
	}
	return false;
}

static bool product_known(const struct check *c, const char *value)
{
	for (size_t i = 0; i < c->pack.rule_count; i++) {
		if (strcmp(c->pack.rules[i].product, value) == 0 && pack_live(&c->pack.rules[i]))
			return true;
	}
	return false;
}

static const struct condition conditions[] = {
	{ "vendor", "vendor", "in no rule file", vendor_known },
	{ "tag", "tag", "carried by no vendor", tag_known },
	{ "rule", "rule", "not there or switched off", rule_known },
	{ "product", "product", "of no rule that is switched on", product_known },
};

static void check_value(struct check *c, const struct policies_file *f, const char *list, const char *id,
			const struct condition *k, const cJSON *value)
{
	if (!cJSON_IsString(value) || k->known(c, value->valuestring))
		return;
	findings_put(&c->found, true, f->path, policies_line(f, list, id, value->valuestring),
		     "\"%s\": %s \"%s\" is %s, so nothing fits it; correct or remove it", id, k->what, value->valuestring,
		     k->where);
}

static void check_when(struct check *c, const struct policies_file *f, const char *list, const cJSON *entry)
{
	const cJSON *when = cJSON_GetObjectItemCaseSensitive(entry, "when"), *value;
	const char *id = pack_text(entry, "id");

	for (size_t i = 0; i < sizeof(conditions) / sizeof(*conditions); i++) {
		const cJSON *item = cJSON_GetObjectItemCaseSensitive(when, conditions[i].key);

		if (item && !cJSON_IsArray(item))
			check_value(c, f, list, id, &conditions[i], item);
		cJSON_ArrayForEach(value, item)		/* a text has no members */
			check_value(c, f, list, id, &conditions[i], value);
	}
}

static void check_expiry(struct check *c, const struct policies_file *f, const cJSON *entry)
{
	const char *expires = pack_text(entry, "expires"), *id = pack_text(entry, "id");
	long day;

	if (day_read(expires, &day) && day < c->today)
		findings_put(&c->found, false, f->path, policies_line(f, "suppressions", id, "expires"),
			     "suppression \"%s\" expired on %s and no longer holds; remove it, or set another day if its "
			     "reason still holds", id, expires);
}

static void check_list(struct check *c, const struct policies_file *f, const char *list)
{
	const cJSON *entry;

	cJSON_ArrayForEach(entry, policies_list(f, list)) {
		if (!policies_in_force(&c->policies, f, list, entry))
			continue;
		check_when(c, f, list, entry);
		check_expiry(c, f, entry);
	}
}

/* check_named: whom an instrument names and a rule file describes must carry its tag; a site's file should. */
static void check_named(struct check *c, const struct policies_file *f)
{
	const cJSON *tag;

	cJSON_ArrayForEach(tag, policies_list(f, "tags")) {
		const char *id = pack_text(tag, "id");

		if (policies_tag(&c->policies, id) != tag)
			continue;
		for (size_t i = 0; i < c->pack.file_count; i++) {
			const struct pack_file *vendor = c->pack.files[i];

			if (*vendor->vendor && policies_instrument(tag, vendor->vendor) && !carries(vendor, id))
				findings_put(&c->found, vendor->dir == f->dir, vendor->path,
					     pack_line(vendor, "vendor", "tags"),
					     "tag \"%s\" of %s names \"%s\", which does not carry it; add it here", id,
					     f->path, vendor->vendor);
		}
	}
}

void check_policy(struct check *c)
{
	for (size_t i = 0; i < c->policies.count; i++) {
		const struct policies_file *f = &c->policies.files[i];

		if (f->bad) {
			findings_put(&c->found, true, f->path, f->bad_line, "%s", f->bad);
			continue;
		}
		check_list(c, f, "severity");
		check_list(c, f, "suppressions");
		check_named(c, f);
	}
}
