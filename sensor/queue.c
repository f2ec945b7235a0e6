#include "queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

/* What was put in since the last look; there are two, one being filled while the other is emptied. */
struct half {
	char *bytes;
	size_t used, count;
	struct {
		size_t n;
		uint64_t lines;
	} batch[QUEUE_BATCHES];
};

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct half half[2];
	int filling;
	uint64_t lost;
};

struct queue *queue_new(void)
{
	struct queue *q = calloc(1, sizeof(*q));
	pthread_condattr_t clock;

	if (!q)
		return NULL;
	pthread_mutex_init(&q->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&q->filled, &clock);
	pthread_condattr_destroy(&clock);
	for (int i = 0; i < 2; i++)
		q->half[i].bytes = malloc(QUEUE_BYTES);
	if (q->half[0].bytes && q->half[1].bytes)
		return q;
	queue_free(q);
	return NULL;
}

void queue_free(struct queue *q)
{
	if (!q)
		return;
	for (int i = 0; i < 2; i++)
		free(q->half[i].bytes);
	pthread_cond_destroy(&q->filled);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

bool queue_put(struct queue *q, const char *bytes, size_t n, uint64_t lines)
{
	struct half *h;
	bool room;

	pthread_mutex_lock(&q->lock);
	h = &q->half[q->filling];
	room = n <= QUEUE_BYTES - h->used && h->count < QUEUE_BATCHES;
	if (room) {
		memcpy(h->bytes + h->used, bytes, n);
		h->used += n;
		h->batch[h->count].n = n;
		h->batch[h->count++].lines = lines;
		pthread_cond_signal(&q->filled);
	} else {
		q->lost += lines;
	}
	pthread_mutex_unlock(&q->lock);
	return room;
}

void queue_wait(struct queue *q, int ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= SECOND) {
		until.tv_sec++;
		until.tv_nsec -= SECOND;
	}
	pthread_mutex_lock(&q->lock);
	if (!q->half[q->filling].count)
		(void)pthread_cond_timedwait(&q->filled, &q->lock, &until);
	pthread_mutex_unlock(&q->lock);
}

void queue_take(struct queue *q, void (*put)(void *to, const char *bytes, size_t n, uint64_t lines), void *to)
{
	struct half *h;
	size_t at = 0;

	pthread_mutex_lock(&q->lock);
	h = &q->half[q->filling];
	q->filling = !q->filling;
	pthread_mutex_unlock(&q->lock);
	/* this half is nobody else's until the next call */
	for (size_t i = 0; i < h->count; i++) {
		put(to, h->bytes + at, h->batch[i].n, h->batch[i].lines);
		at += h->batch[i].n;
	}
	h->used = h->count = 0;
}

uint64_t queue_lost(struct queue *q)
{
	uint64_t lost;

	pthread_mutex_lock(&q->lock);
	lost = q->lost;
	pthread_mutex_unlock(&q->lock);
	return lost;
}
