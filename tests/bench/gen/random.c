#include "random.h"

#include <math.h>

static uint64_t state[4];
static uint8_t noise[NOISE_SIZE];

static uint64_t rotate(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

/* splitmix64 */
uint64_t random_mix(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

void random_seed(uint64_t seed)
{
	for (size_t i = 0; i < 4; i++)
		state[i] = random_mix(&seed);
}

/* xoshiro256** */
uint64_t random_u64(void)
{
	uint64_t result = rotate(state[1] * 5, 7) * 9;
	uint64_t shifted = state[1] << 17;

	state[2] ^= state[0];
	state[3] ^= state[1];
	state[1] ^= state[2];
	state[0] ^= state[3];
	state[2] ^= shifted;
	state[3] = rotate(state[3], 45);
	return result;
}

uint32_t random_u32(void)
{
	return (uint32_t)random_u64();
}

uint32_t random_below(uint32_t n)
{
	return (uint32_t)(((random_u64() >> 32) * n) >> 32);
}

double random_unit(void)
{
	return (double)(random_u64() >> 11) * 0x1p-53;
}

bool random_chance(double p)
{
	return random_unit() < p;
}

double random_normal(void)
{
	double radius = random_unit() + 1e-12;
	double angle = random_unit();

	return sqrt(-2 * log(radius)) * cos(6.283185307179586 * angle);
}

void random_bytes(uint8_t *to, size_t n)
{
	while (n > 0) {
		uint64_t drawn = random_u64();
		size_t take = n < 8 ? n : 8;

		for (size_t i = 0; i < take; i++)
			to[i] = (uint8_t)(drawn >> (8 * i));
		to += take;
		n -= take;
	}
}

/* Multiplied and added in two statements: fused into one, the last bit would depend on the machine. */
uint64_t random_delay(double least_us, double most_us)
{
	double us = (most_us - least_us) * random_unit();

	us += least_us;
	return (uint64_t)(us * 1000.0);
}

void noise_fill(void)
{
	random_bytes(noise, sizeof(noise));
}

const uint8_t *noise_at(uint32_t span)
{
	return noise + random_below(NOISE_SIZE - span);
}
