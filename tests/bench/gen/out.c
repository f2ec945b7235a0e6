#include "out.h"

#include "fatal.h"
#include "random.h"

#include <string.h>

uint8_t *out_room(struct out *o, size_t n)
{
	uint8_t *at = o->data + o->n;

	if (n > o->max - o->n)
		fatal("%zu bytes do not fit into room for %zu; enlarge the buffer that holds them", o->n + n, o->max);
	o->n += n;
	return at;
}

void out_u8(struct out *o, unsigned v)
{
	*out_room(o, 1) = (uint8_t)v;
}

void set_u16(uint8_t at[static 2], unsigned v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

void out_u16(struct out *o, unsigned v)
{
	set_u16(out_room(o, 2), v);
}

void out_u32(struct out *o, uint32_t v)
{
	out_u16(o, v >> 16);
	out_u16(o, v);
}

void out_bytes(struct out *o, const void *bytes, size_t n)
{
	uint8_t *to = out_room(o, n);

	if (n > 0)
		memcpy(to, bytes, n);
}

void out_list(struct out *o, const uint16_t *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out_u16(o, list[i]);
}

void out_random(struct out *o, size_t n)
{
	random_bytes(out_room(o, n), n);
}

void out_zeros(struct out *o, size_t n)
{
	memset(out_room(o, n), 0, n);
}

size_t out_open(struct out *o, size_t width)
{
	out_zeros(o, width);
	return o->n;
}

void out_close(struct out *o, size_t opened, size_t width)
{
	size_t length = o->n - opened;

	for (size_t i = 1; i <= width; i++) {
		o->data[opened - i] = (uint8_t)length;
		length >>= 8;
	}
}

void out_name(struct out *o, const char *name)
{
	while (*name) {
		size_t label = strcspn(name, ".");

		out_u8(o, (unsigned)label);
		out_bytes(o, name, label);
		name += label;
		if (*name == '.')
			name++;
	}
	out_u8(o, 0);
}
