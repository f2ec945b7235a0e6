/*
 * capture.h: frames from capture files and live interfaces, by libpcap, whose place the reader
 * of plain files takes while it can (capture_plain.h).
 */
#ifndef TELLTALE_CAPTURE_H
#define TELLTALE_CAPTURE_H

#include "frame.h"

enum { CAPTURE_WHAT_MAX = 1024 };	/* bytes of a message */

struct capture;

struct capture_options {
	const char *filter;	/* pcap-filter(7), NULL for all */
	int snaplen;		/* bytes of a frame, 0 for all */
	int buffer_kib;		/* kernel buffer of a live capture, 0 for the default */
	bool promiscuous;
	bool fanout;		/* share the interface with the other captures of this process, by connection */
	uint16_t group;		/* which they are: a number that no other process on the interface has */
	void (*idle)(void *to);	/* called before a pipe's reader waits; may be NULL */
	void *to;
};

struct capture_drops {
	uint64_t received, kernel, interface;
};

enum capture_result {
	CAPTURE_OK,	/* frames were handed over; more may come */
	CAPTURE_IDLE,	/* live: none came within the time-out */
	CAPTURE_END,	/* the file is read to its end */
	CAPTURE_BROKEN	/* the file is damaged or cut off, the interface gone: see capture_error */
};

/* capture_open_file opens a capture, "-" for standard input; NULL with `what` when it cannot. */
struct capture *capture_open_file(const char *path, const struct capture_options *o,
				  char what[static CAPTURE_WHAT_MAX]);
struct capture *capture_open_live(const char *interface, const struct capture_options *o,
				  char what[static CAPTURE_WHAT_MAX]);
void capture_close(struct capture *c);

/*
 * capture_read hands up to `max` frames to `feed`, which must not keep the
 * bytes.  `feed` may call capture_stop to leave early.
 */
enum capture_result capture_read(struct capture *c, int max, void (*feed)(void *to, const struct frame *f), void *to);
void capture_stop(struct capture *c);

const char *capture_error(const struct capture *c);
const char *capture_name(const struct capture *c);

/* capture_pollable is a descriptor that polls readable when live frames wait, -1 for files. */
int capture_pollable(const struct capture *c);

/* capture_percent tells how much of a file is read, -1 when that cannot be known. */
int capture_percent(const struct capture *c);
bool capture_drops(struct capture *c, struct capture_drops *out);

/* capture_unread is how many frames the last capture_drops knew of that were neither dropped nor handed over yet. */
uint64_t capture_unread(const struct capture *c);

const char *capture_library(void);

/* capture_list prints the interfaces that can be captured from; false with `what`. */
bool capture_list(char what[static CAPTURE_WHAT_MAX]);

#endif
