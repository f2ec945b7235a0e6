#ifndef CAPTURE_H
#define CAPTURE_H

#include <stddef.h>
#include <stdint.h>

/* What a frame is sent for; the totals of each are written beside the capture. */
enum traffic {
	TRAFFIC_DNS,
	TRAFFIC_TLS_HANDSHAKE,
	TRAFFIC_TLS_BULK,
	TRAFFIC_TCP_CONTROL,
	TRAFFIC_QUIC_HANDSHAKE,
	TRAFFIC_QUIC_BULK,
	TRAFFIC_HTTP,
	TRAFFIC_OTHER,
	TRAFFIC_KINDS,
};

struct traffic_total {
	uint64_t packets, bytes;	/* bytes with the record headers of the file */
};

/*
 * The whole capture is held in memory: frames are made conversation by conversation and written in order of time.
 * capture_room lends room for the next frame; capture_add keeps its first size bytes. The room is good until then.
 */
uint8_t *capture_room(size_t size);
void capture_add(uint64_t when, size_t size, enum traffic traffic);

uint64_t capture_frames(void);
uint64_t capture_bytes(void);		/* without the header of the file */
struct traffic_total capture_total(enum traffic traffic);

/* capture_write writes a pcap file in order of time, and is fatal when it cannot. */
void capture_write(const char *path);

#endif
