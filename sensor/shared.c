#include "shared.h"

#include <stdlib.h>

struct shared *shared_new(struct hash_key key, bool alone)
{
	struct shared *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	pthread_mutex_init(&s->mutex, NULL);
	s->alone = alone;
	s->resolved = resolved_new(key);
	s->clients = clients_new(key);
	s->beacon = beacon_new(BEACON_PAIRS_MAX, key);
	s->rhythms = recent_new();
	if (s->resolved && s->clients && s->beacon && s->rhythms)
		return s;
	shared_free(s);
	return NULL;
}

void shared_free(struct shared *s)
{
	if (!s)
		return;
	resolved_free(s->resolved);
	clients_free(s->clients);
	beacon_free(s->beacon);
	recent_free(s->rhythms);
	pthread_mutex_destroy(&s->mutex);
	free(s);
}

void shared_counts(struct shared *s, struct counts *out)
{
	shared_lock(s);
	out->n[COUNT_CLIENTS_EVICTED] = clients_evicted(s->clients);
	out->n[COUNT_RESOLVED_EVICTED] = resolved_evicted(s->resolved);
	out->n[COUNT_RHYTHMS_EVICTED] = beacon_forgotten(s->beacon);
	shared_unlock(s);
}
