#include "import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "day.h"
#include "layout.h"
#include "memory.h"
#include "rules.h"
#include "say.h"
#include "suffixes.h"

static struct suffixes *suffix_list;

void import_bad(struct import *in, const char *text, const char *why)
{
	size_t n = strlen(text);
	char echo[IMPORT_ECHO_MAX + 1];

	in->bad++;
	snprintf(echo, sizeof(echo), "%.*s", IMPORT_ECHO_MAX, text);
	fprintf(stderr, "%s:%u: \"", in->path, in->line);
	say_text(stderr, echo);
	fprintf(stderr, "%s\" %s; left out\n", n > IMPORT_ECHO_MAX ? "..." : "", why);
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

static void read_line(struct import *in, const struct import_format *format, char *text, size_t n)
{
	char *start = text;

	in->line++;
	in->lines++;
	if (strlen(text) != n) {
		import_bad(in, text, "has a NUL byte: it is no text");
		return;
	}
	if (in->line == 1 && strncmp(text, "\xef\xbb\xbf", 3) == 0)
		start += 3;		/* what some editors put before UTF-8 */
	start[strcspn(start, "\r\n")] = '\0';
	format->line(in, start + strspn(start, " "));
}

static bool read_lines(struct import *in, const struct import_format *format)
{
	FILE *f = strcmp(in->path, "-") == 0 ? stdin : fopen(in->path, "r");
	char *text = NULL;
	size_t room = 0;
	ssize_t n;
	bool ok;

	if (!f) {
		fprintf(stderr, "telltale-rules: %s: cannot be read: %s\n", in->path, strerror(errno));
		return false;
	}
	while ((n = getline(&text, &room, f)) >= 0)
		read_line(in, format, text, (size_t)n);
	ok = !ferror(f);
	if (!ok)
		fprintf(stderr, "telltale-rules: %s: cannot be read: %s\n", in->path, strerror(errno));
	free(text);
	if (f != stdin)
		fclose(f);
	return ok;
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

static void free_names(struct import *in)
{
	for (size_t i = 0; i < in->suffixes; i++)
		free(in->suffix[i]);
	for (size_t i = 0; i < in->exacts; i++)
		free(in->exact[i]);
	free(in->suffix);
	free(in->exact);
}

static void tell(const struct options *o, const struct import *in, size_t kept)
{
	size_t repeated = in->suffixes + in->exacts - kept;
	cJSON *account;
	char *text;

	if (o->json) {
		account = cJSON_CreateObject();
		cJSON_AddStringToObject(account, "file", in->path);
		cJSON_AddNumberToObject(account, "entries", (double)in->lines);
		cJSON_AddNumberToObject(account, "written", (double)kept);
		cJSON_AddNumberToObject(account, "repeated", (double)repeated);
		cJSON_AddNumberToObject(account, "idle", (double)in->idle);
		cJSON_AddNumberToObject(account, "not_understood", (double)in->bad);
		text = cJSON_PrintUnformatted(account);
		fprintf(stderr, "%s\n", text ? text : "");
		free(text);
		cJSON_Delete(account);
		return;
	}
	fprintf(stderr, "%s: %zu entr%s read: %zu name%s written, %zu repeated or covered by a wider one, %zu blank, comments "
		"or of another kind, %zu not understood\n", in->path, in->lines, in->lines == 1 ? "y" : "ies", kept,
		say_s(kept), repeated, in->idle, in->bad);
	if (!o->reference && kept)
		fprintf(stderr, "%s: the reference is the file's name; give the list's address with --reference\n", in->path);
}

static size_t finish(const struct options *o, struct import *in)
{
	cJSON *match = cJSON_CreateObject();
	size_t kept;

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
	tell(o, in, kept);
	free_names(in);
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

static bool one_of(const char *value, const char *const *list, const char *option)
{
	for (const char *const *p = list; *p; p++) {
		if (strcmp(*p, value) == 0)
			return true;
	}
	fprintf(stderr, "telltale-rules: --%s %s: there are", option, value);
	for (; *list; list++)
		fprintf(stderr, " %s", *list);
	fputc('\n', stderr);
	return false;
}

/* sound refuses options that would write a rule which check refuses. */
static bool sound(const struct options *o)
{
	static const char *const confidences[] = { "documented", "source-code", "blocklist", "inferred", NULL };
	static const char *const kinds[] = { "suffix", "exact", NULL };
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	if (!o->vendor || !o->name || !o->purpose) {
		fputs("telltale-rules: import needs --vendor ID --name NAME --purpose P\n", stderr);
		return false;
	}
	if (!*o->vendor || o->vendor[strspn(o->vendor, letters)] || (o->rule && o->rule[strspn(o->rule, letters)])) {
		fputs("telltale-rules: --vendor and --rule are of a-z, 0-9 and - alone\n", stderr);
		return false;
	}
	if (o->confidence && strcmp(o->confidence, "inferred") == 0 && o->installed && strcmp(o->installed, "true") == 0) {
		fputs("telltale-rules: what is inferred cannot show an installed product: leave out --installed true\n", stderr);
		return false;
	}
	if (o->country && (strlen(o->country) != 2 || strspn(o->country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2)) {
		fputs("telltale-rules: --country is two capital letters (ISO 3166-1)\n", stderr);
		return false;
	}
	return one_of(o->purpose, rule_purposes, "purpose") && (!o->as || one_of(o->as, kinds, "as")) &&
	       (!o->confidence || one_of(o->confidence, confidences, "confidence"));
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
	if (!f || !sound(o))
		return STATUS_USAGE;
	in.path = o->words[0];
	in.wide = o->as && strcmp(o->as, "suffix") == 0;
	suffix_list = suffixes_open();
	ok = f->line ? read_lines(&in, f) : f->document(&in);
	kept = finish(o, &in);
	suffixes_close(suffix_list);
	return ok && kept ? STATUS_OK : STATUS_NO;
}
