#include "rules_parts.h"

#include <stdlib.h>

enum { JA4_FIRST = 10, JA4_HASH = 12 };

#define LEFT_OUT UINT64_MAX	/* the word of a part that a star stands for: no part has it */

bool rules_cidr_read(const char *text, struct addr *a, unsigned *bits)
{
	const char *slash = strchr(text, '/');
	char address[ADDR_TEXT_MAX];
	size_t n = slash ? (size_t)(slash - text) : 0, digits = slash ? strlen(slash + 1) : 0;

	if (!n || n >= sizeof(address) || !digits || digits > 3 || strspn(slash + 1, "0123456789") != digits ||
	    (digits > 1 && slash[1] == '0'))
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	if (!addr_parse(address, a))
		return false;
	*bits = (unsigned)strtoul(slash + 1, NULL, 10) + (strchr(address, ':') ? 0 : RULES_V4_BITS);
	return *bits <= RULES_BITS_MAX;
}

struct rules_key rules_key_addr(const struct addr *a, unsigned bits)
{
	struct rules_key k = { .word[2] = bits };

	for (unsigned i = 0; i < 2; i++) {
		uint64_t word;

		memcpy(&word, a->bytes + 8 * i, sizeof(word));
		if (bits < 64)
			word &= bits ? htobe64(UINT64_MAX << (64 - bits)) : 0;
		k.word[i] = word;
		bits = bits > 64 ? bits - 64 : 0;
	}
	return k;
}

bool rules_key_cidr(const char *text, struct rules_key *out)
{
	struct addr a;
	unsigned bits;

	if (!rules_cidr_read(text, &a, &bits))
		return false;
	*out = rules_key_addr(&a, bits);
	return true;
}

/* ja4_char is the value of a letter or digit among 62, less than 64; 64 for anything else. */
static unsigned ja4_char(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 10;
	return c >= 'A' && c <= 'Z' ? (unsigned)(c - 'A') + 36 : 64;
}

/* part_word reads `n` characters, those of a hash in lower-case hexadecimal, and steps over them. */
static bool part_word(const char **text, size_t n, bool hash, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned v = ja4_char((*text)[i]);

		if (v >= (hash ? 16 : 64))
			return false;
		*out = *out << (hash ? 4 : 6) | v;
	}
	*text += n;
	return true;
}

/* first_fits: transport, version, name or none, two counts; the two characters of ALPN may be any. */
static bool first_fits(const char *a)
{
	static const char versions[][3] = { "13", "12", "11", "10", "s3", "s2", "d1", "d2", "d3", "00" };
	bool known = false;

	for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++)
		known |= memcmp(a + 1, versions[i], 2) == 0;
	return known && strchr("tqd", a[0]) && strchr("di", a[3]) && strspn(a + 4, "0123456789") >= 4;
}

bool rules_key_ja4(const char *text, struct rules_key *out, unsigned *shape)
{
	*shape = 0;
	for (unsigned part = 0; part < 3; part++) {
		const char *start = text;

		if (part && *text++ != '_')
			return false;
		out->word[part] = LEFT_OUT;
		if (*text == '*') {
			text++;
			continue;
		}
		if (!part_word(&text, part ? JA4_HASH : JA4_FIRST, part > 0, &out->word[part]) ||
		    (!part && !first_fits(start)))
			return false;
		*shape |= 1u << part;
	}
	return !*text;
}

struct rules_key rules_key_shape(const struct rules_key *full, unsigned shape)
{
	struct rules_key k = *full;

	for (unsigned part = 0; part < 3; part++) {
		if (!(shape >> part & 1))
			k.word[part] = LEFT_OUT;
	}
	return k;
}

static bool found(const struct rules *r, enum rule_kind kind, const struct rules_key *k, struct rule_hit *out)
{
	const struct rules_fact *f = rules_fact(r, kind, k);
	struct pattern p;

	if (!f->at)
		return false;
	p = rules_pattern(r->packed + f->at);
	*out = (struct rule_hit){ .rule = r->all[p.rule], .pattern = p.text, .kind = kind };
	return true;
}

bool rules_match_addr(const struct rules *r, const struct addr *a, struct rule_hit *out)
{
	for (const uint8_t *bits = r->lengths[addr_is_v4(a)]; *bits; bits++) {
		struct rules_key k = rules_key_addr(a, *bits);

		if (found(r, RULE_CIDR, &k, out))
			return true;
	}
	return false;
}

bool rules_match_as(const struct rules *r, uint32_t as, struct rule_hit *out)
{
	struct rules_key k = { .word[0] = as };

	return r->count[RULE_AS] && found(r, RULE_AS, &k, out);
}

bool rules_match_ja4(const struct rules *r, const char *ja4, struct rule_hit *out)
{
	struct rules_key full;
	unsigned shape;

	if (!r->count[RULE_JA4] || !rules_key_ja4(ja4, &full, &shape) || shape != RULES_JA4_SHAPES - 1)
		return false;
	for (const uint8_t *s = r->shapes; *s; s++) {
		struct rules_key k = rules_key_shape(&full, *s);

		if (found(r, RULE_JA4, &k, out))
			return true;
	}
	return false;
}

bool rules_has_addr(const struct rules *r)
{
	return r->count[RULE_CIDR] > 0;
}

bool rules_has_as(const struct rules *r)
{
	return r->count[RULE_AS] > 0;
}

bool rules_has_ja4(const struct rules *r)
{
	return r->count[RULE_JA4] > 0;
}

static int by_number(const void *key, const void *member)
{
	uint32_t as = *(const uint32_t *)key, other = ((const struct network *)member)->as;

	return (as > other) - (as < other);
}

const struct network *rules_network(const struct rules *r, uint32_t as)
{
	return as && r->networks ? bsearch(&as, r->networks, r->network_count, sizeof(*r->networks), by_number) : NULL;
}
