#include "diff.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	const struct diff_item *x = a, *y = b;
	int order = strcmp(x->what, y->what);

	return order ? order : strcmp(x->id, y->id);
}

static cJSON *change(struct diff *d, const char *how, const struct diff_item *item)
{
	cJSON *out = cJSON_CreateObject();

	cJSON_AddStringToObject(out, "change", how);
	cJSON_AddStringToObject(out, "what", item->what);
	cJSON_AddStringToObject(out, item->rule ? "pattern" : "id", item->id);
	cJSON_AddItemToArray(d->changes, out);
	return out;
}

static void put_place(cJSON *object, const struct diff_item *item)
{
	cJSON_AddStringToObject(object, "kind", item->kind);
	cJSON_AddStringToObject(object, "rule", item->rule);
}

/* put_one tells of what stands on one side alone. */
static void put_one(struct diff *d, const char *how, const struct diff_item *item)
{
	static const char *const keys[] = { "name", "country", "product", "purpose", "installed", "confidence", "severity",
					    "expires" };
	cJSON *out = change(d, how, item);

	if (item->rule)
		put_place(out, item);
	for (size_t i = 0; item->json && i < sizeof(keys) / sizeof(*keys); i++) {
		const cJSON *value = cJSON_GetObjectItemCaseSensitive(item->json, keys[i]);

		if (value)
			cJSON_AddItemToObject(out, keys[i], cJSON_Duplicate(value, true));
	}
}

/* put_field adds a key whose value differs; one side may be without it. */
static void put_field(cJSON *fields, const char *key, const cJSON *old, const cJSON *new)
{
	cJSON *field = cJSON_CreateObject();

	cJSON_AddStringToObject(field, "key", key);
	if (old)
		cJSON_AddItemToObject(field, "old", cJSON_Duplicate(old, true));
	if (new)
		cJSON_AddItemToObject(field, "new", cJSON_Duplicate(new, true));
	cJSON_AddItemToArray(fields, field);
}

/* skipped: patterns are compared apart, for they may move from rule to rule. */
static bool skipped(const cJSON *value)
{
	return strcmp(value->string, "match") == 0 || strcmp(value->string, "id") == 0;
}

static cJSON *fields_of(const cJSON *old, const cJSON *new)
{
	cJSON *fields = cJSON_CreateArray();
	const cJSON *item;

	cJSON_ArrayForEach(item, old) {
		const cJSON *other = cJSON_GetObjectItemCaseSensitive(new, item->string);

		if (!skipped(item) && !cJSON_Compare(item, other, true))
			put_field(fields, item->string, item, other);
	}
	cJSON_ArrayForEach(item, new) {
		if (!skipped(item) && !cJSON_GetObjectItemCaseSensitive(old, item->string))
			put_field(fields, item->string, NULL, item);
	}
	return fields;
}

static void put_both(struct diff *d, const struct diff_item *old, const struct diff_item *new)
{
	cJSON *out, *fields;

	if (old->rule) {
		if (strcmp(old->rule, new->rule) == 0 && strcmp(old->kind, new->kind) == 0)
			return;
		out = change(d, "changed", old);
		put_place(cJSON_AddObjectToObject(out, "old"), old);
		put_place(cJSON_AddObjectToObject(out, "new"), new);
	} else {
		fields = fields_of(old->json, new->json);
		if (!fields->child) {
			cJSON_Delete(fields);
			return;
		}
		out = change(d, "changed", old);
		cJSON_AddItemToObject(out, "fields", fields);
	}
	d->changed++;
}

void diff_items(struct diff *d, struct diff_item *old, size_t n, struct diff_item *new, size_t m)
{
	size_t i = 0, k = 0;

	if (n)
		qsort(old, n, sizeof(*old), compare);
	if (m)
		qsort(new, m, sizeof(*new), compare);
	while (i < n || k < m) {
		int order = i == n ? 1 : k == m ? -1 : compare(&old[i], &new[k]);

		if (order < 0) {
			put_one(d, "removed", &old[i++]);
			d->removed++;
		} else if (order > 0) {
			put_one(d, "added", &new[k++]);
			d->added++;
		} else {
			put_both(d, &old[i++], &new[k++]);
		}
	}
}
