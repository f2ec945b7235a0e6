#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "addr.h"
#include "jsonfile.h"
#include "rules_parts.h"

enum { PATH_BYTES = 1024 };

struct load {
	struct rules *rules;
	struct rules_error *error;
	const char *path;
	struct jsonfile file;
	struct rule *earlier;	/* newest rule of the directories before */
};

static const char *const confidences[] = { "documented", "source-code", "blocklist", "inferred", NULL };
static const char *const vendor_keys[] = { "id", "name", "country", "tags", "note", NULL };
static const char *const rule_keys[] = {
	"id", "product", "purpose", "installed", "confidence", "reviewed", "enabled", "match",
	"references", "note", NULL
};
static const char *const match_keys[] = { "suffix", "exact", "glob", "asn", "cidr", "ja4", NULL };
static const char *const file_keys[] = { "vendor", "rules", "$schema", NULL };

/* fail notes what is wrong at the line where `at` stands quoted; always false. */
__attribute__((format(printf, 3, 4)))
static bool fail(struct load *l, const char *at, const char *format, ...)
{
	va_list args;

	snprintf(l->error->file, sizeof(l->error->file), "%s", l->path);
	l->error->line = at && l->file.text ? jsonfile_line(&l->file, at) : 0;
	va_start(args, format);
	vsnprintf(l->error->what, sizeof(l->error->what), format, args);
	va_end(args);
	return false;
}

static const char *in_list(const char *const *list, const char *text)
{
	for (; *list; list++) {
		if (strcmp(*list, text) == 0)
			return *list;
	}
	return NULL;
}

static bool only_keys(struct load *l, const cJSON *object, const char *const *keys)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, object) {
		if (!in_list(keys, item->string))
			return fail(l, item->string, "unknown key \"%s\"; see telltale-rules(5) for those there are",
				    item->string);
	}
	return true;
}

static const char *keep_text(struct load *l, const char *text)
{
	char *kept = rules_keep(l->rules, strlen(text) + 1);

	return kept ? strcpy(kept, text) : NULL;
}

/* text_of keeps a string; NULL, with the error noted unless it may be absent, when there is none. */
static const char *text_of(struct load *l, const cJSON *object, const char *key, const char *where, bool may_miss)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!item && may_miss)
		return NULL;
	if (!cJSON_IsString(item) || !item->valuestring[0]) {
		fail(l, where, "\"%s\" of \"%s\" must be a string; add it", key, where);
		return NULL;
	}
	return keep_text(l, item->valuestring);
}

static const char **texts_of(struct load *l, const cJSON *array, const char *key, const char *where)
{
	const char **list = rules_keep(l->rules, ((size_t)cJSON_GetArraySize(array) + 1) * sizeof(*list));
	const cJSON *item;
	size_t n = 0;

	if (array && !cJSON_IsArray(array)) {
		fail(l, where, "\"%s\" of \"%s\" must be a list of strings", key, where);
		return NULL;
	}
	cJSON_ArrayForEach(item, array) {
		if (!cJSON_IsString(item)) {
			fail(l, where, "\"%s\" of \"%s\" must be a list of strings", key, where);
			return NULL;
		}
		if (list)
			list[n++] = keep_text(l, item->valuestring);
	}
	return list;
}

static bool valid_pattern(const char *text, enum rule_kind kind)
{
	size_t label = 0, n = strlen(text);

	if (!n || n > NAME_TEXT_MAX || text[0] == '.' || text[n - 1] == '.')
		return false;
	for (; *text; text++) {
		if (*text == '.') {
			if (!label)
				return false;
			label = 0;
		} else if ((*text >= 'a' && *text <= 'z') || (*text >= '0' && *text <= '9') ||
			   *text == '-' || *text == '_' || (*text == '*' && kind == RULE_GLOB)) {
			label++;
		} else {
			return false;
		}
	}
	return true;
}

static bool valid_stars(const char *glob)
{
	bool any = false, here = false;

	for (; *glob; glob++) {
		if (*glob == '*' && here)
			return false;
		here = *glob == '*' || (here && *glob != '.');
		any |= here;
	}
	return any && !here;
}

static bool add_patterns(struct load *l, const cJSON *match, const char *key, enum rule_kind kind,
			 const struct rule *rule)
{
	const cJSON *array = cJSON_GetObjectItemCaseSensitive(match, key), *item;

	if (array && !cJSON_IsArray(array))
		return fail(l, rule->id, "\"%s\" of rule \"%s\" must be a list of names", key, rule->id);
	cJSON_ArrayForEach(item, array) {
		const char *text;

		if (!cJSON_IsString(item) || !valid_pattern(item->valuestring, kind))
			return fail(l, cJSON_IsString(item) ? item->valuestring : rule->id,
				    "\"%s\" in \"%s\" of rule \"%s\" is no name; write lower case A-labels without "
				    "dots at the ends",
				    cJSON_IsString(item) ? item->valuestring : "?", key, rule->id);
		if (kind == RULE_GLOB && !valid_stars(item->valuestring))
			return fail(l, item->valuestring, "glob \"%s\" needs a star, one a label, none in the "
				    "last; a plain name belongs to \"exact\"", item->valuestring);
		if (!rule->enabled)
			continue;
		text = keep_text(l, item->valuestring);
		if (!text || !rules_add_pattern(l->rules, rule, text, kind))
			return fail(l, NULL, "needs more memory than there is");
	}
	return true;
}

static bool read_flag(struct load *l, const cJSON *object, const char *key, const char *where, bool *out, bool may_miss)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!item && may_miss)
		return true;
	if (!cJSON_IsBool(item))
		return fail(l, where, "\"%s\" of \"%s\" must be true or false", key, where);
	*out = cJSON_IsTrue(item);
	return true;
}

static bool choose(struct load *l, const cJSON *object, const char *key, const char *where,
		   const char *const *list, const char **out)
{
	const char *text = text_of(l, object, key, where, false);

	if (!text)
		return false;
	*out = in_list(list, text);
	return *out || fail(l, text, "\"%s\" is no %s; telltale-rules(5) lists them", text, key);
}

/* replace_rule switches off the rule of an earlier directory that has the same id. */
static void replace_rule(struct load *l, const struct rule *rule)
{
	for (struct rule *old = l->earlier; old; old = old->before) {
		if (old->enabled && strcmp(old->id, rule->id) == 0) {
			old->enabled = false;
			l->rules->rules--;
		}
	}
}

static bool read_rule(struct load *l, const cJSON *object, const struct vendor *vendor)
{
	struct rule *rule = rules_keep(l->rules, sizeof(*rule));
	const cJSON *match = cJSON_GetObjectItemCaseSensitive(object, "match");

	if (!rule)
		return fail(l, NULL, "needs more memory than there is");
	rule->vendor = vendor;
	rule->enabled = true;
	rule->id = text_of(l, object, "id", vendor->id, false);
	if (!rule->id || !only_keys(l, object, rule_keys))
		return false;
	rule->product = text_of(l, object, "product", rule->id, false);
	if (!rule->product || !choose(l, object, "purpose", rule->id, rule_purposes, &rule->purpose) ||
	    !choose(l, object, "confidence", rule->id, confidences, &rule->confidence) ||
	    !read_flag(l, object, "installed", rule->id, &rule->installed, false) ||
	    !read_flag(l, object, "enabled", rule->id, &rule->enabled, true))
		return false;
	rule->reviewed = text_of(l, object, "reviewed", rule->id, true);
	rule->references = texts_of(l, cJSON_GetObjectItemCaseSensitive(object, "references"), "references", rule->id);
	if (!rule->references)
		return false;
	if (!rule->references[0])
		return fail(l, rule->id, "rule \"%s\" has no references; say where its facts come from", rule->id);
	if (!cJSON_IsObject(match) || !only_keys(l, match, match_keys))
		return cJSON_IsObject(match) ? false :
		       fail(l, rule->id, "rule \"%s\" has no \"match\"; add the names it stands for", rule->id);
	replace_rule(l, rule);
	rule->before = l->rules->newest;
	l->rules->newest = rule;
	l->rules->rules += rule->enabled;
	return add_patterns(l, match, "suffix", RULE_SUFFIX, rule) &&
	       add_patterns(l, match, "exact", RULE_EXACT, rule) &&
	       add_patterns(l, match, "glob", RULE_GLOB, rule);
}

static bool read_vendor(struct load *l)
{
	const cJSON *object = cJSON_GetObjectItemCaseSensitive(l->file.root, "vendor");
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(l->file.root, "rules"), *item;
	struct vendor *vendor = rules_keep(l->rules, sizeof(*vendor));

	if (!vendor)
		return fail(l, NULL, "needs more memory than there is");
	if (!only_keys(l, l->file.root, file_keys))
		return false;
	if (!cJSON_IsObject(object) || !cJSON_IsArray(list))
		return fail(l, "vendor", "a rule file has a \"vendor\" object and a \"rules\" list");
	vendor->id = text_of(l, object, "id", "vendor", false);
	if (!vendor->id || !only_keys(l, object, vendor_keys))
		return false;
	vendor->name = text_of(l, object, "name", vendor->id, false);
	vendor->country = text_of(l, object, "country", vendor->id, true);
	vendor->tags = texts_of(l, cJSON_GetObjectItemCaseSensitive(object, "tags"), "tags", vendor->id);
	if (!vendor->name || !vendor->tags)
		return false;
	if (vendor->country &&
	    (strspn(vendor->country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2 || vendor->country[2]))
		return fail(l, vendor->country, "country \"%s\" must be two capital letters (ISO 3166-1)",
			    vendor->country);
	l->rules->vendors++;
	cJSON_ArrayForEach(item, list) {
		if (!cJSON_IsObject(item))
			return fail(l, vendor->id, "\"rules\" of \"%s\" must be a list of objects", vendor->id);
		if (!read_rule(l, item, vendor))
			return false;
	}
	return true;
}

static bool load_file(struct load *l)
{
	unsigned line;
	char what[JSONFILE_WHAT_MAX];
	bool ok;

	if (!jsonfile_read(l->path, &l->file, &line, what)) {
		fail(l, NULL, "%s", what);
		l->error->line = line;
		return false;
	}
	ok = read_vendor(l);
	jsonfile_free(&l->file);
	return ok;
}

static int is_json(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && d->d_name[0] != '.' && strcmp(d->d_name + n - 5, ".json") == 0;
}

static bool load_dir(struct load *l, const char *dir)
{
	char path[PATH_BYTES];
	struct dirent **list;
	int n = scandir(dir, &list, is_json, alphasort);
	bool ok = n >= 0;

	for (int i = 0; i < n; i++) {
		if (ok) {
			snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
			l->path = path;
			ok = load_file(l);
		}
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return ok;
}

/* check_repeats makes one name stand in one rule: else which one answers would be chance. */
static bool check_repeats(struct load *l, const char *dir)
{
	const struct pattern *p, *same;

	l->path = dir;
	for (size_t i = 0; i < l->rules->count; i++) {
		p = &l->rules->patterns[i];
		same = rules_same(l->rules, p);
		if (same != p)
			return fail(l, NULL, "\"%s\" stands in rules \"%s\" and \"%s\"; remove it from one",
				    p->text, same->rule->id, p->rule->id);
	}
	return true;
}

static bool load_tree(struct load *l, const char *dir)
{
	char vendors[PATH_BYTES];

	snprintf(vendors, sizeof(vendors), "%s/vendors", dir);
	l->earlier = l->rules->newest;
	l->path = dir;
	if (load_dir(l, vendors) || (!l->error->what[0] && load_dir(l, dir)))
		return true;
	if (!l->error->what[0])
		fail(l, NULL, "cannot be read: %s; name a directory of rules with -R", strerror(errno));
	return false;
}

struct rules *rules_load_all(const char *const *dirs, size_t n, struct rules_error *error)
{
	struct load l = { .error = error, .path = n ? dirs[0] : "" };
	bool ok;

	*error = (struct rules_error){ 0 };
	l.rules = calloc(1, sizeof(*l.rules));
	ok = l.rules != NULL;
	for (size_t i = 0; ok && i < n; i++)
		ok = load_tree(&l, dirs[i]);
	l.path = n ? dirs[0] : "";
	if (ok && !l.rules->rules)
		ok = fail(&l, NULL, "holds no rule (*.json); name a directory of rules with -R");
	if (ok)
		rules_forget_disabled(l.rules);
	if ((ok && !rules_index(l.rules)) || !l.rules)
		ok = fail(&l, NULL, "needs more memory than there is");
	if (ok && check_repeats(&l, l.path))
		return l.rules;
	rules_free(l.rules);
	return NULL;
}

struct rules *rules_load(const char *dir, struct rules_error *error)
{
	return rules_load_all(&dir, 1, error);
}
