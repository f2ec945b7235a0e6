#include "layout.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

enum { WIDTH = 100 };	/* characters within which a list stands on one line */

struct kind {
	const char *name;
	const char *keys[12];
};

static const struct kind kinds[] = {
	{ "file", { "vendor", "rules", "tags", "severity" } },
	{ "vendor", { "id", "name", "country", "tags" } },
	{ "rule", { "id", "product", "purpose", "installed", "confidence", "enabled", "reviewed", "match",
		    "references", "note" } },
	{ "match", { "suffix", "exact", "glob", "asn", "cidr", "ja4" } },
	{ "tag", { "id", "jurisdiction", "instrument", "date", "vendors", "scope", "reference", "instruments" } },
	{ "severity", { "when", "severity", "note" } },
	{ "when", { "vendor", "tag", "purpose", "installed", "country" } },
	{ "", { NULL } },
};
static const char *const children[][2] = {	/* what stands under a key */
	{ "rules", "rule" }, { "tags", "tag" }, { "severity", "severity" }, { "instruments", "tag" },
	{ "vendor", "vendor" }, { "match", "match" }, { "when", "when" }
};

static const struct kind *kind_of(const char *name)
{
	const struct kind *k = kinds;

	while (*k->name && strcmp(k->name, name) != 0)
		k++;
	return k;
}

static const struct kind *child_of(const char *key)
{
	for (size_t i = 0; i < sizeof(children) / sizeof(*children); i++) {
		if (strcmp(children[i][0], key) == 0)
			return kind_of(children[i][1]);
	}
	return kind_of("");
}

static size_t rank(const struct kind *kind, const char *key)
{
	size_t i = 0;

	while (kind->keys[i] && strcmp(kind->keys[i], key) != 0)
		i++;
	return i;
}

static const struct kind *ranking;	/* of the object being sorted: qsort hands nothing on */

static int by_key(const void *a, const void *b)
{
	const cJSON *const *x = a, *const *y = b;
	size_t i = rank(ranking, (*x)->string), k = rank(ranking, (*y)->string);

	return i != k ? (i > k) - (i < k) : strcmp((*x)->string, (*y)->string);
}

static int by_value(const void *a, const void *b)
{
	const cJSON *const *x = a, *const *y = b;

	if (cJSON_IsString(*x))
		return strcmp((*x)->valuestring, (*y)->valuestring);
	return ((*x)->valuedouble > (*y)->valuedouble) - ((*x)->valuedouble < (*y)->valuedouble);
}

static void sort_children(cJSON *value, int (*compare)(const void *, const void *))
{
	size_t n = 0, room = (size_t)cJSON_GetArraySize(value);
	cJSON **list = memory_new(room, sizeof(*list)), *item;

	cJSON_ArrayForEach(item, value)
		list[n++] = item;
	qsort(list, n, sizeof(*list), compare);
	for (size_t i = 0; i < n; i++) {
		list[i]->next = i + 1 < n ? list[i + 1] : NULL;
		list[i]->prev = list[i ? i - 1 : n - 1];	/* cJSON: the first knows the last */
	}
	value->child = n ? list[0] : NULL;
	free(list);
}

static bool all_of(const cJSON *list, int type)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list) {
		if ((item->type & 0xff) != type)
			return false;
	}
	return list->child;
}

static void order(cJSON *value, const struct kind *kind)
{
	cJSON *item;

	if (cJSON_IsObject(value)) {
		ranking = kind;
		sort_children(value, by_key);
		cJSON_ArrayForEach(item, value)
			order(item, child_of(item->string));
	} else if (all_of(value, cJSON_String) || all_of(value, cJSON_Number)) {
		sort_children(value, by_value);
	} else {
		cJSON_ArrayForEach(item, value)
			order(item, kind);
	}
}

static void put_string(FILE *out, const char *text)
{
	static const char escapes[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	putc('"', out);
	for (; *text; text++) {
		const char *e = escapes;

		while (*e && *e != *text)
			e += 2;
		if (*e)
			fprintf(out, "\\%c", e[1]);
		else if ((unsigned char)*text < 0x20)
			fprintf(out, "\\u%04x", (unsigned)*text);
		else
			putc(*text, out);
	}
	putc('"', out);
}

static void put_scalar(FILE *out, const cJSON *value)
{
	double number = value->valuedouble;

	if (cJSON_IsString(value))
		put_string(out, value->valuestring);
	else if (cJSON_IsNumber(value) && number >= -9e15 && number <= 9e15 && number == (double)(long long)number)
		fprintf(out, "%lld", (long long)number);
	else if (cJSON_IsNumber(value))
		fprintf(out, "%.17g", number);
	else
		fputs(cJSON_IsTrue(value) ? "true" : cJSON_IsFalse(value) ? "false" : "null", out);
}

static size_t characters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* in_one_line writes a list of plain values if it fits behind `lead` characters. */
static bool in_one_line(FILE *out, const cJSON *list, size_t lead)
{
	const cJSON *item;
	char *text = NULL;
	size_t size;
	FILE *one;
	bool fits;

	cJSON_ArrayForEach(item, list) {
		if (cJSON_IsArray(item) || cJSON_IsObject(item))
			return false;
	}
	one = open_memstream(&text, &size);
	if (!one)
		return false;
	putc('[', one);
	cJSON_ArrayForEach(item, list) {
		put_scalar(one, item);
		fputs(item->next ? ", " : "]", one);
	}
	fclose(one);
	fits = lead + characters(text) + 1 <= WIDTH;
	if (fits)
		fputs(text, out);
	free(text);
	return fits;
}

static void put_value(FILE *out, const cJSON *value, unsigned depth, size_t lead)
{
	bool object = cJSON_IsObject(value);
	int pad = (int)depth * 2;
	const cJSON *item;

	if (!object && !cJSON_IsArray(value)) {
		put_scalar(out, value);
		return;
	}
	if (!value->child) {
		fputs(object ? "{}" : "[]", out);
		return;
	}
	if (!object && in_one_line(out, value, lead))
		return;
	fputs(object ? "{\n" : "[\n", out);
	cJSON_ArrayForEach(item, value) {
		size_t head = (size_t)pad + 2;

		fprintf(out, "%*s", pad + 2, "");
		if (object) {
			put_string(out, item->string);
			fputs(": ", out);
			head += characters(item->string) + 4;
		}
		put_value(out, item, depth + 1, head);
		fputs(item->next ? ",\n" : "\n", out);
	}
	fprintf(out, "%*s%c", pad, "", object ? '}' : ']');
}

char *layout_text(cJSON *root)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	order(root, kind_of("file"));
	if (!out)
		return memory_text("%s", "");
	put_value(out, root, 0, 0);
	putc('\n', out);
	fclose(out);
	return text;
}

const char *layout_twin(const cJSON *value)
{
	const cJSON *item, *other;

	cJSON_ArrayForEach(item, value) {
		const char *below = layout_twin(item);

		if (below)
			return below;
		if (!cJSON_IsObject(value))
			continue;
		for (other = item->next; other; other = other->next) {
			if (strcmp(item->string, other->string) == 0)
				return item->string;
		}
	}
	return NULL;
}
