#include <stdio.h>

#include "commands.h"
#include "day.h"
#include "marks.h"
#include "say.h"
#include "select.h"
#include "table.h"
#include "tally.h"

enum { BY_CONFIDENCE, BY_PURPOSE, BY_COUNTRY, BY_KIND, BY_SHOWS, BY_AGE, BY_MAX };

static const char *const by_names[BY_MAX] = { "confidence", "purpose", "country", "kind", "shows", "reviewed" };

struct stats {
	size_t vendors, rules, patterns, off;
	const struct pack_file *last;
	struct tally by[BY_MAX];
};

static const char *age(const struct pack_rule *r, long today)
{
	long day;

	if (!*r->reviewed || !day_read(r->reviewed, &day))
		return "never";
	day = today - day;
	return day <= 31 ? "a month ago or less" : day <= 92 ? "three months ago or less" :
	       day <= 183 ? "half a year ago or less" : day <= 365 ? "a year ago or less" : "more than a year ago";
}

static void count_others(struct stats *s, const struct pack_rule *r)
{
	const cJSON *match = cJSON_GetObjectItemCaseSensitive(r->json, "match");

	for (enum mark_kind kind = 0; kind < MARK_KINDS; kind++) {
		int n = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(match, mark_kind_text(kind)));

		if (n)
			tally_add(&s->by[BY_KIND], mark_kind_text(kind), 1, (size_t)n);
	}
}

static void count_rule(struct stats *s, const struct pack *p, const struct pack_rule *r, long today)
{
	s->vendors += r->file != s->last;
	s->last = r->file;
	s->rules++;
	s->patterns += r->count + r->others;
	s->off += !r->enabled;
	tally_add(&s->by[BY_CONFIDENCE], r->confidence, 1, r->count + r->others);
	tally_add(&s->by[BY_PURPOSE], r->purpose, 1, r->count + r->others);
	tally_add(&s->by[BY_COUNTRY], *r->file->country ? r->file->country : "unknown", 1, r->count + r->others);
	tally_add(&s->by[BY_SHOWS], r->installed ? "installed product" : "contact only", 1, r->count + r->others);
	tally_add(&s->by[BY_AGE], age(r, today), 1, r->count + r->others);
	for (size_t i = r->first; i < r->first + r->count; i++)
		tally_add(&s->by[BY_KIND], rule_kind_text(p->patterns[i].kind),
			  i == r->first || p->patterns[i].kind != p->patterns[i - 1].kind, 1);
	count_others(s, r);
}

static void write_json(const struct stats *s)
{
	cJSON *root = cJSON_CreateObject();

	cJSON_AddNumberToObject(root, "vendors", (double)s->vendors);
	cJSON_AddNumberToObject(root, "rules", (double)s->rules);
	cJSON_AddNumberToObject(root, "patterns", (double)s->patterns);
	cJSON_AddNumberToObject(root, "switched_off", (double)s->off);
	for (size_t i = 0; i < BY_MAX; i++) {
		cJSON *group = cJSON_AddObjectToObject(root, by_names[i]);

		for (size_t k = 0; k < s->by[i].count; k++) {
			cJSON *row = cJSON_AddObjectToObject(group, s->by[i].rows[k].word);

			cJSON_AddNumberToObject(row, "rules", (double)s->by[i].rows[k].rules);
			cJSON_AddNumberToObject(row, "patterns", (double)s->by[i].rows[k].patterns);
		}
	}
	say_json(root);
}

static void write_words(const struct stats *s)
{
	printf("%zu vendor%s, %zu rule%s (%zu switched off), %zu pattern%s\n", s->vendors, say_s(s->vendors), s->rules,
	       say_s(s->rules), s->off, s->patterns, say_s(s->patterns));
	for (size_t i = 0; i < BY_MAX; i++) {
		struct table t = { .columns = 3, .right = 6 };

		table_put(&t, "%-24s", by_names[i]);
		table_put(&t, "   rules");
		table_put(&t, "patterns");
		for (size_t k = 0; k < s->by[i].count; k++) {
			table_put(&t, "%s", s->by[i].rows[k].word);
			table_put(&t, "%zu", s->by[i].rows[k].rules);
			table_put(&t, "%zu", s->by[i].rows[k].patterns);
		}
		putchar('\n');
		table_write(&t, 40);
	}
}

int stats_command(const struct options *o)
{
	struct stats s = { 0 };
	struct pack p;
	struct options all = *o;
	long today = day_today();

	if (!options_words(o, 0, 0, "stats [-R DIR]... [FILTER]... [--json]"))
		return STATUS_USAGE;
	if (!pack_open(&p, o->dirs, o->dir_count))
		return STATUS_NO;
	all.all = true;
	for (size_t i = 0; i < p.rule_count; i++) {
		if (select_rule(&all, &p.rules[i]))
			count_rule(&s, &p, &p.rules[i], today);
	}
	for (size_t i = 0; i < BY_MAX; i++)
		tally_sort(&s.by[i]);
	if (o->json)
		write_json(&s);
	else
		write_words(&s);
	for (size_t i = 0; i < BY_MAX; i++)
		tally_free(&s.by[i]);
	pack_close(&p);
	return STATUS_OK;
}
