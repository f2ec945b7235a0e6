#include "policy_parts.h"

#include <stdlib.h>

struct policy_kept {
	struct policy_kept *next;
	char bytes[];
};

void *policy_keep(struct policy *p, size_t n)
{
	struct policy_kept *k = calloc(1, sizeof(*k) + n);

	if (!k)
		return NULL;
	k->next = p->kept;
	p->kept = k;
	return k->bytes;
}

void policy_free(struct policy *p)
{
	struct policy_kept *next;

	if (!p)
		return;
	for (struct policy_kept *k = p->kept; k; k = next) {
		next = k->next;
		free(k);
	}
	free(p->severities.all);
	free(p->suppressions.all);
	free(p);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/*
 * compare_nets keeps the families apart, for ::/0 would else hold the bytes of
 * every IPv4 address, and puts a network before those within it.
 */
static int compare_nets(const void *a, const void *b)
{
	const struct policy_net *x = a, *y = b;
	int family = addr_is_v4(&y->addr) - addr_is_v4(&x->addr);
	int order = family ? family : memcmp(x->addr.bytes, y->addr.bytes, sizeof(x->addr.bytes));

	return order ? order : x->bits - y->bits;
}

/* is_within is true of an address, or a smaller network, inside a network. */
static bool is_within(const struct policy_net *net, const struct addr *a)
{
	size_t whole = net->bits / 8, rest = net->bits % 8;

	if (addr_is_v4(&net->addr) != addr_is_v4(a) || memcmp(net->addr.bytes, a->bytes, whole) != 0)
		return false;
	return !rest || (net->addr.bytes[whole] ^ a->bytes[whole]) >> (8 - rest) == 0;
}

static void sort_texts(struct policy_texts *t)
{
	if (t->count)
		qsort(t->all, t->count, sizeof(t->all[0]), compare_texts);
}

void policy_when_sort(struct policy_when *w)
{
	struct policy_texts *const lists[] = {
		&w->vendor, &w->tag, &w->purpose, &w->rule, &w->product, &w->country, &w->name
	};
	size_t kept = 0;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		sort_texts(lists[i]);
	if (w->as.count)
		qsort(w->as.all, w->as.count, sizeof(w->as.all[0]), compare_numbers);
	if (w->client.count)
		qsort(w->client.all, w->client.count, sizeof(w->client.all[0]), compare_nets);
	for (size_t i = 0; i < w->client.count; i++) {
		const struct policy_net *net = &w->client.all[i];

		if (!kept || !is_within(&w->client.all[kept - 1], &net->addr))
			w->client.all[kept++] = *net;
	}
	w->client.count = kept;
}

static bool has_text(const struct policy_texts *t, const char *text)
{
	return bsearch(&text, t->all, t->count, sizeof(t->all[0]), compare_texts);
}

/* has_tail looks up the name and each domain above it, shortest first. */
static bool has_tail(const struct policy_texts *t, const struct name *name)
{
	for (size_t at = name ? name->len : 0; at--;) {
		if (!name->text[at])
			return false;		/* a NUL would end the text before the name does */
		if ((at == 0 || name->text[at - 1] == '.') && has_text(t, name->text + at))
			return true;
	}
	return false;
}

static bool has_tag(const struct policy_texts *t, const struct vendor *vendor)
{
	for (const char *const *tag = (const char *const *)vendor->tags; tag && *tag; tag++) {
		if (has_text(t, *tag))
			return true;
	}
	return false;
}

static bool has_countries(const struct policy_when *w, const struct policy_input *in)
{
	size_t fit = 0;

	for (size_t i = 0; i < in->country_count; i++)
		fit += has_text(&w->country, in->countries[i]);
	return fit && (!w->every_country || fit == in->country_count);
}

/* has_client finds the last network that begins at or before the address: no other can hold it. */
static bool has_client(const struct policy_when *w, const struct addr *client)
{
	struct policy_net key = { .addr = *client, .bits = UINT8_MAX };
	size_t low = 0, high = w->client.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_nets(&w->client.all[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low && is_within(&w->client.all[low - 1], client);
}

static bool has_hour(const struct policy_when *w, int64_t when)
{
	int64_t minute = when / (60 * SECOND) - (when % (60 * SECOND) < 0);

	minute = (minute % POLICY_MINUTES + POLICY_MINUTES) % POLICY_MINUTES;
	for (size_t i = 0; i < w->hours.count; i++) {
		const struct policy_hours *h = &w->hours.all[i];

		if (h->from < h->to ? minute >= h->from && minute < h->to : minute >= h->from || minute < h->to)
			return true;
	}
	return false;
}

static bool fits_rule(const struct policy_when *w, const struct rule *rule)
{
	if (!rule)
		return w->installed == POLICY_ANY && !w->purpose.count && !w->vendor.count && !w->tag.count &&
		       !w->rule.count && !w->product.count;
	return (w->installed == POLICY_ANY || w->installed == rule->installed) &&
	       (!w->purpose.count || has_text(&w->purpose, rule->purpose)) &&
	       (!w->vendor.count || has_text(&w->vendor, rule->vendor->id)) &&
	       (!w->rule.count || has_text(&w->rule, rule->id)) &&
	       (!w->product.count || has_text(&w->product, rule->product)) &&
	       (!w->tag.count || has_tag(&w->tag, rule->vendor));
}

static bool fits(const struct policy_when *w, const struct policy_input *in)
{
	if (!fits_rule(w, in->rule))
		return false;
	if (w->as.count &&
	    !bsearch(&in->as_number, w->as.all, w->as.count, sizeof(w->as.all[0]), compare_numbers))
		return false;
	return (!w->client.count || has_client(w, &in->client)) &&
	       (!w->hours.count || has_hour(w, in->when)) &&
	       (!w->country.count || has_countries(w, in)) &&
	       (!w->name.count || has_tail(&w->name, in->name) || has_tail(&w->name, in->via));
}

static const struct policy_entry *first_that_fits(const struct policy_list *list, const struct policy_input *in)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct policy_entry *e = &list->all[i];

		if (in->when < e->until && fits(&e->when, in))
			return e;
	}
	return NULL;
}

void policy_judge(const struct policy *p, const struct policy_input *in, struct policy_verdict *out)
{
	const struct policy_entry *e;

	*out = (struct policy_verdict){ 0 };
	if (!p)
		return;
	e = in->rule ? first_that_fits(&p->severities, in) : NULL;	/* what no rule names is not graded */
	if (e) {
		out->severity = e->severity;
		out->severity_id = e->id;
		out->note = e->text;
	}
	e = first_that_fits(&p->suppressions, in);
	if (e) {
		out->suppressed_by = e->id;
		out->reason = e->text;
	}
}

size_t policy_expired(const struct policy *p, int64_t now)
{
	size_t n = 0;

	for (size_t i = 0; p && i < p->suppressions.count; i++)
		n += now >= p->suppressions.all[i].until;
	return n;
}

size_t policy_severities(const struct policy *p)
{
	return p ? p->severities.count : 0;
}

size_t policy_suppressions(const struct policy *p)
{
	return p ? p->suppressions.count : 0;
}
