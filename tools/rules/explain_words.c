#include "explain.h"
#include "say.h"

static const char *how(const char *kind)
{
	static const char *const texts[][2] = {
		{ "suffix", "this domain and every name below it" },
		{ "glob", "any characters of one label where the star stands" },
		{ "exact", "this name alone" },
		{ "cidr", "every address of this network" },
		{ "ja4", "every client whose hello has this fingerprint" },
		{ "asn", "every address that this autonomous system announces" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (strcmp(texts[i][0], kind) == 0)
			return texts[i][1];
	}
	return "";
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

void explain_row(const char *key, const char *value, const char *more)
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

/* replaced_row tells which rule of an earlier directory gave way to this one. */
static void replaced_row(const struct explain *e, const struct pack_rule *r)
{
	for (size_t i = 0; i < e->pack.rule_count; i++) {
		const struct pack_rule *old = &e->pack.rules[i];

		if (old->overridden && strcmp(old->id, r->id) == 0)
			explain_row("replaces", old->file->path, "");
	}
}

static void rule_rows(const struct explain *e, const struct explain_hit *hit)
{
	const struct pack_rule *r = &e->pack.rules[hit->rule];
	const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(r->json, "references");

	explain_row("vendor", r->file->name, r->file->country);
	explain_row("product", r->product, "");
	explain_row("purpose", r->purpose, "");
	explain_row("installed", r->installed ? "yes" : "no", r->installed ?
		    "a contact shows the product on the client" : "a contact alone shows no installed product");
	explain_row("confidence", r->confidence, standing(r->confidence));
	printf("  %-11s %s ", "why", hit->kind);
	say_text(stdout, hit->text);
	printf(": %s\n", how(hit->kind));
	if (*r->note)
		explain_row("shows", r->note, "");
	explain_row("reviewed", *r->reviewed ? r->reviewed : "never", "");
	cJSON_ArrayForEach(item, list)
		explain_row(item == list->child ? "references" : "", cJSON_IsString(item) ? item->valuestring : "", "");
	printf("  %-11s ", "file");
	say_text(stdout, r->file->path);
	printf(":%u\n", pack_line(r->file, r->id, strcmp(hit->kind, "asn") == 0 ? "asn" : hit->text));
	replaced_row(e, r);
	tag_rows(e, r);
	explain_policy_words(e);
}

static void hit_row(const struct explain *e, const struct explain_hit *hit)
{
	const struct pack_rule *r = &e->pack.rules[hit->rule];

	printf("  %s ", hit->kind);
	say_text(stdout, hit->text);
	fputs(": ", stdout);
	say_text(stdout, r->id);
	fputs(", ", stdout);
	say_text(stdout, r->product);
	printf(", %s%s\n", r->purpose, r->installed ? ", installed" : "");
}

/* place_words tells where an address lies and whose it is, as far as a database knows. */
static void place_words(const struct explain *e)
{
	if (e->placed) {
		printf("  %-11s %s", "lies in", e->place.country[0] ? e->place.country : "?");
		for (unsigned i = 0; e->place.disagree && i < e->place.opinions; i++)
			printf("%s%s", i ? ", " : " (databases disagree: ", e->place.opinion[i].country);
		fputs(e->place.disagree ? ")" : "", stdout);
		if (e->place.as_number)
			printf(", AS%u ", e->place.as_number);
		say_text(stdout, e->place.as_number ? e->place.as_name : "");
		putchar('\n');
	}
	if (e->unasked)
		printf("  %-11s %zu rule%s by AS number: no database is there; name one with -g\n", "not asked", e->unasked,
		       say_s(e->unasked));
}

static void nothing(const struct explain *e)
{
	printf("%s: no rule matches\n", e->name.text);
	if (e->subject != SUBJECT_NAME)
		return;
	if (e->near) {
		const struct explain_hit hit = { .rule = e->near->rule, .kind = rule_kind_text(e->near->kind),
						 .text = e->near->text };

		printf("nearest under %s%s:\n", e->domain,
		       e->pack.rules[hit.rule].enabled ? "" : " (its rule is switched off)");
		hit_row(e, &hit);
	} else {
		printf("nor is any name under %s in a rule\n", e->domain ? e->domain : "its domain");
	}
}

void explain_words(const struct explain *e)
{
	if (!e->hit_count) {
		nothing(e);
		place_words(e);
		return;
	}
	printf("%s: %s", e->name.text, say_tint(SAY_BOLD));
	say_text(stdout, e->pack.rules[e->hits[0].rule].id);
	puts(say_tint(SAY_PLAIN));
	place_words(e);
	rule_rows(e, &e->hits[0]);
	if (e->hit_count > 1)
		puts("less specific, so not taken:");
	for (size_t i = 1; i < e->hit_count; i++)
		hit_row(e, &e->hits[i]);
}
