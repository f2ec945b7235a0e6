/*
 * sink.h: where lines go: a file that is appended to, or standard output.
 *
 * Only whole lines are handed to the system, a batch a write(2).  What it does
 * not take waits (SINK_BUFFER_BYTES; live SINK_QUEUE_BYTES), then new lines are
 * lost and counted; both that and the end of it are said once.  A plain file is
 * rotated by size and time, opened again when someone else renamed or removed
 * it, and repaired when a crash left half a line at its end.
 */
#ifndef TELLTALE_SINK_H
#define TELLTALE_SINK_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SINK_BUFFER_BYTES = 64 * 1024,		/* lines are written when so much is together; the longest line */
	SINK_QUEUE_BYTES = 4 * 1024 * 1024,	/* live: lines that wait for a reader or for room on the disk */
	SINK_PATH_MAX = 1024,			/* bytes of a path with its ending */
	SINK_KEEP_MAX = 1000			/* rotated files: each rotation renames them all */
};

/* When a plain file becomes PATH.1, PATH.1 becomes PATH.2, and so on. */
struct sink_rotation {
	uint64_t bytes;		/* before it grows beyond them; 0: never.  A batch is not split */
	uint64_t seconds;	/* at each whole multiple of them since 1970 (86400: midnight UTC); 0: never */
	unsigned keep;		/* highest number kept, from 1 */
};

struct sink {
	int fd;
	const char *path;	/* NULL for standard output */
	bool plain;		/* a plain file: it can be rotated, watched, repaired */
	size_t used, room;	/* bytes of the buffer */
	uint64_t lines, lost;	/* written; refused by the system */
	uint64_t pending;	/* lines in the buffer */
	uint64_t rotations, reopened;	/* by ourselves; because someone else moved the file */
	int error;		/* errno of the newest refusal, 0 when there was none */
	bool closed;		/* the reader of a pipe went away */
	bool queues;		/* live: never waits for a reader */
	bool refused, losing;	/* at the moment */
	bool spilled;		/* the line in the making has no room */
	bool midline;		/* the buffer begins with the rest of a line */
	bool hung;		/* at the end its reader took nothing for a while: it is waited for no more */
	bool stuck;		/* the file could not be rotated or opened again: said */
	const volatile sig_atomic_t *stop;	/* when set, a reader that hangs is waited for no more; may be NULL */
	struct sink_rotation rotation;
	uint64_t size, flushed_to;	/* bytes of the file; those that the disk was asked to write */
	uint64_t dated;			/* second of the newest write before the start */
	uint64_t period;		/* of rotation.seconds, that the file belongs to */
	int64_t retry, look, wrote;	/* ns of the monotonic clock: next try, next look, last flush */
	char *buffer;
	void (*relay)(void *to, const char *bytes, size_t n, uint64_t lines);	/* NULL: the descriptor */
	void *relay_to;
};

/* sink_open takes "-" or NULL for standard output; false with errno set. */
bool sink_open(struct sink *s, const char *path);

/* sink_relay opens one that hands its batches on; what `relay` cannot take is its to count. */
bool sink_relay(struct sink *s, void (*relay)(void *to, const char *bytes, size_t n, uint64_t lines), void *to);

/* sink_put takes a batch of whole lines, SINK_BUFFER_BYTES at most. */
void sink_put(struct sink *s, const char *bytes, size_t n, uint64_t lines);

/* sink_live makes the sink one that never waits, and buys the queue; false without memory.  Before the first line. */
bool sink_live(struct sink *s);

/* sink_rotate_by sets the rotation; false when the sink is no plain file. */
bool sink_rotate_by(struct sink *s, const struct sink_rotation *r);

/* sink_reopen opens the file again when it is another one by now, as after a rotation; false keeps the old one. */
bool sink_reopen(struct sink *s);

/*
 * sink_space gives room for a line of at most n bytes (SINK_BUFFER_BYTES at
 * most), flushing when there is not enough; sink_take takes the first n bytes
 * of it, one line with its newline.
 */
char *sink_space(struct sink *s, size_t n);
void sink_take(struct sink *s, size_t n);

/*
 * sink_flush hands the buffered lines to the system; false when some still wait
 * or were refused.  Live, it looks after the file once a second, lines or none.
 */
bool sink_flush(struct sink *s);

/* sink_flush_after flushes when the last flush is longer ago than this many nanoseconds. */
void sink_flush_after(struct sink *s, int64_t ns);

/* sink_close flushes, counts what is not taken as lost, and leaves a plain file on the disk. */
bool sink_close(struct sink *s);

/* Of sink_file.c, for sink.c: see there. */
bool sink_file_open(struct sink *s);
void sink_file_heed(struct sink *s);
void sink_file_written(struct sink *s, size_t n);
size_t sink_file_take_back(struct sink *s, size_t done);

#endif
