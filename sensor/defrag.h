/*
 * defrag.h: fragments of a datagram joined again, in a bounded store.
 *
 * As Linux does (since 4.19; RFC 5722 for IPv6): a fragment whose place is taken
 * already is ignored, whatever it says; one that overlaps another part of the
 * datagram and goes on beyond it spoils it whole.
 */
#ifndef TELLTALE_DEFRAG_H
#define TELLTALE_DEFRAG_H

#include "count.h"
#include "hash.h"
#include "ip.h"

enum {
	DEFRAG_DATAGRAMS_MAX = 512,	/* in work at once */
	DEFRAG_BYTES_MAX = 65535,	/* of one datagram's payload */
	DEFRAG_SECONDS_MAX = 30		/* packet time between first and last piece, as Linux */
};

struct defrag;

/* defrag_new is NULL when memory is short; joined, spoiled and incomplete datagrams are counted in *counts. */
struct defrag *defrag_new(struct hash_key key, struct counts *counts);
void defrag_free(struct defrag *f);

/*
 * defrag_add takes a fragment.  When it was the last one missing, *d becomes
 * the whole datagram, whose payload is lent until the next call and whose length
 * is that of all its fragments, and the answer is true.
 */
bool defrag_add(struct defrag *f, int64_t when, struct datagram *d);

/* defrag_rest gives up what still waits, at the end. */
void defrag_rest(struct defrag *f);

#endif
