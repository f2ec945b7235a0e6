#include "layout.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define EXACT_MAX 9007199254740992.0	/* 2 to the 53rd: whole numbers up to it are doubles */

enum { WIDTH = 100 };	/* characters within which a list stands on one line */

struct kind {
	const char *name;
	const char *keys[12];
};

static const struct kind kinds[] = {
	{ "file", { "vendor", "rules", "tags", "severity", "suppressions" } },
	{ "vendor", { "id", "name", "country", "tags" } },
	{ "rule", { "id", "product", "purpose", "installed", "confidence", "enabled", "reviewed", "match",
		    "references", "note" } },
	{ "match", { "suffix", "exact", "glob", "asn", "cidr", "ja4" } },
	{ "tag", { "id", "jurisdiction", "instrument", "date", "vendors", "scope", "reference", "instruments" } },
	{ "severity", { "id", "enabled", "when", "severity", "note" } },
	{ "suppression", { "id", "enabled", "when", "reason", "expires" } },
	{ "when", { "vendor", "tag", "purpose", "installed", "rule", "product", "name", "country", "as", "client",
		    "hours" } },
	{ "", { NULL } },
};
static const char *const children[][2] = {	/* what stands under a key */
	{ "rules", "rule" }, { "tags", "tag" }, { "severity", "severity" }, { "instruments", "tag" },
	{ "suppressions", "suppression" },
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

/* put_number writes as few digits as give the same number again. */
static void put_number(FILE *out, double number)
{
	char text[40];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (!(strtod(text, NULL) < number || strtod(text, NULL) > number))
			break;
	}
	fputs(text, out);
}

bool layout_exact(const cJSON *value)
{
	const cJSON *item;

	if (cJSON_IsNumber(value) && !(value->valuedouble >= -EXACT_MAX && value->valuedouble <= EXACT_MAX))
		return false;
	cJSON_ArrayForEach(item, value) {
		if (!layout_exact(item))
			return false;
	}
	return true;
}

static void put_scalar(FILE *out, const cJSON *value)
{
	double number = value->valuedouble;

	if (cJSON_IsString(value))
		put_string(out, value->valuestring);
	else if (cJSON_IsNumber(value) && layout_exact(value) && number == (double)(long long)number)
		fprintf(out, "%lld", (long long)number);
	else if (cJSON_IsNumber(value))
		put_number(out, number);
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

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

static const char *twin_here(const cJSON *object)
{
	size_t n = 0, room = (size_t)cJSON_GetArraySize(object);
	const cJSON **list = memory_new(room, sizeof(*list)), *item;
	const char *found = NULL;

	cJSON_ArrayForEach(item, object)
		list[n++] = item;
	qsort(list, n, sizeof(*list), by_name);
	for (size_t i = 1; i < n && !found; i++) {
		if (strcmp(list[i - 1]->string, list[i]->string) == 0)
			found = list[i]->string;
	}
	free(list);
	return found;
}

const char *layout_twin(const cJSON *value)
{
	const char *found = cJSON_IsObject(value) ? twin_here(value) : NULL;
	const cJSON *item;

	cJSON_ArrayForEach(item, value) {
		if (!found)
			found = layout_twin(item);
	}
	return found;
}
