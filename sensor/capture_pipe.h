/*
 * capture_pipe.h: a stream that tells before it waits, so that what was read so
 * far can be written first.
 */
#ifndef TELLTALE_CAPTURE_PIPE_H
#define TELLTALE_CAPTURE_PIPE_H

#include <stdio.h>

/*
 * capture_pipe reads from `file` by its descriptor, which must be at its first
 * byte; `idle` is called before a read(2) that would wait.  Closing the stream
 * closes `file`, unless that is standard input.  `file` itself when it is a
 * plain one, or without memory.
 */
FILE *capture_pipe(FILE *file, void (*idle)(void *to), void *to);

#endif
