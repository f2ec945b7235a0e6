#ifndef OUT_H
#define OUT_H

#include <stddef.h>
#include <stdint.h>

/* Bytes written one after another into room of a known size. Running out of room is fatal: a generator has no input
 * that could cause it. */
struct out {
	uint8_t *data;
	size_t n, max;
};

#define OUT(array) ((struct out){ .data = (array), .max = sizeof(array) })

/* out_room appends n bytes for the caller to fill. */
uint8_t *out_room(struct out *o, size_t n);

/* Integers are appended in network order; of a wider value the low bytes are taken. */
void out_u8(struct out *o, unsigned v);
void out_u16(struct out *o, unsigned v);
void out_u32(struct out *o, uint32_t v);
void out_bytes(struct out *o, const void *bytes, size_t n);
void out_list(struct out *o, const uint16_t *list, size_t n);
void out_random(struct out *o, size_t n);
void out_zeros(struct out *o, size_t n);

/* out_open leaves a length field of width bytes free; out_close fills it with the number of bytes put since. */
size_t out_open(struct out *o, size_t width);
void out_close(struct out *o, size_t opened, size_t width);

/* out_name appends a domain name as DNS labels, uncompressed. */
void out_name(struct out *o, const char *name);

void set_u16(uint8_t at[static 2], unsigned v);

#endif
