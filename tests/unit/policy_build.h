/*
 * policy_build.h: policies made of texts, and the sighting that they are asked about.
 */
#ifndef TELLTALE_TESTS_POLICY_BUILD_H
#define TELLTALE_TESTS_POLICY_BUILD_H

#include "addr.h"
#include "files.h"
#include "policy.h"

#define SECOND INT64_C(1000000000)
#define HOUR (3600 * SECOND)
#define NOON (INT64_C(1795478400) * SECOND + 12 * HOUR)	/* 2026-11-24 12:00 UTC */

static struct folder shipped, site;

static const char *tags[] = { "t-one", "t-two", NULL };
static const struct vendor vendor = { .id = "acme", .name = "Acme", .country = "US", .tags = tags };
static const struct rule rule = {
	.vendor = &vendor, .id = "acme.update", .product = "Acme Update \"X\"", .purpose = "update", .installed = true,
};

static inline void clear(const struct folder *f)
{
	static const char *const names[] = { "policies/a.json", "policies/b.json" };

	for (size_t i = 0; i < 2; i++)
		remove(folder_file(f, names[i]));
	remove(folder_file(f, "policies"));
}

static inline void put(const struct folder *f, const char *name, const char *text)
{
	mkdir(folder_file(f, "policies"), 0700);
	folder_put(f, name, text, strlen(text));
}

static inline struct policy *load_both(struct rules_error *error)
{
	const char *const dirs[] = { shipped.path, site.path };

	return policy_load(dirs, 2, error);
}

/* load makes a policy of two texts, the shipped one and the site's (or NULL). */
static inline struct policy *load(const char *text, const char *own)
{
	struct rules_error error;
	struct policy *p;

	clear(&shipped);
	clear(&site);
	put(&shipped, "policies/a.json", text);
	if (own)
		put(&site, "policies/a.json", own);
	p = load_both(&error);
	if (!p)
		fail_msg("%s:%u: %s", error.file, error.line, error.what);
	return p;
}

static inline struct addr addr_of(const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return a;
}

static inline struct policy_input input(void)
{
	return (struct policy_input){ .rule = &rule, .client = addr_of("10.1.2.3"), .when = NOON };
}

static inline int severity_of(const struct policy *p, const struct policy_input *in)
{
	struct policy_verdict v;

	policy_judge(p, in, &v);
	return v.severity_id ? v.severity : -1;
}

/* by says which severity decides, by its id. */
static inline const char *by(const struct policy *p, const struct policy_input *in)
{
	struct policy_verdict v;

	policy_judge(p, in, &v);
	return v.severity_id ? v.severity_id : "-";
}

static inline const char *hidden_by(const struct policy *p, const struct policy_input *in)
{
	struct policy_verdict v;

	policy_judge(p, in, &v);
	assert_int_equal(v.suppressed_by != NULL, v.reason != NULL);
	return v.suppressed_by ? v.suppressed_by : "-";
}

static inline int setup(void **state)
{
	(void)state;
	shipped = folder_make();
	site = folder_make();
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	folder_remove(&shipped);
	folder_remove(&site);
	return 0;
}

#endif
