#include <stdlib.h>
#include <string.h>

#include "store_parts.h"

size_t store_flatten(const struct store_pair *pair, char out[static STORE_TEXT_MAX])
{
	const char *const texts[] = { pair->client, pair->vendor, pair->product };
	size_t used = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		size_t n = strlen(texts[i]) + 1;

		if (n > STORE_TEXT_MAX - used)
			return 0;
		memcpy(out + used, texts[i], n);
		used += n;
	}
	return used;
}

const char *store_text_of(const struct entry *e)
{
	return e->longer ? e->longer : e->text;
}

struct entry *store_find(const struct store *s, uint64_t hash, const char *text, size_t n)
{
	struct entry *e = lru_first(&s->pairs, hash);

	while (e && (e->len != n || memcmp(store_text_of(e), text, n) != 0))
		e = lru_next(&s->pairs, e);
	return e;
}

struct entry *store_add(struct store *s, uint64_t hash, const char *text, size_t n, int64_t when)
{
	struct entry *e = lru_victim(&s->pairs, hash);

	if (e) {
		if (e->queued)
			return NULL;
		pool_give(s->texts, e->longer);
		lru_drop(&s->pairs, e);
		s->counts.pairs--;
		s->unsure = true;
	}
	e = lru_add(&s->pairs, hash);
	*e = (struct entry){ .first = when, .last = when, .len = (uint16_t)n };
	if (n > TEXT_SHORT)
		e->longer = pool_take(s->texts);
	memcpy(e->longer ? e->longer : e->text, text, n);
	s->counts.pairs++;
	return e;
}

void store_put_unwritten(struct store *s, struct entry *e)
{
	e->queued = true;
	s->queue[(s->head + s->waiting++) % s->capacity] = e;
}

/* take_row merges a row of the file into the memory, which may know more of the pair. */
static void take_row(void *context, const struct store_row *row)
{
	struct store *s = context;
	char text[STORE_TEXT_MAX];
	size_t n = store_flatten(&row->pair, text);
	uint64_t hash = n ? hash_bytes(&s->key, text, n) : 0;
	struct entry *e;

	pthread_mutex_lock(&s->lock);
	e = n ? store_find(s, hash, text, n) : NULL;
	if (!e && (!n || lru_full(&s->pairs) || !(e = store_add(s, hash, text, n, row->first)))) {
		s->unsure = true;
	} else {
		e->first = row->first < e->first ? row->first : e->first;
		e->last = row->last > e->last ? row->last : e->last;
		e->count += row->count;
		e->bytes += row->bytes;
		e->unsure = false;
	}
	pthread_mutex_unlock(&s->lock);
}

/*
 * rebase makes the memory fit the file that is now open.  A file without rows is to get
 * all of it; of one with rows, only what was not written yet is ours to add.
 */
static void rebase(struct store *s, bool fresh)
{
	pthread_mutex_lock(&s->lock);
	for (struct entry *e = lru_oldest(&s->pairs); e; e = lru_newer(&s->pairs, e)) {
		if (fresh) {
			e->more = e->count;
			e->more_bytes = e->bytes;
			if (!e->queued)
				store_put_unwritten(s, e);
		} else {
			e->count = e->more;
			e->bytes = e->more_bytes;
		}
	}
	s->unsure = false;
	pthread_mutex_unlock(&s->lock);
}

static int by_last(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;

	return x->last < y->last ? -1 : x->last > y->last;
}

/* set_ages puts the pair unseen for longest first in line to be forgotten; much quicker here than in SQL. */
static void set_ages(struct store *s)
{
	struct entry **all;
	size_t n = 0;

	pthread_mutex_lock(&s->lock);
	all = malloc((size_t)s->counts.pairs * sizeof(struct entry *) + 1);
	for (struct entry *e = lru_oldest(&s->pairs); all && e; e = lru_newer(&s->pairs, e))
		all[n++] = e;
	if (n)
		qsort(all, n, sizeof(struct entry *), by_last);
	for (size_t i = 0; i < n; i++)
		lru_touch(&s->pairs, all[i]);
	pthread_mutex_unlock(&s->lock);
	free(all);
}

enum file_state store_load(struct store *s, char what[static STORE_WHAT_MAX])
{
	bool fresh = false, more = false;
	enum file_state state = store_file_open(s->file, &fresh, what);

	if (state == FILE_WELL) {
		rebase(s, fresh);
		if (!fresh)
			state = store_file_load(s->file, s->capacity, take_row, s, &more);
		set_ages(s);
		if (state != FILE_WELL)
			store_file_shut(s->file);
	}
	s->trouble = state;
	if (more || state != FILE_WELL) {
		pthread_mutex_lock(&s->lock);
		s->unsure = true;
		pthread_mutex_unlock(&s->lock);
	}
	return state;
}
