/*
 * capture_plain.h: the records of a plain pcap file, read where they stand: one
 * system call for many of them, no copy and no call into a library for each.
 *
 * Only what is common is taken: a file on a disk, of this machine's byte order,
 * in version 2.4 of the format (draft-ietf-opsawg-pcap), without a filter.  At the
 * first record that is in any way unusual, and at the end, libpcap goes on from
 * there: what is damaged, and how that is told, is its word alone.
 */
#ifndef TELLTALE_CAPTURE_PLAIN_H
#define TELLTALE_CAPTURE_PLAIN_H

#include <stdio.h>

#include "frame.h"

struct capture_plain;

/*
 * capture_plain_new takes over `file`, whose header libpcap has just read, and
 * leaves frames of more than `snaplen` bytes to it; NULL when the file is not of
 * the common kind, or without memory: then libpcap reads on.
 */
struct capture_plain *capture_plain_new(FILE *file, uint32_t snaplen);

/* capture_plain_next fills in the next frame but its number and link; false: libpcap has to go on. */
bool capture_plain_next(struct capture_plain *p, struct frame *out);

/* capture_plain_at is the offset in the file of the record that comes next. */
int64_t capture_plain_at(const struct capture_plain *p);

/* capture_plain_end sets `file` to where libpcap goes on, and frees p; false when it cannot be set. */
bool capture_plain_end(struct capture_plain *p, FILE *file);

#endif
