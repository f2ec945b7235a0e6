#include "extract_parts.h"
#include "ja4.h"

enum {
	BUDGET_SECOND = 50000,	/* failed decryptions a second of packet time, then none is tried */
	RETRIES_MAX = 4		/* connection ids tried for one connection */
};

static bool budget_left(struct extract *x, int64_t when)
{
	int64_t second = when / SECOND;

	if (second != x->budget_second) {
		x->budget_second = second;
		x->budget_spent = 0;
	}
	if (x->budget_spent < BUDGET_SECOND)
		return true;
	count_add(x->counts, COUNT_QUIC_BUDGET);
	return false;
}

/*
 * open_initial decrypts under the keys of the connection, which the first
 * connection id gave (RFC 9001 section 5.2), else under those of the packet's
 * own id, as after a Retry.
 */
static bool open_initial(struct extract *x, struct flow *f, const struct quic_header *h,
			 struct aead_keys *keys, struct cursor *frames)
{
	bool known = f && f->quic.version == h->version;

	if (known && quic_open(x->aead, &f->quic.keys, h, x->clear, frames)) {
		*keys = f->quic.keys;
		return true;
	}
	if (known && (f->quic.retries >= RETRIES_MAX ||
		      (f->quic.dcid_len == cursor_left(&h->dcid) &&
		       memcmp(f->quic.dcid, h->dcid.at, f->quic.dcid_len) == 0)))
		return false;
	if (f)
		f->quic.retries++;
	return quic_keys(h->version, h->dcid, keys) && quic_open(x->aead, keys, h, x->clear, frames);
}

static void remember_keys(struct flow *f, const struct quic_header *h, const struct aead_keys *keys)
{
	f->quic.version = h->version;
	f->quic.dcid_len = (uint8_t)cursor_left(&h->dcid);
	memcpy(f->quic.dcid, h->dcid.at, f->quic.dcid_len);
	f->quic.keys = *keys;
}

static void put_hello(struct extract *x, struct flow *f, const struct tls_hello *hello)
{
	struct sighting *s;

	if (!hello->name.len) {
		count_add(x->counts, COUNT_QUIC_NO_NAME);
		return;
	}
	s = extract_put(x, EVIDENCE_QUIC, &f->contact);
	if (!s)
		return;
	s->name = hello->name;
	tls_facts_of(hello, &s->tls);
	extract_settle_ech(x, hello, f->contact.when, &s->tls);
	s->tls.quic_version = f->quic.version;
	ja4_put(hello, 'q', s->tls.ja4);
}

/* read_collected looks for a hello in what is there; true when the connection has told all. */
static bool read_collected(struct extract *x, struct flow *f, struct cursor handshake)
{
	struct tls_hello hello;

	switch (tls_read_hello(handshake, &hello)) {
	case FOUND:
		put_hello(x, f, &hello);
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
	flow_forget_side(&x->flows, f, FLOW_CLIENT);
}

/* read_frames takes the CRYPTO frames of one packet; the common one holds the whole hello. */
static void read_frames(struct extract *x, struct flow *f, struct cursor frames)
{
	uint64_t offset;
	struct cursor data;
	bool any = false;

	while (quic_next_crypto(&frames, &offset, &data)) {
		enum pieces_result r;

		if (offset > TLS_HELLO_MAX)
			continue;
		if (!any && offset == 0 && !f->side[FLOW_CLIENT] && read_collected(x, f, data)) {
			finish(x, f);
			return;
		}
		any = true;
		r = flow_store(&x->flows, f, FLOW_CLIENT, (uint32_t)offset, data);
		if (r == PIECES_DIFFER)
			count_add(x->counts, COUNT_OVERLAPS);
		else if (r == PIECES_FULL)
			count_add(x->counts, COUNT_STREAM_FULL);
	}
	if (any && f->side[FLOW_CLIENT] && read_collected(x, f, pieces_read(&f->side[FLOW_CLIENT]->pieces)))
		finish(x, f);
}

static void take_google(struct extract *x, const struct work *w, struct cursor bytes, uint32_t version)
{
	struct contact c = extract_contact(w, true);
	struct name name;
	uint32_t seen;
	struct sighting *s;

	if (gquic_read_name(bytes, &seen, &name) != FOUND || extract_copy(x, w->hash, w->when))
		return;
	s = extract_put(x, EVIDENCE_QUIC, &c);
	if (!s)
		return;
	s->name = name;
	s->tls = (struct tls_facts){ .quic_version = version ? version : seen };
}

/* take_initial reads one Initial packet; the connection it belongs to, or NULL when it is not readable. */
static struct flow *take_initial(struct extract *x, const struct work *w, struct flow *f, const struct quic_header *h)
{
	struct aead_keys keys;
	struct cursor frames;

	if (!budget_left(x, w->when))
		return f;
	if (!open_initial(x, f, h, &keys, &frames)) {
		x->budget_spent++;
		count_add(x->counts, COUNT_QUIC_UNREADABLE);
		return f;
	}
	if (h->version == QUIC_Q050) {
		take_google(x, w, frames, h->version);
		return f;
	}
	if (!f) {
		struct contact c = extract_contact(w, true);

		f = extract_flow(x, w->hash, &c);
		f->phase = FLOW_QUIC;
	}
	f->last = w->when;
	remember_keys(f, h, &keys);
	read_frames(x, f, frames);
	return f;
}

void extract_quic(struct extract *x, const struct work *w)
{
	struct cursor datagram = w->p->payload;
	struct quic_header h;
	int side = FLOW_CLIENT;
	struct flow *f = flow_find(&x->flows, w->hash, w->p, &side);

	if (gquic_may_start(&datagram))
		take_google(x, w, datagram, 0);
	if (!quic_may_start(&datagram))
		return;
	if (f)
		lru_touch(&x->flows.table, f);
	while (cursor_left(&datagram) && quic_read_header(&datagram, &h) != QUIC_NOT) {
		if (f && side == FLOW_SERVER)
			return;		/* only the client's hello is wanted */
		if (h.type != QUIC_INITIAL)
			continue;
		if (f && f->phase == FLOW_DONE) {
			/* the same ports again, long after: another connection */
			if (w->when - f->contact.when <= COPY_SECONDS * SECOND)
				return;
			extract_forget(x, f);
			f = NULL;
		}
		f = take_initial(x, w, f, &h);
	}
}
