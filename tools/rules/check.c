#include "check_parts.h"

#include <stdlib.h>

#include "commands.h"
#include "day.h"
#include "memory.h"
#include "policy.h"

static void check_file(struct check *c, const struct pack_file *f)
{
	size_t n = strlen(f->vendor);
	const cJSON *tag;

	if (f->bad) {
		findings_put(&c->found, true, f->path, f->bad_line, "%s", f->bad);
		return;
	}
	check_schema(c, f);
	if (n && (strncmp(f->base, f->vendor, n) != 0 || strcmp(f->base + n, ".json") != 0))
		findings_put(&c->found, true, f->path, pack_line(f, "vendor", f->vendor),
			     "vendor \"%s\" stands in a file called %s; rename it to %s.json", f->vendor, f->base, f->vendor);
	cJSON_ArrayForEach(tag, f->tags) {
		const char *id = cJSON_IsString(tag) ? tag->valuestring : "";
		const cJSON *known = policies_tag(&c->policies, id);

		if (c->policies.tagged && !known)
			findings_put(&c->found, true, f->path, pack_line(f, "tags", id),
				     "tag \"%s\" is explained in no policy; add it to policies/tags.json or remove it here", id);
		else if (known && !policies_instrument(known, f->vendor))
			findings_put(&c->found, true, f->path, pack_line(f, "tags", id),
				     "tag \"%s\" does not name \"%s\" in the policies; add it there or remove it here",
				     id, f->vendor);
	}
	if (cJSON_GetArraySize(f->tags) && !c->policies.tagged)
		findings_put(&c->found, false, f->path, pack_line(f, "tags", NULL),
			     "tags are not checked: no directory named explains them in policies/");
}

static void check_twins(struct check *c)
{
	for (size_t i = 0; i < c->pack.file_count; i++) {
		const struct pack_file *f = c->pack.files[i];

		for (size_t k = 0; k < i && *f->vendor; k++) {
			const struct pack_file *g = c->pack.files[k];

			if (g->dir == f->dir && strcmp(g->vendor, f->vendor) == 0)
				findings_put(&c->found, true, f->path, pack_line(f, "vendor", f->vendor),
					     "vendor \"%s\" stands in %s already; join the files", f->vendor, g->path);
		}
	}
}

static void check_reviewed(struct check *c, const struct pack_rule *r)
{
	const char *file = r->file->path;
	unsigned line;
	long day;

	if (*r->reviewed && day_read(r->reviewed, &day) && day <= c->today + 1 &&
	    (c->options->stale < 0 || c->today - day <= c->options->stale))
		return;
	line = pack_line(r->file, r->id, "reviewed");
	if (!*r->id)
		return;		/* what is it to be called? */
	if (!*r->reviewed)
		findings_put(&c->found, false, file, pack_line(r->file, r->id, NULL),
			     "rule \"%s\" has no \"reviewed\"; add the day on which its facts were checked", r->id);
	else if (!day_read(r->reviewed, &day))
		findings_put(&c->found, true, file, line, "reviewed: \"%s\" of rule \"%s\" is no date; write YYYY-MM-DD",
			     r->reviewed, r->id);
	else if (day > c->today + 1)
		findings_put(&c->found, false, file, line, "rule \"%s\" was reviewed on %s, which is still to come", r->id,
			     r->reviewed);
	else
		findings_put(&c->found, true, file, line,
			     "rule \"%s\" is stale: reviewed on %s, %ld days ago; check its facts and set the date", r->id,
			     r->reviewed, c->today - day);
}

static void check_rule(struct check *c, const struct pack_rule *r)
{
	const cJSON *match = cJSON_GetObjectItemCaseSensitive(r->json, "match");
	const struct pack_file *f = r->file;
	size_t n = strlen(f->vendor);

	if (r->installed && strcmp(r->confidence, "inferred") == 0)
		findings_put(&c->found, true, f->path, pack_line(f, r->id, "installed"),
			     "rule \"%s\" is inferred and so cannot show an installed product; set \"installed\" to false "
			     "or find a source", r->id);
	if (*r->id && (strncmp(r->id, f->vendor, n) != 0 || r->id[n] != '.'))
		findings_put(&c->found, true, f->path, pack_line(f, r->id, NULL),
			     "rule \"%s\" must begin with its vendor: \"%s.\"", r->id, f->vendor);
	if (cJSON_IsObject(match) && !match->child)
		findings_put(&c->found, true, f->path, pack_line(f, r->id, "match"),
			     "rule \"%s\" matches nothing; add names to \"match\" or remove the rule", r->id);
	check_reviewed(c, r);
}

static int by_id(const void *a, const void *b)
{
	const struct pack_rule *const *x = a, *const *y = b;
	int order = strcmp((*x)->id, (*y)->id);

	return order ? order : (*x > *y) - (*x < *y);
}

static size_t check_ids(struct check *c)
{
	struct pack_rule **order = memory_new(c->pack.rule_count, sizeof(*order));
	size_t twins = 0;

	for (size_t i = 0; i < c->pack.rule_count; i++)
		order[i] = &c->pack.rules[i];
	qsort(order, c->pack.rule_count, sizeof(*order), by_id);
	for (size_t i = 1; i < c->pack.rule_count; i++) {
		const struct pack_rule *a = order[i - 1], *b = order[i];

		if (!*b->id || strcmp(a->id, b->id) != 0 || a->file->dir != b->file->dir)
			continue;
		twins++;
		findings_put(&c->found, true, b->file->path, pack_line(b->file, b->id, NULL),
			     "rule id \"%s\" stands in %s already; give one of them another", b->id, a->file->path);
	}
	free(order);
	return twins;
}

/* said is true when another check found an error in the same file: the loader's word would mostly repeat it. */
static bool said(const struct findings *f, const struct rules_error *error)
{
	for (size_t i = 0; i < f->count; i++) {
		if (f->list[i].error && strcmp(f->list[i].file, error->file) == 0)
			return true;
	}
	return false;
}

/* check_loader adds what the sensor itself would refuse the directories for. */
static void check_loader(struct check *c, size_t repeats)
{
	struct rules_error error;
	struct rules *rules = rules_load_all(c->options->dirs, c->options->dir_count, &error);
	struct policy *policy;

	if (!rules && !(repeats && !error.line) && !said(&c->found, &error))
		findings_put(&c->found, true, error.file, error.line, "%s", error.what);
	rules_free(rules);
	policy = policy_load(c->options->dirs, c->options->dir_count, &error);
	if (!policy && !said(&c->found, &error))
		findings_put(&c->found, true, error.file, error.line, "%s", error.what);
	policy_free(policy);
}

static void check_all(struct check *c)
{
	size_t repeats;

	for (size_t i = 0; i < c->pack.file_count; i++)
		check_file(c, c->pack.files[i]);
	check_twins(c);
	for (size_t i = 0; i < c->pack.rule_count; i++)
		check_rule(c, &c->pack.rules[i]);
	repeats = check_ids(c);
	repeats += check_names(&c->pack, &c->found);
	check_globs(c);
	check_marks(c);
	check_policy(c);
	check_references(c);
	check_loader(c, repeats);
}

int check_command(const struct options *o)
{
	struct check c = { .options = o, .today = day_today() };
	int status;

	if (!options_words(o, 0, 0, "check [-R DIR]... [--stale DAYS] [--references [FILTER]...] [--json]"))
		return STATUS_USAGE;
	if (!o->references && (o->vendor || o->purpose || o->confidence || o->country || o->tag || o->installed || o->all)) {
		fputs("telltale-rules: check reads all rules; filters are for --references\n", stderr);
		return STATUS_USAGE;
	}
	if (!pack_open(&c.pack, o->dirs, o->dir_count))
		return STATUS_NO;
	policies_open(&c.policies, o->dirs, o->dir_count);
	check_all(&c);
	findings_write(&c.found, &c.pack, o->json);
	status = c.found.errors ? STATUS_NO : STATUS_OK;
	findings_free(&c.found);
	policies_close(&c.policies);
	pack_close(&c.pack);
	return status;
}
