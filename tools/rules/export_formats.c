#include "export.h"
#include "say.h"

static void comment(const struct export_item *item, char mark)
{
	static const struct pack_rule *last;

	if (item->rule != last) {
		printf("%c %s%s: ", mark, item->rule->id, item->except ? " (not asked for)" : "");
		say_text(stdout, item->rule->product);
		printf(", %s\n", item->rule->purpose);
	}
	last = item->rule;
}

static void put_domain(const struct export_item *item)
{
	comment(item, '#');
	puts(item->pattern->text);
}

static void put_host(const struct export_item *item)
{
	comment(item, '#');
	printf("0.0.0.0 %s\n", item->pattern->text);
}

static void put_adblock(const struct export_item *item)
{
	const char *text = item->pattern->text, *except = item->except ? "@@" : "";

	comment(item, '!');
	if (item->pattern->kind != RULE_GLOB) {
		printf("%s%s%s^", except, item->pattern->kind == RULE_SUFFIX ? "||" : "|", text);
		for (size_t i = 0; i < item->but_count; i++)
			printf("%s%s", i ? "|" : "$denyallow=", item->but[i]);
		putchar('\n');
		return;
	}
	printf("%s/^", except);
	for (; *text; text++) {
		if (*text == '*')
			fputs("[^.]*", stdout);
		else if (*text == '.')
			fputs("\\.", stdout);
		else
			putchar(*text);
	}
	puts("$/");
}

static void put_suricata(const struct export_item *item)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *text = item->pattern->text;
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i += 3) {
		uint32_t word = 0;

		for (size_t k = 0; k < 3; k++)
			word = word << 8 | (i + k < n ? (uint8_t)text[i + k] : 0);
		putchar(digits[word >> 18 & 63]);
		putchar(digits[word >> 12 & 63]);
		putchar(i + 1 < n ? digits[word >> 6 & 63] : '=');
		putchar(i + 2 < n ? digits[word & 63] : '=');
	}
	putchar('\n');
}

static void begin_zeek(void)
{
	puts("#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.url");
}

static void put_zeek(const struct export_item *item)
{
	const cJSON *references = cJSON_GetObjectItemCaseSensitive(item->rule->json, "references");
	const char *url = cJSON_IsString(references ? references->child : NULL) ? references->child->valuestring : "-";

	printf("%s\tIntel::DOMAIN\ttelltale\t%s: ", item->pattern->text, item->rule->id);
	say_text(stdout, item->rule->product);
	printf(", %s\t", item->rule->purpose);
	say_text(stdout, url);
	putchar('\n');
}

const struct export_format export_formats[] = {
	{ "domains", { [RULE_SUFFIX] = CAN_LOOSE, [RULE_EXACT] = CAN_LOOSE }, false, false, NULL, put_domain, NULL,
	  "whether a line means the names below it too is up to its reader" },
	{ "hosts", { [RULE_SUFFIX] = CAN_SELF, [RULE_EXACT] = CAN_ALL }, false, false, NULL, put_host, NULL, NULL },
	{ "adblock", { [RULE_SUFFIX] = CAN_ALL, [RULE_EXACT] = CAN_ALL, [RULE_GLOB] = CAN_ALL }, true, true, NULL,
	  put_adblock, NULL, "written for DNS filters; a browser compares \"|\" and regular expressions with the whole URL" },
	{ "rpz", { [RULE_SUFFIX] = CAN_ALL, [RULE_EXACT] = CAN_ALL }, true, false, export_rpz_begin, export_rpz_put,
	  export_rpz_end,
	  "set the serial of the SOA record before the zone is transferred" },
	{ "suricata-dataset", { [RULE_SUFFIX] = CAN_SELF, [RULE_EXACT] = CAN_ALL }, false, false, NULL, put_suricata, NULL,
	  "load it as a dataset of type string" },
	{ "zeek-intel", { [RULE_SUFFIX] = CAN_SELF, [RULE_EXACT] = CAN_ALL }, false, false, begin_zeek, put_zeek, NULL, NULL },
	{ "misp", { [RULE_SUFFIX] = CAN_LOOSE, [RULE_EXACT] = CAN_ALL }, false, false, export_misp_begin, export_misp_put,
	  export_misp_end, "a suffix is an attribute of type domain, an exact name of type hostname" },
	{ NULL, { CAN_NO }, false, false, NULL, NULL, NULL, NULL }
};
