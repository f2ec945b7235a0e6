/* What a client says first on a TCP connection: TLS, HTTP, SOCKS. */
#include "extract_parts.h"
#include "http.h"
#include "ja4.h"

enum {
	REQUESTS_MAX = 16,	/* pipelined in one piece */
	PORT_RESERVED = 1024	/* servers stand below it, clients seldom */
};

/* What a stream turned out to be. */
enum kind { KIND_OTHER, KIND_TLS, KIND_HTTP, KIND_SOCKS, KIND_UNDECIDED };

static enum kind kind_within_tds(const struct cursor *c)
{
	enum tds_kind kind = tds_kind(c);

	return kind == TDS_TLS ? KIND_TLS : kind == TDS_NONE ? KIND_OTHER : KIND_UNDECIDED;
}

static enum kind kind_of(const struct cursor *c)
{
	uint8_t first = cursor_peek(c, 0);
	size_t n = cursor_left(c);

	if (first == TLS_HANDSHAKE)
		return !tls_may_start(c) ? KIND_OTHER : n < 6 ? KIND_UNDECIDED : KIND_TLS;
	if ((first >= 'A' && first <= 'Z') || first == '\r' || first == '\n')
		return http_may_yet_start(c) ? KIND_UNDECIDED : http_may_start(c) ? KIND_HTTP : KIND_OTHER;
	if (first == TDS_PRELOGIN)
		return kind_within_tds(c);
	return socks_may_start(c) ? KIND_SOCKS : KIND_OTHER;
}

uint64_t extract_place(const struct work *w, uint32_t seq)
{
	return hash_fold(w->hash ^ seq, 0x9e3779b97f4a7c15u);
}

void extract_fill_tls(const struct extract *x, struct sighting *s, const struct tls_hello *hello)
{
	s->evidence = EVIDENCE_TLS;
	name_copy(&s->name, &hello->name);
	tls_facts_of(hello, &s->tls);
	extract_settle_ech(x, hello, s->contact.when, &s->tls);
	if (!hello->partial)
		ja4_put(hello, 't', s->tls.ja4);
}

/* hold_hello keeps the sighting for the server's answer; without room it is reported at once. */
static void hold_hello(struct extract *x, const struct work *w, struct flow *f, const struct tls_hello *hello)
{
	struct sighting *s = pool_take(x->flows.held);

	f->phase = FLOW_AWAIT;
	f->tcp.held = s;
	f->tcp.base[SIDE_SERVER] = w->p->ack;
	f->tcp.based[SIDE_SERVER] = w->p->flags & TCP_ACK;
	if (!s) {
		f->phase = FLOW_DONE;
		s = extract_put(x, EVIDENCE_TLS, &f->contact);
		if (s)
			s->opens = f->begun;
	}
	if (!s)
		return;
	s->contact = f->contact;
	extract_fill_tls(x, s, hello);
}

/*
 * take_hello reads a client's stream as TLS.  `f` is NULL when the stream was
 * joined in the middle.  True when there is no more to do with the stream now.
 */
static enum verdict take_hello(struct extract *x, const struct work *w, struct flow *f,
			       struct cursor stream, uint32_t seq)
{
	struct tls_hello hello;
	enum verdict v;

	if (!f)
		extract_room(x, w->hash);
	v = tls_read_client(extract_unwrap(x, stream), x->scratch, &hello);
	if (v == MORE && w->p->cut && hello.partial && hello.name.len)
		v = FOUND;	/* the rest of this hello is in no capture */
	if (v == MORE || v == NONE)
		return v;
	if (v == BROKEN) {
		count_add(x->counts, COUNT_TLS_BROKEN);
		return v;
	}
	if (extract_copy(x, extract_place(w, seq), w->when))
		return BROKEN;
	if (!hello.name.len)
		count_add(x->counts, COUNT_TLS_NO_NAME);
	if (!f) {
		struct contact c;

		extract_contact(w, true, &c);
		f = extract_flow(x, w->hash, &c);
		f->last = w->when;
		tally_add(&f->tally, SIDE_CLIENT, w->p->length, w->p->flags);
		x->tally = &f->tally;
	}
	hold_hello(x, w, f, &hello);
	return FOUND;
}

static void put_host(struct extract *x, const struct contact *c, const struct http_request *r,
		     enum evidence evidence, const struct name *name)
{
	struct sighting *s = extract_put(x, evidence, c);

	if (!s)
		return;
	name_copy(&s->name, name);
	s->http = r->facts;
	if (name_equal(&s->http.proxied, name))
		s->http.proxied.len = 0;
}

/*
 * put_request reports the host.  Where a proxy is asked, what the target names
 * counts (RFC 9112 section 3.2.2); a Host that says another name was on the
 * wire as well, and hides nothing.
 */
static void put_request(struct extract *x, const struct contact *c, const struct http_request *r)
{
	const struct name *target = &r->facts.proxied;
	enum evidence evidence = r->connect ? EVIDENCE_CONNECT : EVIDENCE_HTTP;

	if (!r->host.len) {
		count_add(x->counts, COUNT_HTTP_NO_HOST);
		return;
	}
	if (target->len && !name_equal(target, &r->host))
		put_host(x, c, r, evidence, target);
	put_host(x, c, r, target->len && !name_equal(target, &r->host) ? EVIDENCE_HTTP : evidence, &r->host);
}

static enum verdict take_requests(struct extract *x, const struct work *w, const struct contact *c,
				  struct cursor stream, uint32_t seq)
{
	struct http_request r;

	if (cursor_starts(&stream, "PRI * HTTP/2.0\r\n", 16)) {
		count_add(x->counts, COUNT_HTTP2_CLEAR);	/* RFC 9113 section 3.4 */
		return NONE;
	}
	for (int i = 0; i < REQUESTS_MAX; i++) {
		enum verdict v;

		seq += (uint32_t)http_skip_empty(&stream);
		v = http_read_request(stream, w->p->cut, &r);
		if (v != FOUND) {
			if (v == BROKEN)
				count_add(x->counts, COUNT_HTTP_BROKEN);
			return i ? FOUND : v;
		}
		if (!extract_copy(x, extract_place(w, seq), w->when))
			put_request(x, c, &r);
		if (!r.consumed || r.consumed >= cursor_left(&stream))
			return FOUND;
		cursor_skip(&stream, r.consumed);
		seq += (uint32_t)r.consumed;
	}
	return FOUND;
}

static enum verdict take_socks(struct extract *x, const struct work *w, const struct contact *c,
			       struct cursor stream, uint32_t seq)
{
	struct name host;
	uint16_t port;
	enum verdict v = socks_read_request(stream, &host, &port);
	struct sighting *s;

	if (v != FOUND || extract_copy(x, extract_place(w, seq), w->when))
		return v;
	s = extract_put(x, EVIDENCE_SOCKS, c);
	if (!s)
		return v;
	name_copy(&s->name, &host);
	memset(s->http.method, 0, sizeof(s->http.method));
	s->http.proxied.len = 0;
	s->http.target_port = port;
	return v;
}

/* mark_opening marks the first of the sightings that a connection's first words gave. */
static void mark_opening(struct extract *x, const struct flow *f, size_t before)
{
	if (f && f->begun && x->found > before)
		x->out[before].opens = true;
}

enum verdict extract_client(struct extract *x, const struct work *w, struct flow *f,
			    struct cursor stream, uint32_t seq)
{
	size_t before = x->found;
	struct contact c;
	enum verdict v;

	switch (kind_of(&stream)) {
	case KIND_TLS:
		return take_hello(x, w, f, stream, seq);
	case KIND_HTTP:
		if (!f && w->p->sport < PORT_RESERVED && w->p->dport >= PORT_RESERVED)
			return NONE;	/* a server's bytes that look like a request */
		extract_contact(w, true, &c);
		v = take_requests(x, w, f ? &f->contact : &c, stream, seq);
		mark_opening(x, f, before);
		return v;
	case KIND_SOCKS:
		extract_contact(w, true, &c);
		v = take_socks(x, w, f ? &f->contact : &c, stream, seq);
		mark_opening(x, f, before);
		return v == MORE && !f ? NONE : v;	/* two bytes are too few to follow a stranger for */
	case KIND_UNDECIDED:
		return MORE;
	default:
		return NONE;
	}
}

bool extract_may_start(const struct cursor *c)
{
	return kind_of(c) != KIND_OTHER;
}
