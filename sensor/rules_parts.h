/*
 * rules_parts.h: what loading and matching share; no one else includes it.
 *
 * A pattern is kept packed, eight bytes before its text.  Names are found by
 * the keyed hash of a tail that starts at a label: a word of a filter ends
 * nearly every search; for the others the few patterns of a bucket stand one
 * behind the other.  Networks, AS numbers and fingerprints are found by what
 * they are, three words each.
 */
#ifndef TELLTALE_RULES_PARTS_H
#define TELLTALE_RULES_PARTS_H

#include <endian.h>

#include "hash.h"
#include "rules.h"

enum {
	RULES_GLOBS_MAX = 64,	/* that end in one name: each is tried on the names below it */
	RULES_BITS_MAX = 128,	/* of an address */
	RULES_V4_BITS = 96,	/* before the four bytes of IPv4, see addr.h */
	RULES_JA4_SHAPES = 8	/* which parts a pattern names: a bit each */
};

struct pattern {
	const char *text;
	uint32_t rule;		/* index in rules.all */
	uint8_t len;
	uint8_t anchor;		/* where the part that the table knows starts; 0 but for globs */
	uint8_t kind;
};

/* What a network, an AS number or a fingerprint is, in words that compare equal. */
struct rules_key {
	uint64_t word[3];
};

struct rules_fact {
	struct rules_key key;
	uint32_t at;		/* of the pattern in rules.packed, 0 when free */
	uint8_t kind;
};

struct rules_block {
	struct rules_block *next;
	size_t used, size;
	char bytes[];
};

struct rules {
	struct hash_key key;
	uint64_t *filter;
	uint32_t *buckets;			/* where each starts in `packed`; one more for the end */
	uint32_t words, bucket_count;		/* of the filter */
	unsigned fewest, most;			/* labels of the tails in the table */
	uint8_t *packed;			/* patterns, one behind the other, from 1 on */
	size_t used, room;
	struct rules_fact *facts;
	uint32_t fact_mask;
	size_t count[RULE_JA4 + 1];		/* patterns of each kind, of enabled rules */
	uint8_t lengths[2][RULES_BITS_MAX + 2];	/* prefixes in use, IPv6 and IPv4, longest first; 0 ends them */
	uint8_t shapes[RULES_JA4_SHAPES + 1];	/* of fingerprints in use, most parts first; 0 ends them */
	struct rule **all;
	size_t all_count, all_room;
	struct network *networks;		/* by AS number */
	size_t network_count;
	struct rules_block *blocks;		/* strings and rules */
	size_t rules, vendors;			/* enabled ones; all */
};

enum { RULES_HEAD = 8, RULES_SPARE = 8 };	/* bytes before a pattern's text; behind the last, which may be read */

/* A packed pattern: a byte of its hash, its kind, anchor and length, its rule, its text and a NUL. */
static inline struct pattern rules_pattern(const uint8_t *p)
{
	struct pattern out = { .text = (const char *)p + RULES_HEAD, .kind = p[1], .anchor = p[2], .len = p[3] };

	memcpy(&out.rule, p + 4, sizeof(out.rule));
	return out;
}

static inline size_t rules_pattern_size(const uint8_t *p)
{
	return RULES_HEAD + (size_t)p[3] + 1;
}

static inline uint8_t rules_tag(uint64_t h)
{
	return (uint8_t)(h >> 24);	/* the filter has taken those below */
}

/* rules_hash grows the hash of a tail by the label before it, behind whose end RULES_SPARE bytes may be read. */
static inline uint64_t rules_hash(const struct hash_key *key, uint64_t h, const char *label, size_t n)
{
	static const uint64_t masks[] = { 0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff,
					  0xffffffffffffff, 0xffffffffffffffff };
	uint64_t word;

	for (; n > sizeof(word); n -= sizeof(word), label += sizeof(word)) {
		memcpy(&word, label, sizeof(word));
		h = hash_fold(le64toh(word) ^ key->a, h ^ key->b);
	}
	memcpy(&word, label, sizeof(word));
	return hash_fold((le64toh(word) & masks[n]) ^ key->a, h ^ key->b ^ n);
}

/* rules_reduce maps the upper half of a hash to 0..n-1. */
static inline uint32_t rules_reduce(uint64_t h, uint32_t n)
{
	return (uint32_t)((h >> 32) * n >> 32);
}

/* A hash has three bits in its word of the filter. */
static inline uint64_t rules_filter_bits(uint64_t h)
{
	return UINT64_C(1) << (h & 63) | UINT64_C(1) << (h >> 6 & 63) | UINT64_C(1) << (h >> 12 & 63);
}

static inline bool rules_filter_holds(uint64_t word, uint64_t h)
{
	return word >> (h & 63) & word >> (h >> 6 & 63) & word >> (h >> 12 & 63) & 1;
}

/* rules_fact finds what has a key, or the free place for it. */
static inline struct rules_fact *rules_fact(const struct rules *r, enum rule_kind kind, const struct rules_key *k)
{
	uint32_t i = (uint32_t)hash_pair(&r->key, hash_pair(&r->key, k->word[0], k->word[1]), k->word[2] ^ kind);

	for (;; i++) {
		struct rules_fact *f = &r->facts[i & r->fact_mask];

		if (!f->at || (f->kind == kind && memcmp(&f->key, k, sizeof(*k)) == 0))
			return f;
	}
}

/* rules_keep takes n zeroed bytes that live as long as the set; NULL when memory is short. */
void *rules_keep(struct rules *r, size_t n);

/* rules_new begins a set with a key of its own. */
struct rules *rules_new(void);

bool rules_add_rule(struct rules *r, struct rule *rule);

/* rules_add_pattern notes a pattern of the newest rule. */
bool rules_add_pattern(struct rules *r, const char *text, enum rule_kind kind);

/* Why two patterns cannot both stand; `at` is that of the one to remove, 0 when there is no clash. */
struct rules_clash {
	enum {
		RULES_SAME,		/* two say the same */
		RULES_GLOBS,		/* more than RULES_GLOBS_MAX end alike */
		RULES_WITHIN,		/* it lies within another one of its rule */
		RULES_COVERED		/* narrower ones leave nothing of it */
	} why;
	uint32_t at, other;
};

/* rules_index makes the patterns of enabled rules findable; false when memory is short or two clash. */
bool rules_index(struct rules *r, struct rules_clash *clash);

/* rules_shadowed finds a network or fingerprint of an indexed set that can never answer, or never otherwise. */
bool rules_shadowed(const struct rules *r, struct rules_clash *clash);

/* The keys of well-formed patterns and of what is looked up; false when the text is not of that kind. */
bool rules_key_cidr(const char *text, struct rules_key *out);
bool rules_key_ja4(const char *text, struct rules_key *out, unsigned *shape);

/* The key of the first bits of an address; that of a fingerprint without the parts that a shape lacks. */
struct rules_key rules_key_addr(const struct addr *a, unsigned bits);
struct rules_key rules_key_shape(const struct rules_key *full, unsigned shape);

/* rules_cidr_read reads ADDRESS/BITS, `bits` of the sixteen bytes; false when it is none. */
bool rules_cidr_read(const char *text, struct addr *a, unsigned *bits);

/* The loader, a file for each part.  What returns false or NULL has noted the error. */
struct cJSON;
struct rules_load;

/* rules_fail notes what is wrong at the line of the value `at`, that behind `rule` unless it is NULL; always false. */
__attribute__((format(printf, 4, 5)))
bool rules_fail(struct rules_load *l, const char *rule, const char *at, const char *format, ...);
bool rules_fail_memory(struct rules_load *l);

struct rules *rules_load_set(const struct rules_load *l);
const char *rules_load_path(const struct rules_load *l);
bool rules_only_keys(struct rules_load *l, const struct cJSON *object, const char *const *keys);
const char *rules_in_list(const char *const *list, const char *text);

/* rules_text_of keeps a string; NULL when there is none, an error unless it may be absent. */
const char *rules_text_of(struct rules_load *l, const struct cJSON *object, const char *key, const char *where,
			  bool may_miss);
const char **rules_texts_of(struct rules_load *l, const struct cJSON *array, const char *key, const char *where);

bool rules_read_vendor(struct rules_load *l, const struct cJSON *root);
bool rules_read_match(struct rules_load *l, const struct cJSON *match, const struct rule *rule);
bool rules_read_networks(struct rules_load *l, const struct cJSON *root);

/* rules_replace switches off the rule of an earlier directory that has the same id. */
void rules_replace(struct rules_load *l, const struct rule *rule);

#endif
