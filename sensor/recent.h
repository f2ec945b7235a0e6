/*
 * recent.h: what was reported a moment ago, so that the copy of a packet (both
 * directions of a span port, a retransmission) is not a second sighting.  Sets
 * of four in one cache line; the oldest of a set makes room.
 */
#ifndef TELLTALE_RECENT_H
#define TELLTALE_RECENT_H

#include <stdbool.h>
#include <stdint.h>

enum { RECENT_MAX = 65536 };	/* sightings remembered */

struct recent;

struct recent *recent_new(void);
void recent_free(struct recent *r);

/*
 * recent_has is true when the hash was noted within `window` nanoseconds of
 * `when`: before it, or after it where packets come out of order.
 */
bool recent_has(const struct recent *r, uint64_t hash, int64_t when, int64_t window);
void recent_note(struct recent *r, uint64_t hash, int64_t when);

#endif
