#include "rules_parts.h"

/* wider_net is the pattern with the longest prefix that holds all of a network; 0: none does. */
static uint32_t wider_net(const struct rules *r, const struct addr *a, unsigned bits, const uint8_t *lengths)
{
	uint32_t at = 0;

	for (; *lengths && !at; lengths++) {
		struct rules_key key = rules_key_addr(a, *lengths);

		at = *lengths < bits ? rules_fact(r, RULE_CIDR, &key)->at : 0;
	}
	return at;
}

/* wider_ja4 is the pattern that would answer in the place of one; 0: none, or not always the same. */
static uint32_t wider_ja4(const struct rules *r, const struct rules_key *full, unsigned shape)
{
	const uint8_t *list = r->shapes;
	uint32_t at = 0;

	while (*list != shape)
		list++;
	for (list++; *list && !at && (*list & shape) == *list; list++) {
		struct rules_key key = rules_key_shape(full, *list);

		at = rules_fact(r, RULE_JA4, &key)->at;
	}
	return at;
}

/* covered is true when narrower networks hold all of one; no deeper than there are bits. */
static bool covered(const struct rules *r, const struct addr *a, unsigned bits, unsigned longest)
{
	struct addr half = *a;
	unsigned held = 0;

	if (bits >= longest)
		return false;
	for (unsigned side = 0; side < 2 && held == side; side++) {
		struct rules_key key;

		half.bytes[bits / 8] |= (uint8_t)(side << (7 - bits % 8));
		key = rules_key_addr(&half, bits + 1);
		held += rules_fact(r, RULE_CIDR, &key)->at || covered(r, &half, bits + 1, longest);
	}
	return held == 2;
}

/* is_shadowed: a pattern that its own rule has in a wider one, or of which narrower ones leave nothing. */
static bool is_shadowed(const struct rules *r, uint32_t at, struct rules_clash *clash)
{
	struct pattern p = rules_pattern(r->packed + at);
	const uint8_t *lengths = r->lengths[strchr(p.text, ':') == NULL];
	struct rules_key key;
	struct addr a;
	unsigned bits, shape;
	uint32_t other = 0;

	if (p.kind == RULE_JA4 && rules_key_ja4(p.text, &key, &shape)) {
		other = wider_ja4(r, &key, shape);
	} else if (p.kind == RULE_CIDR && rules_cidr_read(p.text, &a, &bits)) {
		other = wider_net(r, &a, bits, lengths);
		if (covered(r, &a, bits, lengths[0]))
			*clash = (struct rules_clash){ .why = RULES_COVERED, .at = at, .other = at };
	}
	if (other && rules_pattern(r->packed + other).rule == p.rule)
		*clash = (struct rules_clash){ .why = RULES_WITHIN, .at = at, .other = other };
	return clash->at != 0;
}

bool rules_shadowed(const struct rules *r, struct rules_clash *clash)
{
	for (uint32_t at = r->buckets[r->bucket_count]; at < r->used;
	     at += (uint32_t)rules_pattern_size(r->packed + at)) {
		if (is_shadowed(r, at, clash))
			return true;
	}
	return false;
}
