#include "explain.h"

#include <stdio.h>

#include "commands.h"
#include "suffixes.h"

static bool read_name(const char *word, struct name *out)
{
	struct cursor c = { .at = (const uint8_t *)word, .end = (const uint8_t *)word + strlen(word) };

	if (name_read_host(c, out) && !out->odd && !name_is_literal(out))
		return true;
	fprintf(stderr, "telltale-rules: \"%s\" is no host name; write one such as www.example.com, in A-labels; rules "
		"for addresses are not matched yet\n", word);
	return false;
}

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
			e->near_off = !rule->enabled;
		}
	}
}

/* agree asks the sensor's own matcher, so that this program never explains what the sensor does not do. */
static bool agree(const struct options *o, const struct explain *e)
{
	struct rules_error error;
	struct rules *rules = rules_load_all(o->dirs, o->dir_count, &error);
	struct rule_hit hit = { 0 };
	bool found, same;

	if (!rules) {
		fprintf(stderr, "telltale-rules: %s:%u: %s; see: telltale-rules check\n", error.file, error.line,
			error.what);
		return false;
	}
	found = rules_match(rules, &e->name, &hit);
	same = found ? e->cover.count && strcmp(hit.pattern, e->cover.list[0]->text) == 0 : !e->cover.count;
	if (!same)
		fprintf(stderr, "telltale-rules: the sensor would answer \"%s\": please report this\n",
			found ? hit.rule->id : "no rule");
	rules_free(rules);
	return same;
}

int explain_command(const struct options *o)
{
	struct explain e = { 0 };
	struct suffixes *list;
	int status = STATUS_NO;

	if (!options_words(o, 1, 1, "explain NAME [-R DIR]... [--json]") || !read_name(o->words[0], &e.name))
		return STATUS_USAGE;
	if (!pack_open(&e.pack, o->dirs, o->dir_count))
		return STATUS_NO;
	policies_open(&e.policies, o->dirs, o->dir_count);
	list = suffixes_open();
	cover_find(&e.pack, e.name.text, &e.cover);
	e.domain = suffixes_domain(list, e.name.text);
	if (!e.cover.count)
		find_near(&e);
	if (agree(o, &e)) {
		if (o->json)
			explain_json(&e);
		else
			explain_words(&e);
		status = e.cover.count ? STATUS_OK : STATUS_NO;
	}
	suffixes_close(list);
	policies_close(&e.policies);
	pack_close(&e.pack);
	return status;
}
