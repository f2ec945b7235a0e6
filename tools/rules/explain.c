#include "explain.h"

#include <stdio.h>

#include "commands.h"

static bool read_word(const char *word, struct explain *e)
{
	struct cursor c = { .at = (const uint8_t *)word, .end = (const uint8_t *)word + strlen(word) };

	if (addr_parse(word, &e->addr)) {
		e->subject = SUBJECT_ADDR;
		e->name.len = (uint16_t)addr_put(&e->addr, e->name.text);
		return true;
	}
	if (mark_is_ja4(word)) {
		e->subject = SUBJECT_JA4;
		e->name.len = (uint16_t)snprintf(e->name.text, sizeof(e->name.text), "%s", word);
		return true;
	}
	if (name_read_host(c, &e->name) && !e->name.odd && !name_is_literal(&e->name) && e->name.text[0] != '.' &&
	    !strstr(e->name.text, ".."))
		return true;
	fprintf(stderr, "telltale-rules: \"%.120s\" is no host name, no address and no JA4; write www.example.com, in "
		"A-labels, or 192.0.2.1\n", word);
	return false;
}

/* promote puts the hit that the sensor takes first, when it ties with the one that stands there. */
static void promote(struct explain *e, const char *pattern)
{
	for (size_t i = 1; i < e->hit_count; i++) {
		struct explain_hit hit = e->hits[i];

		if (strcmp(hit.kind, e->hits[0].kind) != 0 || strlen(hit.text) != strlen(e->hits[0].text))
			return;
		if (strcmp(hit.text, pattern) == 0) {
			memmove(e->hits + 1, e->hits, i * sizeof(e->hits[0]));
			e->hits[0] = hit;
			return;
		}
	}
}

/* agree asks the sensor's own matcher, so that this program never explains what the sensor does not do. */
static bool agree(struct explain *e)
{
	struct rules_error error;
	struct rules *rules = rules_load_all(e->options->dirs, e->options->dir_count, &error);
	struct rule_hit hit = { 0 };
	bool found, same;

	if (!rules) {
		fprintf(stderr, "telltale-rules: %s:%u: %s; see: telltale-rules check\n", error.file, error.line,
			error.what);
		return false;
	}
	found = e->subject == SUBJECT_NAME && rules_match(rules, &e->name, &hit);
	if (found)
		promote(e, hit.pattern);
	same = found ? e->hit_count && strcmp(hit.pattern, e->hits[0].text) == 0 :
	       e->subject != SUBJECT_NAME || !e->hit_count;
	if (!same)
		fprintf(stderr, "telltale-rules: the sensor would answer \"%s\": please report this\n",
			found ? hit.rule->id : "no rule");
	rules_free(rules);
	return same;
}

static int explain(struct explain *e)
{
	static bool (*const find[])(struct explain *) = {
		[SUBJECT_NAME] = explain_name, [SUBJECT_ADDR] = explain_addr, [SUBJECT_JA4] = explain_ja4
	};
	int status = STATUS_NO;

	if (find[e->subject](e) && agree(e) && explain_judge(e)) {
		if (e->options->json)
			explain_json(e);
		else
			explain_words(e);
		status = e->hit_count ? STATUS_OK : STATUS_NO;
	}
	policy_free(e->policy);
	return status;
}

int explain_command(const struct options *o)
{
	static struct explain e;
	int status;

	e.options = o;
	if (!options_words(o, 1, 1, "explain NAME|ADDRESS|JA4 [-R DIR]... [--client ADDRESS] [--country LIST] [--as N] "
			   "[--at TIME] [-g MMDB]... [--json]") ||
	    !read_word(o->words[0], &e) || !explain_contact_read(o, &e.contact))
		return STATUS_USAGE;
	if (!pack_open(&e.pack, o->dirs, o->dir_count))
		return STATUS_NO;
	policies_open(&e.policies, o->dirs, o->dir_count);
	marks_open(&e.marks, &e.pack);
	status = explain(&e);
	marks_close(&e.marks);
	policies_close(&e.policies);
	pack_close(&e.pack);
	return status;
}
