#include "cover.h"

#include <stdlib.h>

bool cover_above(const struct pack_pattern *a, const struct pack_pattern *b)
{
	size_t n = strlen(a->text), m = strlen(b->text);

	if ((a->kind == RULE_EXACT) != (b->kind == RULE_EXACT))
		return a->kind == RULE_EXACT;
	return n != m ? n > m : a->kind == RULE_SUFFIX && b->kind == RULE_GLOB;
}

static int compare(const void *a, const void *b)
{
	const struct pack_pattern *const *x = a, *const *y = b;

	return cover_above(*x, *y) ? -1 : cover_above(*y, *x) ? 1 : (*x > *y) - (*x < *y);
}

void cover_find(const struct pack *p, const char *name, struct cover *out)
{
	out->count = 0;
	for (const char *tail = name; tail; tail = strchr(tail, '.')) {
		const struct pack_pattern *q = NULL;

		tail += *tail == '.' && tail != name;
		while ((q = pack_next(p, tail, q)) && out->count < COVER_MAX) {
			if (pack_live(&p->rules[q->rule]) && pack_covers(q, name))
				out->list[out->count++] = q;
		}
	}
	if (out->count)
		qsort(out->list, out->count, sizeof(*out->list), compare);
}
