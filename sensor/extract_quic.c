#include "extract_parts.h"
#include "ja4.h"

enum {
	BUDGET_PARTS = 64,	/* of a second of packet time */
	BUDGET_PART = 400,	/* failed decryptions in one, whoever sent them */
	RESERVE_PART = 400,	/* and then as many again, */
	RESERVE_PLACE = 4,	/* but so many a second to one receiver */
	RETRIES_MAX = 4		/* connection ids tried for one connection */
};

static uint8_t *place_of(struct extract *x, const struct packet *p)
{
	return &x->budget.place[flow_half(&x->key, &p->dst, 0) % QUIC_PLACES];
}

/*
 * budget_left is false when too much garbage came a moment ago.  Short parts
 * spread what is tried over a flood; the reserve keeps a flood that goes to few
 * receivers from hiding what goes to others.
 */
static bool budget_left(struct extract *x, const struct work *w)
{
	struct quic_budget *b = &x->budget;

	if (w->when / SECOND != b->second) {
		b->second = w->when / SECOND;
		memset(b->place, 0, sizeof(b->place));
	}
	if (w->when / (SECOND / BUDGET_PARTS) != b->part) {
		b->part = w->when / (SECOND / BUDGET_PARTS);
		b->spent = b->reserve = 0;
	}
	if (b->spent < BUDGET_PART || (b->reserve < RESERVE_PART && *place_of(x, w->p) < RESERVE_PLACE))
		return true;
	count_add(x->counts, COUNT_QUIC_BUDGET);
	return false;
}

static void budget_spend(struct extract *x, const struct work *w)
{
	if (x->budget.spent < BUDGET_PART) {
		x->budget.spent++;
		return;
	}
	x->budget.reserve++;
	++*place_of(x, w->p);
}

static bool same_id(const uint8_t *id, uint8_t len, const struct cursor *other)
{
	return len == cursor_left(other) && memcmp(id, other->at, len) == 0;
}

/* What an Initial packet of a client turned out to be. */
enum opened { OPENED_NOT, OPENED_SAME, OPENED_OTHER };

/* goes_on_in_other is true when the server changed the version (RFC 9368 section 2.3): its keys, of the first id. */
static bool goes_on_in_other(struct extract *x, struct flow *f, const struct quic_header *h, struct cursor *frames)
{
	struct aead_keys keys;

	if (!quic_keys(h->version, cursor_of(f->quic.dcid, f->quic.dcid_len), &keys) ||
	    !quic_open(x->aead, &keys, h, x->clear, frames))
		return false;
	f->quic.keys = keys;
	f->quic.version = h->version;
	return true;
}

/*
 * open_initial decrypts under the keys of the connection, which the first
 * connection id gave (RFC 9001 section 5.2): the same connection.  Else under
 * those of the packet's own id: after a Retry, or another connection of the
 * same ports.
 */
static enum opened open_initial(struct extract *x, struct flow *f, const struct quic_header *h,
				struct aead_keys *keys, struct cursor *frames)
{
	bool known = f && f->quic.version == h->version;

	if (known && quic_open(x->aead, &f->quic.keys, h, x->clear, frames))
		return OPENED_SAME;
	if (known && same_id(f->quic.dcid, f->quic.dcid_len, &h->dcid))
		return OPENED_NOT;
	if (f && f->quic.retries >= RETRIES_MAX)
		return OPENED_NOT;
	if (f && !known && f->phase == FLOW_QUIC && goes_on_in_other(x, f, h, frames))
		return OPENED_SAME;
	if (quic_keys(h->version, h->dcid, keys) && quic_open(x->aead, keys, h, x->clear, frames))
		return OPENED_OTHER;
	if (f)
		f->quic.retries++;
	return OPENED_NOT;
}

static void remember_keys(struct flow *f, const struct quic_header *h, const struct aead_keys *keys)
{
	f->quic.version = h->version;
	f->quic.dcid_len = (uint8_t)cursor_left(&h->dcid);
	if (f->quic.dcid_len)
		memcpy(f->quic.dcid, h->dcid.at, f->quic.dcid_len);
	f->quic.keys = *keys;
}

/* note_server remembers the id that the server chose: packets under it are the connection's, without trying. */
static void note_server(struct flow *f, const struct quic_header *h)
{
	if (!cursor_left(&h->scid) || cursor_left(&h->scid) > sizeof(f->quic.server))
		return;
	f->quic.server_len = (uint8_t)cursor_left(&h->scid);
	memcpy(f->quic.server, h->scid.at, f->quic.server_len);
}

static struct sighting *put_hello(struct extract *x, struct flow *f, const struct tls_hello *hello)
{
	struct sighting *s;

	if (!hello->name.len)
		count_add(x->counts, COUNT_QUIC_NO_NAME);
	s = extract_put(x, EVIDENCE_QUIC, &f->contact);
	if (!s)
		return NULL;
	s->opens = true;
	name_copy(&s->name, &hello->name);
	tls_facts_of(hello, &s->tls);
	extract_settle_ech(x, hello, f->contact.when, &s->tls);
	s->tls.quic_version = f->quic.version;
	if (!hello->partial)
		ja4_put(hello, 'q', s->tls.ja4);
	return s;
}

/* extract_unread_quic counts and reports a connection whose hello never became whole, by the name if that was there. */
void extract_unread_quic(struct extract *x, struct flow *f)
{
	struct tls_hello hello;
	struct sighting *s;

	count_at(x->counts, COUNT_QUIC_INCOMPLETE, f->contact.packet);
	if (!f->side[SIDE_CLIENT] || tls_read_hello(pieces_read(&f->side[SIDE_CLIENT]->pieces), &hello) != MORE ||
	    !hello.partial) {
		extract_nameless(x, f);
		return;
	}
	s = put_hello(x, f, &hello);
	if (!s)
		return;
	s->tally = f->tally;
	s->last = f->last;
}

/* read_collected looks for a hello in what is there; true when the connection has told all. */
static bool read_collected(struct extract *x, struct flow *f, struct cursor handshake)
{
	struct tls_hello hello;

	switch (tls_read_hello(handshake, &hello)) {
	case FOUND:
		(void)put_hello(x, f, &hello);
		return true;
	case MORE:
		return false;
	default:
		count_add(x->counts, COUNT_TLS_BROKEN);
		return true;
	}
}

static void finish(struct extract *x, struct flow *f)
{
	f->phase = FLOW_DONE;
	flow_forget_side(&x->flows, f, SIDE_CLIENT);
}

/* read_frames takes the CRYPTO frames of one packet; the common one holds the whole hello. */
static void read_frames(struct extract *x, struct flow *f, struct cursor frames)
{
	uint64_t offset;
	struct cursor data;
	bool any = false;

	while (quic_next_crypto(&frames, &offset, &data)) {
		if (offset > TLS_HELLO_MAX)
			continue;
		if (!any && offset == 0 && !f->side[SIDE_CLIENT] && read_collected(x, f, data)) {
			finish(x, f);
			return;
		}
		any = true;
		(void)extract_store(x, f, SIDE_CLIENT, (uint32_t)offset, data);
	}
	if (any && f->side[SIDE_CLIENT] && read_collected(x, f, pieces_read(&f->side[SIDE_CLIENT]->pieces)))
		finish(x, f);
}

static void take_google(struct extract *x, const struct work *w, struct cursor bytes, uint32_t version)
{
	struct contact c;
	struct name name;
	uint32_t seen;
	struct sighting *s;

	extract_contact(w, true, &c);
	if (gquic_read_name(bytes, &seen, &name) != FOUND || extract_copy(x, w->hash, w->when))
		return;
	s = extract_put(x, EVIDENCE_QUIC, &c);
	if (!s)
		return;
	name_copy(&s->name, &name);
	s->tls = (struct tls_facts){ .quic_version = version ? version : seen };
}

/* start_over makes the flow another connection of the same ports, or the same one behind a Retry. */
static struct flow *start_over(struct extract *x, const struct work *w, struct flow *f, const struct quic_header *h,
			       const struct aead_keys *keys)
{
	struct contact c;

	extract_contact(w, true, &c);
	if (!f) {
		f = extract_flow(x, w->hash, &c);
		tally_add(&f->tally, SIDE_CLIENT, w->p->length, w->p->flags);
		x->tally = &f->tally;
	} else {
		if (f->phase == FLOW_QUIC && !same_id(f->quic.server, f->quic.server_len, &h->dcid))
			extract_unread_quic(x, f);
		if (f->phase == FLOW_DONE) {
			f->tally = (struct tally){ 0 };
			tally_add(&f->tally, SIDE_CLIENT, w->p->length, w->p->flags);
		}
		flow_forget_side(&x->flows, f, SIDE_CLIENT);
		f->contact = c;
	}
	f->phase = FLOW_QUIC;
	f->begun = f->spoken = true;
	remember_keys(f, h, keys);
	return f;
}

/* take_initial reads one Initial packet; *f becomes the connection it belongs to.  False when it is not readable. */
static bool take_initial(struct extract *x, const struct work *w, struct flow **f, const struct quic_header *h)
{
	struct aead_keys keys;
	struct cursor frames;
	enum opened o;

	if (!budget_left(x, w))
		return false;
	o = open_initial(x, *f, h, &keys, &frames);
	if (o == OPENED_NOT) {
		budget_spend(x, w);
		count_add(x->counts, COUNT_QUIC_UNREADABLE);
		return false;
	}
	if (h->version == QUIC_Q050) {
		take_google(x, w, frames, h->version);
		return true;
	}
	if (o == OPENED_OTHER)
		*f = start_over(x, w, *f, h, &keys);
	(*f)->last = w->when;
	if ((*f)->phase == FLOW_QUIC)
		read_frames(x, *f, frames);
	return true;
}

/* is_told is true of a packet of a connection whose name is known: nothing to decrypt any more. */
static bool is_told(const struct flow *f, const struct quic_header *h)
{
	return f && f->phase == FLOW_DONE &&
	       (same_id(f->quic.dcid, f->quic.dcid_len, &h->dcid) ||
		(f->quic.server_len && same_id(f->quic.server, f->quic.server_len, &h->dcid)));
}

void extract_quic(struct extract *x, const struct work *w)
{
	struct cursor datagram = w->p->payload;
	struct quic_header h;
	int side = SIDE_CLIENT;
	struct flow *f = flow_find(&x->flows, w->hash, w->p, &side);
	bool any = false;

	if (gquic_may_start(&datagram))
		take_google(x, w, datagram, 0);
	if (!quic_may_start(&datagram))
		return;
	if (f) {
		lru_touch(&x->flows.table, f);
		tally_add(&f->tally, side, w->p->length, w->p->flags);
		x->tally = &f->tally;
	}
	while (cursor_left(&datagram)) {
		if (quic_read_header(&datagram, &h) == QUIC_NOT) {
			if (w->p->cut && !any && side == SIDE_CLIENT && !is_told(f, &h))
				count_add(x->counts, COUNT_QUIC_UNREADABLE);	/* no seal to check it by */
			return;
		}
		any = true;
		if (f && side == SIDE_SERVER) {
			note_server(f, &h);
			return;		/* only the client's hello is wanted */
		}
		/* RFC 9000 section 12.2: what follows in the datagram is of the same connection, and as unreadable */
		if (h.type == QUIC_INITIAL && !is_told(f, &h) && !take_initial(x, w, &f, &h))
			return;
	}
}
