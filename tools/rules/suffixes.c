#include "suffixes.h"

#include <libpsl.h>

struct suffixes {
	char unused;		/* what a pointer to it means is a psl_ctx_t */
};

static const psl_ctx_t *list_of(const struct suffixes *s)
{
	return (const psl_ctx_t *)(const void *)s;
}

struct suffixes *suffixes_open(void)
{
	return (struct suffixes *)(void *)psl_latest(NULL);
}

void suffixes_close(struct suffixes *s)
{
	psl_free((psl_ctx_t *)(void *)s);
}

bool suffixes_registry(const struct suffixes *s, const char *name)
{
	return s && psl_is_public_suffix2(list_of(s), name, PSL_TYPE_ICANN);
}

bool suffixes_tenants(const struct suffixes *s, const char *name)
{
	return s && psl_is_public_suffix2(list_of(s), name, PSL_TYPE_PRIVATE | PSL_TYPE_NO_STAR_RULE);
}

const char *suffixes_domain(const struct suffixes *s, const char *name)
{
	return s ? psl_registrable_domain(list_of(s), name) : 0;
}
