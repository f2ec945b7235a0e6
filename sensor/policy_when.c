#include "jsonfile.h"
#include "policy_parts.h"

static bool is_text(const char *text)
{
	return *text;
}

/* A condition is one value or a list of them: first and next walk either. */
static const cJSON *first(const cJSON *item)
{
	return cJSON_IsArray(item) ? item->child : item;
}

static const cJSON *next(const cJSON *item, const cJSON *member)
{
	return cJSON_IsArray(item) ? member->next : NULL;
}

/* room takes memory for a condition's values; NULL, with the error noted unless there is no such condition. */
static void *room(struct policy_load *l, const cJSON *item, size_t size, size_t *count)
{
	*count = 0;
	if (!item)
		return NULL;
	if (!first(item)) {
		policy_fail(l, item->string, NULL,
			    "\"%s\" is an empty list, which nothing fits; fill it or leave it out", item->string);
		return NULL;
	}
	for (const cJSON *m = first(item); m; m = next(item, m))
		++*count;
	return policy_load_keep(l, *count * size);
}

static const char *string_of(const cJSON *m)
{
	return cJSON_IsString(m) ? m->valuestring : NULL;
}

/* fail_value tells of a condition's value that is not what it should be. */
static bool fail_value(struct policy_load *l, const cJSON *item, const cJSON *m, const char *what)
{
	const char *text = string_of(m);

	if (!text)
		return policy_fail(l, item->string, NULL, "a value of \"%s\" is no %s", item->string, what);
	return policy_fail(l, item->string, text, "\"%s\" in \"%s\" is no %s", text, item->string, what);
}

static bool read_texts(struct policy_load *l, const cJSON *when, const char *key, bool (*valid)(const char *),
		       const char *what, struct policy_texts *out)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(when, key);
	size_t n = 0;

	out->all = room(l, item, sizeof(out->all[0]), &out->count);
	if (!out->all)
		return !item;
	for (const cJSON *m = first(item); m; m = next(item, m)) {
		if (!string_of(m) || !valid(string_of(m)))
			return fail_value(l, item, m, what);
		out->all[n] = policy_load_text(l, string_of(m));
		if (!out->all[n++])
			return false;
	}
	return true;
}

static bool read_as(struct policy_load *l, const cJSON *when, struct policy_when *w)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(when, "as");
	size_t n = 0;

	w->as.all = room(l, item, sizeof(w->as.all[0]), &w->as.count);
	if (!w->as.all)
		return !item;
	for (const cJSON *m = first(item); m; m = next(item, m)) {
		double v = m->valuedouble;

		if (!cJSON_IsNumber(m) || !(v >= 1 && v <= UINT32_MAX) || v > (uint32_t)v)
			return fail_value(l, item, m, "number of an autonomous system; write 64500, without AS");
		w->as.all[n++] = (uint32_t)v;
	}
	return true;
}

static bool read_clients(struct policy_load *l, const cJSON *when, struct policy_when *w)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(when, "client");
	size_t n = 0;

	w->client.all = room(l, item, sizeof(w->client.all[0]), &w->client.count);
	if (!w->client.all)
		return !item;
	for (const cJSON *m = first(item); m; m = next(item, m)) {
		struct policy_net *net = &w->client.all[n++];
		char text[ADDR_TEXT_MAX];

		if (!string_of(m) || !policy_net_read(string_of(m), net))
			return fail_value(l, item, m, "address or network; write 192.0.2.0/24 or 2001:db8::/32");
		if (policy_net_clip(net)) {
			addr_put(&net->addr, text);
			return policy_fail(l, "client", string_of(m), "\"%s\" has bits behind its prefix; write %s%s",
					   string_of(m), text, strchr(string_of(m), '/'));
		}
	}
	return true;
}

static bool read_hours(struct policy_load *l, const cJSON *when, struct policy_when *w)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(when, "hours");
	size_t n = 0;

	w->hours.all = room(l, item, sizeof(w->hours.all[0]), &w->hours.count);
	if (!w->hours.all)
		return !item;
	for (const cJSON *m = first(item); m; m = next(item, m)) {
		struct policy_hours *h = &w->hours.all[n++];

		if (!string_of(m) || !policy_hours_read(string_of(m), h))
			return fail_value(l, item, m, "span of a day; write \"08:00-18:00\", in UTC");
	}
	return true;
}

bool policy_when_read(struct policy_load *l, const cJSON *when, struct policy_when *w)
{
	static const char purpose[] = "purpose; telltale-rules(5) lists them";
	static const char country[] = "country; write two capital letters (ISO 3166-1)";
	static const char name[] = "name; write lower case A-labels without dots at the ends, and no star: a name "
				   "stands for all below it too";
	const cJSON *installed = cJSON_GetObjectItemCaseSensitive(when, "installed");

	if (installed && !cJSON_IsBool(installed))
		return policy_fail(l, "installed", NULL, "\"installed\" must be true or false");
	w->installed = installed ? cJSON_IsTrue(installed) : POLICY_ANY;
	return read_texts(l, when, "vendor", is_text, "vendor's id", &w->vendor) &&
	       read_texts(l, when, "tag", is_text, "tag", &w->tag) &&
	       read_texts(l, when, "purpose", policy_is_purpose, purpose, &w->purpose) &&
	       read_texts(l, when, "rule", is_text, "rule's id", &w->rule) &&
	       read_texts(l, when, "product", is_text, "product", &w->product) &&
	       read_texts(l, when, "country", policy_is_country, country, &w->country) &&
	       read_texts(l, when, "name", policy_is_name, name, &w->name) &&
	       read_as(l, when, w) && read_clients(l, when, w) && read_hours(l, when, w);
}

