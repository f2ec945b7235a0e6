#include "diff.h"

#include <stdlib.h>
#include <unistd.h>

#include "commands.h"
#include "memory.h"
#include "say.h"

enum { DIFF_SAME, DIFF_DIFFERS, DIFF_TROUBLE };	/* as diff(1) */

struct items {
	struct diff_item *list;
	size_t count;
};

static void add(struct items *all, struct diff_item item)
{
	all->list = memory_room(all->list, all->count, sizeof(*all->list));
	all->list[all->count++] = item;
}

static bool sound(const char *path, unsigned line, const char *bad)
{
	if (bad)
		fprintf(stderr, "%s:%u: %s; nothing is compared\n", path, line, bad);
	return !bad;
}

/* split takes DIR[:DIR]..., the later over the earlier; what is there under the whole name is one. */
static size_t split(char *text, const char **dirs)
{
	size_t n = 0;

	if (access(text, F_OK) == 0) {
		dirs[0] = text;
		return 1;
	}
	for (char *rest = text, *dir; n < OPTIONS_DIRS_MAX && (dir = strsep(&rest, ":"));)
		dirs[n++] = dir;
	return n;
}

static bool side_open(struct diff_side *s, char *text)
{
	const char *dirs[OPTIONS_DIRS_MAX];
	size_t n = split(text, dirs);
	bool ok = pack_open(&s->pack, dirs, n);

	if (!ok)
		s->pack = (struct pack){ 0 };
	policies_open(&s->policies, dirs, n);
	marks_open(&s->marks, &s->pack);
	for (size_t i = 0; i < s->pack.file_count; i++)
		ok &= sound(s->pack.files[i]->path, s->pack.files[i]->bad_line, s->pack.files[i]->bad);
	for (size_t i = 0; i < s->policies.count; i++)
		ok &= sound(s->policies.files[i].path, s->policies.files[i].bad_line, s->policies.files[i].bad);
	return ok;
}

static void side_close(struct diff_side *s)
{
	marks_close(&s->marks);
	policies_close(&s->policies);
	pack_close(&s->pack);
}

/* again: a later directory describes the vendor too. */
static bool again(const struct pack *p, size_t i)
{
	for (size_t k = i + 1; k < p->file_count; k++) {
		if (p->files[k]->dir > p->files[i]->dir && strcmp(p->files[k]->vendor, p->files[i]->vendor) == 0)
			return true;
	}
	return false;
}

static void vendors(const struct diff_side *s, struct items *out)
{
	for (size_t i = 0; i < s->pack.file_count; i++) {
		if (!again(&s->pack, i))
			add(out, (struct diff_item){
				.what = "vendor", .id = s->pack.files[i]->vendor,
				.json = cJSON_GetObjectItemCaseSensitive(s->pack.files[i]->json.root, "vendor")
			});
	}
}

static void rules(const struct diff_side *s, struct items *out)
{
	for (size_t i = 0; i < s->pack.rule_count; i++) {
		if (!s->pack.rules[i].overridden)
			add(out, (struct diff_item){
				.what = "rule", .id = s->pack.rules[i].id, .json = s->pack.rules[i].json
			});
	}
}

/* patterns: a name is one thing whatever its kind, so that a suffix made exact shows as a change. */
static void patterns(const struct diff_side *s, struct items *out)
{
	for (size_t i = 0; i < s->pack.pattern_count; i++) {
		const struct pack_rule *r = &s->pack.rules[s->pack.patterns[i].rule];

		if (!r->overridden)
			add(out, (struct diff_item){
				.what = "name", .id = s->pack.patterns[i].text, .rule = r->id,
				.kind = rule_kind_text(s->pack.patterns[i].kind)
			});
	}
	for (size_t i = 0; i < s->marks.count; i++) {
		const struct pack_rule *r = &s->pack.rules[s->marks.list[i].rule];
		const char *kind = mark_kind_text(s->marks.list[i].kind);

		if (!r->overridden)
			add(out, (struct diff_item){
				.what = kind, .id = s->marks.list[i].text, .rule = r->id, .kind = kind
			});
	}
}

static void entries(const struct diff_side *s, const char *list, const char *what, struct items *out)
{
	for (size_t i = 0; i < s->policies.count; i++) {
		const struct policies_file *f = &s->policies.files[i];
		const cJSON *item;

		cJSON_ArrayForEach(item, policies_list(f, list)) {
			if (!policies_replaced(&s->policies, f, list, pack_text(item, "id")))
				add(out, (struct diff_item){ .what = what, .id = pack_text(item, "id"), .json = item });
		}
	}
}

static void policies(const struct diff_side *s, struct items *out)
{
	entries(s, "severity", "severity", out);
	entries(s, "suppressions", "suppression", out);
	entries(s, "tags", "tag", out);
}

static void compare(struct diff *d, const struct diff_side *old, const struct diff_side *new)
{
	void (*const parts[])(const struct diff_side *, struct items *) = { vendors, rules, patterns, policies };

	d->changes = cJSON_CreateArray();
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct items a = { 0 }, b = { 0 };

		parts[i](old, &a);
		parts[i](new, &b);
		diff_items(d, a.list, a.count, b.list, b.count);
		free(a.list);
		free(b.list);
	}
}

static const struct policies *asked;	/* whose order is sorted by: qsort hands nothing on */

static int by_turn(const void *a, const void *b)
{
	const struct diff_item *x = a, *y = b;

	return policies_before(asked, "severity", x->id, y->id) ? -1 : policies_before(asked, "severity", y->id, x->id);
}

static bool has_id(const struct items *all, const char *id)
{
	for (size_t i = 0; i < all->count; i++) {
		if (strcmp(all->list[i].id, id) == 0)
			return true;
	}
	return false;
}

/* next_shared is the next severity that the other side has too. */
static const char *next_shared(const struct items *all, const struct items *other, size_t *i)
{
	for (; *i < all->count; ++*i) {
		if (has_id(other, all->list[*i].id))
			return all->list[(*i)++].id;
	}
	return NULL;
}

/* in_turn lists severities as they are asked. */
static struct items in_turn(const struct diff_side *s)
{
	struct items all = { 0 };

	entries(s, "severity", "severity", &all);
	asked = &s->policies;
	if (all.count)
		qsort(all.list, all.count, sizeof(*all.list), by_turn);
	return all;
}

/* compare_order: the first severity that fits decides, so their order is part of what they say. */
static void compare_order(struct diff *d, const struct diff_side *old, const struct diff_side *new)
{
	struct items a = in_turn(old), b = in_turn(new);
	size_t i = 0, k = 0;
	const char *x, *y;

	do {
		x = next_shared(&a, &b, &i);
		y = next_shared(&b, &a, &k);
	} while (x && y && strcmp(x, y) == 0);
	if (x && y) {
		cJSON *out = cJSON_CreateObject();

		cJSON_AddStringToObject(out, "change", "changed");
		cJSON_AddStringToObject(out, "what", "order of severities");
		cJSON_AddStringToObject(out, "id", y);
		cJSON_AddItemToArray(d->changes, out);
		d->changed++;
	}
	free(a.list);
	free(b.list);
}

static void write_json(struct diff *d)
{
	cJSON *root = cJSON_CreateObject();

	cJSON_AddItemToObject(root, "changes", d->changes);
	cJSON_AddNumberToObject(root, "added", (double)d->added);
	cJSON_AddNumberToObject(root, "removed", (double)d->removed);
	cJSON_AddNumberToObject(root, "changed", (double)d->changed);
	d->changes = NULL;
	say_json(root);
}

int diff_command(const struct options *o)
{
	struct diff_side old = { 0 }, new = { 0 };
	struct diff d = { 0 };
	int status = DIFF_TROUBLE;
	bool fine[2];

	if (!options_words(o, 2, 2, "diff OLD[:OVER]... NEW[:OVER]... [--json]"))
		return DIFF_TROUBLE;
	fine[0] = side_open(&old, o->words[0]);
	fine[1] = side_open(&new, o->words[1]);	/* both, so that all faults are told */
	if (fine[0] && fine[1]) {
		compare(&d, &old, &new);
		compare_order(&d, &old, &new);
		status = d.added || d.removed || d.changed ? DIFF_DIFFERS : DIFF_SAME;
		if (o->json)
			write_json(&d);
		else
			diff_words(&d);
		cJSON_Delete(d.changes);
	}
	side_close(&old);
	side_close(&new);
	return status;
}
