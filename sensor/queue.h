/*
 * queue.h: lines on their way from the workers to the one who writes them.
 *
 * Bounded: what has no room is lost and counted, no worker ever waits.  A batch of
 * whole lines goes in and comes out as one.
 */
#ifndef TELLTALE_QUEUE_H
#define TELLTALE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QUEUE_BYTES = 4 * 1024 * 1024, QUEUE_BATCHES = 4096 };

struct queue;

struct queue *queue_new(void);
void queue_free(struct queue *q);

/* queue_put takes a copy of a batch of whole lines; false, and counted, when there is no room. */
bool queue_put(struct queue *q, const char *bytes, size_t n, uint64_t lines);

/* queue_wait waits until there is something, or `ms` milliseconds have passed. */
void queue_wait(struct queue *q, int ms);

/* queue_take hands every batch that is there to `put`, in order; one thread does. */
void queue_take(struct queue *q, void (*put)(void *to, const char *bytes, size_t n, uint64_t lines), void *to);

uint64_t queue_lost(struct queue *q);	/* lines */

#endif
