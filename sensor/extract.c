#include "extract_parts.h"

#include <stdlib.h>

struct extract *extract_new(struct hash_key key, struct counts *counts)
{
	struct extract *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->key = key;
	x->counts = counts;
	x->recent = recent_new();
	x->ech = recent_new();
	x->aead = aead_new();
	if (x->recent && x->ech && x->aead && flows_new(&x->flows, key) &&
	    lru_new(&x->queries, QUERIES_MAX, sizeof(struct query)))
		return x;
	extract_free(x);
	return NULL;
}

void extract_free(struct extract *x)
{
	if (!x)
		return;
	flows_free(&x->flows);
	lru_free(&x->queries);
	recent_free(x->recent);
	recent_free(x->ech);
	aead_free(x->aead);
	free(x);
}

bool extract_follows(const struct extract *x)
{
	return x->tally || x->asked;
}

void extract_bare(const struct packet *p, const struct layers *layers, int64_t when, struct sighting *out)
{
	struct work w = { .p = p, .layers = layers, .when = when, .hash = p->hash };

	out->evidence = EVIDENCE_CONNECTION;
	out->opens = false;
	extract_contact(&w, true, &out->contact);
	out->name.len = 0;
	out->last = when;
	out->tally = (struct tally){ 0 };
	tally_add(&out->tally, SIDE_CLIENT, p->length, p->flags);
}

/* Field by field: what is put together and then copied as a whole is not there yet when it is read. */
void extract_contact(const struct work *w, bool from_client, struct contact *out)
{
	const struct packet *p = w->p;
	const uint8_t *mac = from_client ? w->layers->src_mac : w->layers->dst_mac;

	out->when = w->when;
	out->client = from_client ? p->src : p->dst;
	out->server = from_client ? p->dst : p->src;
	out->client_port = from_client ? p->sport : p->dport;
	out->server_port = from_client ? p->dport : p->sport;
	out->proto = p->proto;
	out->ttl = from_client ? p->ttl : 0;
	out->has_mac = mac != NULL;
	if (mac)
		memcpy(out->mac, mac, sizeof(out->mac));
	else
		memset(out->mac, 0, sizeof(out->mac));
	out->vlans = w->layers->vlans;
	memcpy(out->vlan, w->layers->vlan, sizeof(out->vlan));
	out->packet = w->number;
}

struct sighting *extract_put(struct extract *x, enum evidence evidence, const struct contact *contact)
{
	struct sighting *s;

	if (x->found == SIGHTINGS_MAX) {
		count_add(x->counts, COUNT_NAMES_LOST);
		return NULL;
	}
	x->told = true;
	s = &x->out[x->found++];
	s->evidence = evidence;
	s->opens = false;
	s->contact = *contact;
	s->tally = x->tally ? *x->tally : (struct tally){ 0 };
	s->last = x->now;
	return s;
}

void extract_nameless(struct extract *x, const struct flow *f)
{
	struct sighting *s;

	if (!f->begun || !f->spoken || f->phase == FLOW_DNS || f->phase == FLOW_DONE)
		return;
	s = extract_put(x, EVIDENCE_CONNECTION, &f->contact);
	if (!s)
		return;
	s->opens = true;
	s->name.len = 0;
	s->tally = f->tally;
	s->last = f->last;
}

bool extract_copy(struct extract *x, uint64_t place, int64_t when)
{
	if (recent_has(x->recent, place, when, COPY_SECONDS * SECOND)) {
		x->told = true;
		count_add(x->counts, COUNT_DUPLICATES);
		return true;
	}
	recent_note(x->recent, place, when);
	return false;
}

void extract_room(struct extract *x, uint64_t hash)
{
	struct flow *victim = lru_victim(&x->flows.table, hash);

	if (victim) {
		count_add(x->counts, COUNT_FLOWS_EVICTED);
		extract_forget(x, victim);
	}
}

struct flow *extract_flow(struct extract *x, uint64_t hash, const struct contact *contact)
{
	extract_room(x, hash);
	return flow_add(&x->flows, hash, contact);
}

enum pieces_result extract_store(struct extract *x, struct flow *f, int side, uint32_t offset, struct cursor piece)
{
	enum pieces_result r = flow_store(&x->flows, f, side, offset, piece);
	struct flow *victim = r == PIECES_FULL ? flow_hoarder(&x->flows) : NULL;

	if (victim && victim != f) {
		count_add(x->counts, COUNT_FLOWS_EVICTED);
		extract_forget(x, victim);
		r = flow_store(&x->flows, f, side, offset, piece);
	}
	if (r == PIECES_DIFFER)
		count_add(x->counts, COUNT_OVERLAPS);
	else if (r == PIECES_FULL)
		count_add(x->counts, COUNT_STREAM_FULL);
	return r;
}

void extract_forget(struct extract *x, struct flow *f)
{
	if (f->contact.proto == IP_TCP)
		extract_tcp_rest(x, f);
	else if (f->phase == FLOW_QUIC)
		extract_unread_quic(x, f);
	else if (f->phase == FLOW_COLLECT && f->side[SIDE_CLIENT])
		count_at(x->counts, COUNT_TLS_INCOMPLETE, f->contact.packet);	/* of DTLS */
	flow_close(&x->flows, f);
}

size_t extract_packet(struct extract *x, const struct packet *p, const struct layers *layers,
		      int64_t when, struct sighting **out)
{
	struct work w = { .p = p, .layers = layers, .when = when, .hash = p->hash,
			  .number = x->counts->packet > UINT32_MAX ? 0 : (uint32_t)x->counts->packet };

	x->found = 0;
	x->now = when;
	x->told = x->asked = false;
	x->tally = NULL;
	*out = x->out;
	if (p->proto == IP_TCP)
		extract_tcp(x, &w);
	else
		extract_udp(x, &w);
	for (size_t i = 0; i < x->found; i++) {
		struct sighting *s = &x->out[i];

		/* of what needs no connection to be followed this packet is the first */
		if (!s->tally.packets[SIDE_CLIENT] && !s->tally.packets[SIDE_SERVER])
			tally_add(&s->tally, addr_equal(&s->contact.client, &p->src) ? SIDE_CLIENT : SIDE_SERVER,
				  p->length, p->flags);
	}
	return x->found;
}

/* settle forgets connections idle since `until` and old queries, as many as *out has room for. */
static size_t settle(struct extract *x, int64_t now, bool all, struct sighting **out)
{
	struct flow *f;

	x->found = 0;
	x->tally = NULL;
	*out = x->out;
	while (x->found < SIGHTINGS_MAX && (f = lru_oldest(&x->flows.table)) &&
	       (all || clock_is_past(f->last, now, FLOW_IDLE_SECONDS)))
		extract_forget(x, f);
	extract_dns_expire(x, now, all);
	return x->found;
}

size_t extract_expired(struct extract *x, int64_t now, struct sighting **out)
{
	return settle(x, now, false, out);
}

size_t extract_rest(struct extract *x, struct sighting **out)
{
	return settle(x, 0, true, out);
}
