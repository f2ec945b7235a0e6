/*
 * pool.h: equal blocks bought at start; taking and giving are a pointer each.
 * Pages are touched only when a block is first used.
 */
#ifndef TELLTALE_POOL_H
#define TELLTALE_POOL_H

#include <stddef.h>
#include <stdint.h>

struct pool;

/* pool_new buys `count` blocks of `size` bytes; NULL when memory is short. */
struct pool *pool_new(uint32_t count, size_t size);
void pool_free(struct pool *p);

/* pool_take gives a block, its bytes as they were left, or NULL when all are out. */
void *pool_take(struct pool *p);

/* pool_give takes a block back; NULL is fine. */
void pool_give(struct pool *p, void *block);

uint32_t pool_out(const struct pool *p);

#endif
