#include "defrag.h"

#include <stdlib.h>

#include "clock.h"
#include "lru.h"
#include "pieces.h"

enum { COPY_SECONDS = 1 };	/* after which the same id is another datagram */

struct entry {
	struct addr src, dst;
	uint32_t id;
	uint8_t proto;
	bool spoiled, has_end;
	bool done;		/* joined a moment ago: copies of its fragments fall in here */
	uint32_t length;	/* known when has_end */
	uint32_t frames;	/* bytes on the wire of its fragments */
	int64_t first;
	uint64_t packet;	/* that began it */
	struct pieces pieces;
};

struct defrag {
	struct lru table;
	struct hash_key key;
	uint8_t *bytes;		/* DEFRAG_BYTES_MAX for each entry of the table */
	uint8_t *spare[DEFRAG_DATAGRAMS_MAX + 1];
	unsigned spares;
	uint8_t *lent;		/* of the datagram handed out last */
	struct counts *counts;
};

struct defrag *defrag_new(struct hash_key key, struct counts *counts)
{
	struct defrag *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->key = key;
	f->counts = counts;
	f->bytes = calloc(DEFRAG_DATAGRAMS_MAX + 1, DEFRAG_BYTES_MAX);
	if (!f->bytes || !lru_new(&f->table, DEFRAG_DATAGRAMS_MAX, sizeof(struct entry))) {
		defrag_free(f);
		return NULL;
	}
	f->lent = f->bytes + (size_t)DEFRAG_DATAGRAMS_MAX * DEFRAG_BYTES_MAX;
	for (; f->spares < DEFRAG_DATAGRAMS_MAX; f->spares++)
		f->spare[f->spares] = f->bytes +
			(size_t)(DEFRAG_DATAGRAMS_MAX - 1 - f->spares) * DEFRAG_BYTES_MAX;
	return f;
}

void defrag_free(struct defrag *f)
{
	if (!f)
		return;
	lru_free(&f->table);
	free(f->bytes);
	free(f);
}

static uint64_t hash_of(const struct defrag *f, const struct datagram *d)
{
	uint64_t h = hash_bytes(&f->key, &d->src, sizeof(d->src));

	h = hash_pair(&f->key, h, hash_bytes(&f->key, &d->dst, sizeof(d->dst)));
	return hash_pair(&f->key, h, (uint64_t)d->id << 8 | (addr_is_v4(&d->src) ? d->proto : 0));
}

/* RFC 8200 section 4.5: IPv6 fragments belong together by addresses and id alone. */
static bool same(const struct entry *e, const struct datagram *d)
{
	return e->id == d->id && addr_equal(&e->src, &d->src) && addr_equal(&e->dst, &d->dst) &&
	       (e->proto == d->proto || !addr_is_v4(&e->src));
}

static void give_up(struct defrag *f, struct entry *e)
{
	if (e->pieces.bytes)
		f->spare[f->spares++] = e->pieces.bytes;
	lru_drop(&f->table, e);
}

/* lose gives up an entry that will not be joined any more. */
static void lose(struct defrag *f, struct entry *e)
{
	if (!e->spoiled && !e->done)
		count_at(f->counts, COUNT_DEFRAG_INCOMPLETE, e->packet);
	give_up(f, e);
}

static bool is_past(const struct entry *e, int64_t when)
{
	return clock_is_past(e->first, when, e->done ? COPY_SECONDS : DEFRAG_SECONDS_MAX);
}

static void expire(struct defrag *f, int64_t when)
{
	struct entry *e;

	while ((e = lru_oldest(&f->table)) && is_past(e, when))
		lose(f, e);
}

static void make_room(struct defrag *f, uint64_t hash)
{
	struct entry *e = lru_victim(&f->table, hash);

	if (e)
		lose(f, e);
}

static struct entry *find(struct defrag *f, int64_t when, const struct datagram *d)
{
	uint64_t hash = hash_of(f, d);
	struct entry *e = lru_first(&f->table, hash);

	while (e && !same(e, d))
		e = lru_next(&f->table, e);
	if (e && e->done && is_past(e, when)) {
		give_up(f, e);
		e = NULL;
	}
	if (e)
		return e;
	make_room(f, hash);
	e = lru_add(&f->table, hash);
	*e = (struct entry){ .src = d->src, .dst = d->dst, .id = d->id, .proto = d->proto, .first = when,
			     .packet = f->counts->packet };
	e->pieces.bytes = f->spare[--f->spares];
	e->pieces.size = DEFRAG_BYTES_MAX;
	return e;
}

static bool fits(struct entry *e, struct datagram *d)
{
	bool odd = d->more && cursor_left(&d->payload) % 8, v4 = addr_is_v4(&d->src);
	uint32_t end;
	bool repeats;
	enum pieces_result r;

	if (d->cut || (odd && !v4))
		return false;
	if (odd)	/* Linux takes the units of eight that are whole; RFC 8200 section 4.5 has IPv6 refuse it */
		cursor_trim(&d->payload, cursor_left(&d->payload) & ~(size_t)7);
	end = d->offset + (uint32_t)cursor_left(&d->payload);
	repeats = pieces_hold(&e->pieces, d->offset, end);
	if (!d->more) {
		if (e->has_end && e->length != end)
			return false;
		e->has_end = true;
		e->length = end;
	}
	r = pieces_add(&e->pieces, d->offset, d->payload);
	if (d->offset == 0)
		e->proto = d->proto;	/* the first one's next header counts */
	return r == PIECES_NEW || r == PIECES_OLD || (r == PIECES_DIFFER && repeats);
}

bool defrag_add(struct defrag *f, int64_t when, struct datagram *d)
{
	struct entry *e;

	expire(f, when);
	e = find(f, when, d);
	if (e->spoiled || e->done)
		return false;
	if (!fits(e, d)) {
		count_add(f->counts, COUNT_DEFRAG_SPOILED);
		e->spoiled = true;	/* kept, so that later pieces fall with it */
		return false;
	}
	e->frames += d->length;
	if (!e->has_end || pieces_ready(&e->pieces) < e->length)
		return false;
	d->payload = cursor_of(e->pieces.bytes, e->length);
	d->proto = e->proto;
	d->fragment = d->more = false;
	d->offset = 0;
	d->length = e->frames;
	f->spare[f->spares++] = f->lent;
	f->lent = e->pieces.bytes;
	e->pieces.bytes = NULL;
	e->done = true;
	e->first = when;
	count_add(f->counts, COUNT_DEFRAG_JOINED);
	return (addr_is_v4(&d->src) && d->proto != IP_AH) || ip_step_over(d);
}

void defrag_rest(struct defrag *f)
{
	struct entry *e;

	while ((e = lru_oldest(&f->table)))
		lose(f, e);
}
