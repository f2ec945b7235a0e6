#include "store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "store_parts.h"

static struct store_pair unflatten(const char *text)
{
	struct store_pair pair = { .client = text };

	pair.vendor = pair.client + strlen(pair.client) + 1;
	pair.product = pair.vendor + strlen(pair.vendor) + 1;
	return pair;
}

static enum store_news note(struct store *s, const char *text, size_t n, const struct store_row *row, int64_t *first)
{
	uint64_t hash = hash_bytes(&s->key, text, n);
	struct entry *e = store_find(s, hash, text, n);
	enum store_news news = e ? STORE_KNOWN : s->unsure ? STORE_UNSURE : STORE_NEW;

	if (!e && !(e = store_add(s, hash, text, n, row->first))) {
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
		store_put_unwritten(s, e);
	*first = e->first;
	return news;
}

enum store_news store_note(struct store *s, const struct store_pair *pair, int64_t when, uint64_t count,
			   uint64_t bytes, int64_t *first)
{
	const struct store_row row = { .first = when, .last = when, .count = count, .bytes = bytes };
	char text[STORE_TEXT_MAX];
	size_t n = store_flatten(pair, text);
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

struct store *store_open(const char *path, uint32_t capacity, struct hash_key key, char what[static STORE_WHAT_MAX])
{
	struct store *s = capacity ? calloc(1, sizeof(*s)) : NULL;

	snprintf(what, STORE_WHAT_MAX, "store %s: not enough memory", path);
	if (!s)
		return NULL;
	pthread_mutex_init(&s->lock, NULL);
	s->key = key;
	s->capacity = capacity;
	s->file = store_file_new(path);
	s->texts = pool_new(capacity, STORE_TEXT_MAX);
	s->queue = calloc(capacity, sizeof(struct entry *));
	s->batch = malloc(sizeof(*s->batch));
	if (!lru_new(&s->pairs, capacity, sizeof(struct entry)) || !s->file || !s->texts || !s->queue || !s->batch) {
		(void)store_close(s);
		return NULL;
	}
	(void)store_load(s, what);
	return s;
}

bool store_close(struct store *s)
{
	bool well;

	if (!s)
		return true;
	well = store_file_free(s->file);
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

		memcpy(s->batch->texts[i], store_text_of(e), e->len);
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
			store_put_unwritten(s, e);
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
		state = store_file_write(s->file, s->batch->rows, n, &s->span);
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
	if (store_file_is_open(s->file) && store_file_is_gone(s->file)) {
		store_file_shut(s->file);
		lost = true;
	}
	if (!store_file_is_open(s->file))
		state = store_load(s, what);
	if (lost && !what[0])
		snprintf(what, STORE_WHAT_MAX, "store: its file was moved or removed; another one is begun");
	if (state == FILE_WELL)
		state = write_all(s);
	if (state == FILE_DAMAGED) {	/* opening looks again: another process may have set it aside already */
		store_file_shut(s->file);
		state = store_load(s, what);
		if (state == FILE_WELL)
			state = write_all(s);
	}
	if (state != FILE_WELL && !what[0])
		snprintf(what, STORE_WHAT_MAX, "store: %s; what was not written waits in memory",
			 store_file_why(s->file));
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
