#include "import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "day.h"
#include "import_misp.h"
#include "layout.h"
#include "memory.h"
#include "name.h"
#include "say.h"
#include "suffixes.h"

static struct suffixes *suffix_list;

void import_bad(struct import *in, const char *text, const char *why)
{
	in->bad++;
	fprintf(stderr, "%s:%u: \"", in->path, in->line);
	say_text(stderr, text);
	fprintf(stderr, "\" %s; left out\n", why);
}

static const char *fault(const char *text, struct name *name, bool wide)
{
	struct cursor c = { .at = (const uint8_t *)text, .end = (const uint8_t *)text + strlen(text) };

	if (strchr(text, '*'))
		return "has a star that a suffix or exact name cannot say";
	if (!name_read_host(c, name) || name->odd)
		return "is no host name in A-labels (xn--)";
	if (name_is_literal(name))
		return "is an address";
	if (!strchr(name->text, '.') || name->text[0] == '.' || strstr(name->text, ".."))
		return "is no full name";
	return wide && suffixes_registry(suffix_list, name->text) ? "is a public suffix, too broad for a rule" : NULL;
}

void import_name(struct import *in, const char *text, bool wide)
{
	struct name name;
	const char *why = fault(text, &name, wide);
	char ***list = wide ? &in->suffix : &in->exact;
	size_t *count = wide ? &in->suffixes : &in->exacts;

	if (why) {
		import_bad(in, text, why);
		return;
	}
	*list = memory_room(*list, *count, sizeof(**list));
	(*list)[(*count)++] = memory_text("%s", name.text);
}

static bool read_lines(struct import *in, const struct import_format *format)
{
	FILE *f = strcmp(in->path, "-") == 0 ? stdin : fopen(in->path, "r");
	char *text = NULL, *start;
	size_t room = 0;

	if (!f) {
		fprintf(stderr, "telltale-rules: %s: cannot be read: %s\n", in->path, strerror(errno));
		return false;
	}
	while (getline(&text, &room, f) >= 0) {
		in->line++;
		in->lines++;
		text[strcspn(text, "\r\n")] = '\0';
		start = text + strspn(text, " ");
		format->line(in, start);
	}
	free(text);
	if (f != stdin)
		fclose(f);
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool below(const struct import *in, const char *name)
{
	for (const char *tail = strchr(name, '.'); tail; tail = strchr(tail, '.')) {
		tail++;
		if (in->suffixes && bsearch(&tail, in->suffix, in->suffixes, sizeof(*in->suffix), by_text))
			return true;
	}
	return false;
}

/* add_list puts each name once, without those that a suffix covers, and frees; how many were kept. */
static size_t add_list(const struct import *in, cJSON *match, const char *kind, char **list, size_t n, bool exact)
{
	cJSON *array = cJSON_CreateArray();
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		bool twin = (i && strcmp(list[i], list[i - 1]) == 0) || below(in, list[i]);

		if (exact && in->suffixes)
			twin |= bsearch(&list[i], in->suffix, in->suffixes, sizeof(*list), by_text) != NULL;
		if (twin)
			continue;
		cJSON_AddItemToArray(array, cJSON_CreateString(list[i]));
		kept++;
	}
	if (kept)
		cJSON_AddItemToObject(match, kind, array);
	else
		cJSON_Delete(array);
	return kept;
}

static cJSON *rule_json(const struct options *o, cJSON *match)
{
	cJSON *rule = cJSON_CreateObject(), *references;
	char *id = memory_text("%s.%s", o->vendor, o->rule ? o->rule : o->purpose), day[16];

	day_text(day_today(), day);
	cJSON_AddStringToObject(rule, "id", id);
	cJSON_AddStringToObject(rule, "product", o->product ? o->product : o->name);
	cJSON_AddStringToObject(rule, "purpose", o->purpose);
	cJSON_AddBoolToObject(rule, "installed", o->installed && strcmp(o->installed, "true") == 0);
	cJSON_AddStringToObject(rule, "confidence", o->confidence ? o->confidence : "blocklist");
	cJSON_AddStringToObject(rule, "reviewed", day);
	cJSON_AddItemToObject(rule, "match", match);
	references = cJSON_AddArrayToObject(rule, "references");
	cJSON_AddItemToArray(references, cJSON_CreateString(o->reference ? o->reference : o->words[0]));
	free(id);
	return rule;
}

static void write_rule(const struct options *o, cJSON *match)
{
	cJSON *root = cJSON_CreateObject(), *vendor = cJSON_AddObjectToObject(root, "vendor");
	char *text;

	cJSON_AddStringToObject(vendor, "id", o->vendor);
	cJSON_AddStringToObject(vendor, "name", o->name);
	if (o->country)
		cJSON_AddStringToObject(vendor, "country", o->country);
	cJSON_AddArrayToObject(vendor, "tags");
	cJSON_AddItemToArray(cJSON_AddArrayToObject(root, "rules"), rule_json(o, match));
	text = layout_text(root);
	fputs(text, stdout);
	free(text);
	cJSON_Delete(root);
}

static size_t finish(const struct options *o, struct import *in)
{
	cJSON *match = cJSON_CreateObject();
	size_t all = in->suffixes + in->exacts, kept;

	if (in->suffixes)
		qsort(in->suffix, in->suffixes, sizeof(*in->suffix), by_text);
	if (in->exacts)
		qsort(in->exact, in->exacts, sizeof(*in->exact), by_text);
	kept = add_list(in, match, "suffix", in->suffix, in->suffixes, false);
	kept += add_list(in, match, "exact", in->exact, in->exacts, true);
	if (kept)
		write_rule(o, match);
	else
		cJSON_Delete(match);
	fprintf(stderr, "%s: %zu entr%s read: %zu name%s written, %zu repeated or covered by a wider one, %zu comments or "
		"blank, %zu not understood\n", in->path, in->lines, in->lines == 1 ? "y" : "ies", kept, say_s(kept),
		all - kept, in->idle, in->bad);
	if (!o->reference && kept)
		fprintf(stderr, "%s: the reference is the file's name; give the list's address with --reference\n", in->path);
	for (size_t i = 0; i < in->suffixes; i++)
		free(in->suffix[i]);
	for (size_t i = 0; i < in->exacts; i++)
		free(in->exact[i]);
	free(in->suffix);
	free(in->exact);
	return kept;
}

static const struct import_format *format_of(const struct options *o)
{
	for (const struct import_format *f = import_formats; f->name; f++) {
		if (o->from && strcmp(f->name, o->from) == 0)
			return f;
	}
	fprintf(stderr, "telltale-rules: --from %s: there are", o->from ? o->from : "is missing");
	for (const struct import_format *f = import_formats; f->name; f++)
		fprintf(stderr, " %s", f->name);
	fputc('\n', stderr);
	return NULL;
}

int import_command(const struct options *o)
{
	const struct import_format *f;
	struct import in = { .column = o->column };
	size_t kept;
	bool ok;

	if (!options_words(o, 1, 1, "import --from FORMAT --vendor ID --name NAME --purpose P FILE"))
		return STATUS_USAGE;
	f = format_of(o);
	if (!f)
		return STATUS_USAGE;
	if (!o->vendor || !o->name || !o->purpose || (o->as && strcmp(o->as, "suffix") != 0 && strcmp(o->as, "exact") != 0)) {
		fputs("telltale-rules: import needs --vendor ID --name NAME --purpose P; --as is suffix or exact\n", stderr);
		return STATUS_USAGE;
	}
	in.path = o->words[0];
	in.wide = o->as && strcmp(o->as, "suffix") == 0;
	suffix_list = suffixes_open();
	ok = f->line ? read_lines(&in, f) : import_misp(&in);
	kept = finish(o, &in);
	suffixes_close(suffix_list);
	return ok && kept ? STATUS_OK : STATUS_NO;
}
