/*
 * sink.h: where lines go: a file that is appended to, or standard output.
 * Only whole lines are written; what the system refuses is counted, never torn.
 */
#ifndef TELLTALE_SINK_H
#define TELLTALE_SINK_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SINK_BUFFER_BYTES = 64 * 1024 };

struct sink {
	int fd;
	const char *path;	/* NULL for standard output */
	size_t used;
	uint64_t lines, lost;	/* written; refused by the system */
	uint64_t pending;	/* lines in the buffer */
	int error;		/* errno of the newest refusal, 0 when the last write went well */
	bool closed;		/* the reader of a pipe went away */
	const volatile sig_atomic_t *stop;	/* when set, a reader that hangs is waited for no more; may be NULL */
	char *buffer;
};

/* sink_open takes "-" or NULL for standard output; false with errno set. */
bool sink_open(struct sink *s, const char *path);

/* sink_reopen closes and opens the file again, as after a rotation; false keeps the old one. */
bool sink_reopen(struct sink *s);

/*
 * sink_space gives room for a line of at most n bytes (at most the buffer's),
 * flushing when there is not enough; sink_take takes the first n bytes of it,
 * one line with its newline.
 */
char *sink_space(struct sink *s, size_t n);
void sink_take(struct sink *s, size_t n);

/* sink_flush hands the buffered lines to the system; false when some were refused. */
bool sink_flush(struct sink *s);
bool sink_close(struct sink *s);

#endif
