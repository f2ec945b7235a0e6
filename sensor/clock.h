/*
 * clock.h: times, in nanoseconds: the packets' clock and those of the machine, which
 * nothing written from files may depend on.
 */
#ifndef TELLTALE_CLOCK_H
#define TELLTALE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define SECOND INT64_C(1000000000)	/* nanoseconds */

static inline int64_t clock_read(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec;
}

/* clock_wall is since 1970 and may be set; clock_steady is not, and begins anywhere. */
static inline int64_t clock_wall(void)
{
	return clock_read(CLOCK_REALTIME);
}

static inline int64_t clock_steady(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

/*
 * clock_is_past is true when `when` is more than so many seconds before now.
 * After now it is, too: a clock that was set, or a damaged time stamp, must not
 * keep what stands behind it waiting.  Within a second of it packets are merely
 * out of order, which ends nothing.
 */
static inline bool clock_is_past(int64_t when, int64_t now, int seconds)
{
	return now < when - SECOND || now - when > seconds * SECOND;
}

#endif
