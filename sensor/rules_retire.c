/* One set of rules takes the place of another: which rule follows which. */
#include <stdlib.h>

#include "rules_parts.h"

static int by_id(const void *a, const void *b)
{
	return strcmp((*(struct rule *const *)a)->id, (*(struct rule *const *)b)->id);
}

/* list gives the enabled rules in order of their ids; NULL when memory is short or there is none. */
static struct rule **list(const struct rules *r, size_t *n)
{
	struct rule **all = calloc(r->rules + 1, sizeof(*all));

	*n = 0;
	if (!all)
		return NULL;
	for (size_t i = 0; i < r->all_count; i++) {
		if (r->all[i]->enabled && *n < r->rules)
			all[(*n)++] = r->all[i];
	}
	qsort(all, *n, sizeof(*all), by_id);
	return all;
}

void rules_retire(const struct rules *old, const struct rules *now)
{
	size_t old_count, count;
	struct rule **before = list(old, &old_count), **after = list(now, &count);

	/* without memory no rule has a successor, and what rests on one ends with it */
	for (size_t i = 0; i < old->all_count; i++) {
		old->all[i]->retired = true;
		old->all[i]->successor = NULL;
	}
	for (size_t i = 0, k = 0; before && after && i < old_count; i++) {
		while (k < count && by_id(&after[k], &before[i]) < 0)
			k++;
		if (k < count && by_id(&after[k], &before[i]) == 0)
			before[i]->successor = after[k];
	}
	free(before);
	free(after);
}
