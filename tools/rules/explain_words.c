#include "explain.h"
#include "say.h"

static const char *how(enum rule_kind kind)
{
	static const char *const texts[] = {
		[RULE_SUFFIX] = "this domain and every name below it",
		[RULE_GLOB] = "any characters of one label where the star stands",
		[RULE_EXACT] = "this name alone",
	};

	return texts[kind];
}

static const char *standing(const char *confidence)
{
	static const char *const texts[][2] = {
		{ "documented", "a page of the vendor or a named witness says so" },
		{ "source-code", "the code of a program that talks to it says so" },
		{ "blocklist", "a curated list says so" },
		{ "inferred", "the name is real, its role is read from the name" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (strcmp(texts[i][0], confidence) == 0)
			return texts[i][1];
	}
	return "";
}

static void row(const char *key, const char *value, const char *more)
{
	printf("  %-11s ", key);
	say_text(stdout, value);
	if (*more) {
		fputs(" (", stdout);
		say_text(stdout, more);
		putchar(')');
	}
	putchar('\n');
}

static void tag_rows(const struct explain *e, const struct pack_rule *r)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, r->file->tags) {
		const char *id = cJSON_IsString(item) ? item->valuestring : "";
		const cJSON *tag = policies_instrument(policies_tag(&e->policies, id), r->file->vendor);
		const char *instrument = pack_text(tag, "instrument"), *date = pack_text(tag, "date");

		printf("  %-11s ", item == r->file->tags->child ? "tags" : "");
		say_text(stdout, id);
		if (*instrument) {
			fputs(": ", stdout);
			say_text(stdout, instrument);
		}
		if (*date) {
			fputs(", ", stdout);
			say_text(stdout, date);
		}
		putchar('\n');
	}
}

static void rule_rows(const struct explain *e, const struct pack_pattern *p)
{
	const struct pack_rule *r = &e->pack.rules[p->rule];
	const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(r->json, "references");

	row("vendor", r->file->name, r->file->country);
	row("product", r->product, "");
	row("purpose", r->purpose, "");
	row("installed", r->installed ? "yes" : "no", r->installed ? "a contact shows the product on the client" :
	    "a contact alone shows no installed product");
	row("confidence", r->confidence, standing(r->confidence));
	printf("  %-11s %s ", "why", rule_kind_text(p->kind));
	say_text(stdout, p->text);
	printf(": %s\n", how(p->kind));
	if (*r->note)
		row("shows", r->note, "");
	row("reviewed", *r->reviewed ? r->reviewed : "never", "");
	cJSON_ArrayForEach(item, list)
		row(item == list->child ? "references" : "", cJSON_IsString(item) ? item->valuestring : "", "");
	printf("  %-11s ", "file");
	say_text(stdout, r->file->path);
	printf(":%u\n", pack_line(r->file, r->id, p->text));
	tag_rows(e, r);
}

static void pattern_row(const struct explain *e, const struct pack_pattern *p)
{
	const struct pack_rule *r = &e->pack.rules[p->rule];

	printf("  %s ", rule_kind_text(p->kind));
	say_text(stdout, p->text);
	fputs(": ", stdout);
	say_text(stdout, r->id);
	fputs(", ", stdout);
	say_text(stdout, r->product);
	printf(", %s%s\n", r->purpose, r->installed ? ", installed" : "");
}

void explain_words(const struct explain *e)
{
	const struct cover *c = &e->cover;

	if (!c->count) {
		printf("%s: no rule matches\n", e->name.text);
		if (e->near) {
			printf("nearest under %s%s:\n", e->domain, e->near_off ? " (its rule is switched off)" : "");
			pattern_row(e, e->near);
		} else {
			printf("nor is any name under %s in a rule\n", e->domain ? e->domain : "its domain");
		}
		return;
	}
	printf("%s: %s", e->name.text, say_tint(SAY_BOLD));
	say_text(stdout, e->pack.rules[c->list[0]->rule].id);
	puts(say_tint(SAY_PLAIN));
	rule_rows(e, c->list[0]);
	if (c->count > 1)
		puts("less specific, so not taken:");
	for (size_t i = 1; i < c->count; i++)
		pattern_row(e, c->list[i]);
}
