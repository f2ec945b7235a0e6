/* A hello that is held for the server's answer, and what that adds: version, protocol, certificate. */
#include "extract_parts.h"

enum { SERVER_EACH = 8192 };	/* bytes of a server's answer up to which each segment is worth a look */

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

void extract_tcp_server(struct extract *x, const struct work *w, struct flow *f)
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
	v = tls_read_server(extract_unwrap(x, piece), !f->tcp.held->name.len, x->scratch, &server);
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

void extract_tcp_again(struct extract *x, const struct work *w, struct flow *f)
{
	if (!f->tcp.retried || f->tcp.based[SIDE_SERVER] || !cursor_left(&w->p->payload))
		return;
	flow_forget_side(&x->flows, f, SIDE_SERVER);
	f->tcp.server_want = 0;
	f->tcp.base[SIDE_SERVER] = w->p->ack;
	f->tcp.based[SIDE_SERVER] = true;
}

void extract_tcp_release(struct extract *x, struct flow *f)
{
	struct tls_server server;
	bool told = f->side[SIDE_SERVER] &&
		    tls_read_server(extract_collected(x, f, SIDE_SERVER), !f->tcp.held->name.len, x->scratch,
				    &server) != BROKEN &&
		    server.version && !server.retry;

	release(x, f, told ? &server : NULL);
}
