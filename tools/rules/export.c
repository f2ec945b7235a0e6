#include "export.h"

#include <stdlib.h>

#include "commands.h"
#include "cover.h"
#include "memory.h"
#include "select.h"
#include "say.h"

struct counts {
	size_t written, left_out, self, loose, excepts, caught;
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

/* caught is true when a wider pattern that was asked for would take this one's names along. */
static bool caught(const struct pack *p, const bool *chosen, const struct pack_pattern *pattern)
{
	for (const char *tail = pattern->text; tail; tail = strchr(tail + 1, '.')) {
		const struct pack_pattern *q = NULL;

		while ((q = pack_next(p, tail + (*tail == '.'), q))) {
			if (chosen[q->rule] && q->kind != RULE_EXACT && pack_covers(q, pattern->text) &&
			    cover_above(pattern, q))
				return true;
		}
	}
	return false;
}

static void put(const struct export_format *f, const struct pack_pattern *pattern, const struct pack_rule *rule,
		bool except, struct counts *n)
{
	enum export_can can = f->can[pattern->kind];

	if (can == CAN_NO) {
		n->left_out++;
		return;
	}
	n->self += can == CAN_SELF;
	n->loose += can == CAN_LOOSE && pattern->kind == RULE_SUFFIX;
	n->excepts += except;
	n->written += !except;
	f->put(&(struct export_item){ .pattern = pattern, .rule = rule, .except = except });
}

static void write_all(const struct options *o, const struct export_format *f, const struct pack *p, struct counts *n)
{
	bool *chosen = memory_new(p->rule_count, sizeof(*chosen));

	for (size_t i = 0; i < p->rule_count; i++)
		chosen[i] = select_rule(o, &p->rules[i]);
	if (f->begin)
		f->begin();
	for (size_t i = 0; i < p->pattern_count; i++) {
		const struct pack_pattern *pattern = &p->patterns[i];
		const struct pack_rule *rule = &p->rules[pattern->rule];

		if (chosen[pattern->rule]) {
			put(f, pattern, rule, false, n);
		} else if (pack_live(rule) && caught(p, chosen, pattern)) {
			n->caught++;
			if (f->excepts)
				put(f, pattern, rule, true, n);
		}
	}
	if (f->end)
		f->end();
	free(chosen);
}

static void tell(const struct export_format *f, const struct counts *n)
{
	fprintf(stderr, "%s: %zu name%s written\n", f->name, n->written, say_s(n->written));
	if (n->left_out)
		fprintf(stderr, "%s: %zu glob%s left out: the format has no star inside a label\n", f->name, n->left_out,
			say_s(n->left_out));
	if (n->self)
		fprintf(stderr, "%s: %zu suffix%s stand for their domain alone: the format has exact names only, so names "
			"below them are missed\n", f->name, n->self, n->self == 1 ? "" : "es");
	if (n->loose)
		fprintf(stderr, "%s: %zu suffix%s stand as plain domains\n", f->name, n->loose,
			n->loose == 1 ? "" : "es");
	if (n->excepts)
		fprintf(stderr, "%s: %zu exception%s written for names of rules not asked for that lie below\n", f->name,
			n->excepts, say_s(n->excepts));
	else if (n->caught && n->loose)
		fprintf(stderr, "%s: %zu pattern%s of rules not asked for lie below: the format has no exceptions\n", f->name,
			n->caught, say_s(n->caught));
	if (f->note)
		fprintf(stderr, "%s: %s\n", f->name, f->note);
}

int export_command(const struct options *o)
{
	const struct export_format *f;
	struct counts n = { 0 };
	struct pack p;

	if (!options_words(o, 0, 0, "export --format FORMAT [-R DIR]... [FILTER]..."))
		return STATUS_USAGE;
	f = format_of(o->format);
	if (!f)
		return STATUS_USAGE;
	if (!pack_open(&p, o->dirs, o->dir_count))
		return STATUS_NO;
	write_all(o, f, &p, &n);
	tell(f, &n);
	pack_close(&p);
	return n.written ? STATUS_OK : STATUS_NO;
}
