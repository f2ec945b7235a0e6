#include "dns.h"
#include "dtls.h"
#include "extract_parts.h"
#include "ja4.h"

enum { QUIC_INITIAL_MIN = 1200 };	/* bytes of a datagram with a client's Initial: RFC 9000 section 14.1 */
enum { PORT_DNS = 53, PORT_NETBIOS = 137, PORT_MDNS = 5353, PORT_LLMNR = 5355 };

static bool has_port(const struct packet *p, uint16_t port)
{
	return p->sport == port || p->dport == port;
}

static void put_dtls(struct extract *x, const struct work *w, const struct contact *c, struct cursor body)
{
	struct tls_hello hello;
	struct sighting *s;

	if (tls_read_datagram_hello(body, &hello) != FOUND) {
		count_add(x->counts, COUNT_TLS_BROKEN);
		return;
	}
	if (!hello.name.len)
		count_add(x->counts, COUNT_TLS_NO_NAME);
	/* the hello is sent again with a cookie: one contact */
	if (extract_copy(x, w->hash, w->when))
		return;
	s = extract_put(x, EVIDENCE_DTLS, c);
	if (!s)
		return;
	s->opens = true;
	name_copy(&s->name, &hello.name);
	tls_facts_of(&hello, &s->tls);
	ja4_put(&hello, 'd', s->tls.ja4);
}

/*
 * join_dtls keeps a fragment (RFC 6347 section 4.2.3); true when the message is
 * whole in *body.  Pieces of another message make way.
 */
static bool join_dtls(struct extract *x, struct flow *f, const struct dtls_fragment *part, struct cursor *body)
{
	if (f->dtls.length != part->length || f->dtls.sequence != part->sequence)
		flow_forget_side(&x->flows, f, SIDE_CLIENT);
	f->dtls.length = part->length;
	f->dtls.sequence = part->sequence;
	(void)extract_store(x, f, SIDE_CLIENT, part->offset, part->body);
	if (!f->side[SIDE_CLIENT] || pieces_ready(&f->side[SIDE_CLIENT]->pieces) < part->length)
		return false;
	*body = pieces_read(&f->side[SIDE_CLIENT]->pieces);
	cursor_trim(body, part->length);
	return true;
}

static void take_dtls(struct extract *x, const struct work *w)
{
	struct cursor records = w->p->payload, body;
	struct dtls_fragment part;
	struct contact c;
	int side = SIDE_CLIENT;
	struct flow *f = flow_find(&x->flows, w->hash, w->p, &side);

	extract_contact(w, true, &c);
	if (f) {
		lru_touch(&x->flows.table, f);
		tally_add(&f->tally, side, w->p->length, w->p->flags);
		x->tally = &f->tally;
	}
	if (f && side == SIDE_SERVER)
		return;
	while (dtls_next_hello(&records, &part)) {
		body = part.body;
		if (cursor_left(&body) < part.length) {
			if (!f) {
				f = extract_flow(x, w->hash, &c);
				f->phase = FLOW_COLLECT;
				tally_add(&f->tally, SIDE_CLIENT, w->p->length, w->p->flags);
				x->tally = &f->tally;
			}
			f->last = w->when;
			if (!join_dtls(x, f, &part, &body))
				continue;
		}
		put_dtls(x, w, &c, body);
		if (f)
			flow_forget_side(&x->flows, f, SIDE_CLIENT);
	}
}

/* is_quic is true of a datagram on a port of DNS whose version would be more questions than anybody asks at once. */
static bool is_quic(const struct cursor *payload)
{
	return cursor_left(payload) >= QUIC_INITIAL_MIN && cursor_peek16(payload, 4) > UINT8_MAX &&
	       quic_may_start(payload);
}

void extract_udp(struct extract *x, const struct work *w)
{
	const struct packet *p = w->p;
	const struct cursor *payload = &p->payload;

	if (is_quic(payload)) {
		extract_quic(x, w);
		return;
	}
	if (has_port(p, PORT_DNS)) {
		(void)extract_dns(x, w, *payload, EVIDENCE_DNS);
		return;
	}
	if (has_port(p, PORT_MDNS)) {
		(void)extract_dns(x, w, *payload, EVIDENCE_MDNS);
		return;
	}
	if (has_port(p, PORT_LLMNR)) {
		(void)extract_dns(x, w, *payload, EVIDENCE_LLMNR);
		return;
	}
	if (quic_may_start(payload) || gquic_may_start(payload)) {
		extract_quic(x, w);
		return;
	}
	if (dtls_may_start(payload)) {
		take_dtls(x, w);
		return;
	}
	/* DNS on another port: a query by its content, an answer by its query */
	if (cursor_peek16(payload, 4) == 1 && !has_port(p, PORT_NETBIOS) && cursor_left(payload) > DNS_HEADER &&
	    (dns_is_query_by_content(*payload) ||
	     (cursor_peek(payload, 2) & 0x80 && extract_dns_expects(x, w))))
		(void)extract_dns(x, w, *payload, EVIDENCE_DNS);
}
