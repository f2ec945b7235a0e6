#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The one stream of chance all captures are drawn from. The same seed gives the same capture, so the order of draws
 * is part of the format: where C leaves the order of two draws open, as among the arguments of one call, they are
 * drawn in statements of their own.
 */
void random_seed(uint64_t seed);
uint64_t random_u64(void);
uint32_t random_u32(void);
uint32_t random_below(uint32_t n);
double random_unit(void);			/* 0 <= x < 1 */
bool random_chance(double p);
double random_normal(void);
void random_bytes(uint8_t *to, size_t n);
uint64_t random_delay(double least_us, double most_us);	/* nanoseconds */

/* random_mix steps a seed of its own; for what has to depend on the seed given and on nothing drawn before. */
uint64_t random_mix(uint64_t *state);

enum {
	NOISE_SIZE = 4 << 20,
	NOISE_SPAN = 65536,
};

/* noise_fill draws the bytes that stand for all encrypted payload; bulk drawn afresh would take most of the time. */
void noise_fill(void);

/* noise_at lends span bytes of it, from a place drawn by chance. */
const uint8_t *noise_at(uint32_t span);

#endif
