/*
 * STIX 2.1 (OASIS): indicators whose pattern is domain names and nothing else, and domain-name observables (6.4).
 */
#include <stdlib.h>
#include <string.h>

#include "day.h"
#include "import_document.h"
#include "memory.h"

/* A comparison of a pattern (9.6): domain-name:value = 'x', or IN ('x', 'y'). */
static const char comparison[] = "domain-name:value";

enum { STIX_NAMES_MAX = 4096 };		/* of one pattern */

struct pattern {
	const char *at;
	char *name[STIX_NAMES_MAX];
	size_t count;
};

static void blanks(struct pattern *p)
{
	p->at += strspn(p->at, " \t\r\n");
}

/* word takes a word or sign when it comes next. */
static bool word(struct pattern *p, const char *text)
{
	size_t n = strlen(text);

	blanks(p);
	if (strncmp(p->at, text, n) != 0)
		return false;
	p->at += n;
	return true;
}

/* name takes a string in single quotes; a backslash keeps what follows it. */
static bool name(struct pattern *p)
{
	const char *end;
	char *out;

	if (!word(p, "'") || p->count == STIX_NAMES_MAX)
		return false;
	for (end = p->at; *end && *end != '\''; end++)
		end += *end == '\\' && end[1];
	if (!*end)
		return false;
	out = p->name[p->count++] = memory_new((size_t)(end - p->at) + 1, 1);
	for (; p->at < end; p->at++) {
		p->at += *p->at == '\\';
		*out++ = *p->at;
	}
	p->at++;
	return true;
}

static bool set(struct pattern *p)
{
	if (!word(p, "("))
		return false;
	do {
		if (!name(p))
			return false;
	} while (word(p, ","));
	return word(p, ")");
}

static bool observation(struct pattern *p)
{
	if (!word(p, "["))
		return false;
	do {
		if (!word(p, comparison) || !(word(p, "=") ? name(p) : word(p, "IN") && set(p)))
			return false;
	} while (word(p, "OR"));
	return word(p, "]");
}

/* read_pattern: all of it is names joined by OR; anything else would make the names mean something narrower. */
static bool read_pattern(struct pattern *p)
{
	do {
		if (!observation(p))
			return false;
	} while (word(p, "OR"));
	blanks(p);
	return !*p->at;
}

static bool is_over(const cJSON *object)
{
	char day[11];
	long over;

	snprintf(day, sizeof(day), "%s", pack_text(object, "valid_until"));
	return day_read(day, &over) && over < day_today();
}

static const char *indicator_fault(const cJSON *object, struct pattern *p)
{
	const char *type = pack_text(object, "pattern_type");

	if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "revoked")))
		return "is revoked";
	if (is_over(object))
		return "is past its valid_until";
	if (*type && strcmp(type, "stix") != 0)
		return "is a pattern of another language than STIX";
	return read_pattern(p) ? NULL : "is more or else than [domain-name:value = '...'], alone or joined by OR";
}

static void take_indicator(struct import *in, const cJSON *object)
{
	const char *text = pack_text(object, "pattern"), *why;
	struct pattern *p = memory_new(1, sizeof(*p));

	p->at = text;
	why = indicator_fault(object, p);
	if (why)
		import_bad(in, text, why);
	for (size_t i = 0; i < p->count; i++) {
		if (!why)
			import_name(in, p->name[i], in->wide);
		free(p->name[i]);
	}
	free(p);
}

/* is_sighted: other observables could be what somebody looks for, so their loss is said. */
static bool is_sighted(const char *type)
{
	static const char *const types[] = { "ipv4-addr", "ipv6-addr", "url", "email-addr", "file", "mac-addr", "artifact",
		"autonomous-system", "network-traffic", "x509-certificate", "observed-data" };

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (strcmp(types[i], type) == 0)
			return true;
	}
	return false;
}

static void take(struct import *in, struct document *d, const cJSON *object)
{
	const char *type = pack_text(object, "type"), *id = pack_text(object, "id");

	in->lines++;
	in->line = document_line(d, "id", id);
	if (strcmp(type, "indicator") == 0)
		take_indicator(in, object);
	else if (strcmp(type, "domain-name") == 0)
		import_name(in, pack_text(object, "value"), in->wide);
	else if (!*type)
		import_bad(in, *id ? id : "?", "is no STIX object: it has no type");
	else if (is_sighted(type))
		import_bad(in, *id ? id : type, "is an observable other than a domain name");
	else
		in->idle++;		/* who said so, why, how it hangs together */
}

bool import_stix(struct import *in)
{
	const cJSON *item, *objects;
	struct document d;
	bool ok;

	if (!document_open(&d, in->path))
		return false;
	objects = cJSON_GetObjectItemCaseSensitive(d.json.root, "objects");
	ok = strcmp(pack_text(d.json.root, "type"), "bundle") == 0 && cJSON_IsArray(objects);
	if (!ok)
		fprintf(stderr, "telltale-rules: %s: is no STIX bundle: a \"type\" of \"bundle\" and a list \"objects\" are "
			"needed\n", in->path);
	cJSON_ArrayForEach(item, objects) {
		if (ok)
			take(in, &d, item);
	}
	document_close(&d);
	return ok;
}
