#include "pieces.h"

/*
 * copy_holes copies the bytes of [from, to) that no run covers and reports how
 * the covered ones compare.
 */
static enum pieces_result copy_holes(struct pieces *p, uint32_t from, uint32_t to, const uint8_t *src)
{
	bool fresh = false, old = false, differ = false;
	uint32_t at = from;

	for (uint16_t i = 0; at < to; i++) {
		bool last = i == p->runs;
		uint32_t hole_end = last || p->run[i].from > to ? to : p->run[i].from;
		uint32_t run_end = last || p->run[i].to > to ? to : p->run[i].to;

		if (at < hole_end) {
			memcpy(p->bytes + at, src + (at - from), hole_end - at);
			fresh = true;
			at = hole_end;
		}
		if (!last && at < run_end) {
			old = true;
			if (memcmp(p->bytes + at, src + (at - from), run_end - at) != 0)
				differ = true;
			at = run_end;
		}
	}
	if (differ)
		return PIECES_DIFFER;
	return !old ? PIECES_NEW : fresh ? PIECES_OVERLAP : PIECES_OLD;
}

/* join_runs replaces the runs i to j - 1, which [from, to) touches, by one. */
static void join_runs(struct pieces *p, uint16_t i, uint16_t j, uint32_t from, uint32_t to)
{
	if (i < j) {
		if (p->run[i].from < from)
			from = p->run[i].from;
		if (p->run[j - 1].to > to)
			to = p->run[j - 1].to;
	}
	memmove(&p->run[i + 1], &p->run[j], (size_t)(p->runs - j) * sizeof(p->run[0]));
	p->runs = (uint16_t)(p->runs - (j - i) + 1);
	p->run[i].from = from;
	p->run[i].to = to;
}

enum pieces_result pieces_add(struct pieces *p, uint32_t offset, struct cursor piece)
{
	size_t n = cursor_left(&piece);
	uint16_t i = 0, j;
	enum pieces_result r;
	uint32_t to;

	if (offset > p->size || n > p->size - offset)
		return PIECES_FULL;
	if (!n)
		return PIECES_OLD;
	to = offset + (uint32_t)n;
	while (i < p->runs && p->run[i].to < offset)
		i++;
	for (j = i; j < p->runs && p->run[j].from <= to; j++)
		;
	if (i == j && p->runs == PIECES_RUNS_MAX)
		return PIECES_FULL;
	r = copy_holes(p, offset, to, piece.at);
	join_runs(p, i, j, offset, to);
	return r;
}

void pieces_drop(struct pieces *p, uint32_t n)
{
	uint16_t kept = 0;
	uint32_t end = p->runs ? p->run[p->runs - 1].to : 0;

	if (!n)
		return;
	if (end > n)
		memmove(p->bytes, p->bytes + n, end - n);
	for (uint16_t i = 0; i < p->runs; i++) {
		if (p->run[i].to <= n)
			continue;
		p->run[kept].from = p->run[i].from > n ? p->run[i].from - n : 0;
		p->run[kept++].to = p->run[i].to - n;
	}
	p->runs = kept;
}
