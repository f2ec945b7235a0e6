#include "keep.h"

#include "pool.h"

bool keep_new(struct keep *k, uint32_t count)
{
	k->small = pool_new(count, sizeof(struct kept) + KEEP_SMALL_MAX);
	k->big = pool_new(count / 4 + 1, sizeof(struct kept) + NAME_TEXT_MAX);
	if (k->small && k->big)
		return true;
	keep_free(k);
	return false;
}

void keep_free(struct keep *k)
{
	pool_free(k->small);
	pool_free(k->big);
	*k = (struct keep){ 0 };
}

struct kept *keep_name(struct keep *k, const struct name *name)
{
	struct kept *kept = name->len <= KEEP_SMALL_MAX ? pool_take(k->small) : pool_take(k->big);

	if (!kept)
		return NULL;
	kept->len = (uint8_t)name->len;
	kept->odd = name->odd;
	memcpy(kept->text, name->text, name->len);
	return kept;
}

void keep_drop(struct keep *k, struct kept *kept)
{
	if (kept)
		pool_give(kept->len <= KEEP_SMALL_MAX ? k->small : k->big, kept);
}

void keep_read(const struct kept *kept, struct name *out)
{
	out->len = kept ? kept->len : 0;
	out->odd = kept && kept->odd;
	if (kept)
		memcpy(out->text, kept->text, kept->len);
	out->text[out->len] = '\0';
}
