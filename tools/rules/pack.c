#include "pack.h"

#include <stdlib.h>

#include "memory.h"
#include "pack_files.h"

const char *pack_text(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsString(item) ? item->valuestring : "";
}

static uint16_t anchor_of(const char *text)
{
	const char *star = strrchr(text, '*'), *dot = star ? strchr(star, '.') : NULL;

	return (uint16_t)(!star ? 0 : dot ? dot + 1 - text : (ptrdiff_t)strlen(text));
}

static void add_patterns(struct pack *p, struct pack_rule *rule, enum rule_kind kind)
{
	const cJSON *match = cJSON_GetObjectItemCaseSensitive(rule->json, "match");
	const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(match, rule_kind_text(kind));

	cJSON_ArrayForEach(item, list) {
		if (!cJSON_IsString(item))
			continue;
		p->patterns = memory_room(p->patterns, p->pattern_count, sizeof(*p->patterns));
		p->patterns[p->pattern_count++] = (struct pack_pattern){
			.text = item->valuestring, .rule = (uint32_t)p->rule_count, .kind = (uint8_t)kind,
			.anchor = anchor_of(item->valuestring),
		};
		rule->count++;
	}
}

static size_t count_others(const cJSON *json)
{
	static const char *const keys[] = { "asn", "cidr", "ja4" };
	const cJSON *match = cJSON_GetObjectItemCaseSensitive(json, "match");
	size_t n = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		n += (size_t)cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(match, keys[i]));
	return n;
}

static void add_rule(struct pack *p, const struct pack_file *file, const cJSON *json)
{
	const cJSON *enabled = cJSON_GetObjectItemCaseSensitive(json, "enabled");
	struct pack_rule rule = {
		.file = file, .json = json, .first = p->pattern_count,
		.id = pack_text(json, "id"), .product = pack_text(json, "product"),
		.purpose = pack_text(json, "purpose"), .confidence = pack_text(json, "confidence"),
		.reviewed = pack_text(json, "reviewed"), .note = pack_text(json, "note"),
		.installed = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "installed")),
		.enabled = !cJSON_IsFalse(enabled),
	};

	add_patterns(p, &rule, RULE_SUFFIX);
	add_patterns(p, &rule, RULE_EXACT);
	add_patterns(p, &rule, RULE_GLOB);
	rule.others = count_others(json);
	p->other_count += rule.others;
	p->rules = memory_room(p->rules, p->rule_count, sizeof(*p->rules));
	p->rules[p->rule_count++] = rule;
}

static uint32_t hash(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		h = (h ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return (uint32_t)(h ^ h >> 32);
}

static void make_index(struct pack *p)
{
	uint32_t size = 64;

	while (size < p->pattern_count)
		size *= 2;
	p->mask = size - 1;
	p->buckets = memory_new(size, sizeof(*p->buckets));
	for (size_t i = p->pattern_count; i--;) {
		uint32_t *bucket = &p->buckets[hash(p->patterns[i].text + p->patterns[i].anchor) & p->mask];

		p->patterns[i].next = *bucket;
		*bucket = (uint32_t)i + 1;
	}
}

const struct pack_pattern *pack_next(const struct pack *p, const char *tail, const struct pack_pattern *before)
{
	uint32_t at = before ? before->next : p->buckets[hash(tail) & p->mask];

	for (; at; at = p->patterns[at - 1].next) {
		const struct pack_pattern *pattern = &p->patterns[at - 1];

		if (strcmp(pattern->text + pattern->anchor, tail) == 0)
			return pattern;
	}
	return NULL;
}

bool pack_covers(const struct pack_pattern *p, const char *name)
{
	size_t n = strlen(name), len = strlen(p->text);

	if (p->kind == RULE_GLOB)
		return rules_glob_fits(p->text, name);
	if (p->kind == RULE_EXACT || n <= len)
		return strcmp(p->text, name) == 0;
	return name[n - len - 1] == '.' && strcmp(name + n - len, p->text) == 0;
}

const char *pack_quoted(const char *text, const char *what)
{
	size_t n = strlen(what);

	for (const char *p = text; n && p && (p = strstr(p, what)); p++) {
		if (p > text && p[-1] == '"' && p[n] == '"')
			return p;
	}
	return NULL;
}

unsigned pack_line_at(const char *text, const char *at)
{
	unsigned line = 1;

	if (!text || !at)
		return 0;
	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

unsigned pack_line(const struct pack_file *f, const char *after, const char *what)
{
	const char *at = f->json.text, *found;

	found = after ? pack_quoted(at, after) : NULL;
	at = found ? found : at;
	found = what ? pack_quoted(at, what) : NULL;
	return pack_line_at(f->json.text, found ? found : at);
}

static int by_id(const void *a, const void *b)
{
	const struct pack_rule *const *x = a, *const *y = b;
	int order = strcmp((*x)->id, (*y)->id);

	return order ? order : ((*x)->file->dir > (*y)->file->dir) - ((*x)->file->dir < (*y)->file->dir);
}

/* mark_overridden: of rules with one id those of the last directory count. */
static void mark_overridden(struct pack *p)
{
	struct pack_rule **order = memory_new(p->rule_count + 1, sizeof(*order));

	for (size_t i = 0; i < p->rule_count; i++)
		order[i] = &p->rules[i];
	qsort(order, p->rule_count, sizeof(*order), by_id);
	for (size_t i = p->rule_count; i-- > 1;) {
		struct pack_rule *low = order[i - 1], *high = order[i];

		if (*low->id && strcmp(low->id, high->id) == 0)
			low->overridden = high->overridden || low->file->dir < high->file->dir;
	}
	free(order);
}

bool pack_open(struct pack *p, const char *const *paths, size_t n)
{
	*p = (struct pack){ 0 };
	for (size_t i = 0; i < n; i++) {
		if (!pack_files_add(p, paths[i], i)) {
			pack_close(p);
			return false;
		}
	}
	for (size_t i = 0; i < p->file_count; i++) {
		const struct pack_file *file = p->files[i];
		const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(file->json.root, "rules");

		cJSON_ArrayForEach(item, list)
			add_rule(p, file, item);
	}
	mark_overridden(p);
	make_index(p);
	return true;
}

void pack_close(struct pack *p)
{
	pack_files_free(p);
	free(p->rules);
	free(p->patterns);
	free(p->buckets);
}
