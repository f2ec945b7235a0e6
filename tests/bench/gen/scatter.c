#include "scatter.h"

#include "initial.h"
#include "random.h"

enum {
	FRAME_PING = 1,
	FRAME_CRYPTO = 6,
	FRAME_HEADER_MAX = 5,
	PARTS_MAX = 8,
};

void crypto_frame_put(struct out *o, const struct piece *piece)
{
	out_u8(o, FRAME_CRYPTO);
	varint_put(o, piece->at);
	varint_put(o, piece->n);
	out_bytes(o, piece->message + piece->at, piece->n);
}

static void sort(size_t *list, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		size_t moved = list[i], j = i;

		for (; j > 0 && list[j - 1] > moved; j--)
			list[j] = list[j - 1];
		list[j] = moved;
	}
}

/* Cuts the piece at places drawn by chance; some parts may come out empty. */
static uint32_t cut(const struct piece *piece, struct piece parts[static PARTS_MAX])
{
	uint32_t count = 3 + random_below(5);
	size_t ends[PARTS_MAX], at = 0;

	for (uint32_t i = 0; i + 1 < count; i++)
		ends[i] = 1 + random_below((uint32_t)piece->n - 1);
	sort(ends, count - 1);
	ends[count - 1] = piece->n;
	for (uint32_t i = 0; i < count; i++) {
		parts[i] = (struct piece){ piece->message, piece->at + at, ends[i] - at };
		at = ends[i];
	}
	return count;
}

static void shuffle(struct piece *parts, uint32_t count)
{
	for (uint32_t i = count - 1; i > 0; i--) {
		uint32_t j = random_below(i + 1);
		struct piece moved = parts[i];

		parts[i] = parts[j];
		parts[j] = moved;
	}
}

/* How much room is to spare when the parts that follow have got theirs. */
static size_t spare_room(const struct out *o, const struct piece *parts, uint32_t count)
{
	size_t room = o->max - o->n, needed = 0;

	for (uint32_t i = 0; i < count; i++)
		needed += parts[i].n + FRAME_HEADER_MAX;
	return room > needed ? room - needed : 0;
}

void scatter_put(struct out *o, const struct piece *piece)
{
	struct piece parts[PARTS_MAX];
	uint32_t count = cut(piece, parts);

	shuffle(parts, count);
	for (uint32_t i = 0; i < count; i++) {
		if (parts[i].n == 0)
			continue;
		crypto_frame_put(o, &parts[i]);

		size_t spare = spare_room(o, parts + i + 1, count - i - 1);

		if (spare <= 8)
			continue;
		if (random_chance(0.4))
			out_u8(o, FRAME_PING);
		out_zeros(o, random_below(spare > 60 ? 20 : (uint32_t)spare / 4));
	}
}
