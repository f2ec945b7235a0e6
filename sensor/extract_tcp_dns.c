/* DNS over TCP (RFC 1035 section 4.2.2): messages, a length before each. */
#include "dns.h"
#include "extract_parts.h"

void extract_tcp_dns(struct extract *x, const struct work *w, struct flow *f, int side)
{
	struct cursor piece, ready;
	uint32_t offset;

	if (!f->tcp.based[side]) {
		f->tcp.base[side] = w->p->seq;
		f->tcp.based[side] = true;
	}
	if (f->tcp.used[side]) {
		pieces_drop(&f->side[side]->pieces, f->tcp.used[side]);
		f->tcp.base[side] += f->tcp.used[side];
		f->tcp.used[side] = 0;
	}
	if (!extract_place_piece(f, side, w->p, &piece, &offset))
		return;
	if (extract_store(x, f, side, offset, piece) == PIECES_FULL) {
		flow_close(&x->flows, f);
		return;
	}
	ready = pieces_read(&f->side[side]->pieces);
	while (cursor_left(&ready) >= 2) {
		struct cursor message = cursor_block(&ready, 2);

		if (message.bad)
			return;
		f->tcp.used[side] += 2 + (uint32_t)cursor_left(&message);
		if (!extract_dns(x, w, message, EVIDENCE_DNS)) {
			flow_close(&x->flows, f);
			return;
		}
	}
}

void extract_tcp_dns_rest(struct extract *x, const struct flow *f)
{
	for (int side = 0; side < SIDES; side++) {
		const struct stream *said = f->side[side];

		if (said && said->pieces.runs && said->pieces.run[said->pieces.runs - 1].to > f->tcp.used[side])
			count_at(x->counts, COUNT_DNS_INCOMPLETE, f->contact.packet);
	}
}

bool extract_tcp_dns_alone(struct extract *x, const struct work *w)
{
	struct cursor c = w->p->payload;

	while (cursor_left(&c)) {
		struct cursor message = cursor_block(&c, 2);

		if (message.bad || cursor_left(&message) < DNS_HEADER)
			return false;
	}
	for (c = w->p->payload; cursor_left(&c);) {
		if (!extract_dns(x, w, cursor_block(&c, 2), EVIDENCE_DNS))
			break;
	}
	return true;
}
