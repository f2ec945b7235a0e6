#include "pool.h"

#include <stdlib.h>

struct pool {
	size_t size;
	uint32_t count, fresh;	/* blocks below `fresh` were handed out at least once */
	uint32_t spare;		/* how many stand on the stack */
	void **stack;		/* given back, last in first out: the warm one first */
	uint8_t *blocks;
};

struct pool *pool_new(uint32_t count, size_t size)
{
	struct pool *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->size = (size + 15) & ~(size_t)15;
	p->count = count;
	p->stack = calloc(count, sizeof(*p->stack));
	p->blocks = calloc(count, p->size);
	if (!p->stack || !p->blocks) {
		pool_free(p);
		return NULL;
	}
	return p;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	free(p->stack);
	free(p->blocks);
	free(p);
}

void *pool_take(struct pool *p)
{
	if (p->spare)
		return p->stack[--p->spare];
	if (p->fresh < p->count)
		return p->blocks + p->size * p->fresh++;
	return NULL;
}

void pool_give(struct pool *p, void *block)
{
	if (block)
		p->stack[p->spare++] = block;
}

uint32_t pool_out(const struct pool *p)
{
	return p->fresh - p->spare;
}
