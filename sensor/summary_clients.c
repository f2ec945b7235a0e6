/* How much of what each client did could be told: the second table of a summary. */
#include <stdlib.h>

#include "hash.h"
#include "summary_parts.h"

enum { ROWS_PRINTED = 20 };

void summary_cover(struct summary *s, const struct addr *client, enum summary_cover what)
{
	uint64_t at = hash_bytes(&hash_key_files, client->bytes, sizeof(client->bytes));

	for (unsigned probe = 0; probe < SUMMARY_PROBES; probe++) {
		struct covered *c = &s->covered[(at + probe) % SUMMARY_COVERED_MAX];

		if (!c->used) {
			*c = (struct covered){ .used = true, .client = *client };
			s->covered_count++;
		}
		if (addr_equal(&c->client, client)) {
			c->n[what]++;
			return;
		}
	}
	s->uncovered++;
}

static uint64_t dark(const struct covered *c)
{
	return c->n[SUMMARY_HIDDEN] + c->n[SUMMARY_UNREAD];
}

/* Those of whom least could be told come first. */
static int by_dark(const void *a, const void *b)
{
	const struct covered *x = *(const struct covered *const *)a, *y = *(const struct covered *const *)b;

	if (dark(x) != dark(y))
		return dark(x) > dark(y) ? -1 : 1;
	return memcmp(&x->client, &y->client, sizeof(x->client));
}

void summary_print_clients(const struct summary *s, FILE *out)
{
	const struct covered *rows[SUMMARY_COVERED_MAX];
	char text[ADDR_TEXT_MAX];
	unsigned n = 0;

	for (unsigned i = 0; i < SUMMARY_COVERED_MAX; i++) {
		if (s->covered[i].used)
			rows[n++] = &s->covered[i];
	}
	if (!n)
		return;
	qsort(rows, n, sizeof(*rows), by_dark);
	fprintf(out, "%-39s %11s %9s %10s %9s %9s\n", "client", "connections", "named", "attributed", "hidden",
		"unread");
	for (unsigned i = 0; i < n && i < ROWS_PRINTED; i++) {
		const uint64_t *c = rows[i]->n;

		(void)addr_put(&rows[i]->client, text);
		fprintf(out, "%-39s %11llu %9llu %10llu %9llu %9llu\n", text,
			(unsigned long long)(c[SUMMARY_NAMED] + c[SUMMARY_ATTRIBUTED] + dark(rows[i])),
			(unsigned long long)c[SUMMARY_NAMED], (unsigned long long)c[SUMMARY_ATTRIBUTED],
			(unsigned long long)c[SUMMARY_HIDDEN], (unsigned long long)c[SUMMARY_UNREAD]);
	}
	if (n > ROWS_PRINTED)
		fprintf(out, "%u more clients, of whom as much or more could be told\n", n - ROWS_PRINTED);
	if (s->uncovered)
		fprintf(out, "%llu connections of further clients had no room here\n",
			(unsigned long long)s->uncovered);
	fputc('\n', out);
}
