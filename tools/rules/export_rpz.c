/*
 * A response policy zone is a DNS zone: its wildcards end where a name is (RFC 4592 section 3.3.1), also at one that
 * only stands between.  So each such name below a suffix is written too, with what the suffix above it says.
 */
#include "export.h"

#include <stdlib.h>

#include "memory.h"
#include "say.h"

struct owner {
	const char *name;
	const struct pack_rule *rule;	/* NULL: between */
	bool wide;			/* a suffix: it has a wildcard of its own */
	bool except;
};

static struct owner *owners;
static size_t count;

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct owner *)a)->name, ((const struct owner *)b)->name);
}

static const struct owner *find(const char *name, size_t n)
{
	const struct owner key = { .name = name };

	return n ? bsearch(&key, owners, n, sizeof(*owners), by_name) : NULL;
}

/* above is the nearest suffix that a name lies below; NULL: none. */
static const struct owner *above(const char *name, size_t n)
{
	while ((name = strchr(name, '.'))) {
		const struct owner *o = find(++name, n);

		if (o && o->wide)
			return o;
	}
	return NULL;
}

static void add(const char *name, const struct pack_rule *rule, bool wide, bool except)
{
	owners = memory_room(owners, count, sizeof(*owners));
	owners[count++] = (struct owner){ .name = name, .rule = rule, .wide = wide, .except = except };
}

/* add_between adds the domains from a name up to the suffix above it that stand in no rule, each once. */
static void add_between(void)
{
	size_t n = count, kept;

	for (size_t i = 0; i < n; i++) {
		for (const char *tail = strchr(owners[i].name, '.'); tail; tail = strchr(tail, '.')) {
			const struct owner *suffix;

			tail++;
			suffix = above(tail, n);
			if (find(tail, n) || !suffix)
				break;		/* its own turn comes, or nothing is above */
			add(tail, NULL, false, suffix->except);
		}
	}
	qsort(owners + n, count - n, sizeof(*owners), by_name);
	kept = n;
	for (size_t i = n; i < count; i++) {
		if (i == n || strcmp(owners[i].name, owners[i - 1].name) != 0)
			owners[kept++] = owners[i];
	}
	count = kept;
}

static void put_record(const char *star, const char *name, bool except)
{
	printf("%s%s IN CNAME %s\n", star, name, except ? "rpz-passthru." : ".");
}

static void write_owner(const struct owner *o, size_t n, const struct pack_rule *last)
{
	const struct owner *suffix = o->wide ? o : above(o->name, n);

	if (o->rule != last) {
		printf("; %s%s: ", o->rule->id, o->except ? " (not asked for)" : "");
		say_text(stdout, o->rule->product);
		printf(", %s\n", o->rule->purpose);
	}
	put_record("", o->name, o->except);
	if (suffix)
		put_record("*.", o->name, suffix->except);
}

void export_rpz_begin(void)
{
	puts("$TTL 300\n@ IN SOA localhost. root.localhost. 1 3600 600 86400 300\n@ IN NS localhost.");
}

void export_rpz_put(const struct export_item *item)
{
	add(item->pattern->text, item->rule, item->pattern->kind == RULE_SUFFIX, item->except);
}

void export_rpz_end(void)
{
	struct owner *given = memory_new(count, sizeof(*given));
	const struct pack_rule *last = NULL;
	size_t n = count;

	if (n) {
		memcpy(given, owners, n * sizeof(*given));
		qsort(owners, n, sizeof(*owners), by_name);
		add_between();
	}
	for (size_t i = 0; i < n; i++) {
		write_owner(&given[i], n, last);
		last = given[i].rule;
	}
	if (count > n)
		puts("; domains between, at which the wildcards above them would end");
	for (size_t i = n; i < count; i++)
		write_owner(&owners[i], n, NULL);
	free(given);
	free(owners);
	owners = NULL;
	count = 0;
}
