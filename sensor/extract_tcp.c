#include "extract_parts.h"
#include "http.h"
#include "starttls.h"

enum {
	PORT_DNS = 53, PORT_MDNS = 5353,
	NEAR_BYTES = 262144,	/* from a stream's first byte; nothing that matters here is further off */
	SERVER_EACH = 8192	/* bytes of a server's answer up to which each segment is worth a look */
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
	return w->p->cut || tls_may_start(&stream) || socks_may_start(&stream) || have >= HTTP_HEAD_MAX ||
	       http_tells(stream, seen);
}

/* look_later notes what the next look at the stream needs. */
static void look_later(struct flow *f, struct cursor stream)
{
	uint32_t have = (uint32_t)cursor_left(&stream);

	f->phase = FLOW_COLLECT;
	f->tcp.seen = have;
	f->tcp.want = have + (tls_may_start(&stream) ? tls_missing(stream) : 1);
}

/* begin_tls makes the stream start anew at a sequence number, behind words in the clear, of which nothing is kept. */
static void begin_tls(struct flow *f, uint32_t seq)
{
	f->phase = FLOW_OPEN;
	f->tcp.base[SIDE_CLIENT] = seq;
	f->tcp.want = f->tcp.seen = 0;
}

/* go_on_clear is true when TLS may still be asked for behind this segment, or is now. */
static bool go_on_clear(const struct work *w, struct flow *f)
{
	const struct cursor *said = &w->p->payload;

	if (starttls_asked(*said)) {
		begin_tls(f, w->p->seq + (uint32_t)cursor_left(said));
		return true;
	}
	f->phase = FLOW_CLEAR;
	return starttls_may_follow(*said) && ++f->tcp.clear <= STARTTLS_CLEAR_MAX;
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
		if (tls_is_ssl2(&piece))
			count_add(x->counts, COUNT_TLS_SSL2);
		v = extract_client(x, w, f, piece, f->tcp.base[SIDE_CLIENT]);
		if (v == NONE && go_on_clear(w, f))
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
		v = extract_client(x, w, f, piece, f->tcp.base[SIDE_CLIENT]);
	}
	if (v == MORE)
		look_later(f, piece);
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
		begin_tls(f, w->p->seq);
		client_piece(x, w, f);
	} else if (!go_on_clear(w, f)) {
		extract_nameless(x, f);
		flow_close(&x->flows, f);
	}
}

/* release reports a held hello with what the server's answer adds. */
static void release(struct extract *x, struct flow *f, const struct tls_server *server)
{
	struct sighting *held = f->tcp.held, *s;

	if (server) {
		size_t n = cursor_left(&server->alpn);

		held->tls.chosen = server->version;
		held->tls.retried = f->tcp.retried;
		if (n && n < sizeof(held->tls.next_protocol))
			memcpy(held->tls.next_protocol, server->alpn.at, n);
		if (!held->name.len && server->certificate.len) {
			name_copy(&held->name, &server->certificate);
			held->tls.from_certificate = true;
		}
	}
	s = extract_put(x, EVIDENCE_TLS, &held->contact);
	if (!s)
		return;
	*s = *held;
	s->opens = f->begun;
	s->tally = f->tally;
	s->last = f->last;
}

static void server_piece(struct extract *x, const struct work *w, struct flow *f)
{
	struct tls_server server;
	struct cursor piece;
	uint32_t offset;
	enum verdict v;

	if (f->phase != FLOW_AWAIT || !f->tcp.based[SIDE_SERVER] ||
	    !extract_place_piece(f, SIDE_SERVER, w->p, &piece, &offset))
		return;
	if (offset || f->side[SIDE_SERVER]) {
		if (extract_store(x, f, SIDE_SERVER, offset, piece) == PIECES_FULL) {
			extract_forget(x, f);
			return;
		}
		piece = pieces_read(&f->side[SIDE_SERVER]->pieces);
		if (cursor_left(&piece) < f->tcp.server_want)
			return;
	}
	v = tls_read_server(piece, !f->tcp.held->name.len, x->scratch, &server);
	if (v == MORE) {
		uint32_t have = (uint32_t)cursor_left(&piece);

		f->tcp.server_want = have + (have > SERVER_EACH ? have / 16 : 1);
		if (!f->side[SIDE_SERVER] && extract_store(x, f, SIDE_SERVER, 0, piece) == PIECES_FULL)
			extract_forget(x, f);
		return;
	}
	if (v == FOUND && server.retry && !f->tcp.retried) {
		/* RFC 8446 section 4.1.4: the hello comes once more; the real answer behind what is there */
		f->tcp.retried = true;
		f->tcp.based[SIDE_SERVER] = false;
		return;
	}
	release(x, f, v == FOUND ? &server : NULL);
	flow_close(&x->flows, f);
}

/* After a HelloRetryRequest the second hello tells where the second ServerHello will start. */
static void second_hello(const struct work *w, struct flow *f, struct extract *x)
{
	if (!f->tcp.retried || f->tcp.based[SIDE_SERVER] || !cursor_left(&w->p->payload))
		return;
	flow_forget_side(&x->flows, f, SIDE_SERVER);
	f->tcp.server_want = 0;
	f->tcp.base[SIDE_SERVER] = w->p->ack;
	f->tcp.based[SIDE_SERVER] = true;
}

static bool is_dns(const struct packet *p)
{
	return p->sport == PORT_DNS || p->dport == PORT_DNS || p->sport == PORT_MDNS || p->dport == PORT_MDNS;
}

/* middle takes a packet of a connection that is not followed: a hello or request may start in it. */
static void middle(struct extract *x, const struct work *w)
{
	const struct packet *p = w->p;
	struct contact c;
	struct flow *f;

	if (is_dns(p) && extract_tcp_dns_alone(x, w))
		return;
	if (extract_client(x, w, NULL, p->payload, p->seq) != MORE || cursor_left(&p->payload) < 6 ||
	    recent_has(x->recent, extract_place(w, p->seq), w->when, COPY_SECONDS * SECOND))
		return;
	c = extract_contact(w, true);
	f = extract_flow(x, w->hash, &c);
	f->last = w->when;
	tally_add(&f->tally, SIDE_CLIENT, p->length, p->flags);
	f->phase = FLOW_COLLECT;
	f->tcp.base[SIDE_CLIENT] = p->seq;
	f->tcp.based[SIDE_CLIENT] = true;
	if (extract_store(x, f, SIDE_CLIENT, 0, p->payload) == PIECES_FULL)
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
		c = extract_contact(w, from_client);
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
		server_piece(x, w, f);
	else if (f->phase == FLOW_AWAIT)
		second_hello(w, f, x);
	else if (f->phase == FLOW_CLEAR)
		clear_piece(x, w, f);
	else
		client_piece(x, w, f);
}

/* release_rest reports a held hello with what of the server's answer is there. */
static void release_rest(struct extract *x, struct flow *f)
{
	struct tls_server server;
	bool told = f->side[SIDE_SERVER] && tls_read_server(pieces_read(&f->side[SIDE_SERVER]->pieces),
							    !f->tcp.held->name.len, x->scratch, &server) != BROKEN &&
		    server.version && !server.retry;

	release(x, f, told ? &server : NULL);
}

/* extract_tcp_rest reports what a connection that ends now still holds. */
void extract_tcp_rest(struct extract *x, struct flow *f)
{
	struct tls_hello hello;
	struct sighting *s;

	if (f->phase == FLOW_AWAIT) {
		release_rest(x, f);
		return;
	}
	if (f->phase != FLOW_COLLECT || !f->side[SIDE_CLIENT] ||
	    tls_read_client(pieces_read(&f->side[SIDE_CLIENT]->pieces), x->scratch, &hello) != MORE) {
		extract_nameless(x, f);
		return;
	}
	count_add(x->counts, COUNT_TLS_INCOMPLETE);
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
