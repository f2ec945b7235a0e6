/*
 * Keys, types and forms of rule files, as schema/rules.schema.json has them: the sensor's loader stops at the first
 * fault, an author wants all of them.
 */
#include "check_parts.h"

#include <stdarg.h>

#include "layout.h"

enum type { TEXT, FLAG, TEXTS, NUMBERS, OBJECT, OBJECTS, ANY };

struct field {
	const char *key;
	enum type type;
	bool needed;
};

static const struct field file_fields[] = {
	{ "vendor", OBJECT, true }, { "rules", OBJECTS, true }, { "$schema", TEXT, false }, { NULL, ANY, false }
};
static const struct field vendor_fields[] = {
	{ "id", TEXT, true }, { "name", TEXT, true }, { "country", TEXT, false }, { "tags", TEXTS, false },
	{ "note", TEXT, false }, { NULL, ANY, false }
};
static const struct field rule_fields[] = {
	{ "id", TEXT, true }, { "product", TEXT, true }, { "purpose", TEXT, true }, { "installed", FLAG, true },
	{ "confidence", TEXT, true }, { "reviewed", TEXT, false }, { "enabled", FLAG, false },
	{ "match", OBJECT, true }, { "references", TEXTS, true }, { "note", TEXT, false }, { NULL, ANY, false }
};
static const struct field match_fields[] = {
	{ "suffix", TEXTS, false }, { "exact", TEXTS, false }, { "glob", TEXTS, false }, { "asn", NUMBERS, false },
	{ "cidr", TEXTS, false }, { "ja4", TEXTS, false }, { NULL, ANY, false }
};
static const char *const confidences[] = { "documented", "source-code", "blocklist", "inferred", NULL };
static const char lower[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

/* Where a fault is: the file, what stands before it, and what it is called. */
struct spot {
	struct check *check;
	const struct pack_file *file;
	const char *after, *who;
};

__attribute__((format(printf, 3, 4)))
static void put(const struct spot *s, const char *at, const char *format, ...)
{
	bool named = s->after;
	char what[512];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	findings_put(&s->check->found, true, s->file->path, pack_line(s->file, s->after, at), "%s%s%s%s: %s", s->who,
		     named ? " \"" : "", named ? s->after : "", named ? "\"" : "", what);
}

static bool all_are(const cJSON *list, cJSON_bool (*is)(const cJSON *))
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list) {
		if (!is(item))
			return false;
	}
	return cJSON_IsArray(list);
}

static bool is_type(const cJSON *value, enum type type)
{
	switch (type) {
	case TEXT: return cJSON_IsString(value) && *value->valuestring;
	case FLAG: return cJSON_IsBool(value);
	case TEXTS: return all_are(value, cJSON_IsString);
	case NUMBERS: return all_are(value, cJSON_IsNumber);
	case OBJECT: return cJSON_IsObject(value);
	case OBJECTS: return all_are(value, cJSON_IsObject);
	default: return true;
	}
}

static void check_fields(const struct spot *s, const cJSON *object, const struct field *fields)
{
	static const char *const names[] = { "a text, and not an empty one", "true or false", "a list of texts",
					     "a list of numbers", "an object", "a list of objects", "" };
	const cJSON *item;

	cJSON_ArrayForEach(item, object) {
		const struct field *f = fields;

		while (f->key && strcmp(f->key, item->string) != 0)
			f++;
		if (!f->key)
			put(s, item->string, "unknown key \"%s\"; telltale-rules(5) lists those there are", item->string);
		else if (!is_type(item, f->type))
			put(s, item->string, "\"%s\" must be %s", item->string, names[f->type]);
	}
	for (const struct field *f = fields; f->key; f++) {
		if (f->needed && !cJSON_GetObjectItemCaseSensitive(object, f->key))
			put(s, NULL, "has no \"%s\"; add it", f->key);
	}
}

static void check_word(const struct spot *s, const cJSON *object, const char *key, const char *const *list)
{
	const char *text = pack_text(object, key);

	while (*list && strcmp(*list, text) != 0)
		list++;
	if (*text && !*list)
		put(s, text, "\"%s\" is no %s; telltale-rules(5) lists them", text, key);
}

/* name_fault is NULL for lower-case labels with dots between; a glob has a star a label, none in the last. */
static const char *name_fault(const char *text, bool glob)
{
	size_t n = strlen(text);
	const char *star = strrchr(text, '*');

	if (!n || text[0] == '.' || text[n - 1] == '.' || strstr(text, ".."))
		return "is no name: write labels with one dot between, none at the ends";
	for (size_t i = 0; i < n; i++) {
		if (text[i] >= 'A' && text[i] <= 'Z')
			return "has upper case: write lower case";
		if (!strchr(lower, text[i]) && text[i] != '*')
			return "is no name: write A-labels (xn--) of a-z, 0-9, - and _";
	}
	if (!glob)
		return star ? "has a star: put it under \"glob\"" : NULL;
	if (!star)
		return "has no star: put it under \"exact\"";
	if (!strchr(star, '.'))
		return "has a star in its last label";
	for (const char *p = strchr(text, '*'); p; p = strchr(p + 1, '*')) {
		if (p[1 + strcspn(p + 1, ".*")] == '*')
			return "has two stars in one label";
	}
	return NULL;
}

static void check_names_of(const struct spot *s, const cJSON *match, enum rule_kind kind)
{
	const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(match, rule_kind_text(kind));

	cJSON_ArrayForEach(item, list) {
		const char *text = cJSON_IsString(item) ? item->valuestring : NULL;
		const char *fault = text ? name_fault(text, kind == RULE_GLOB) : NULL;

		if (fault)
			put(s, text, "%s \"%s\" %s", rule_kind_text(kind), text, fault);
	}
}

static void check_one(struct check *c, const struct pack_file *f, const cJSON *rule, unsigned number)
{
	const char *id = pack_text(rule, "id");
	char who[32];
	const struct spot s = { .check = c, .file = f, .after = *id ? id : NULL, .who = *id ? "rule" : who };
	const cJSON *match = cJSON_GetObjectItemCaseSensitive(rule, "match");
	const cJSON *references = cJSON_GetObjectItemCaseSensitive(rule, "references");

	snprintf(who, sizeof(who), "rule number %u", number);
	check_fields(&s, rule, rule_fields);
	check_fields(&s, match, match_fields);
	check_word(&s, rule, "purpose", rule_purposes);
	check_word(&s, rule, "confidence", confidences);
	if (cJSON_IsArray(references) && !references->child)
		put(&s, "references", "has no references; say where its facts come from");
	check_names_of(&s, match, RULE_SUFFIX);
	check_names_of(&s, match, RULE_EXACT);
	check_names_of(&s, match, RULE_GLOB);
}

void check_schema(struct check *c, const struct pack_file *f)
{
	const struct spot s = { .check = c, .file = f, .who = "the file" };
	const struct spot v = { .check = c, .file = f, .who = "the vendor" };
	const cJSON *item, *rules = cJSON_GetObjectItemCaseSensitive(f->json.root, "rules");
	unsigned number = 0;
	const char *twin;

	if (!cJSON_IsObject(f->json.root)) {
		put(&s, NULL, "is no object; a rule file has a \"vendor\" and \"rules\"");
		return;
	}
	twin = layout_twin(f->json.root);
	if (twin)
		put(&s, twin, "key \"%s\" stands twice in one object; remove one", twin);
	check_fields(&s, f->json.root, file_fields);
	check_fields(&v, cJSON_GetObjectItemCaseSensitive(f->json.root, "vendor"), vendor_fields);
	if (*f->country && (strlen(f->country) != 2 || strspn(f->country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2))
		put(&v, f->country, "country \"%s\" must be two capital letters (ISO 3166-1)", f->country);
	if (cJSON_IsArray(rules) && !rules->child)
		put(&s, "rules", "has no rules; add one or remove the file");
	cJSON_ArrayForEach(item, rules) {
		number++;
		if (cJSON_IsObject(item))
			check_one(c, f, item, number);
	}
}
