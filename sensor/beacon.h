/*
 * beacon.h: contacts that come by a clock and not by a hand.
 *
 * For each pair of client and rule the last BEACON_INTERVALS_MAX intervals between
 * contacts are kept, in whole milliseconds.  Sightings less than two seconds after
 * one another are one contact (the connections of one page, a query and what
 * follows it), so a faster rhythm is not seen.
 *
 * The measure is the dispersion that RITA scores (activecm/rita-legacy,
 * pkg/beacon/analyzer.go: 1 - MADM / median of the intervals), whose two medians
 * stand up to lost contacts and to a night's pause.  Its other half, Bowley's
 * skewness of the quartiles, is left out: from 8 to 32 intervals it is mostly noise,
 * and a mean with it finds less than half as many at the same rate of false alarms
 * (measured in the test).  Instead the dispersion is weighed by the sample: the chance
 * that people's gaps look even falls with their number n, and
 *
 *	score = 1 - MADM / median * (n + 64) / 2n, at least 0
 *
 * puts one threshold at about the same rate of false alarms for each n from 8 to 32.
 * A rhythm kept exactly scores 1 for every n; exponential gaps score about 0.
 */
#ifndef TELLTALE_BEACON_H
#define TELLTALE_BEACON_H

#include "addr.h"
#include "hash.h"

enum {
	BEACON_PAIRS_MAX = 65536,	/* what the sensor asks for by default */
	BEACON_INTERVALS_MAX = 32,	/* newest, a pair */
	BEACON_INTERVALS_MIN = 8,	/* below, nothing is said */
	BEACON_JOIN_SECONDS = 2,	/* closer sightings are one contact */
	BEACON_SCORE_MIN = 700		/* thousandths, from which a rhythm is called one */
};

struct beacon_rhythm {
	uint32_t median;		/* milliseconds between contacts */
	uint32_t spread;		/* median absolute deviation from it, milliseconds */
	uint16_t score;			/* thousandths, 0 to 1000 */
	uint16_t intervals;		/* that this rests on */
};

struct beacon;

/* beacon_new is NULL when memory is short, or for a capacity of 0. */
struct beacon *beacon_new(uint32_t capacity, struct hash_key key);
void beacon_free(struct beacon *b);

/*
 * beacon_note takes a sighting; when the table is full the pair not seen for
 * longest is forgotten.  `rule` is any number that stands for the rule and outlives
 * a reload, as a hash of its id.  `when` is packet time in nanoseconds; one that
 * lies well before the newest contact (a clock set back) begins anew, without an
 * interval.
 */
void beacon_note(struct beacon *b, const struct addr *client, uint64_t rule, int64_t when);

/* beacon_find is false when the pair is unknown or has too few intervals. */
bool beacon_find(const struct beacon *b, const struct addr *client, uint64_t rule, struct beacon_rhythm *out);

/* beacon_forgotten counts pairs that made room. */
uint64_t beacon_forgotten(const struct beacon *b);

#endif
