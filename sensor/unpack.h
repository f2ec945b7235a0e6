/*
 * unpack.h: what a compressed file holds, as a stream: gzip (RFC 1952), xz and
 * Zstandard (RFC 8878), told by content.
 */
#ifndef TELLTALE_UNPACK_H
#define TELLTALE_UNPACK_H

#include <stdio.h>

enum { UNPACK_MEMORY_MAX = 128 * 1024 * 1024 };	/* bytes that a file may ask for to be unpacked */

/*
 * unpack_level returns a stream of what `file` holds unpacked, and takes it over;
 * `file` itself when it is not compressed.  What is damaged or cut off ends early:
 * *wrong, NULL until then, is set to why, a text that stays.  NULL without memory;
 * `file` is then still the caller's.
 */
FILE *unpack_level(FILE *file, const char **wrong);

#endif
