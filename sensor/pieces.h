/*
 * pieces.h: bytes that arrive by offset, in any order, into a borrowed buffer.
 *
 * TCP segments, QUIC CRYPTO frames, DTLS and IP fragments are all this.  What
 * came first stays (a later piece with other bytes for the same place is told
 * apart and not taken), and the run from offset 0 is what a reader may see.
 */
#ifndef TELLTALE_PIECES_H
#define TELLTALE_PIECES_H

#include "cursor.h"

enum { PIECES_RUNS_MAX = 32 };	/* islands of bytes kept at once */

struct pieces {
	uint8_t *bytes;		/* lent by the owner; NULL before the first piece */
	uint32_t size;		/* of the buffer, in bytes */
	uint16_t runs;
	struct {
		uint32_t from, to;
	} run[PIECES_RUNS_MAX];	/* ascending, never touching one another */
};

enum pieces_result {
	PIECES_NEW,	/* it filled a place */
	PIECES_OLD,	/* every byte was there already, and the same */
	PIECES_OVERLAP,	/* part was there, the same bytes; the rest was taken */
	PIECES_DIFFER,	/* part was there with other bytes; the rest was taken */
	PIECES_FULL	/* beyond the buffer, or one island too many: not taken */
};

/* pieces_add takes the piece at `offset`.  The buffer must be lent already. */
enum pieces_result pieces_add(struct pieces *p, uint32_t offset, struct cursor piece);

/* pieces_drop forgets the first n bytes and moves what follows to offset 0. */
void pieces_drop(struct pieces *p, uint32_t n);

/* pieces_ready is how many bytes stand from offset 0 without a hole. */
static inline uint32_t pieces_ready(const struct pieces *p)
{
	return p->runs && p->run[0].from == 0 ? p->run[0].to : 0;
}

/* pieces_read is a cursor over those bytes. */
static inline struct cursor pieces_read(const struct pieces *p)
{
	return cursor_of(p->bytes, pieces_ready(p));
}

/* pieces_hold is true when every byte of [from, to) stands there. */
static inline bool pieces_hold(const struct pieces *p, uint32_t from, uint32_t to)
{
	for (uint16_t i = 0; i < p->runs; i++) {
		if (p->run[i].from <= from && to <= p->run[i].to)
			return true;
	}
	return false;
}

#endif
