/*
 * beacon_build.h: contacts of one client at given times, and the rhythm found in them.
 */
#ifndef TELLTALE_TESTS_BEACON_BUILD_H
#define TELLTALE_TESTS_BEACON_BUILD_H

#include "beacon.h"
#include "bytes.h"

enum { MILLI = 1000000 };	/* nanoseconds */

static inline struct addr client_of(unsigned i)
{
	return addr_v4((const uint8_t[4]){ 10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i });
}

static inline struct beacon_rhythm rhythm_of(const int64_t *ms, size_t n)
{
	struct beacon *b = beacon_new(1, hash_key_files);
	struct addr a = client_of(1);
	struct beacon_rhythm out = { 0 };

	assert_non_null(b);
	for (size_t i = 0; i < n; i++)
		beacon_note(b, &a, 7, ms[i] * MILLI);
	if (!beacon_find(b, &a, 7, &out))
		out = (struct beacon_rhythm){ 0 };
	beacon_free(b);
	return out;
}

#endif
