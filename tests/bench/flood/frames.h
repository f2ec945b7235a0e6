#ifndef FRAMES_H
#define FRAMES_H

#include <stddef.h>
#include <stdint.h>

/* Frames of Ethernet and what is in them, written as a capture (pcap, nanoseconds) to standard output.  Checksums are
 * left zero: nobody reads them. */

/* One end of a conversation: an IPv4 address in host order, or an IPv6 one. */
struct end {
	uint32_t v4;
	uint16_t port;
	const uint8_t *v6;	/* 16 bytes; NULL: v4 counts */
};

enum { FLAG_SYN = 2, FLAG_PSH = 8, FLAG_ACK = 16 };
enum { FRAME_MAX = 65535, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_IPIP = 4 };

/* frames_begin writes the file's header; each frame comes `step` nanoseconds behind the one before. */
void frames_begin(uint64_t step);
void frames_end(void);
uint64_t frames_written(void);

/* frames_skew moves the clock of the next frame alone. */
void frames_skew(int64_t nanoseconds);

/* The headers that the next frame gets between Ethernet and IP: bytes from the EtherType on. */
void frames_under(const uint8_t *bytes, size_t n);

/* frame_raw writes what stands behind the two addresses of Ethernet. */
void frame_raw(const uint8_t *bytes, size_t n);

struct ipv4 {
	uint32_t from, to;
	uint8_t proto;
	uint16_t id, fragment;	/* flags and offset, as in the header */
};

void frame_ipv4(const struct ipv4 *ip, const uint8_t *payload, size_t n);
void frame_udp(struct end from, struct end to, const void *payload, size_t n);

struct segment {
	struct end from, to;
	unsigned flags;
	uint32_t seq, ack;
	const void *payload;
	size_t n;
};

void frame_tcp(const struct segment *s);

#endif
