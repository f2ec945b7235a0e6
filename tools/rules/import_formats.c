#include "import.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

static bool idle(struct import *in, const char *text, const char *marks)
{
	bool yes = !*text || strchr(marks, *text);

	in->idle += yes;
	return yes;
}

static void cut_comment(char *text)
{
	char *mark = strchr(text, '#');

	if (mark)
		*mark = '\0';
	for (size_t n = strlen(text); n && strchr(" \t", text[n - 1]); n--)
		text[n - 1] = '\0';
}

static void read_hosts(struct import *in, char *text)
{
	unsigned char bytes[16];
	char *rest, *word;
	bool any = false;

	if (idle(in, text, "#"))
		return;
	cut_comment(text);
	word = strtok_r(text, " \t", &rest);
	if (!word || (inet_pton(AF_INET, word, bytes) != 1 && inet_pton(AF_INET6, word, bytes) != 1)) {
		import_bad(in, text, "does not begin with an address");
		return;
	}
	while ((word = strtok_r(NULL, " \t", &rest))) {
		import_name(in, word, in->wide);
		any = true;
	}
	if (!any)
		import_bad(in, text, "has no name behind the address");
}

static void read_domains(struct import *in, char *text)
{
	if (idle(in, text, "#;"))
		return;
	cut_comment(text);
	if (strncmp(text, "*.", 2) == 0)
		import_name(in, text + 2, true);
	else
		import_name(in, text + (*text == '.'), in->wide || *text == '.');
}

/* adblock_fault tells what a line is that names no host and nothing else; NULL when it may. */
static const char *adblock_fault(const char *text)
{
	size_t n = strlen(text);

	if (strncmp(text, "@@", 2) == 0)
		return "is an exception";
	if (strstr(text, "##") || strstr(text, "#@#") || strstr(text, "#?#") || strstr(text, "#$#"))
		return "is about parts of a page, not a name";
	if (*text == '/' && n > 1 && (text[n - 1] == '/' || strstr(text, "/$")))
		return "is a regular expression";
	if (strchr(text, '$'))
		return "has options, which a rule cannot keep";
	if (*text != '|' || text[n - 1] != '^')
		return "is neither ||name^ nor |name^";
	return NULL;
}

static void read_adblock(struct import *in, char *text)
{
	size_t n = strlen(text);
	const char *why;

	if (idle(in, text, "!") || (*text == '[' && text[n - 1] == ']' && ++in->idle))
		return;
	why = adblock_fault(text);
	if (why) {
		import_bad(in, text, why);
	} else {
		text[n - 1] = '\0';
		import_name(in, text + 1 + (text[1] == '|'), text[1] == '|');
	}
}

/* csv_cell takes the next cell of a line (RFC 4180), in place; NULL behind the last one. */
static char *csv_cell(char **at)
{
	char *from = *at, *out = from, *cell = from;
	bool quoted = from && *from == '"';

	if (!from)
		return NULL;
	for (from += quoted; *from && (quoted || *from != ','); from++) {
		if (quoted && *from == '"' && *++from != '"')
			quoted = false;
		if (!*from || (!quoted && *from == ','))
			break;
		*out++ = *from;
	}
	*at = *from ? from + 1 : NULL;
	*out = '\0';
	return cell;
}

/* open_quote: a cell may go on in the next line (RFC 4180), but no name does. */
static bool open_quote(const char *text)
{
	bool open = false;

	for (; *text; text++)
		open ^= *text == '"';
	return open;
}

static bool csv_head(const struct import *in, const char *cell)
{
	static const char *const names[] = { "domain", "host", "hostname", "name", "indicator", "pattern", "fqdn" };

	if (in->column)
		return strcasecmp(in->column, cell) == 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcasecmp(names[i], cell) == 0)
			return true;
	}
	return false;
}

static void read_csv(struct import *in, char *text)
{
	char *at = text, *cell;
	size_t i = 0;

	if (idle(in, text, "#"))
		return;
	if (!in->headed) {
		in->headed = true;
		for (; (cell = csv_cell(&at)); i++) {
			if (csv_head(in, cell)) {
				in->at = i;
				in->idle++;
				return;
			}
		}
		import_bad(in, text, "no column is called domain, host, name or indicator: name one with --column");
		in->at = SIZE_MAX;
		return;
	}
	if (open_quote(text)) {
		import_bad(in, text, "has a quote that its line does not close");
		return;
	}
	while ((cell = csv_cell(&at)) && i != in->at)
		i++;
	if (cell)
		import_name(in, cell, in->wide);
	else
		import_bad(in, text, "has no cell in that column");
}

static void zeek_fields(struct import *in, char *text)
{
	char *rest, *word = strtok_r(text, "\t", &rest);

	in->at = in->kind_at = SIZE_MAX;
	for (size_t i = 0; (word = strtok_r(NULL, "\t", &rest)); i++) {
		if (strcmp(word, "indicator") == 0)
			in->at = i;
		if (strcmp(word, "indicator_type") == 0)
			in->kind_at = i;
	}
	in->headed = in->at != SIZE_MAX && in->kind_at != SIZE_MAX;
	in->idle++;
}

static void read_zeek(struct import *in, char *text)
{
	const char *name = NULL, *kind = NULL;
	char *rest = text, *word;

	if (strncmp(text, "#fields\t", 8) == 0) {
		zeek_fields(in, text);
		return;
	}
	if (idle(in, text, "#"))
		return;
	for (size_t i = 0; (word = strsep(&rest, "\t")); i++) {
		name = i == in->at ? word : name;
		kind = i == in->kind_at ? word : kind;
	}
	if (!in->headed || !name || !kind)
		import_bad(in, text, "#fields with indicator and indicator_type must come first, behind tabs");
	else if (strcmp(kind, "Intel::DOMAIN") != 0)
		import_bad(in, name, "is of another type than Intel::DOMAIN");
	else
		import_name(in, name, in->wide);
}

static int digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static void read_suricata(struct import *in, char *text)
{
	char name[512];
	uint32_t word = 0;
	size_t n = 0, i = 0;

	if (idle(in, text, "#"))
		return;
	text[strcspn(text, ",")] = '\0';	/* a reputation may follow */
	for (; digit(text[i]) >= 0 && n < sizeof(name) - 1; i++) {
		word = word << 6 | (uint32_t)digit(text[i]);
		if (i % 4)
			name[n++] = (char)(word >> (2 * (3 - i % 4)) & 0xff);
	}
	name[n] = '\0';
	if (strspn(text + i, "=") != strlen(text + i) || strlen(text) % 4 || strlen(name) != n)
		import_bad(in, text, "is no base64 of a name");
	else
		import_name(in, name, in->wide);
}

const struct import_format import_formats[] = {
	{ "hosts", read_hosts, NULL }, { "domains", read_domains, NULL }, { "adblock", read_adblock, NULL },
	{ "csv", read_csv, NULL }, { "zeek-intel", read_zeek, NULL }, { "suricata-dataset", read_suricata, NULL },
	{ "misp", NULL, import_misp }, { "stix", NULL, import_stix }, { NULL, NULL, NULL }
};
