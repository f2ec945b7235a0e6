/* links: ruleset */
/*
 * Rule sets drawn at random, and what is looked up in them, against a matcher
 * that asks every pattern in turn: the same answer always, or none.
 */
#include "../unit/folder.h"
#include "rules.h"

enum { SETS = 250, PATTERNS_MAX = 48, ASKED = 200, TEXT_MAX = 512 };

struct drawn {
	enum rule_kind kind;
	char text[TEXT_MAX];
};

static struct drawn set[PATTERNS_MAX];
static size_t set_count;
static uint64_t state = 7;
static bool dense;	/* few names, so that many patterns fit one */

static uint64_t draw(uint64_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % n;
}

/* add keeps what the set does not have yet. */
static void add(enum rule_kind kind, const char *text)
{
	for (size_t i = 0; i < set_count; i++) {
		if (set[i].kind == kind && strcmp(set[i].text, text) == 0)
			return;
	}
	set[set_count].kind = kind;
	snprintf(set[set_count++].text, TEXT_MAX, "%s", text);
}

/* load writes each pattern into a rule of its own. */
static struct rules *load(struct rules_error *e)
{
	static char text[PATTERNS_MAX * (TEXT_MAX + 256)];
	int n = sprintf(text, "{ \"vendor\": { \"id\": \"v\", \"name\": \"V\" }, \"rules\": [\n");

	for (size_t i = 0; i < set_count; i++)
		n += sprintf(text + n, "%s{ \"id\": \"v.%zu\", \"product\": \"P\", \"purpose\": \"time\", "
			     "\"installed\": false, \"confidence\": \"documented\", \"match\": { \"%s\": [\"%s\"] }, "
			     "\"references\": [\"https://example.org/\"] }\n", i ? "," : "", i,
			     rule_kind_text(set[i].kind), set[i].text);
	n += sprintf(text + n, "] }\n");
	folder_put(&folder, "v.json", text, (size_t)n);
	return rules_load(folder.path, e);
}

static struct rules *must_load(void)
{
	struct rules_error e;
	struct rules *r = load(&e);

	if (!r)
		fail_msg("%s:%u: %s", e.file, e.line, e.what);
	return r;
}

/* same: what was found is the pattern expected, NULL for none. */
static void same(const char *asked, const struct drawn *want, bool found, const struct rule_hit *hit)
{
	if (found != (want != NULL) || (found && (strcmp(hit->pattern, want->text) != 0 || hit->kind != want->kind)))
		fail_msg("%s: %s %s, not %s", asked, found ? hit->pattern : "nothing",
			 found ? rule_kind_text(hit->kind) : "", want ? want->text : "nothing");
}

/* Few labels, so that names meet patterns; some longer than a word of the hash, some just as long. */
static const char *const labels[] = { "a", "b", "ab", "ba", "aab", "b-a", "eightlet", "ninechars", "a-rather-long-label-here" };

static void draw_name(char *out, bool stars)
{
	static const char *const globs[] = { "*", "a*", "*a", "a*b", "e*t", "nine*", "*-here" };
	size_t n = 1 + draw(dense ? 3 : 5), at = 0, few = dense ? 3 : COUNT(labels);

	for (size_t i = 0; i < n; i++) {
		bool star = stars && i + 1 < n && draw(2);
		const char *label = star ? globs[draw(dense ? 4 : COUNT(globs))] : labels[draw(few)];

		at += (size_t)sprintf(out + at, "%s%s", i ? "." : "", label);
	}
}

static bool label_fits(const char *p, size_t pn, const char *t, size_t tn)
{
	const char *star = memchr(p, '*', pn);
	size_t head = star ? (size_t)(star - p) : pn, tail = star ? pn - head - 1 : 0;

	return !star ? pn == tn && memcmp(p, t, pn) == 0 : tn >= head + tail && memcmp(p, t, head) == 0 &&
	       memcmp(star + 1, t + tn - tail, tail) == 0;
}

static bool name_fits(const struct drawn *d, const char *text)
{
	size_t n = strlen(text), m = strlen(d->text);
	const char *p = d->text;

	if (d->kind == RULE_EXACT)
		return strcmp(text, p) == 0;
	if (d->kind == RULE_SUFFIX)
		return n >= m && strcmp(text + n - m, p) == 0 && (n == m || text[n - m - 1] == '.');
	for (;; p++, text++) {
		size_t pn = strcspn(p, "."), tn = strcspn(text, ".");

		if (!label_fits(p, pn, text, tn))
			return false;
		p += pn;
		text += tn;
		if (!*p || !*text)
			return *p == *text;
	}
}

/* The order that telltale-rules(5) promises: less than 0 when `a` comes first. */
static int order(const struct drawn *a, const struct drawn *b)
{
	size_t an = strlen(a->text), bn = strlen(b->text);
	const char *as = strrchr(a->text, '*'), *bs = strrchr(b->text, '*');

	if ((a->kind == RULE_EXACT) != (b->kind == RULE_EXACT))
		return a->kind == RULE_EXACT ? -1 : 1;
	if (an != bn)
		return an > bn ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind == RULE_SUFFIX ? -1 : 1;
	if (as && bs && strlen(strchr(as, '.')) != strlen(strchr(bs, '.')))
		return strlen(strchr(as, '.')) > strlen(strchr(bs, '.')) ? -1 : 1;
	return strcmp(a->text, b->text);
}

static void test_names(void **unused)
{
	static const enum rule_kind kinds[] = { RULE_SUFFIX, RULE_GLOB, RULE_EXACT };
	size_t hits = 0;

	(void)unused;
	for (unsigned i = 0; i < SETS; i++) {
		char text[TEXT_MAX];
		struct rules *r;

		set_count = 0;
		dense = i % 2;
		for (size_t n = 1 + draw(PATTERNS_MAX); n; n--) {
			enum rule_kind kind = kinds[draw(COUNT(kinds))];

			draw_name(text, kind == RULE_GLOB);
			if (kind != RULE_GLOB || strchr(text, '*'))
				add(kind, text);
		}
		if (!set_count)
			continue;
		r = must_load();
		for (unsigned k = 0; k < ASKED; k++) {
			const struct drawn *best = NULL;
			struct name name = { 0 };
			struct rule_hit hit;

			draw_name(name.text, false);
			name.len = (uint16_t)strlen(name.text);
			for (size_t d = 0; d < set_count; d++) {
				if (name_fits(&set[d], name.text) && (!best || order(&set[d], best) < 0))
					best = &set[d];
			}
			same(name.text, best, rules_match(r, &name, &hit), &hit);
			hits += best != NULL;
		}
		rules_free(r);
	}
	assert_in_range(hits, SETS * ASKED / 5, SETS * ASKED);
}

/* Names of every length up to the longest: no read goes past what the name owns (seen under ASan), none is missed. */
static void test_lengths(void **unused)
{
	struct rule_hit hit;
	struct rules *r;

	(void)unused;
	set_count = 0;
	add(RULE_SUFFIX, "a.b");
	r = must_load();
	for (size_t n = 4; n <= NAME_TEXT_MAX; n++) {
		struct name *name = calloc(1, sizeof(*name));

		assert_non_null(name);
		memset(name->text, 'x', n);
		for (size_t i = draw(60); i + 4 < n; i += 1 + draw(60))
			name->text[i] = '.';
		memcpy(name->text + n - 4, ".a.b", 4);
		name->len = (uint16_t)n;
		assert_true(rules_match(r, name, &hit));
		assert_string_equal(hit.pattern, "a.b");
		name->text[n - 1] = 'c';
		assert_false(rules_match(r, name, &hit));
		free(name);
	}
	rules_free(r);
}

enum { SPAN = 256 };	/* addresses asked of each family: those of its last byte */

static unsigned bits_of(const char *text)
{
	return (unsigned)strtoul(strchr(text, '/') + 1, NULL, 10) + (strchr(text, ':') ? 0 : 96);
}

static bool net_holds(const char *text, const struct addr *a)
{
	char address[ADDR_TEXT_MAX];
	unsigned bits = bits_of(text);
	struct addr net;

	snprintf(address, sizeof(address), "%.*s", (int)strcspn(text, "/"), text);
	assert_true(addr_parse(address, &net));
	for (unsigned i = 0; i < bits; i++) {
		if ((net.bytes[i / 8] ^ a->bytes[i / 8]) >> (7 - i % 8) & 1)
			return false;
	}
	return true;
}

static const struct drawn *longest(const struct addr *a)
{
	const struct drawn *best = NULL;

	for (size_t d = 0; d < set_count; d++) {
		if (net_holds(set[d].text, a) && (!best || bits_of(set[d].text) > bits_of(best->text)))
			best = &set[d];
	}
	return best;
}

static struct addr asked_addr(unsigned family, unsigned last)
{
	struct addr a;

	assert_true(addr_parse(family ? "2001:db8::" : "192.0.2.0", &a));
	a.bytes[15] = (uint8_t)last;
	return a;
}

static void draw_net(char *out)
{
	static const char *const wide[2][3] = { { "192.0.0.0/8", "192.0.2.0/23", "192.0.0.0/16" },
						{ "2001:db8::/32", "2001:db8::/64", "2001:db8::/113" } };
	unsigned family = (unsigned)draw(2), host = (unsigned)draw(9);
	struct addr a = asked_addr(family, (unsigned)draw(SPAN) >> host << host);

	if (draw(6) == 0)
		strcpy(out, wide[family][draw(3)]);
	else
		sprintf(out + addr_put(&a, out), "/%u", (family ? 128 : 32) - host);
}

/* idle: a network that answers for none of its addresses, which loading must refuse. */
static bool idle(size_t d)
{
	if (bits_of(set[d].text) < 120)
		return false;	/* it has addresses that no other one has */
	for (unsigned i = 0; i < 2 * SPAN; i++) {
		struct addr a = asked_addr(i / SPAN, i % SPAN);

		if (longest(&a) == &set[d])
			return false;
	}
	return true;
}

static void test_networks(void **unused)
{
	unsigned refused = 0;
	struct rules_error e;

	(void)unused;
	for (unsigned i = 0; i < SETS; i++) {
		bool some_idle = false;
		char text[TEXT_MAX];
		struct rules *r;

		set_count = 0;
		for (size_t n = 1 + draw(PATTERNS_MAX / 2); n; n--) {
			draw_net(text);
			add(RULE_CIDR, text);
		}
		for (size_t d = 0; d < set_count; d++)
			some_idle |= idle(d);
		r = load(&e);
		if (!r && (!some_idle || !strstr(e.what, "never matches")))
			fail_msg("%s:%u: %s", e.file, e.line, e.what);
		if (r && some_idle)
			fail_msg("set %u: a network that never matches was taken", i);
		refused += !r;
		for (unsigned k = 0; r && k < 2 * SPAN; k++) {
			struct addr a = asked_addr(k / SPAN, k % SPAN);
			struct rule_hit hit;

			addr_put(&a, text);
			same(text, longest(&a), rules_match_addr(r, &a, &hit), &hit);
		}
		rules_free(r);
	}
	assert_in_range(refused, 1, SETS / 2);
}

static const char *const parts[3][3] = {
	{ "t13d1516h2", "q13i0310h3", "*" }, { "8daaf6152771", "55b375c5d22e", "*" }, { "02713d6af862", "06cda9e17597", "*" },
};

static void put_ja4(char *out, unsigned a, unsigned b, unsigned c)
{
	sprintf(out, "%s_%s_%s", parts[0][a], parts[1][b], parts[2][c]);
}

/* ja4_rank: how well a pattern fits, 0 not at all: parts named count most, then the earlier ones. */
static unsigned ja4_rank(const char *pattern, const char *asked)
{
	static const unsigned starts[] = { 0, 11, 24 };
	unsigned named = 0, early = 0;

	for (unsigned i = 0; i < 3; i++) {
		size_t n = strcspn(pattern, "_");

		if (*pattern != '*') {
			if (strncmp(pattern, asked + starts[i], n) != 0)
				return 0;
			named++;
			early |= 4u >> i;
		}
		pattern += n + 1;
	}
	return named << 3 | early;
}

static void test_fingerprints(void **unused)
{
	(void)unused;
	for (unsigned i = 0; i < SETS; i++) {
		char text[TEXT_MAX];
		struct rules *r;

		set_count = 0;
		for (size_t n = 1 + draw(12); n; n--) {
			unsigned a = (unsigned)draw(3), b = (unsigned)draw(3), c = (unsigned)draw(3);

			if (a + b + c == 6)
				continue;
			put_ja4(text, a, b, c);
			add(RULE_JA4, text);
		}
		if (!set_count)
			continue;
		r = must_load();
		for (unsigned k = 0; k < 8; k++) {
			const struct drawn *best = NULL;
			struct rule_hit hit;

			put_ja4(text, k & 1, k >> 1 & 1, k >> 2);
			for (size_t d = 0; d < set_count; d++) {
				unsigned rank = ja4_rank(set[d].text, text);

				if (rank > (best ? ja4_rank(best->text, text) : 0))
					best = &set[d];
			}
			same(text, best, rules_match_ja4(r, text, &hit), &hit);
		}
		rules_free(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_networks),
		cmocka_unit_test(test_fingerprints),
	};

	return cmocka_run_group_tests_name("rules", tests, folder_setup, folder_teardown);
}
