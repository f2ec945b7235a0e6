/*
 * frame.h: one captured frame.  The bytes are borrowed from the capture and
 * live until the next frame is asked for.
 */
#ifndef TELLTALE_FRAME_H
#define TELLTALE_FRAME_H

#include "clock.h"
#include "cursor.h"

struct frame {
	struct cursor bytes;	/* what was captured */
	int64_t when;		/* nanoseconds since 1970, the packet's clock */
	uint64_t number;	/* from 1, in the order read */
	uint32_t length;	/* bytes on the wire, at least those captured */
	int link;		/* DLT_ value of libpcap */
};

/*
 * frame_time is the time of so many seconds and nanoseconds since 1970.  A damaged
 * file may say any: what no clock can show counts as 1970.
 */
static inline int64_t frame_time(int64_t second, int64_t part)
{
	if (second < 0 || second > INT64_MAX / SECOND - 1 || part < 0 || part > SECOND)
		return 0;
	return second * SECOND + part;
}

#endif
