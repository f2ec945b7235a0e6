#include "recent.h"

#include <stdlib.h>

enum { WAYS = 4, SETS = RECENT_MAX / WAYS };

struct slot {
	uint64_t hash;
	int64_t when;	/* 0: free */
};

struct recent {
	struct slot sets[SETS][WAYS];
};

struct recent *recent_new(void)
{
	return calloc(1, sizeof(struct recent));
}

void recent_free(struct recent *r)
{
	free(r);
}

bool recent_has(const struct recent *r, uint64_t hash, int64_t when, int64_t window)
{
	const struct slot *s = r->sets[hash % SETS];

	for (int i = 0; i < WAYS; i++) {
		int64_t apart = when - s[i].when;

		if (s[i].hash == hash && s[i].when && apart <= window && apart >= -window)
			return true;
	}
	return false;
}

void recent_note(struct recent *r, uint64_t hash, int64_t when)
{
	struct slot *s = r->sets[hash % SETS], *oldest = s;

	for (int i = 0; i < WAYS; i++) {
		if (s[i].hash == hash) {
			oldest = &s[i];
			break;
		}
		if (s[i].when < oldest->when)
			oldest = &s[i];
	}
	oldest->hash = hash;
	oldest->when = when ? when : 1;
}
