/*
 * pcapng.h: lets libpcap read pcapng captures of several interfaces whose
 * snapshot lengths differ, which it refuses (draft-ietf-opsawg-pcapng).
 */
#ifndef TELLTALE_PCAPNG_H
#define TELLTALE_PCAPNG_H

#include <stdio.h>

/*
 * pcapng_level returns a stream that gives the same capture with one snapshot
 * length in every interface description, and takes over `file`, whose buffer
 * is set already.  A capture in another format, or one that cannot be looked
 * into, comes back as it is.
 */
FILE *pcapng_level(FILE *file);

#endif
