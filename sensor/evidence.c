#include "evidence.h"

#include <stdlib.h>

#include "evidence_file.h"
#include "lru.h"

/*
 * A place in the ring is a count of bytes that only grows, from EVIDENCE_RING_BYTES
 * on; the byte is at its remainder.  0 is no place.  A record takes whole units and
 * never wraps: what is left at the ring's end is filled with one of nobody's.
 */
struct record {
	uint64_t hash, next;	/* the place of the flow's next record, 0 when it is the last */
	uint64_t number;	/* of the frame; 0: a filler */
	int64_t when;
	uint32_t room;		/* bytes of the record, this head included */
	uint32_t size, length;	/* captured; on the wire */
	int32_t link;
};

enum { HEAD = sizeof(struct record), UNIT = 64 };

_Static_assert(HEAD <= UNIT && EVIDENCE_RING_BYTES % UNIT == 0, "a filler's head fits wherever one is needed");

struct kept {			/* a flow, by its hash */
	uint64_t hash;
	uint64_t first, last;	/* places, 0 when nothing is kept */
	uint64_t follow;	/* bytes still to be written as they come */
	uint32_t frames, lost;	/* kept; overwritten */
	bool committed;
};

struct exhibit {
	struct evidence_file file;
	struct lru flows;
	uint8_t *ring;
	uint64_t head, tail;	/* places of the next record and of the oldest */
	uint64_t newest;	/* hash of the frame written last */
	struct evidence_counts counts;
};

struct exhibit *evidence_new(int fd)
{
	struct exhibit *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->head = e->tail = EVIDENCE_RING_BYTES;
	e->ring = malloc(EVIDENCE_RING_BYTES);
	if (e->ring && evidence_file_new(&e->file, fd) && lru_new(&e->flows, EVIDENCE_FLOWS_MAX, sizeof(struct kept)))
		return e;
	free(e->file.buffer);
	free(e->ring);
	free(e);
	return NULL;
}

bool evidence_free(struct exhibit *e)
{
	bool ok;

	if (!e)
		return true;
	ok = evidence_file_free(&e->file);
	lru_free(&e->flows);
	free(e->ring);
	free(e);
	return ok;
}

void evidence_stop(struct exhibit *e, const volatile sig_atomic_t *stop)
{
	e->file.stop = stop;
}

bool evidence_flush(struct exhibit *e)
{
	return evidence_file_flush(&e->file);
}

struct evidence_counts evidence_counts(const struct exhibit *e)
{
	struct evidence_counts c = e->counts;

	c.frames = e->file.frames + e->file.pending;
	c.lost = e->file.lost;
	c.refused = e->file.refused;
	c.error = e->file.error;
	return c;
}

static uint8_t *byte_at(struct exhibit *e, uint64_t place)
{
	return e->ring + place % EVIDENCE_RING_BYTES;
}

static struct record record_at(struct exhibit *e, uint64_t place)
{
	struct record r;

	memcpy(&r, byte_at(e, place), sizeof(r));
	return r;
}

static struct kept *find_flow(const struct exhibit *e, uint64_t hash)
{
	return lru_first(&e->flows, hash);
}

static struct kept *flow_of(struct exhibit *e, uint64_t hash)
{
	struct kept *k = find_flow(e, hash);

	if (k) {
		lru_touch(&e->flows, k);
		return k;
	}
	k = lru_victim(&e->flows, hash);
	if (k)
		lru_drop(&e->flows, k);
	k = lru_add(&e->flows, hash);
	*k = (struct kept){ .hash = hash };
	return k;
}

/* drop_oldest makes room: its flow's chain begins with the next one, if it is still of a flow. */
static void drop_oldest(struct exhibit *e)
{
	struct record r = record_at(e, e->tail);
	struct kept *k = r.number ? find_flow(e, r.hash) : NULL;

	if (k && k->first == e->tail) {
		k->first = r.next;
		k->last = r.next ? k->last : 0;
		k->frames--;
		k->lost++;
	}
	e->tail += r.room;
}

static void put_record(struct exhibit *e, const struct record *r)
{
	memcpy(byte_at(e, e->head), r, sizeof(*r));
	e->head += r->room;
}

static void make_room(struct exhibit *e, uint32_t room)
{
	uint32_t left = (uint32_t)(EVIDENCE_RING_BYTES - e->head % EVIDENCE_RING_BYTES);
	uint32_t filler = room > left ? left : 0;

	while (e->head + filler + room - e->tail > EVIDENCE_RING_BYTES)
		drop_oldest(e);
	if (filler)
		put_record(e, &(struct record){ .room = filler });
}

static void store(struct exhibit *e, struct kept *k, const struct frame *frame)
{
	size_t n = cursor_left(&frame->bytes) < EVIDENCE_FRAME_MAX ? cursor_left(&frame->bytes) : EVIDENCE_FRAME_MAX;
	struct record r = { .hash = k->hash, .number = frame->number, .when = frame->when, .size = (uint32_t)n,
			    .length = frame->length, .link = frame->link };
	uint64_t place;

	r.room = (uint32_t)((HEAD + n + UNIT - 1) / UNIT * UNIT);
	make_room(e, r.room);
	place = e->head;
	if (n)
		memcpy(byte_at(e, place) + HEAD, frame->bytes.at, n);
	put_record(e, &r);
	if (k->last)
		memcpy(byte_at(e, k->last) + offsetof(struct record, next), &place, sizeof(place));
	else
		k->first = place;
	k->last = place;
	k->frames++;
}

static bool write_frame(struct exhibit *e, const struct frame *frame, uint64_t hash)
{
	bool ok = evidence_file_put(&e->file, frame);

	if (ok)
		e->newest = hash;
	return ok;
}

void evidence_keep(struct exhibit *e, const struct frame *frame, uint64_t hash)
{
	struct kept *k = flow_of(e, hash);
	size_t n = cursor_left(&frame->bytes);

	if (k->committed && k->follow >= n) {
		k->follow -= n;
		(void)write_frame(e, frame, hash);
		return;
	}
	if (k->committed)	/* it had its share: this is kept for its next match */
		*k = (struct kept){ .hash = hash };
	if (k->frames < EVIDENCE_FLOW_FRAMES_MAX)
		store(e, k, frame);
	else
		e->counts.beyond++;
}

/* write_kept writes the flow's chain and puts the comment on its first frame; false when none was left. */
static bool write_kept(struct exhibit *e, struct kept *k, const char *comment)
{
	uint64_t place = k->first;
	bool said = false;

	while (place) {
		struct record r = record_at(e, place);
		struct frame frame = { .bytes = cursor_of(byte_at(e, place) + HEAD, r.size), .when = r.when,
				       .number = r.number, .length = r.length, .link = r.link };

		if (write_frame(e, &frame, k->hash) && !said)
			said = evidence_file_comment(&e->file, comment);
		place = r.next;
	}
	k->first = k->last = 0;
	k->frames = 0;
	return said;
}

void evidence_commit(struct exhibit *e, uint64_t hash, const char *comment, uint64_t follow)
{
	struct kept *k = find_flow(e, hash);
	bool said;

	if (k && k->first)
		said = write_kept(e, k, comment);
	else
		said = e->newest == hash && evidence_file_comment(&e->file, comment);
	if (said)
		e->counts.commits++;
	else
		e->counts.missing++;
	if (k) {
		e->counts.overwritten += k->lost;
		k->lost = 0;
	}
	if (!follow) {
		evidence_drop(e, hash);
		return;
	}
	k = flow_of(e, hash);
	k->committed = true;
	k->follow = follow > k->follow ? follow : k->follow;
}

void evidence_drop(struct exhibit *e, uint64_t hash)
{
	struct kept *k = find_flow(e, hash);

	if (k)
		lru_drop(&e->flows, k);
}
