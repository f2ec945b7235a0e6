/*
 * pcapng.h: lets libpcap read pcapng captures of several interfaces whose
 * snapshot lengths or link types differ, which it refuses (draft-ietf-opsawg-pcapng).
 */
#ifndef TELLTALE_PCAPNG_H
#define TELLTALE_PCAPNG_H

#include <stdint.h>
#include <stdio.h>

enum { PCAPNG_AHEAD_MAX = 8192 };	/* frames that a reader of the stream may hold in its buffer */

/* Of what link type the frames are that were given out and not yet asked for, oldest first: a ring. */
struct pcapng_links {
	unsigned given, asked;
	uint16_t link[PCAPNG_AHEAD_MAX];
};

/*
 * pcapng_level returns a stream that gives the same capture with one snapshot
 * length in every interface description, and takes over `file`, whose buffer
 * is set already.  A capture in another format, or one that cannot be looked
 * into, comes back as it is.
 *
 * With `links`, which is to live as long and is all zeros, the descriptions have
 * one link type, too: the first.  The reader then asks pcapng_link once for
 * each frame, for its own.
 */
FILE *pcapng_level(FILE *file, struct pcapng_links *links);

/* pcapng_link is the link type (DLT_ value) of the next frame; `otherwise` when nothing is known of it. */
int pcapng_link(struct pcapng_links *links, int otherwise);

#endif
