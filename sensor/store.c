#include "store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "lru.h"
#include "pool.h"
#include "store_parts.h"

enum { TEXT_SHORT = 92 };	/* bytes; longer texts take a block of the pool */

struct entry {
	int64_t first, last;
	uint64_t count, bytes;		/* in all */
	uint64_t more, more_bytes;	/* of those, not in the file yet */
	char *longer;			/* block of STORE_TEXT_MAX bytes, NULL for short texts */
	uint16_t len;
	bool queued, changed;		/* waits to be written; was noted since it was copied to be */
	bool unsure;			/* came when the memory did not hold all: the file may know more of it */
	char text[TEXT_SHORT];		/* client, vendor, product, a NUL behind each */
};

struct batch {
	struct store_row rows[STORE_BATCH];
	uint64_t more[STORE_BATCH], more_bytes[STORE_BATCH];	/* what each entry had waiting */
	char texts[STORE_BATCH][STORE_TEXT_MAX];
};

struct store {
	pthread_mutex_t lock;		/* of all down to `counts` */
	struct lru pairs;
	struct pool *texts;
	struct entry **queue;		/* a ring of those that wait, as many places as pairs */
	uint32_t head, waiting, capacity;
	bool unsure;			/* the memory does not hold all that the file does */
	struct store_counts counts;

	struct hash_key key;
	struct store_file *file;	/* from here on: the flushing thread's */
	struct batch *batch;
	struct store_span span;
	int64_t span_written;
	enum file_state trouble;	/* said last */
};

/* flatten gives the length of the texts with their NULs, 0 when they are too long. */
static size_t flatten(const struct store_pair *pair, char out[static STORE_TEXT_MAX])
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

static struct store_pair unflatten(const char *text)
{
	struct store_pair pair = { .client = text };

	pair.vendor = pair.client + strlen(pair.client) + 1;
	pair.product = pair.vendor + strlen(pair.vendor) + 1;
	return pair;
}

static const char *text_of(const struct entry *e)
{
	return e->longer ? e->longer : e->text;
}

static struct entry *entry_find(const struct store *s, uint64_t hash, const char *text, size_t n)
{
	struct entry *e = lru_first(&s->pairs, hash);

	while (e && (e->len != n || memcmp(text_of(e), text, n) != 0))
		e = lru_next(&s->pairs, e);
	return e;
}

/* entry_add is NULL when the table is full of pairs that wait to be written. */
static struct entry *entry_add(struct store *s, uint64_t hash, const char *text, size_t n, int64_t when)
{
	struct entry *e = lru_oldest(&s->pairs);

	if (lru_full(&s->pairs)) {
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

static void queue_put(struct store *s, struct entry *e)
{
	e->queued = true;
	s->queue[(s->head + s->waiting++) % s->capacity] = e;
}

static enum store_news note(struct store *s, const char *text, size_t n, const struct store_row *row, int64_t *first)
{
	uint64_t hash = hash_bytes(&s->key, text, n);
	struct entry *e = entry_find(s, hash, text, n);
	enum store_news news = e ? STORE_KNOWN : s->unsure ? STORE_UNSURE : STORE_NEW;

	if (!e && !(e = entry_add(s, hash, text, n, row->first))) {
		s->counts.lost++;
		news = STORE_UNSURE;
	} else if (news == STORE_UNSURE) {
		e->unsure = true;
	} else if (e->unsure) {
		news = STORE_UNSURE;
	}
	s->counts.unsure += news == STORE_UNSURE;
	if (!e)
		return news;
	lru_touch(&s->pairs, e);
	e->first = row->first < e->first ? row->first : e->first;
	e->last = row->last > e->last ? row->last : e->last;
	e->count += row->count;
	e->bytes += row->bytes;
	e->more += row->count;
	e->more_bytes += row->bytes;
	e->changed = true;
	if (!e->queued)
		queue_put(s, e);
	*first = e->first;
	return news;
}

enum store_news store_note(struct store *s, const struct store_pair *pair, int64_t when, uint64_t count,
			   uint64_t bytes, int64_t *first)
{
	const struct store_row row = { .first = when, .last = when, .count = count, .bytes = bytes };
	char text[STORE_TEXT_MAX];
	size_t n = flatten(pair, text);
	enum store_news news = STORE_UNSURE;

	*first = when;
	pthread_mutex_lock(&s->lock);
	if (n) {
		news = note(s, text, n, &row, first);
	} else {
		s->counts.lost++;
		s->counts.unsure++;
	}
	pthread_mutex_unlock(&s->lock);
	return news;
}

/* take_row merges a row of the file into the memory, which may know more of the pair. */
static void take_row(void *context, const struct store_row *row)
{
	struct store *s = context;
	char text[STORE_TEXT_MAX];
	size_t n = flatten(&row->pair, text);
	uint64_t hash = n ? hash_bytes(&s->key, text, n) : 0;
	struct entry *e;

	pthread_mutex_lock(&s->lock);
	e = n ? entry_find(s, hash, text, n) : NULL;
	if (!e && (!n || lru_full(&s->pairs) || !(e = entry_add(s, hash, text, n, row->first)))) {
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
				queue_put(s, e);
		} else {
			e->count = e->more;
			e->bytes = e->more_bytes;
		}
	}
	s->unsure = false;
	pthread_mutex_unlock(&s->lock);
}

static enum file_state open_file(struct store *s, char what[static STORE_WHAT_MAX])
{
	bool fresh = false, more = false;
	enum file_state state = file_open(s->file, &fresh, what);

	if (state == FILE_WELL) {
		rebase(s, fresh);
		if (!fresh)
			state = file_load(s->file, s->capacity, take_row, s, &more);
		if (state != FILE_WELL)
			file_shut(s->file);
	}
	s->trouble = state;
	if (more || state != FILE_WELL) {
		pthread_mutex_lock(&s->lock);
		s->unsure = true;
		pthread_mutex_unlock(&s->lock);
	}
	return state;
}

struct store *store_open(const char *path, uint32_t capacity, struct hash_key key, char what[static STORE_WHAT_MAX])
{
	struct store *s = capacity ? calloc(1, sizeof(*s)) : NULL;

	snprintf(what, STORE_WHAT_MAX, "store %s: not enough memory", path);
	if (!s)
		return NULL;
	pthread_mutex_init(&s->lock, NULL);
	s->key = key;
	s->capacity = capacity;
	s->file = file_new(path);
	s->texts = pool_new(capacity, STORE_TEXT_MAX);
	s->queue = calloc(capacity, sizeof(struct entry *));
	s->batch = malloc(sizeof(*s->batch));
	if (!lru_new(&s->pairs, capacity, sizeof(struct entry)) || !s->file || !s->texts || !s->queue || !s->batch) {
		(void)store_close(s);
		return NULL;
	}
	(void)open_file(s, what);
	return s;
}

bool store_close(struct store *s)
{
	bool well;

	if (!s)
		return true;
	well = file_free(s->file);
	lru_free(&s->pairs);
	pool_free(s->texts);
	free(s->queue);
	free(s->batch);
	pthread_mutex_destroy(&s->lock);
	free(s);
	return well;
}

/* batch_copy takes the pairs that wait longest, without taking them off the queue. */
static size_t batch_copy(struct store *s)
{
	size_t n;

	pthread_mutex_lock(&s->lock);
	n = s->waiting < STORE_BATCH ? s->waiting : STORE_BATCH;
	for (size_t i = 0; i < n; i++) {
		struct entry *e = s->queue[(s->head + i) % s->capacity];

		memcpy(s->batch->texts[i], text_of(e), e->len);
		s->batch->rows[i] = (struct store_row){ .pair = unflatten(s->batch->texts[i]), .first = e->first,
							.last = e->last, .count = e->more, .bytes = e->more_bytes,
							.ask = e->unsure };
		s->batch->more[i] = e->more;
		s->batch->more_bytes[i] = e->more_bytes;
		e->changed = false;
	}
	pthread_mutex_unlock(&s->lock);
	return n;
}

/* learn takes over what the file holds of a pair that came back. */
static void learn(struct entry *e, const struct store_row *row)
{
	e->first = row->first < e->first ? row->first : e->first;
	e->last = row->last > e->last ? row->last : e->last;
	e->count = row->count + e->more;
	e->bytes = row->bytes + e->more_bytes;
	e->unsure = false;
}

/* batch_done takes what was written off the queue; a pair noted meanwhile waits again. */
static void batch_done(struct store *s, size_t n)
{
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < n; i++) {
		struct entry *e = s->queue[s->head];

		s->head = (s->head + 1) % s->capacity;
		s->waiting--;
		e->more -= s->batch->more[i];
		e->more_bytes -= s->batch->more_bytes[i];
		e->queued = false;
		if (e->unsure && !s->batch->rows[i].ask)
			learn(e, &s->batch->rows[i]);
		if (e->changed)
			queue_put(s, e);
	}
	pthread_mutex_unlock(&s->lock);
}

/* write_all ends after as many pairs as waited when it began, so that a busy sensor cannot keep it for ever. */
static enum file_state write_all(struct store *s)
{
	size_t left = store_counts(s).waiting;
	enum file_state state = FILE_WELL;

	do {
		size_t n = batch_copy(s);

		if (!n && s->span.ended - s->span_written < STORE_WATCH_SECONDS * SECOND)
			break;
		state = file_write(s->file, s->batch->rows, n, &s->span);
		if (state != FILE_WELL)
			break;
		s->span_written = s->span.ended;
		batch_done(s, n);
		left = n < left ? left - n : 0;
	} while (left);
	return state;
}

static void widen_span(struct store *s, int64_t now)
{
	if (!s->span.known) {
		s->span = (struct store_span){ .begun = now, .ended = now, .known = true };
		s->span_written = now - STORE_WATCH_SECONDS * SECOND;
	}
	s->span.ended = now > s->span.ended ? now : s->span.ended;
}

bool store_flush(struct store *s, int64_t now, char what[static STORE_WHAT_MAX])
{
	enum file_state before = s->trouble, state = FILE_WELL;
	bool lost = false;

	what[0] = '\0';
	widen_span(s, now);
	if (file_is_open(s->file) && file_is_gone(s->file)) {
		file_shut(s->file);
		lost = true;
	}
	if (!file_is_open(s->file))
		state = open_file(s, what);
	if (lost && !what[0])
		snprintf(what, STORE_WHAT_MAX, "store: its file was moved or removed; another one is begun");
	if (state == FILE_WELL)
		state = write_all(s);
	if (state == FILE_DAMAGED) {	/* opening looks again: another process may have set it aside already */
		file_shut(s->file);
		state = open_file(s, what);
		if (state == FILE_WELL)
			state = write_all(s);
	}
	if (state != FILE_WELL && !what[0])
		snprintf(what, STORE_WHAT_MAX, "store: %s; what was not written waits in memory", file_why(s->file));
	if (state != FILE_WELL && state == before)
		what[0] = '\0';
	s->trouble = state;
	return state == FILE_WELL;
}

struct store_counts store_counts(struct store *s)
{
	struct store_counts counts;

	pthread_mutex_lock(&s->lock);
	counts = s->counts;
	counts.waiting = s->waiting;
	pthread_mutex_unlock(&s->lock);
	return counts;
}
