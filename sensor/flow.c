#include "flow.h"

bool flows_new(struct flows *t, struct hash_key key)
{
	*t = (struct flows){ .key = key };
	t->small.pool = pool_new(STREAMS_SMALL, sizeof(struct stream) + STREAM_SMALL);
	t->big.pool = pool_new(STREAMS_BIG, sizeof(struct stream) + STREAM_BYTES_MAX);
	t->held = pool_new(HELD_MAX, sizeof(struct sighting));
	if (t->small.pool && t->big.pool && t->held && lru_new(&t->table, FLOWS_MAX, sizeof(struct flow)))
		return true;
	flows_free(t);
	return false;
}

void flows_free(struct flows *t)
{
	lru_free(&t->table);
	pool_free(t->small.pool);
	pool_free(t->big.pool);
	pool_free(t->held);
	*t = (struct flows){ 0 };
}

struct flow *flow_find(const struct flows *t, uint64_t hash, const struct packet *p, int *side)
{
	for (struct flow *f = lru_first(&t->table, hash); f; f = lru_next(&t->table, f)) {
		const struct contact *c = &f->contact;

		if (c->proto != p->proto)
			continue;
		if (contact_is(c, &p->src, p->sport, &p->dst, p->dport)) {
			*side = SIDE_CLIENT;
			return f;
		}
		if (contact_is(c, &p->dst, p->dport, &p->src, p->sport)) {
			*side = SIDE_SERVER;
			return f;
		}
	}
	return NULL;
}

struct flow *flow_add(struct flows *t, uint64_t hash, const struct contact *contact)
{
	struct flow *f = lru_add(&t->table, hash);

	memset(f, 0, sizeof(*f));
	f->contact = *contact;
	return f;
}

static void give_stream(struct flows *t, struct stream *s)
{
	struct streams *all;

	if (!s)
		return;
	all = s->pieces.size > STREAM_SMALL ? &t->big : &t->small;
	*(s->older ? &s->older->newer : &all->oldest) = s->newer;
	*(s->newer ? &s->newer->older : &all->newest) = s->older;
	pool_give(all->pool, s);
}

void flow_forget_side(struct flows *t, struct flow *f, int side)
{
	give_stream(t, f->side[side]);
	f->side[side] = NULL;
}

void flow_close(struct flows *t, struct flow *f)
{
	for (int i = 0; i < SIDES; i++)
		flow_forget_side(t, f, i);
	if (f->contact.proto == IP_TCP)
		pool_give(t->held, f->tcp.held);
	lru_drop(&t->table, f);
}

static struct stream *take_stream(struct flows *t, struct flow *owner, bool big)
{
	struct streams *all = big ? &t->big : &t->small;
	struct stream *s = pool_take(all->pool);

	t->starved = s ? NULL : all;
	if (!s)
		return NULL;
	s->owner = owner;
	s->older = all->newest;
	s->newer = NULL;
	*(s->older ? &s->older->newer : &all->oldest) = s;
	all->newest = s;
	s->pieces.bytes = s->bytes;
	s->pieces.size = big ? STREAM_BYTES_MAX : STREAM_SMALL;
	s->pieces.runs = 0;
	return s;
}

static struct stream *grow_stream(struct flows *t, struct stream *s)
{
	struct stream *big = take_stream(t, s->owner, true);
	uint32_t end = s->pieces.runs ? s->pieces.run[s->pieces.runs - 1].to : 0;

	if (!big)
		return NULL;
	memcpy(big->bytes, s->bytes, end);
	big->pieces.runs = s->pieces.runs;
	memcpy(big->pieces.run, s->pieces.run, sizeof(big->pieces.run));
	give_stream(t, s);
	return big;
}

enum pieces_result flow_store(struct flows *t, struct flow *f, int side, uint32_t offset, struct cursor piece)
{
	struct stream **s = &f->side[side];
	size_t end = offset + cursor_left(&piece);

	t->starved = NULL;
	if (end > STREAM_BYTES_MAX)
		return PIECES_FULL;
	if (!*s)
		*s = take_stream(t, f, end > STREAM_SMALL);
	if (*s && end > (*s)->pieces.size) {
		struct stream *big = grow_stream(t, *s);

		if (!big)
			return PIECES_FULL;
		*s = big;
	}
	return *s ? pieces_add(&(*s)->pieces, offset, piece) : PIECES_FULL;
}

struct flow *flow_hoarder(const struct flows *t)
{
	return t->starved ? t->starved->oldest->owner : NULL;
}
