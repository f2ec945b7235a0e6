#include <stdlib.h>

#include "jsonfile.h"
#include "rules_parts.h"

enum { NETWORKS_MAX = 4096, NUMBER_TEXT_MAX = 11 };

static const char *const file_keys[] = { "networks", "$schema", NULL };
static const char *const network_keys[] = { "as", "name", "kind", "references", "note", NULL };
static const char *const kinds[] = { "cdn", "cloud", NULL };

/* add keeps the list in order of numbers; what an earlier directory said of one is replaced. */
static bool add(struct rules_load *l, const struct network *n, const char *number)
{
	struct rules *r = rules_load_set(l);
	size_t i = r->network_count;

	if (!r->networks)
		r->networks = calloc(NETWORKS_MAX, sizeof(*r->networks));
	if (!r->networks)
		return rules_fail_memory(l);
	while (i && r->networks[i - 1].as > n->as)
		i--;
	if (i && r->networks[i - 1].as == n->as) {
		r->networks[i - 1] = *n;
		return true;
	}
	if (r->network_count == NETWORKS_MAX)
		return rules_fail(l, NULL, number, "AS %s is one network too many; %d are the most", number,
				  NETWORKS_MAX);
	memmove(r->networks + i + 1, r->networks + i, (r->network_count++ - i) * sizeof(*n));
	r->networks[i] = *n;
	return true;
}

/* number_of reads the AS number of an entry; 0 when it has none that is one. */
static uint32_t number_of(const cJSON *entry)
{
	const cJSON *as = cJSON_GetObjectItemCaseSensitive(entry, "as");
	double v = cJSON_IsNumber(as) ? as->valuedouble : 0;

	return v >= 1 && v <= UINT32_MAX && (double)(uint32_t)v >= v ? (uint32_t)v : 0;
}

static bool stands_before(const cJSON *list, const cJSON *entry, uint32_t as)
{
	for (const cJSON *e = list->child; e && e != entry; e = e->next) {
		if (number_of(e) == as)
			return true;
	}
	return false;
}

static bool read_network(struct rules_load *l, const cJSON *list, const cJSON *entry)
{
	struct network n = { .as = number_of(entry) };
	char number[NUMBER_TEXT_MAX];
	const char *kind;

	if (!cJSON_IsObject(entry) || !n.as)
		return rules_fail(l, NULL, "networks", "each of \"networks\" is an object whose \"as\" is the number "
				  "of an autonomous system, 1 to 4294967295; add it");
	snprintf(number, sizeof(number), "%u", n.as);
	if (stands_before(list, entry, n.as))
		return rules_fail(l, NULL, number, "AS %s stands twice in \"networks\"; remove one", number);
	if (!rules_only_keys(l, entry, network_keys))
		return false;
	n.name = rules_text_of(l, entry, "name", number, false);
	kind = n.name ? rules_text_of(l, entry, "kind", number, false) : NULL;
	if (!kind)
		return false;
	n.kind = rules_in_list(kinds, kind);
	if (!n.kind)
		return rules_fail(l, number, kind, "\"%s\" of AS %s is no kind; write \"cdn\" or \"cloud\"", kind,
				  number);
	n.references = rules_texts_of(l, cJSON_GetObjectItemCaseSensitive(entry, "references"), "references", number);
	if (!n.references)
		return false;
	if (!n.references[0])
		return rules_fail(l, NULL, number, "AS %s has no references; say where that comes from", number);
	return add(l, &n, number);
}

bool rules_read_networks(struct rules_load *l, const cJSON *root)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "networks"), *entry;

	if (!rules_only_keys(l, root, file_keys))
		return false;
	if (!cJSON_IsArray(list))
		return rules_fail(l, NULL, NULL, "has no \"networks\"; write a list of them");
	cJSON_ArrayForEach(entry, list) {
		if (!read_network(l, list, entry))
			return false;
	}
	return true;
}
