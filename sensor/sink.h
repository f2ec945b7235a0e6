/*
 * sink.h: where lines go: a file that is appended to, or standard output.
 * Only whole lines are written; what the system refuses is counted, never torn.
 */
#ifndef TELLTALE_SINK_H
#define TELLTALE_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SINK_BUFFER_BYTES = 256 * 1024 };

struct sink {
	int fd;
	const char *path;	/* NULL for standard output */
	size_t used;
	uint64_t lines, lost;	/* written; refused by the system */
	uint64_t pending;	/* lines in the buffer */
	int error;		/* errno of the newest refusal, 0 when the last write went well */
	bool closed;		/* the reader of a pipe went away */
	char *buffer;
};

/* sink_open takes "-" or NULL for standard output; false with errno set. */
bool sink_open(struct sink *s, const char *path);

/* sink_reopen closes and opens the file again, as after a rotation; false keeps the old one. */
bool sink_reopen(struct sink *s);

/* sink_write takes one line with its newline into the buffer. */
void sink_write(struct sink *s, const char *line, size_t n);

/* sink_flush hands the buffered lines to the system; false when some were refused. */
bool sink_flush(struct sink *s);
bool sink_close(struct sink *s);

#endif
