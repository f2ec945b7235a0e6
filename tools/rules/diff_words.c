#include "diff.h"

#include <stdlib.h>

#include "say.h"

static void value(const cJSON *json)
{
	char *text = json ? cJSON_PrintUnformatted(json) : NULL;

	say_text(stdout, text ? text : "nothing");
	free(text);
}

static bool has(const cJSON *list, const cJSON *value)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list) {
		if (cJSON_Compare(item, value, true))
			return true;
	}
	return false;
}

/* members tells a list by what it gained and lost. */
static void members(const cJSON *list, const cJSON *without, char sign)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list) {
		if (has(without, item))
			continue;
		printf(" %c", sign);
		value(item);
	}
}

static void field(const cJSON *f)
{
	const cJSON *old = cJSON_GetObjectItemCaseSensitive(f, "old"), *new = cJSON_GetObjectItemCaseSensitive(f, "new");

	fputs("    ", stdout);
	say_text(stdout, pack_text(f, "key"));
	if (cJSON_IsArray(old) && cJSON_IsArray(new)) {
		members(old, new, '-');
		members(new, old, '+');
	} else {
		putchar(' ');
		value(old);
		fputs(" -> ", stdout);
		value(new);
	}
	putchar('\n');
}

static void place(const cJSON *object)
{
	fputs(pack_text(object, "kind"), stdout);
	fputs(" of ", stdout);
	say_text(stdout, pack_text(object, "rule"));
}

/* facts tells what stands on one side alone a little closer. */
static void facts(const cJSON *c)
{
	static const char *const keys[] = { "name", "country", "product", "purpose", "confidence", "expires" };
	const cJSON *severity = cJSON_GetObjectItemCaseSensitive(c, "severity");
	const char *between = ": ";

	if (*pack_text(c, "rule")) {
		fputs(": ", stdout);
		say_text(stdout, pack_text(c, "rule"));
		return;
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *text = pack_text(c, keys[i]);

		if (!*text)
			continue;
		fputs(between, stdout);
		say_text(stdout, text);
		between = ", ";
	}
	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(c, "installed")))
		printf("%sinstalled", between);
	if (cJSON_IsNumber(severity))
		printf("%s%g", between, severity->valuedouble);
}

static void change(const cJSON *c)
{
	const char *how = pack_text(c, "change"), *id = pack_text(c, "id");
	const cJSON *old = cJSON_GetObjectItemCaseSensitive(c, "old"), *item;
	enum say_tint tint = *how == 'a' ? SAY_GREEN : *how == 'r' ? SAY_RED : SAY_YELLOW;

	printf("%s%c%s %s ", say_tint(tint), *how == 'a' ? '+' : *how == 'r' ? '-' : '~', say_tint(SAY_PLAIN),
	       *pack_text(c, "kind") ? pack_text(c, "kind") : pack_text(c, "what"));
	say_text(stdout, *id ? id : pack_text(c, "pattern"));
	if (old) {
		fputs(": ", stdout);
		place(old);
		fputs(" -> ", stdout);
		place(cJSON_GetObjectItemCaseSensitive(c, "new"));
	} else if (*how != 'c') {
		facts(c);
	}
	putchar('\n');
	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(c, "fields"))
		field(item);
}

void diff_words(const struct diff *d)
{
	const cJSON *c;

	cJSON_ArrayForEach(c, d->changes)
		change(c);
	printf("%zu added, %zu removed, %zu changed\n", d->added, d->removed, d->changed);
}
