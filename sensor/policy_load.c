#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "jsonfile.h"
#include "policy_parts.h"

enum { PATH_BYTES = 1024, SEVERITY_MAX = 100 };

/* One kind of entry: where it stands, what it may say. */
struct kind {
	const char *list;
	const char *const *keys, *const *when_keys;
	bool suppresses;
};

struct policy_load {
	struct policy *policy;
	struct rules_error *error;
	const char *path;
	struct jsonfile file;
	const struct kind *kind;	/* of the entry being read; NULL outside of one */
	size_t index;			/* its place in the file's list */
	const char *id;			/* NULL until it is read */
	size_t dir;
	size_t fresh[2];		/* entries new in this directory, of each kind */
	const char *rest;		/* the severity of this directory that fits everything; NULL */
};

static const char *const file_keys[] = { "severity", "suppressions", "tags", "$schema", NULL };
static const struct kind severity = {
	.list = "severity",
	.keys = (const char *const[]){ "id", "when", "severity", "note", "enabled", NULL },
	.when_keys = (const char *const[]){ "vendor", "tag", "purpose", "installed", "country", "as", "client",
					    "hours", NULL },
};
static const struct kind suppression = {
	.list = "suppressions",
	.keys = (const char *const[]){ "id", "when", "reason", "expires", "enabled", NULL },
	.when_keys = (const char *const[]){ "client", "name", "rule", "vendor", "country", "product", NULL },
	.suppresses = true,
};

static unsigned line_of(const struct policy_load *l, const char *key, const char *value)
{
	const char *p = l->file.text, *found;
	unsigned line = 1;

	if (!p)
		return 0;
	if (l->kind)
		p = policy_find_entry(p, l->kind->list, l->index);
	found = key ? policy_find_quoted(p, key, true) : NULL;
	p = found ? found : p;
	found = value ? policy_find_quoted(p, value, false) : NULL;
	p = found ? found : p;
	for (const char *q = l->file.text; q < p; q++)
		line += *q == '\n';
	return line;
}

bool policy_fail(struct policy_load *l, const char *key, const char *value, const char *format, ...)
{
	va_list args;
	int n = 0;

	snprintf(l->error->file, sizeof(l->error->file), "%s", l->path);
	l->error->line = line_of(l, key, value);
	if (l->id)	/* at most POLICY_ID_MAX bytes */
		n = snprintf(l->error->what, sizeof(l->error->what), "\"%s\": ", l->id);
	va_start(args, format);
	vsnprintf(l->error->what + n, sizeof(l->error->what) - (size_t)n, format, args);
	va_end(args);
	return false;
}

static bool fail_memory(struct policy_load *l)
{
	return policy_fail(l, NULL, NULL, "needs more memory than there is");
}

void *policy_load_keep(struct policy_load *l, size_t n)
{
	void *kept = policy_keep(l->policy, n);

	if (!kept)
		fail_memory(l);
	return kept;
}

const char *policy_load_text(struct policy_load *l, const char *text)
{
	char *kept = policy_load_keep(l, strlen(text) + 1);

	return kept ? strcpy(kept, text) : NULL;
}

static bool in_list(const char *const *list, const char *text)
{
	while (*list && strcmp(*list, text) != 0)
		list++;
	return *list;
}

static bool only_keys(struct policy_load *l, const cJSON *object, const char *const *keys)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, object) {
		if (!in_list(keys, item->string))
			return policy_fail(l, item->string, NULL,
					   "unknown key \"%s\"; telltale-policy(5) lists those there are",
					   item->string);
		if (cJSON_GetObjectItemCaseSensitive(object, item->string) != item)
			return policy_fail(l, item->string, NULL, "key \"%s\" stands twice; remove one", item->string);
	}
	return true;
}

static bool read_text(struct policy_load *l, const cJSON *object, const char *key, bool may_miss, const char **out)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!item)
		return may_miss || policy_fail(l, NULL, NULL, "has no \"%s\"; add it", key);
	if (!cJSON_IsString(item) || !item->valuestring[strspn(item->valuestring, " \t\r\n")])
		return policy_fail(l, key, NULL, "\"%s\" must be a text, and not an empty one", key);
	*out = policy_load_text(l, item->valuestring);
	return *out;
}

static bool read_severity(struct policy_load *l, const cJSON *object, struct policy_entry *e)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, "severity");
	double v = item ? item->valuedouble : 0;

	if (!item)
		return policy_fail(l, NULL, NULL, "has no \"severity\"; add it, 0 to %d", SEVERITY_MAX);
	if (!cJSON_IsNumber(item) || !(v >= 0 && v <= SEVERITY_MAX) || v > (int)v)
		return policy_fail(l, "severity", NULL, "\"severity\" must be a whole number from 0 to %d",
				   SEVERITY_MAX);
	e->severity = (int)v;
	e->until = INT64_MAX;
	return read_text(l, object, "note", true, &e->text);
}

static bool read_suppression(struct policy_load *l, const cJSON *object, struct policy_entry *e)
{
	const char *expires = NULL;

	if (!read_text(l, object, "reason", false, &e->text) || !read_text(l, object, "expires", false, &expires))
		return false;
	if (!policy_date_read(expires, &e->until))
		return policy_fail(l, "expires", NULL, "\"%s\" is no date; write the last day, as in 2027-06-30",
				   expires);
	return true;
}

static bool add(struct policy_load *l, const struct policy_entry *e, bool fits_all)
{
	struct policy_list *list = l->kind->suppresses ? &l->policy->suppressions : &l->policy->severities;
	size_t *fresh = &l->fresh[l->kind->suppresses];

	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->all[i].id, e->id) != 0)
			continue;
		if (list->all[i].dir == l->dir)
			return policy_fail(l, "id", NULL, "stands twice in \"%s\"; rename one", l->kind->list);
		list->all[i] = *e;
		return true;
	}
	if (l->rest && !l->kind->suppresses)
		return policy_fail(l, "id", NULL, "stands behind \"%s\", which fits everything; move it up", l->rest);
	if (fits_all && !e->off)
		l->rest = e->id;
	if (list->count == list->room) {
		size_t more = list->room ? 2 * list->room : 32;
		struct policy_entry *all = realloc(list->all, more * sizeof(*all));

		if (!all)
			return fail_memory(l);
		list->all = all;
		list->room = more;
	}
	/* before all of earlier directories: the site's word comes first */
	memmove(list->all + *fresh + 1, list->all + *fresh, (list->count++ - *fresh) * sizeof(*e));
	list->all[(*fresh)++] = *e;
	return true;
}

static bool read_entry(struct policy_load *l, const cJSON *object)
{
	struct policy_entry e = { .dir = l->dir };
	const cJSON *when = cJSON_GetObjectItemCaseSensitive(object, "when");
	const cJSON *enabled = cJSON_GetObjectItemCaseSensitive(object, "enabled");
	const char *id = NULL;

	if (!read_text(l, object, "id", false, &id))
		return false;
	if (!policy_is_id(id))
		return policy_fail(l, "id", NULL, "id \"%.80s\" must be at most %d of a-z, 0-9 and - within", id,
				   POLICY_ID_MAX);
	l->id = e.id = id;
	if (!only_keys(l, object, l->kind->keys))
		return false;
	if (!cJSON_IsObject(when))
		return policy_fail(l, when ? "when" : NULL, NULL, "needs a \"when\" object; write what it is about");
	if (l->kind->suppresses && !when->child)
		return policy_fail(l, "when", NULL,
				   "an empty \"when\" would suppress everything; write what it is about");
	if (enabled && !cJSON_IsBool(enabled))
		return policy_fail(l, "enabled", NULL, "\"enabled\" must be true or false");
	e.off = cJSON_IsFalse(enabled);
	if (!only_keys(l, when, l->kind->when_keys) || !policy_when_read(l, when, &e.when))
		return false;
	e.when.every_country = l->kind->suppresses;
	if (!(l->kind->suppresses ? read_suppression : read_severity)(l, object, &e))
		return false;
	policy_when_sort(&e.when);
	return add(l, &e, !when->child);
}

static bool read_list(struct policy_load *l, const struct kind *kind)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(l->file.root, kind->list), *item;
	bool ok = true;

	if (list && !cJSON_IsArray(list))
		return policy_fail(l, kind->list, NULL, "\"%s\" must be a list of objects", kind->list);
	cJSON_ArrayForEach(item, list) {
		if (!cJSON_IsObject(item))
			return policy_fail(l, kind->list, NULL, "\"%s\" must be a list of objects", kind->list);
		l->kind = kind;
		ok = read_entry(l, item);
		l->kind = NULL;
		l->id = NULL;
		l->index++;
		if (!ok)
			break;
	}
	l->index = 0;
	return ok;
}

/* read_file: what tags mean is for people; here they are only told from a slip. */
static bool read_file(struct policy_load *l)
{
	const cJSON *root = l->file.root, *tags = cJSON_GetObjectItemCaseSensitive(root, "tags");

	if (!cJSON_IsObject(root) || !root->child)
		return policy_fail(l, NULL, NULL, "is no policy; write \"severity\", \"suppressions\" or \"tags\"");
	if (!only_keys(l, root, file_keys))
		return false;
	if (tags && !cJSON_IsArray(tags))
		return policy_fail(l, "tags", NULL, "\"tags\" must be a list of objects");
	return read_list(l, &severity) && read_list(l, &suppression);
}

static bool load_file(struct policy_load *l)
{
	char what[JSONFILE_WHAT_MAX];
	unsigned line;
	bool ok;

	if (!jsonfile_read(l->path, &l->file, &line, what)) {
		policy_fail(l, NULL, NULL, "%s", what);
		l->error->line = line;
		return false;
	}
	ok = read_file(l);
	jsonfile_free(&l->file);
	return ok;
}

static int is_json(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && d->d_name[0] != '.' && strcmp(d->d_name + n - 5, ".json") == 0;
}

static bool load_dir(struct policy_load *l, const char *dir)
{
	char path[PATH_BYTES];
	struct dirent **list;
	bool ok = true;
	int n;

	l->path = dir;
	l->rest = NULL;
	memset(l->fresh, 0, sizeof(l->fresh));
	if (snprintf(path, sizeof(path), "%s/policies", dir) >= PATH_BYTES)
		return policy_fail(l, NULL, NULL, "is too long a path; at most %d bytes", PATH_BYTES);
	n = scandir(path, &list, is_json, alphasort);
	if (n < 0 && errno == ENOENT)
		return true;
	l->path = path;
	if (n < 0)
		return policy_fail(l, NULL, NULL, "cannot be read: %s; make it a folder that may be read",
				   strerror(errno));
	for (int i = 0; i < n; i++) {
		ok = ok && snprintf(path, sizeof(path), "%s/policies/%s", dir, list[i]->d_name) < PATH_BYTES &&
		     load_file(l);
		free(list[i]);
	}
	free(list);
	if (!ok && !l->error->what[0])
		policy_fail(l, NULL, NULL, "is too long a path; at most %d bytes", PATH_BYTES);
	return ok;
}

static void drop_off(struct policy_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (!list->all[i].off)
			list->all[kept++] = list->all[i];
	}
	list->count = kept;
}

struct policy *policy_load(const char *const *dirs, size_t n, struct rules_error *error)
{
	struct policy_load l = { .error = error, .path = "policy" };
	bool ok;

	*error = (struct rules_error){ 0 };
	l.policy = calloc(1, sizeof(*l.policy));
	ok = l.policy || fail_memory(&l);
	for (l.dir = 0; ok && l.dir < n; l.dir++)
		ok = load_dir(&l, dirs[l.dir]);
	if (!ok) {
		policy_free(l.policy);
		return NULL;
	}
	drop_off(&l.policy->severities);
	drop_off(&l.policy->suppressions);
	return l.policy;
}
