#include "export.h"

#include <stdlib.h>

#include "cover.h"
#include "memory.h"
#include "select.h"

/* caught is true when a wider pattern that was asked for would take this one's names along. */
static bool caught(const struct export_plan *plan, const struct pack_pattern *pattern)
{
	for (const char *tail = pattern->text; tail; tail = strchr(tail + 1, '.')) {
		const struct pack_pattern *q = NULL;

		while ((q = pack_next(plan->pack, tail + (*tail == '.'), q))) {
			if (plan->chosen[q->rule] && q->kind != RULE_EXACT && pack_covers(q, pattern->text) &&
			    cover_above(pattern, q))
				return true;
		}
	}
	return false;
}

/* mark_above notes that something asked for lies below the exceptions that cover it: freeing those would free it. */
static void mark_above(struct export_plan *plan, const struct pack_pattern *chosen)
{
	for (const char *tail = strchr(chosen->text, '.'); tail; tail = strchr(tail, '.')) {
		const struct pack_pattern *q = NULL;

		tail++;
		while ((q = pack_next(plan->pack, tail, q))) {
			enum export_how *how = &plan->how[q - plan->pack->patterns];

			if (*how == HOW_LINE && q->kind != RULE_EXACT && pack_covers(q, chosen->text))
				*how = q->kind == RULE_SUFFIX ? HOW_BUT : HOW_LOST;
		}
	}
}

void export_plan_new(struct export_plan *plan, const struct pack *p, const struct options *o, bool buts)
{
	*plan = (struct export_plan){ .pack = p, .chosen = memory_new(p->rule_count, sizeof(*plan->chosen)),
				      .how = memory_new(p->pattern_count, sizeof(*plan->how)) };
	for (size_t i = 0; i < p->rule_count; i++)
		plan->chosen[i] = select_rule(o, &p->rules[i]);
	for (size_t i = 0; i < p->pattern_count; i++) {
		const struct pack_pattern *pattern = &p->patterns[i];

		if (!plan->chosen[pattern->rule] && pack_live(&p->rules[pattern->rule]) && caught(plan, pattern))
			plan->how[i] = HOW_LINE;
	}
	for (size_t i = 0; buts && i < p->pattern_count; i++) {
		if (plan->chosen[p->patterns[i].rule])
			mark_above(plan, &p->patterns[i]);
	}
	for (size_t i = 0; i < p->pattern_count; i++) {
		plan->lost += plan->how[i] == HOW_LOST;
		if (plan->how[i] == HOW_BUT) {
			plan->buts = memory_room(plan->buts, plan->but_count, sizeof(*plan->buts));
			plan->buts[plan->but_count++] = p->patterns[i].text;
		}
	}
}

void export_plan_free(struct export_plan *plan)
{
	free(plan->chosen);
	free(plan->how);
	free(plan->buts);
}

const char **export_plan_but(const struct export_plan *plan, const struct pack_pattern *p, size_t *count)
{
	const char **list = NULL;

	*count = 0;
	if (p->kind != RULE_SUFFIX)
		return NULL;
	for (size_t i = 0; i < plan->but_count; i++) {
		if (!pack_covers(p, plan->buts[i]))
			continue;
		list = memory_room(list, *count, sizeof(*list));
		list[(*count)++] = plan->buts[i];
	}
	return list;
}
