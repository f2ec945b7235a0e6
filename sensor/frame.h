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

#endif
