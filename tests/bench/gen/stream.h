#ifndef STREAM_H
#define STREAM_H

#include "wire.h"

/* TCP conversations. Each takes the time it begins at and gives the time of its last frame. */
uint64_t stream_open(struct flow *flow, uint64_t when);
uint64_t stream_close(struct flow *flow, uint64_t when);

/* stream_send cuts bytes into segments; with acks the other side acknowledges every second one. */
uint64_t stream_send(struct flow *flow, enum side from, enum traffic traffic, bool acks, const uint8_t *bytes,
		     size_t n, uint64_t when);

/* bulk_size draws how much a download is: mostly little, now and then megabytes. */
uint32_t bulk_size(void);

#endif
