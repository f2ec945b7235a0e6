#include "export.h"

#include <stdlib.h>

#include "commands.h"
#include "marks.h"
#include "say.h"

struct counts {
	size_t written, left_out, self, loose, excepts, buts, lost, caught, marks;
};

static const struct export_format *format_of(const char *name)
{
	for (const struct export_format *f = export_formats; f->name; f++) {
		if (name && strcmp(f->name, name) == 0)
			return f;
	}
	fprintf(stderr, "telltale-rules: --format %s: there are", name ? name : "is missing");
	for (const struct export_format *f = export_formats; f->name; f++)
		fprintf(stderr, " %s", f->name);
	fputc('\n', stderr);
	return NULL;
}

static void put(const struct export_format *f, const struct export_item *item, struct counts *n)
{
	enum export_can can = f->can[item->pattern->kind];

	if (can == CAN_NO) {
		n->left_out++;
		return;
	}
	n->self += can == CAN_SELF;
	n->loose += can == CAN_LOOSE && item->pattern->kind == RULE_SUFFIX;
	n->excepts += item->except;
	n->written += !item->except;
	f->put(item);
}

static void write_all(const struct export_format *f, const struct export_plan *plan, struct counts *n)
{
	const struct pack *p = plan->pack;

	if (f->begin)
		f->begin();
	for (size_t i = 0; i < p->pattern_count; i++) {
		struct export_item item = { .pattern = &p->patterns[i], .rule = &p->rules[p->patterns[i].rule] };

		if (plan->chosen[item.pattern->rule]) {
			item.but = f->buts ? export_plan_but(plan, item.pattern, &item.but_count) : NULL;
			put(f, &item, n);
			free(item.but);
			continue;
		}
		n->caught += plan->how[i] != HOW_NOT;
		n->buts += plan->how[i] == HOW_BUT;
		item.except = true;
		if (f->excepts && plan->how[i] == HOW_LINE)
			put(f, &item, n);
	}
	if (f->end)
		f->end();
	n->lost = plan->lost;
}

/* count_marks: no list of names can say a network, an AS number or a fingerprint. */
static size_t count_marks(const struct export_plan *plan)
{
	struct marks all;
	size_t n = 0;

	marks_open(&all, plan->pack);
	for (size_t i = 0; i < all.count; i++)
		n += plan->chosen[all.list[i].rule];
	marks_close(&all);
	return n;
}

static void tell_words(const struct export_format *f, const struct counts *n)
{
	fprintf(stderr, "%s: %zu name%s written\n", f->name, n->written, say_s(n->written));
	if (n->left_out)
		fprintf(stderr, "%s: %zu glob%s left out: the format has no star inside a label\n", f->name, n->left_out,
			say_s(n->left_out));
	if (n->marks)
		fprintf(stderr, "%s: %zu network%s, AS numbers or fingerprints left out: the format has names only\n",
			f->name, n->marks, say_s(n->marks));
	if (n->self)
		fprintf(stderr, "%s: %zu suffix%s domain alone: the format has exact names only, so names below are missed\n",
			f->name, n->self, n->self == 1 ? " stands for its" : "es stand for their");
	if (n->loose)
		fprintf(stderr, "%s: %zu suffix%s as plain domain%s\n", f->name, n->loose,
			n->loose == 1 ? " stands" : "es stand", say_s(n->loose));
	if (n->excepts)
		fprintf(stderr, "%s: %zu exception%s written for names of rules not asked for that lie below\n", f->name,
			n->excepts, say_s(n->excepts));
	if (n->buts)
		fprintf(stderr, "%s: %zu domain%s of rules not asked for left out by denyallow, for names asked for lie below\n",
			f->name, n->buts, say_s(n->buts));
	if (n->lost)
		fprintf(stderr, "%s: %zu glob%s of rules not asked for cannot be left out without freeing names asked for\n",
			f->name, n->lost, say_s(n->lost));
	if (n->caught && n->loose && !f->excepts)
		fprintf(stderr, "%s: %zu pattern%s of rules not asked for lie below: the format has no exceptions\n", f->name,
			n->caught, say_s(n->caught));
	if (f->note)
		fprintf(stderr, "%s: %s\n", f->name, f->note);
}

static void tell_json(const struct export_format *f, const struct counts *n)
{
	cJSON *root = cJSON_CreateObject();
	char *text;

	cJSON_AddStringToObject(root, "format", f->name);
	cJSON_AddNumberToObject(root, "written", (double)n->written);
	cJSON_AddNumberToObject(root, "globs_left_out", (double)n->left_out);
	cJSON_AddNumberToObject(root, "others_left_out", (double)n->marks);
	cJSON_AddNumberToObject(root, "suffixes_as_exact", (double)n->self);
	cJSON_AddNumberToObject(root, "suffixes_as_domains", (double)n->loose);
	cJSON_AddNumberToObject(root, "exceptions", (double)(n->excepts + n->buts));
	cJSON_AddNumberToObject(root, "exceptions_missing", (double)(f->excepts ? n->lost : n->caught));
	text = cJSON_PrintUnformatted(root);
	fprintf(stderr, "%s\n", text ? text : "");
	free(text);
	cJSON_Delete(root);
}

int export_command(const struct options *o)
{
	const struct export_format *f;
	struct export_plan plan;
	struct counts n = { 0 };
	struct pack p;

	if (!options_words(o, 0, 0, "export --format FORMAT [-R DIR]... [FILTER]..."))
		return STATUS_USAGE;
	f = format_of(o->format);
	if (!f)
		return STATUS_USAGE;
	if (!pack_open(&p, o->dirs, o->dir_count))
		return STATUS_NO;
	export_plan_new(&plan, &p, o, f->buts);
	n.marks = count_marks(&plan);
	write_all(f, &plan, &n);
	if (o->json)
		tell_json(f, &n);
	else
		tell_words(f, &n);
	export_plan_free(&plan);
	pack_close(&p);
	return n.written ? STATUS_OK : STATUS_NO;
}
