#include "check_parts.h"

#include <stdlib.h>

#include "marks.h"
#include "memory.h"

static void put(struct check *c, const struct mark *m, const char *what)
{
	const struct pack_rule *r = &c->pack.rules[m->rule];
	unsigned line = pack_line(r->file, r->id, m->kind == MARK_ASN ? "asn" : m->text);

	findings_put(&c->found, true, r->file->path, line, "%s %s of rule \"%s\" %s", mark_kind_text(m->kind), m->text,
		     r->id, what);
}

/* by_place brings equal ones together, and a network before those within it. */
static int by_place(const void *a, const void *b)
{
	const struct mark *const *x = a, *const *y = b;
	int order = ((*x)->kind > (*y)->kind) - ((*x)->kind < (*y)->kind);

	if (!order && (*x)->kind == MARK_CIDR) {
		order = addr_is_v4(&(*y)->net) - addr_is_v4(&(*x)->net);
		order = order ? order : memcmp(&(*x)->net, &(*y)->net, sizeof((*x)->net));
		order = order ? order : (*x)->bits - (*y)->bits;
	} else if (!order && (*x)->kind == MARK_ASN) {
		order = ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
	} else if (!order) {
		order = strcmp((*x)->text, (*y)->text);
	}
	return order ? order : (*x > *y) - (*x < *y);
}

static bool same(const struct mark *a, const struct mark *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == MARK_CIDR)
		return addr_equal(&a->net, &b->net) && a->bits == b->bits;
	return a->kind == MARK_ASN ? a->number == b->number : strcmp(a->text, b->text) == 0;
}

static void compare(struct check *c, const struct mark *before, const struct mark *m)
{
	const struct pack_rule *r = &c->pack.rules[before->rule];
	char what[512];

	if (same(before, m)) {
		snprintf(what, sizeof(what), "stands in rule \"%s\" of %s already; remove it from one", r->id,
			 r->file->path);
		put(c, m, what);
	} else if (before->rule == m->rule && mark_holds(before, &m->net)) {
		snprintf(what, sizeof(what), "changes nothing: %s of the same rule holds it; remove it", before->text);
		put(c, m, what);
	}
}

void check_marks(struct check *c)
{
	struct marks all;
	struct mark **order;
	size_t n = 0;

	marks_open(&all, &c->pack);
	order = memory_new(all.count, sizeof(*order));
	for (size_t i = 0; i < all.count; i++) {
		struct mark *m = &all.list[i];

		if (m->fault)
			put(c, m, m->fault);
		else if (pack_live(&c->pack.rules[m->rule]))
			order[n++] = m;
	}
	qsort(order, n, sizeof(*order), by_place);
	for (size_t i = 1; i < n; i++)
		compare(c, order[i - 1], order[i]);
	free(order);
	marks_close(&all);
}
