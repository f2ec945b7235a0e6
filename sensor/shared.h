/*
 * shared.h: what the workers of one sensor have in common: who was told which
 * address, who the clients are, which contacts come by a clock, the table at the
 * end, the number of the next line.
 *
 * Locked by one mutex, taken only where something matched or opened without a name,
 * never for a packet that does not matter; not at all when there is one worker.
 */
#ifndef TELLTALE_SHARED_H
#define TELLTALE_SHARED_H

#include <pthread.h>

#include "beacon.h"
#include "clients.h"
#include "count.h"
#include "recent.h"
#include "resolved.h"

struct summary;

struct shared {
	pthread_mutex_t mutex;
	bool alone;			/* one worker: nothing is locked */
	struct resolved *resolved;
	struct clients *clients;
	struct beacon *beacon;
	struct recent *rhythms;		/* told of within the hour */
	struct summary *summary;	/* NULL when not wanted; borrowed */
	uint64_t sequence;		/* of the line written last */
};

/* shared_new is NULL when memory is short. */
struct shared *shared_new(struct hash_key key, bool alone);
void shared_free(struct shared *s);

/* shared_counts brings the counters of these tables up to date. */
void shared_counts(struct shared *s, struct counts *out);

static inline void shared_lock(struct shared *s)
{
	if (!s->alone)
		pthread_mutex_lock(&s->mutex);
}

static inline void shared_unlock(struct shared *s)
{
	if (!s->alone)
		pthread_mutex_unlock(&s->mutex);
}

/* shared_next is the number of the next line, from 1 without holes, whichever worker asks. */
static inline uint64_t shared_next(struct shared *s)
{
	return s->alone ? ++s->sequence : __atomic_add_fetch(&s->sequence, 1, __ATOMIC_RELAXED);
}

#endif
