#include "explain.h"
#include "suffixes.h"

static size_t common_tail(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), k = 0;

	while (k < n && k < m && a[n - k - 1] == b[m - k - 1])
		k++;
	return k;
}

/* find_near takes the pattern under the same registrable domain with most in common; switched off ones too. */
static void find_near(struct explain *e)
{
	struct pack_pattern domain = { .text = e->domain, .kind = RULE_SUFFIX };
	size_t best = 0;

	for (size_t i = 0; e->domain && i < e->pack.pattern_count; i++) {
		const struct pack_pattern *p = &e->pack.patterns[i];
		const struct pack_rule *rule = &e->pack.rules[p->rule];
		size_t score = 2 * common_tail(p->text, e->name.text) + rule->enabled;

		if (!rule->overridden && score > best && pack_covers(&domain, p->text)) {
			best = score;
			e->near = p;
		}
	}
}

bool explain_name(struct explain *e)
{
	struct suffixes *list = suffixes_open();
	struct cover cover;

	cover_find(&e->pack, e->name.text, &cover);
	for (; e->hit_count < cover.count; e->hit_count++) {
		const struct pack_pattern *p = cover.list[e->hit_count];

		e->hits[e->hit_count] = (struct explain_hit){
			.rule = p->rule, .kind = rule_kind_text(p->kind), .text = p->text
		};
	}
	e->domain = suffixes_domain(list, e->name.text);	/* inside the name */
	if (!e->hit_count)
		find_near(e);
	suffixes_close(list);
	return true;
}
