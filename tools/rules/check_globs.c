#include "check_parts.h"

#include <stdlib.h>

#include "memory.h"

enum { GLOBS_PAIRED_MAX = 4096 };	/* each is compared with each */

/* A label of a glob: what stands before and behind its star; without one, all of it is before. */
struct label {
	const char *head, *tail;
	size_t head_len, tail_len;
	bool star;
};

static const char *label_next(const char *at, struct label *out)
{
	size_t n = strcspn(at, "."), head = strcspn(at, "*.");

	*out = (struct label){ .head = at, .head_len = head, .star = head < n };
	if (out->star) {
		out->tail = at + head + 1;
		out->tail_len = n - head - 1;
	}
	return at[n] ? at + n + 1 : NULL;
}

static bool label_fits(const struct label *l, const char *text, size_t n)
{
	if (!l->star)
		return n == l->head_len && memcmp(text, l->head, n) == 0;
	return n >= l->head_len + l->tail_len && memcmp(text, l->head, l->head_len) == 0 &&
	       memcmp(text + n - l->tail_len, l->tail, l->tail_len) == 0;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool labels_meet(const struct label *a, const struct label *b)
{
	size_t head = least(a->head_len, b->head_len), tail = least(a->tail_len, b->tail_len);

	if (!b->star)
		return label_fits(a, b->head, b->head_len);
	if (!a->star)
		return label_fits(b, a->head, a->head_len);
	return memcmp(a->head, b->head, head) == 0 &&
	       memcmp(a->tail + a->tail_len - tail, b->tail + b->tail_len - tail, tail) == 0;
}

/* label_holds: every text of b is one of a. */
static bool label_holds(const struct label *a, const struct label *b)
{
	if (!b->star)
		return label_fits(a, b->head, b->head_len);
	return a->star && a->head_len <= b->head_len && a->tail_len <= b->tail_len &&
	       memcmp(a->head, b->head, a->head_len) == 0 &&
	       memcmp(a->tail, b->tail + b->tail_len - a->tail_len, a->tail_len) == 0;
}

static bool globs(const char *a, const char *b, bool (*test)(const struct label *, const struct label *))
{
	struct label x, y;

	while (a && b) {
		a = label_next(a, &x);
		b = label_next(b, &y);
		if (!test(&x, &y))
			return false;
	}
	return !a && !b;
}

static void put(struct check *c, bool error, const struct pack_pattern *p, const struct pack_pattern *other,
		const char *what)
{
	const struct pack_rule *r = &c->pack.rules[p->rule], *o = &c->pack.rules[other->rule];

	findings_put(&c->found, error, r->file->path, pack_line(r->file, r->id, p->text),
		     "glob \"%s\" of rule \"%s\" %s \"%s\" of \"%s\" (%s:%u)", p->text, r->id, what, other->text, o->id,
		     o->file->path, pack_line(o->file, o->id, other->text));
}

static void compare(struct check *c, const struct pack_pattern *a, const struct pack_pattern *b)
{
	size_t n = strlen(a->text), m = strlen(b->text);

	if (a->rule == b->rule || strcmp(a->text, b->text) == 0)
		return;		/* within one rule nothing changes; repeats are told elsewhere */
	if (n == m && globs(a->text, b->text, labels_meet))
		put(c, false, b, a, "ties: for names that both match neither is more specific; spell out more of it than");
	else if (n > m && globs(a->text, b->text, label_holds))
		put(c, true, b, a, "never wins: every name of it goes to the longer glob");
	else if (m > n && globs(b->text, a->text, label_holds))
		put(c, true, a, b, "never wins: every name of it goes to the longer glob");
}

void check_globs(struct check *c)
{
	const struct pack_pattern **list = memory_new(c->pack.pattern_count, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < c->pack.pattern_count; i++) {
		const struct pack_pattern *p = &c->pack.patterns[i];

		if (p->kind == RULE_GLOB && pack_live(&c->pack.rules[p->rule]))
			list[n++] = p;
	}
	if (n > GLOBS_PAIRED_MAX)
		findings_put(&c->found, false, c->options->dirs[0], 0, "holds %zu globs: ties are told among the first "
			     "%d only", n, GLOBS_PAIRED_MAX);
	n = least(n, GLOBS_PAIRED_MAX);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++)
			compare(c, list[k], list[i]);
	}
	free(list);
}
