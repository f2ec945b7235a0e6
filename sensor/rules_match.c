#include "jsonfile.h"
#include "rules_parts.h"

/* Wider networks belong to no single vendor: what they held would be chance. */
enum { V4_WIDEST = 8, V6_WIDEST = 16, AS_TEXT_MAX = 11 };

static const char *const match_keys[] = { "suffix", "exact", "glob", "asn", "cidr", "ja4", NULL };

/* One kind of pattern; `check` notes what is wrong with the text. */
struct kind {
	const char *key;
	enum rule_kind kind;
	bool (*check)(struct rules_load *l, const struct rule *rule, const struct kind *kind, const char *text);
};

static bool valid_name(const char *text, enum rule_kind kind)
{
	size_t label = 0, n = strlen(text);

	if (!n || n > NAME_TEXT_MAX || text[0] == '.' || text[n - 1] == '.')
		return false;
	for (; *text; text++) {
		if (*text == '.') {
			if (!label)
				return false;
			label = 0;
		} else if ((*text >= 'a' && *text <= 'z') || (*text >= '0' && *text <= '9') ||
			   *text == '-' || *text == '_' || (*text == '*' && kind == RULE_GLOB)) {
			label++;
		} else {
			return false;
		}
	}
	return true;
}

static bool valid_stars(const char *glob)
{
	bool any = false, here = false;

	for (; *glob; glob++) {
		if (*glob == '*' && here)
			return false;
		here = *glob == '*' || (here && *glob != '.');
		any |= here;
	}
	return any && !here;
}

static bool check_name(struct rules_load *l, const struct rule *rule, const struct kind *kind, const char *text)
{
	if (!valid_name(text, kind->kind))
		return rules_fail(l, rule->id, text, "\"%s\" in \"%s\" of rule \"%s\" is no name; write lower case "
				  "A-labels without dots at the ends", text, kind->key, rule->id);
	if (kind->kind == RULE_GLOB && !valid_stars(text))
		return rules_fail(l, rule->id, text, "glob \"%s\" needs a star, one a label, none in the last label; "
				  "a name without a star is \"exact\"", text);
	return true;
}

static bool check_cidr(struct rules_load *l, const struct rule *rule, const struct kind *kind, const char *text)
{
	struct addr a, clipped;
	unsigned bits, before = 0;
	struct rules_key key;
	char address[ADDR_TEXT_MAX];
	size_t n;

	if (!rules_cidr_read(text, &a, &bits))
		return rules_fail(l, rule->id, text, "\"%s\" in \"%s\" of rule \"%s\" is no network; write "
				  "192.0.2.0/24 or 2001:db8::/32", text, kind->key, rule->id);
	if (!strchr(text, ':'))
		before = RULES_V4_BITS;
	if (bits - before < (before ? V4_WIDEST : V6_WIDEST))
		return rules_fail(l, rule->id, text, "\"%s\" of rule \"%s\" is too wide to belong to one vendor; split "
				  "it: /%d is the widest for IPv4, /%d for IPv6", text, rule->id, V4_WIDEST, V6_WIDEST);
	key = rules_key_addr(&a, bits);
	memcpy(clipped.bytes, key.word, sizeof(clipped.bytes));
	n = addr_put(&clipped, address);
	if (!addr_equal(&a, &clipped))
		return rules_fail(l, rule->id, text, "\"%s\" of rule \"%s\" has bits behind its prefix; write %s/%u",
				  text, rule->id, address, bits - before);
	if (strncmp(text, address, n) != 0 || text[n] != '/')
		return rules_fail(l, rule->id, text, "\"%s\" of rule \"%s\" has another form in events; write %s/%u",
				  text, rule->id, address, bits - before);
	return true;
}

static bool check_ja4(struct rules_load *l, const struct rule *rule, const struct kind *kind, const char *text)
{
	struct rules_key key;
	unsigned shape;

	return (rules_key_ja4(text, &key, &shape) && shape) ||
	       rules_fail(l, rule->id, text, "\"%s\" in \"%s\" of rule \"%s\" is no JA4 fingerprint; write three "
			  "parts as in t13d1516h2_8daaf6152771_02713d6af862, a star for a whole part but not for all",
			  text, kind->key, rule->id);
}

static bool read_texts(struct rules_load *l, const cJSON *match, const struct kind *kind, const struct rule *rule)
{
	const cJSON *array = cJSON_GetObjectItemCaseSensitive(match, kind->key), *item;

	if (array && !cJSON_IsArray(array))
		return rules_fail(l, NULL, rule->id, "\"%s\" of rule \"%s\" must be a list of strings", kind->key,
				  rule->id);
	cJSON_ArrayForEach(item, array) {
		if (!cJSON_IsString(item))
			return rules_fail(l, NULL, rule->id, "what is in \"%s\" of rule \"%s\" must stand in quotes",
					  kind->key, rule->id);
		if (!kind->check(l, rule, kind, item->valuestring))
			return false;
		if (!rules_add_pattern(rules_load_set(l), item->valuestring, kind->kind))
			return rules_fail_memory(l);
	}
	return true;
}

static bool read_numbers(struct rules_load *l, const cJSON *match, const struct rule *rule)
{
	const cJSON *array = cJSON_GetObjectItemCaseSensitive(match, "asn"), *item;
	char text[AS_TEXT_MAX];

	if (array && !cJSON_IsArray(array))
		return rules_fail(l, NULL, rule->id, "\"asn\" of rule \"%s\" must be a list of numbers", rule->id);
	cJSON_ArrayForEach(item, array) {
		char *printed = cJSON_PrintUnformatted(item);
		double v = item->valuedouble;
		bool ok = cJSON_IsNumber(item) && v >= 1 && v <= UINT32_MAX && (double)(uint32_t)v >= v;

		if (!ok)
			rules_fail(l, rule->id, cJSON_IsString(item) ? item->valuestring : printed,
				   "%s in \"asn\" of rule \"%s\" is no AS number; write one from 1 to 4294967295, as "
				   "64500, without AS and quotes", printed ? printed : "?", rule->id);
		cJSON_free(printed);
		if (!ok)
			return false;
		snprintf(text, sizeof(text), "%u", (unsigned)v);
		if (!rules_add_pattern(rules_load_set(l), text, RULE_AS))
			return rules_fail_memory(l);
	}
	return true;
}

bool rules_read_match(struct rules_load *l, const cJSON *match, const struct rule *rule)
{
	static const struct kind kinds[] = {
		{ "suffix", RULE_SUFFIX, check_name }, { "exact", RULE_EXACT, check_name },
		{ "glob", RULE_GLOB, check_name }, { "cidr", RULE_CIDR, check_cidr }, { "ja4", RULE_JA4, check_ja4 },
	};

	if (!rules_only_keys(l, match, match_keys))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!read_texts(l, match, &kinds[i], rule))
			return false;
	}
	return read_numbers(l, match, rule);
}
