#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "jsonfile.h"
#include "rules_parts.h"

enum { PATH_BYTES = 1024, TRIM_BYTES = 1 << 20 };

struct rules_load {
	struct rules *rules;
	struct rules_error *error;
	const char *path;
	struct jsonfile file;
	size_t earlier;		/* rules of the directories before */
	bool large;		/* a file was: its memory shall go back */
};

static const char networks_file[] = "networks.json";

struct rules *rules_load_set(const struct rules_load *l)
{
	return l->rules;
}

const char *rules_load_path(const struct rules_load *l)
{
	return l->path;
}

/* is_value: a string between quotes, or a number that goes on on neither side. */
static bool is_value(const char *text, const char *p, size_t n)
{
	if (p == text)
		return false;
	return (p[-1] == '"' && p[n] == '"') || (strchr(" \t\n[:,", p[-1]) && strchr(" \t\r\n],}", p[n]));
}

static const char *find_value(const char *text, const char *from, const char *value)
{
	size_t n = strlen(value);

	for (const char *p = from; n && (p = strstr(p, value)); p += n) {
		if (is_value(text, p, n))
			return p;
	}
	return NULL;
}

/* line_of: nth (from 0) place of a value behind that of the rule's id; 0 when it stands nowhere. */
static unsigned line_of(const char *text, const char *rule, const char *value, unsigned nth)
{
	const char *from = rule ? find_value(text, text, rule) : NULL, *at;
	unsigned line = 1;

	at = find_value(text, from ? from : text, value);
	for (; at && nth; nth--)
		at = find_value(text, at + 1, value);
	if (!at)
		return 0;
	for (const char *p = text; p < at; p++)
		line += *p == '\n';
	return line;
}

__attribute__((format(printf, 2, 0)))
static void note(struct rules_load *l, const char *format, va_list args)
{
	snprintf(l->error->file, sizeof(l->error->file), "%s", l->path);
	vsnprintf(l->error->what, sizeof(l->error->what), format, args);
}

bool rules_fail(struct rules_load *l, const char *rule, const char *at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(l, format, args);
	va_end(args);
	l->error->line = at && l->file.text ? line_of(l->file.text, rule, at, 0) : 0;
	return false;
}

bool rules_fail_memory(struct rules_load *l)
{
	return rules_fail(l, NULL, NULL, "needs more memory than there is");
}

/* Ids are unique in a set: what replaces stands in a later directory, its rules behind those that it replaces. */
void rules_replace(struct rules_load *l, const struct rule *rule)
{
	for (size_t i = 0; i < l->earlier; i++) {
		struct rule *old = l->rules->all[i];

		if (old->enabled && strcmp(old->id, rule->id) == 0) {
			old->enabled = false;
			l->rules->rules--;
		}
	}
}

static bool load_file(struct rules_load *l, const char *path, bool (*read)(struct rules_load *, const cJSON *))
{
	char what[JSONFILE_WHAT_MAX];
	unsigned line;
	bool ok;

	l->path = path;
	if (!jsonfile_read(path, &l->file, &line, what)) {
		rules_fail(l, NULL, NULL, "%s", what);
		l->error->line = line;
		return false;
	}
	l->large |= strlen(l->file.text) > TRIM_BYTES;
	ok = read(l, l->file.root);
	jsonfile_free(&l->file);
	return ok;
}

static int is_json(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && d->d_name[0] != '.' && strcmp(d->d_name + n - 5, ".json") == 0 &&
	       strcmp(d->d_name, networks_file) != 0;
}

static bool load_dir(struct rules_load *l, const char *dir)
{
	char path[PATH_BYTES];
	struct dirent **list;
	int n = scandir(dir, &list, is_json, alphasort);
	bool ok = n >= 0;

	for (int i = 0; i < n; i++) {
		if (ok) {
			snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
			ok = load_file(l, path, rules_read_vendor);
		}
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return ok;
}

/* load_tree: l->path stays on what an error was about. */
static bool load_tree(struct rules_load *l, const char *dir)
{
	char path[PATH_BYTES];
	struct stat st;

	l->earlier = l->rules->all_count;
	l->path = dir;
	snprintf(path, sizeof(path), "%s/vendors", dir);
	if (!load_dir(l, path) && (l->error->what[0] || !load_dir(l, dir))) {
		if (!l->error->what[0])
			rules_fail(l, NULL, NULL, "cannot be read: %s; name a directory of rules with -R",
				   strerror(errno));
		return false;
	}
	snprintf(path, sizeof(path), "%s/%s", dir, networks_file);
	return stat(path, &st) != 0 || load_file(l, path, rules_read_networks);
}

static void tell_clash(struct rules_load *l, const struct rules_clash *clash, const struct pattern *p,
		       const struct pattern *q)
{
	const char *id = l->rules->all[p->rule]->id, *other = l->rules->all[q->rule]->id;

	switch (clash->why) {
	case RULES_SAME:
		if (p->rule == q->rule)
			rules_fail(l, NULL, NULL, "\"%s\" stands twice in rule \"%s\"; remove one", p->text, id);
		else
			rules_fail(l, NULL, NULL, "\"%s\" stands in rules \"%s\" and \"%s\"; remove it from one",
				   p->text, other, id);
		break;
	case RULES_GLOBS:
		rules_fail(l, NULL, NULL, "\"%s\" of rule \"%s\" is one of more than %d globs that end alike; use a "
			   "suffix instead", p->text, id, RULES_GLOBS_MAX);
		break;
	case RULES_WITHIN:
		rules_fail(l, NULL, NULL, "\"%s\" of rule \"%s\" lies within its \"%s\"; remove it", p->text,
			   id, q->text);
		break;
	case RULES_COVERED:
		rules_fail(l, NULL, NULL, "\"%s\" of rule \"%s\" never matches: narrower networks hold all of it; "
			   "remove it or one of them", p->text, id);
		break;
	}
}

/* fail_clash tells the line in the file of the later one, where one rule has it twice the second. */
static bool fail_clash(struct rules_load *l, const struct rules_clash *clash)
{
	struct pattern p = rules_pattern(l->rules->packed + clash->at);
	struct pattern q = rules_pattern(l->rules->packed + clash->other);
	const struct rule *rule = l->rules->all[p.rule];
	struct jsonfile file;
	char what[JSONFILE_WHAT_MAX];
	unsigned line = 0;

	l->path = rule->file;
	if (jsonfile_read(rule->file, &file, &line, what)) {
		line = line_of(file.text, rule->id, p.text, clash->why == RULES_SAME && p.rule == q.rule);
		jsonfile_free(&file);
	}
	tell_clash(l, clash, &p, &q);
	l->error->line = line;
	return false;
}

static bool finish(struct rules_load *l)
{
	struct rules_clash clash;
	bool ok = rules_index(l->rules, &clash);

	if (!ok && clash.at)
		fail_clash(l, &clash);
	else if (!ok)
		rules_fail_memory(l);
	return ok;
}

struct rules *rules_load_all(const char *const *dirs, size_t n, struct rules_error *error)
{
	struct rules_load l = { .error = error, .path = n ? dirs[0] : "", .rules = rules_new() };
	bool ok = l.rules != NULL;

	*error = (struct rules_error){ 0 };
	if (!ok)
		rules_fail_memory(&l);
	for (size_t i = 0; ok && i < n; i++)
		ok = load_tree(&l, dirs[i]);
	l.path = n ? dirs[0] : "";
	if (ok && !l.rules->rules)
		ok = rules_fail(&l, NULL, NULL, "holds no rule (*.json); name a directory of rules with -R");
	ok = ok && finish(&l);
	if (!ok) {
		rules_free(l.rules);
		l.rules = NULL;
	}
	if (l.large)
		(void)malloc_trim(0);
	return l.rules;
}

struct rules *rules_load(const char *dir, struct rules_error *error)
{
	return rules_load_all(&dir, 1, error);
}
