#include "rules_parts.h"

const char *const rule_purposes[] = {
	"telemetry", "cloud-lookup", "update", "activation", "crash-report", "remote-management",
	"remote-access", "cloud-video", "connectivity-check", "time", "account", "ads", "content",
	"website", "encrypted-dns", NULL
};

bool rules_glob_fits(const char *glob, const char *name)
{
	while (*glob) {
		if (*glob == '*') {
			size_t rest = strcspn(++glob, "."), left = strcspn(name, ".");

			if (rest > left)
				return false;
			name += left - rest;
		} else if (*glob++ != *name++) {
			return false;
		}
	}
	return !*name;
}

static bool more_specific(const struct pattern *p, const struct pattern *best)
{
	if (!best->text || p->kind == RULE_EXACT)
		return true;
	if (best->kind == RULE_EXACT || p->len != best->len)
		return best->kind != RULE_EXACT && p->len > best->len;
	if (p->kind != best->kind || p->anchor != best->anchor)
		return p->kind == RULE_SUFFIX || (best->kind == RULE_GLOB && p->anchor < best->anchor);
	return strcmp(p->text, best->text) < 0;
}

/* A name on its way from its end to its start: the hash of the tail that has been seen, the best pattern so far. */
struct search {
	const struct rules *rules;
	const char *text;	/* RULES_SPARE bytes more than the name may be read */
	size_t len;
	unsigned labels;	/* seen so far */
	uint64_t hash;
	struct pattern best;
};

static bool pattern_fits(const struct search *s, const struct pattern *p, size_t at)
{
	if (p->kind == RULE_EXACT)
		return at == 0;
	return p->kind == RULE_SUFFIX || (strlen(s->text) == s->len && rules_glob_fits(p->text, s->text));
}

/* look asks the bucket for the tail of the name that starts at `at`. */
static void look(struct search *s, size_t at)
{
	const struct rules *r = s->rules;
	uint32_t bucket = rules_reduce(s->hash, r->bucket_count);
	const uint8_t *p = r->packed + r->buckets[bucket], *end = r->packed + r->buckets[bucket + 1];
	size_t n = s->len - at;

	for (; p < end; p += rules_pattern_size(p)) {
		struct pattern here;

		if (*p != rules_tag(s->hash))
			continue;
		here = rules_pattern(p);
		if ((size_t)(here.len - here.anchor) == n && memcmp(here.text + here.anchor, s->text + at, n) == 0 &&
		    pattern_fits(s, &here, at) && more_specific(&here, &s->best))
			s->best = here;
	}
}

/* take adds the label from `at` to `end`. */
static inline void take(struct search *s, size_t at, size_t end)
{
	const struct rules *r = s->rules;

	s->hash = rules_hash(&r->key, s->hash, s->text + at, end - at);
	if (++s->labels >= r->fewest && rules_filter_holds(r->filter[rules_reduce(s->hash, r->words)], s->hash))
		look(s, at);
}

/* dots_in gives a bit for each dot among eight characters, the first in bit 0. */
static inline uint64_t dots_in(const char *text)
{
	const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
	uint64_t word;

	memcpy(&word, text, sizeof(word));
	word = le64toh(word) ^ UINT64_C(0x2e2e2e2e2e2e2e2e);
	word = ~(((word & low) + low) | word | low) >> 7;	/* 1 in each byte that was a dot */
	return word * UINT64_C(0x0102040810204080) >> 56;
}

/* search_run takes the labels from the last to the first, whose dots it finds 64 characters at a time. */
static void search_run(struct search *s)
{
	size_t end = s->len;

	for (size_t start = (end - 1) & ~(size_t)63, left = end - start;; start -= 64, left = 64) {
		uint64_t dots = 0;

		for (size_t i = 0; i < left; i += 8)
			dots |= dots_in(s->text + start + i) << i;
		dots &= UINT64_MAX >> (64 - left);
		while (dots && s->labels < s->rules->most) {
			unsigned dot = 63 - (unsigned)__builtin_clzll(dots);

			take(s, start + dot + 1, end);
			end = start + dot;
			dots ^= UINT64_C(1) << dot;
		}
		if (!start || s->labels == s->rules->most)
			break;
	}
	if (s->labels < s->rules->most)
		take(s, 0, end);
}

bool rules_match(const struct rules *r, const struct name *name, struct rule_hit *out)
{
	struct search s = { .rules = r, .text = name->text, .len = name->len };

	if (!s.len)
		return false;
	search_run(&s);
	if (!s.best.text)
		return false;
	*out = (struct rule_hit){ .rule = r->all[s.best.rule], .pattern = s.best.text, .kind = s.best.kind };
	return true;
}

size_t rules_count(const struct rules *r)
{
	return r->rules;
}

size_t rules_patterns(const struct rules *r)
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(r->count) / sizeof(*r->count); i++)
		n += r->count[i];
	return n;
}

size_t rules_vendors(const struct rules *r)
{
	return r->vendors;
}

const char *rule_kind_text(enum rule_kind kind)
{
	static const char *const texts[] = { "suffix", "glob", "exact", "cidr", "asn", "ja4" };

	return texts[kind];
}
