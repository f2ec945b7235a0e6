#include <stdio.h>

#include "commands.h"
#include "say.h"
#include "select.h"
#include "table.h"

static cJSON *rule_json(const struct pack_rule *r)
{
	cJSON *out = cJSON_Duplicate(r->json, true);

	cJSON_AddStringToObject(out, "vendor", r->file->vendor);
	cJSON_AddStringToObject(out, "vendor_name", r->file->name);
	if (*r->file->country)
		cJSON_AddStringToObject(out, "country", r->file->country);
	if (r->file->tags)
		cJSON_AddItemToObject(out, "tags", cJSON_Duplicate(r->file->tags, true));
	return out;
}

static void heading(struct table *t)
{
	static const char *const heads[] = {
		"rule", "country", "purpose", "shows", "confidence", "patterns", "product"
	};

	*t = (struct table){ .columns = sizeof(heads) / sizeof(*heads), .right = 1 << 5 };
	for (size_t i = 0; i < t->columns; i++)
		table_put(t, "%s", heads[i]);
}

static void row(struct table *t, const struct pack_rule *r)
{
	table_put(t, "%s", r->id);
	table_put(t, "%s", *r->file->country ? r->file->country : "-");
	table_put(t, "%s", r->purpose);
	table_put(t, "%s", !r->enabled ? "off" : r->installed ? "installed" : "-");
	table_put(t, "%s", r->confidence);
	table_put(t, "%zu", r->count + r->others);
	table_put(t, "%s", r->product);
}

int list_command(const struct options *o)
{
	struct pack p;
	struct table t = { .columns = 1 };
	cJSON *root = o->json ? cJSON_CreateArray() : NULL;
	size_t count = 0;

	if (!options_words(o, 0, 0, "list [-R DIR]... [FILTER]... [--json]")) {
		cJSON_Delete(root);
		return STATUS_USAGE;
	}
	if (!pack_open(&p, o->dirs, o->dir_count)) {
		cJSON_Delete(root);
		return STATUS_NO;
	}
	for (size_t i = 0; i < p.rule_count; i++) {
		if (!select_rule(o, &p.rules[i]))
			continue;
		if (root)
			cJSON_AddItemToArray(root, rule_json(&p.rules[i]));
		else if (!count)
			heading(&t);
		if (!root)
			row(&t, &p.rules[i]);
		count++;
	}
	if (root)
		say_json(root);
	table_write(&t, 48);
	if (!count)
		fprintf(stderr, "telltale-rules: no rule fits these filters; telltale-rules stats shows what there is\n");
	pack_close(&p);
	return count ? STATUS_OK : STATUS_NO;
}
