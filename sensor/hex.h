/*
 * hex.h: sixteen bytes as hexadecimal digits at once, in lower case.
 */
#ifndef TELLTALE_HEX_H
#define TELLTALE_HEX_H

#include <stdint.h>
#include <string.h>

enum { HEX_BYTES = 16, HEX_TEXT = 2 * HEX_BYTES };

typedef int8_t hex_chunk __attribute__((vector_size(HEX_BYTES)));

/* hex_digits turns values from 0 to 15 into their digits. */
static inline hex_chunk hex_digits(hex_chunk nibbles)
{
	return nibbles + '0' + ((nibbles > 9) & ('a' - '0' - 10));
}

/* hex_put writes HEX_TEXT characters, no NUL behind them. */
static inline void hex_put(char out[static HEX_TEXT], hex_chunk bytes)
{
	hex_chunk upper = hex_digits(bytes >> 4 & 0xf), lower = hex_digits(bytes & 0xf), v;

	v = __builtin_shufflevector(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
	memcpy(out, &v, sizeof(v));
	v = __builtin_shufflevector(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
	memcpy(out + HEX_BYTES, &v, sizeof(v));
}

#endif
