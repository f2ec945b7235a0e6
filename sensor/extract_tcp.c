#include "extract_parts.h"
#include "http.h"
#include "starttls.h"

enum {
	PORT_DNS = 53, PORT_MDNS = 5353,
	NEAR_BYTES = 262144	/* from a stream's first byte; nothing that matters here is further off */
};

bool extract_place_piece(const struct flow *f, int side, const struct packet *p, struct cursor *piece, uint32_t *offset)
{
	uint32_t seq = p->seq + (p->flags & TCP_SYN ? 1 : 0);
	int32_t at = (int32_t)(seq - f->tcp.base[side]);

	*piece = p->payload;
	if (at < 0) {
		cursor_skip(piece, (size_t)-(int64_t)at);
		if (piece->bad)
			return false;
		at = 0;
	}
	*offset = (uint32_t)at;
	return cursor_left(piece) > 0;
}

/*
 * is_near is false of a sequence number that is not of the side's stream: of
 * another connection, whose SYN was not captured, or made to mislead (RFC 5961).
 */
static bool is_near(const struct flow *f, int side, uint32_t seq)
{
	int32_t at = (int32_t)(seq - f->tcp.base[side]);

	return !f->tcp.based[side] || (at <= NEAR_BYTES && at >= -NEAR_BYTES);
}

/*
 * is_worth is true when reading the client's stream again can tell more than it
 * did: else a hello in thousands of small segments or records would be read
 * once for each of them.
 */
static bool is_worth(const struct work *w, struct flow *f, struct cursor stream)
{
	uint32_t have = (uint32_t)cursor_left(&stream), seen = f->tcp.seen;

	if (have <= seen || have < f->tcp.want)
		return false;
	f->tcp.seen = have;
	return w->p->cut || tls_may_start(&stream) || tds_kind(&stream) != TDS_NONE || socks_may_start(&stream) ||
	       starttls_prefaced(stream) || have >= HTTP_HEAD_MAX || http_tells(stream, seen);
}

/* look_later notes what the next look at the stream needs. */
static void look_later(struct extract *x, struct flow *f, struct cursor stream)
{
	uint32_t have = (uint32_t)cursor_left(&stream);
	struct cursor tls = extract_unwrap(x, stream);

	f->phase = FLOW_COLLECT;
	f->tcp.seen = have;
	f->tcp.want = have + (tls_may_start(&tls) ? tls_missing(tls) : 1);
}

/* begin_tls makes the stream start anew at a sequence number, behind words in the clear. */
static void begin_tls(struct extract *x, struct flow *f, uint32_t seq)
{
	flow_forget_side(&x->flows, f, SIDE_CLIENT);
	f->phase = FLOW_OPEN;
	f->tcp.base[SIDE_CLIENT] = seq;
	f->tcp.want = f->tcp.seen = 0;
}

/* go_on_clear is true when TLS may still be asked for behind this segment, or is now. */
static bool go_on_clear(struct extract *x, const struct work *w, struct flow *f)
{
	const struct cursor *said = &w->p->payload;

	if (starttls_asked(*said)) {
		begin_tls(x, f, w->p->seq + (uint32_t)cursor_left(said));
		return true;
	}
	flow_forget_side(&x->flows, f, SIDE_CLIENT);
	f->phase = FLOW_CLEAR;
	return starttls_may_follow(*said) && ++f->tcp.clear <= STARTTLS_CLEAR_MAX;
}

/* skip_prefaces steps over what stands before the client's own first words; how many bytes that was. */
static uint32_t skip_prefaces(struct cursor *stream)
{
	uint32_t over = 0;
	size_t n;

	while ((n = starttls_preface(*stream)) || (n = tds_options(stream))) {
		cursor_skip(stream, n);
		over += (uint32_t)n;
	}
	return over;
}

/* step_over leaves that behind. */
static void step_over(struct flow *f, struct cursor *stream)
{
	uint32_t over = skip_prefaces(stream);

	if (!over)
		return;
	f->tcp.base[SIDE_CLIENT] += over;
	f->tcp.want = f->tcp.seen = 0;
	if (f->side[SIDE_CLIENT]) {
		pieces_drop(&f->side[SIDE_CLIENT]->pieces, over);
		*stream = pieces_read(&f->side[SIDE_CLIENT]->pieces);
	}
}

static enum verdict read_client(struct extract *x, const struct work *w, struct flow *f, struct cursor stream)
{
	enum verdict v = extract_client(x, w, f, stream, f->tcp.base[SIDE_CLIENT]);

	return v == NONE && starttls_prefaced(stream) ? MORE : v;
}

/* is_relayed is true when the client asked a proxy for a name: what it says next is for that one. */
static bool is_relayed(const struct extract *x)
{
	for (size_t i = 0; i < x->found; i++) {
		if (x->out[i].evidence == EVIDENCE_CONNECT || x->out[i].evidence == EVIDENCE_SOCKS)
			return true;
	}
	return false;
}

/* begin_relayed gives what is said through the proxy a time and bytes of its own. */
static void begin_relayed(const struct work *w, struct flow *f)
{
	f->contact.when = w->when;
	f->contact.packet = w->number;
	f->tally = (struct tally){ 0 };
	tally_add(&f->tally, SIDE_CLIENT, w->p->length, w->p->flags);
}

static void client_piece(struct extract *x, const struct work *w, struct flow *f)
{
	struct cursor piece;
	uint32_t offset;
	enum verdict v;

	if (!extract_place_piece(f, SIDE_CLIENT, w->p, &piece, &offset))
		return;
	if (f->phase == FLOW_OPEN && !f->begun && !f->side[SIDE_CLIENT])
		begin_relayed(w, f);
	if (offset == 0 && !f->side[SIDE_CLIENT]) {
		step_over(f, &piece);
		if (!cursor_left(&piece))
			return;
		if (tls_is_ssl2(&piece))
			count_add(x->counts, COUNT_TLS_SSL2);
		v = read_client(x, w, f, piece);
		if (v == NONE && go_on_clear(x, w, f))
			return;
		if (v == MORE && extract_store(x, f, SIDE_CLIENT, 0, piece) == PIECES_FULL)
			v = NONE;
	} else {
		if (offset > STREAM_BYTES_MAX) {	/* far ahead, as nothing of a first flight is */
			count_add(x->counts, COUNT_STREAM_FULL);
			return;
		}
		if (extract_store(x, f, SIDE_CLIENT, offset, piece) == PIECES_FULL) {
			extract_forget(x, f);
			return;
		}
		piece = pieces_read(&f->side[SIDE_CLIENT]->pieces);
		if (!is_worth(w, f, piece))
			return;
		step_over(f, &piece);
		if (!cursor_left(&piece))
			return;
		v = read_client(x, w, f, piece);
	}
	if (v == MORE)
		look_later(x, f, piece);
	if (v == FOUND && f->phase != FLOW_AWAIT && is_relayed(x)) {
		begin_tls(x, f, f->tcp.base[SIDE_CLIENT] + (uint32_t)cursor_left(&piece));
		f->begun = false;	/* its opening is told */
	} else if (v != MORE && f->phase != FLOW_AWAIT) {
		if (!x->told)
			extract_nameless(x, f);
		flow_close(&x->flows, f);
	}
}

/* clear_piece takes what a client says before it asks for TLS; the request itself may have been missed. */
static void clear_piece(struct extract *x, const struct work *w, struct flow *f)
{
	if (extract_may_start(&w->p->payload) && tls_may_start(&w->p->payload)) {
		begin_tls(x, f, w->p->seq);
		client_piece(x, w, f);
	} else if (!go_on_clear(x, w, f)) {
		extract_nameless(x, f);
		flow_close(&x->flows, f);
	}
}

static bool is_dns(const struct packet *p)
{
	return p->sport == PORT_DNS || p->dport == PORT_DNS || p->sport == PORT_MDNS || p->dport == PORT_MDNS;
}

/* middle takes a packet of a connection that is not followed: a hello or request may start in it. */
static void middle(struct extract *x, const struct work *w)
{
	const struct packet *p = w->p;
	struct cursor said = p->payload;
	uint32_t seq = p->seq + skip_prefaces(&said);
	struct contact c;
	struct flow *f;
	enum verdict v;

	if (is_dns(p) && extract_tcp_dns_alone(x, w))
		return;
	v = extract_client(x, w, NULL, said, seq);
	if (v == NONE && (starttls_prefaced(said) || (seq != p->seq && !cursor_left(&said))))
		v = MORE;	/* what is to come stands behind that */
	if (v != MORE || cursor_left(&p->payload) < 6 ||
	    recent_has(x->recent, extract_place(w, seq), w->when, COPY_SECONDS * SECOND))
		return;
	extract_contact(w, true, &c);
	f = extract_flow(x, w->hash, &c);
	f->last = w->when;
	tally_add(&f->tally, SIDE_CLIENT, p->length, p->flags);
	f->phase = FLOW_COLLECT;
	f->tcp.base[SIDE_CLIENT] = seq;
	f->tcp.based[SIDE_CLIENT] = true;
	if (cursor_left(&said) && extract_store(x, f, SIDE_CLIENT, 0, said) == PIECES_FULL)
		flow_close(&x->flows, f);
}

/* syn opens a connection; the same ports with another sequence number are another one. */
static struct flow *syn(struct extract *x, const struct work *w, struct flow *f, int *side)
{
	const struct packet *p = w->p;
	bool from_client = !(p->flags & TCP_ACK);
	int sender = from_client ? SIDE_CLIENT : SIDE_SERVER;
	struct contact c;

	if (f && *side == sender && f->tcp.based[sender] && f->tcp.base[sender] != p->seq + 1 && from_client) {
		extract_forget(x, f);
		f = NULL;
	}
	if (!f) {
		extract_contact(w, from_client, &c);
		f = extract_flow(x, w->hash, &c);
		f->begun = true;
		f->phase = c.server_port == PORT_DNS || c.server_port == PORT_MDNS ? FLOW_DNS : FLOW_OPEN;
		if (!from_client) {
			f->tcp.base[SIDE_CLIENT] = p->ack;
			f->tcp.based[SIDE_CLIENT] = true;
		}
	}
	/* the server's word for where the client's stream begins, before any of it was said */
	if (!from_client && f->phase == FLOW_OPEN && !f->side[SIDE_CLIENT] &&
	    !is_near(f, SIDE_CLIENT, p->ack))
		f->tcp.base[SIDE_CLIENT] = p->ack;
	if (!f->tcp.based[sender]) {
		f->tcp.base[sender] = p->seq + 1;
		f->tcp.based[sender] = true;
	}
	*side = sender;
	return f;
}

/*
 * begins_other takes a hello or request that is far from the stream: what was
 * believed of the stream is wrong, or this is of another connection.  True when
 * it was taken.
 */
static bool begins_other(struct extract *x, const struct work *w, struct flow *f)
{
	if (f->side[SIDE_CLIENT] || (f->phase != FLOW_DNS && !extract_may_start(&w->p->payload)))
		return false;
	if (f->phase != FLOW_AWAIT) {
		f->tcp.base[SIDE_CLIENT] = w->p->seq;
		return false;
	}
	x->tally = NULL;
	extract_forget(x, f);
	middle(x, w);
	return true;
}

void extract_tcp(struct extract *x, const struct work *w)
{
	const struct packet *p = w->p;
	struct flow *f = NULL;
	int side = SIDE_CLIENT;

	if (lru_maybe(&x->flows.table, w->hash))
		f = flow_find(&x->flows, w->hash, p, &side);
	if (p->flags & TCP_SYN)
		f = syn(x, w, f, &side);
	if (!f) {
		if (cursor_left(&p->payload) && (extract_may_start(&p->payload) || is_dns(p)))
			middle(x, w);
		return;
	}
	f->last = w->when;
	lru_touch(&x->flows.table, f);
	tally_add(&f->tally, side, p->length, p->flags);
	x->tally = &f->tally;
	f->spoken |= !(p->flags & (TCP_SYN | TCP_RST));
	if (p->flags & TCP_RST) {
		if (is_near(f, side, p->seq))
			extract_forget(x, f);
		return;
	}
	if (!cursor_left(&p->payload))
		return;
	if (side == SIDE_CLIENT && !is_near(f, side, p->seq) && begins_other(x, w, f))
		return;
	if (f->phase == FLOW_DNS && side == SIDE_CLIENT && w->p->seq == f->tcp.base[side] && !f->side[side] &&
	    tls_may_start(&w->p->payload) && cursor_left(&w->p->payload) > TLS_RECORD_HEADER)
		f->phase = FLOW_OPEN;	/* DNS over TLS, or another's TLS, on the port of DNS */
	if (f->phase == FLOW_DNS)
		extract_tcp_dns(x, w, f, side);
	else if (side == SIDE_SERVER)
		extract_tcp_server(x, w, f);
	else if (f->phase == FLOW_AWAIT)
		extract_tcp_again(x, w, f);
	else if (f->phase == FLOW_CLEAR)
		clear_piece(x, w, f);
	else
		client_piece(x, w, f);
}

/* count_unfinished counts what a connection that ends now had begun to say, but for a hello. */
static void count_unfinished(struct extract *x, const struct flow *f)
{
	const struct stream *said = f->side[SIDE_CLIENT];

	if (f->phase == FLOW_DNS) {
		extract_tcp_dns_rest(x, f);
	} else if (f->phase == FLOW_COLLECT && said) {
		struct cursor stream = pieces_read(&said->pieces);

		if (http_may_start(&stream) && !starttls_prefaced(stream))
			count_at(x->counts, COUNT_HTTP_INCOMPLETE, f->contact.packet);
	}
}

/* extract_tcp_rest reports what a connection that ends now still holds. */
void extract_tcp_rest(struct extract *x, struct flow *f)
{
	struct tls_hello hello;
	struct sighting *s;

	if (f->phase == FLOW_AWAIT) {
		extract_tcp_release(x, f);
		return;
	}
	if (f->phase != FLOW_COLLECT || !f->side[SIDE_CLIENT] ||
	    tls_read_client(extract_collected(x, f, SIDE_CLIENT), x->scratch, &hello) != MORE) {
		count_unfinished(x, f);
		extract_nameless(x, f);
		return;
	}
	count_at(x->counts, COUNT_TLS_INCOMPLETE, f->contact.packet);
	if (!hello.partial || !hello.name.len) {
		extract_nameless(x, f);
		return;
	}
	s = extract_put(x, EVIDENCE_TLS, &f->contact);
	if (!s)
		return;
	extract_fill_tls(x, s, &hello);
	s->opens = f->begun;
	s->tally = f->tally;
	s->last = f->last;
}
