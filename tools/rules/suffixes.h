/*
 * suffixes.h: the public suffix list, behind which domains are registered.
 */
#ifndef RULES_TOOL_SUFFIXES_H
#define RULES_TOOL_SUFFIXES_H

#include <stdbool.h>

struct suffixes;

struct suffixes *suffixes_open(void);	/* NULL when the system has no list */
void suffixes_close(struct suffixes *s);

/* suffixes_registry: everybody registers below it ("co.uk"); suffixes_tenants: customers of one company do. */
bool suffixes_registry(const struct suffixes *s, const char *name);
bool suffixes_tenants(const struct suffixes *s, const char *name);

/* suffixes_domain is the registrable part of a name, inside it; NULL when there is none. */
const char *suffixes_domain(const struct suffixes *s, const char *name);

#endif
