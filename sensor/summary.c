#include "summary_parts.h"

#include <stdlib.h>

/* Copies, not the rule: a reload may free it while the table grows. */
struct summary_row {
	char vendor[64], product[96], purpose[24];
	bool installed;
	uint64_t sightings, out, in;
	unsigned clients, countries;
	bool more_clients;
	struct addr client[SUMMARY_CLIENTS_MAX];
	char country[SUMMARY_COUNTRIES_MAX][3];
};

struct summary *summary_new(void)
{
	return calloc(1, sizeof(struct summary));
}

void summary_free(struct summary *s)
{
	for (size_t i = 0; s && i < s->count; i++)
		free(s->rows[i]);
	free(s);
}

/* Rules of the same vendor, product and purpose are one row. */
static bool same_row(const struct summary_row *row, const struct rule *rule)
{
	return row->installed == rule->installed &&
	       strncmp(row->product, rule->product, sizeof(row->product) - 1) == 0 &&
	       strncmp(row->vendor, rule->vendor->name, sizeof(row->vendor) - 1) == 0 &&
	       strncmp(row->purpose, rule->purpose, sizeof(row->purpose) - 1) == 0;
}

static struct summary_row *row_of(struct summary *s, const struct rule *rule)
{
	struct summary_row *row;

	for (size_t i = 0; i < s->count; i++) {
		if (same_row(s->rows[i], rule))
			return s->rows[i];
	}
	if (s->count == SUMMARY_ROWS_MAX || !(row = calloc(1, sizeof(*row)))) {
		s->left_out++;
		return NULL;
	}
	snprintf(row->vendor, sizeof(row->vendor), "%s", rule->vendor->name);
	snprintf(row->product, sizeof(row->product), "%s", rule->product);
	snprintf(row->purpose, sizeof(row->purpose), "%s", rule->purpose);
	row->installed = rule->installed;
	return s->rows[s->count++] = row;
}

static void add_client(struct summary_row *row, const struct addr *client)
{
	for (unsigned i = 0; i < row->clients; i++) {
		if (addr_equal(&row->client[i], client))
			return;
	}
	if (row->clients == SUMMARY_CLIENTS_MAX)
		row->more_clients = true;
	else
		row->client[row->clients++] = *client;
}

static void add_country(struct summary_row *row, const char country[3])
{
	for (unsigned i = 0; i < row->countries; i++) {
		if (memcmp(row->country[i], country, 2) == 0)
			return;
	}
	if (row->countries < SUMMARY_COUNTRIES_MAX)
		memcpy(row->country[row->countries++], country, 3);
}

void summary_add(struct summary *s, const struct rule *rule, const struct addr *client,
		 const char (*countries)[3], size_t n)
{
	struct summary_row *row = row_of(s, rule);

	if (!row)
		return;
	row->sightings++;
	add_client(row, client);
	for (size_t i = 0; i < n; i++)
		add_country(row, countries[i]);
}

void summary_add_bytes(struct summary *s, const struct rule *rule, const struct tally *tally)
{
	struct summary_row *row = row_of(s, rule);

	if (!row)
		return;
	row->out += tally->bytes[SIDE_CLIENT];
	row->in += tally->bytes[SIDE_SERVER];
}

static int by_vendor(const void *a, const void *b)
{
	const struct summary_row *x = *(const struct summary_row *const *)a, *y = *(const struct summary_row *const *)b;
	int order = strcmp(x->vendor, y->vendor);

	if (order)
		return order;
	if (x->installed != y->installed)
		return x->installed ? -1 : 1;
	if (x->clients != y->clients)
		return x->clients > y->clients ? -1 : 1;
	order = strcmp(x->product, y->product);
	return order ? order : strcmp(x->purpose, y->purpose);
}

static int width(int now, const char *text, int most)
{
	int n = (int)strlen(text);

	n = n > most ? most : n;
	return n > now ? n : now;
}

/* Bytes as people read them: three digits and a unit of 1,000. */
static void print_bytes(FILE *out, uint64_t n)
{
	static const char units[] = " kMGTPE";
	double v = (double)n;
	int unit = 0;

	for (; v >= 999.5; v /= 1000)
		unit++;
	if (!n)
		fprintf(out, " %8s", "-");
	else if (!unit)
		fprintf(out, " %6.0f B", v);
	else
		fprintf(out, " %5.*f %cB", v < 9.95 ? 1 : 0, v, units[unit]);
}

static void print_row(const struct summary_row *row, FILE *out, const int w[3], bool colour)
{
	const char *on = colour && row->installed ? "\033[1;31m" : "", *off = *on ? "\033[0m" : "";

	fprintf(out, "%s%-*.*s%s  %-*.*s  %-*s  %-9s %6llu%s %9llu", on, w[0], w[0], row->vendor, off,
		w[1], w[1], row->product, w[2], row->purpose, row->installed ? "installed" : "-",
		(unsigned long long)row->clients, row->more_clients ? "+" : " ",
		(unsigned long long)row->sightings);
	print_bytes(out, row->out);
	print_bytes(out, row->in);
	fputs("  ", out);
	for (unsigned i = 0; i < row->countries; i++)
		fprintf(out, "%s%s", i ? " " : "", row->country[i]);
	fprintf(out, "%s\n", row->countries ? "" : "-");
}

void summary_print(const struct summary *s, FILE *out, bool colour)
{
	struct summary_row *rows[SUMMARY_ROWS_MAX];
	int w[3] = { 6, 7, 7 };

	if (!s->count)
		return;
	memcpy(rows, s->rows, s->count * sizeof(*rows));
	qsort(rows, s->count, sizeof(*rows), by_vendor);
	for (size_t i = 0; i < s->count; i++) {
		w[0] = width(w[0], rows[i]->vendor, 24);
		w[1] = width(w[1], rows[i]->product, 36);
		w[2] = width(w[2], rows[i]->purpose, 18);
	}
	fprintf(out, "\n%-*s  %-*s  %-*s  %-9s %6s  %9s %8s %8s  %s\n", w[0], "vendor", w[1], "product",
		w[2], "purpose", "shows", "clients", "sightings", "sent", "received", "countries");
	for (size_t i = 0; i < s->count; i++)
		print_row(rows[i], out, w, colour);
	if (s->left_out)
		fprintf(out, "%llu more sightings of further products had no room here\n",
			(unsigned long long)s->left_out);
	fputc('\n', out);
	summary_print_clients(s, out);
}
