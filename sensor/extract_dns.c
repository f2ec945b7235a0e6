#include "dns.h"
#include "extract_parts.h"

enum {
	QUESTIONS_MAX = 32,	/* of one message; no resolver asks more than one, mDNS a few */
	SPAN_COPY = 1000000,	/* nanoseconds within which a repeat is the span port's copy */
	ALIKE_MAX = 16		/* queries kept that differ in their server alone: more are an attack */
};

/* The key leaves the server out, so that an answer from another address still finds its query. */
static uint64_t query_hash(const struct extract *x, const struct contact *c, uint16_t id,
			   const struct dns_question *q)
{
	uint64_t h = flow_half(&x->key, &c->client, c->client_port);

	h = hash_pair(&x->key, h, (uint64_t)id << 32 | (uint64_t)q->type << 16 | c->proto);
	return hash_pair(&x->key, h, name_hash(&x->key, &q->name));
}

static bool same_query(const struct query *e, const struct contact *c, uint16_t id,
		       const struct dns_question *q)
{
	return e->id == id && e->type == q->type && e->contact.client_port == c->client_port &&
	       e->contact.proto == c->proto && addr_equal(&e->contact.client, &c->client) &&
	       name_equal(&e->name, &q->name);
}

/* is_over is true of a query answered so long ago that the same again is another. */
static bool is_over(const struct query *e, int64_t now)
{
	int64_t apart = now - e->contact.when;

	return e->answered && (apart > ANSWERED_SECONDS * SECOND || apart < -ANSWERED_SECONDS * SECOND);
}

/*
 * find_query gives the query of this server, else (for an answer) one that
 * still waits for any: *elsewhere is then set.
 */
static struct query *find_query(struct extract *x, uint64_t hash, const struct contact *c, uint16_t id,
				const struct dns_question *q, bool *elsewhere)
{
	struct query *other = NULL;
	int seen = 0;

	*elsewhere = false;
	for (struct query *e = lru_first(&x->queries, hash); e && seen < ALIKE_MAX;
	     e = lru_next(&x->queries, e), seen++) {
		if (!same_query(e, c, id, q) || is_over(e, c->when))
			continue;
		if (addr_equal(&e->contact.server, &c->server) && e->contact.server_port == c->server_port)
			return e;
		if (!e->answered && e->contact.server_port == c->server_port)
			other = e;
	}
	*elsewhere = other != NULL;
	return other;
}

/* is_crowded is true when the table has as many like this as it may. */
static bool is_crowded(const struct extract *x, uint64_t hash)
{
	int seen = 0;

	for (struct query *e = lru_first(&x->queries, hash); e && seen < ALIKE_MAX; e = lru_next(&x->queries, e))
		seen++;
	return seen == ALIKE_MAX;
}

static void put_unanswered(struct extract *x, const struct query *e)
{
	struct sighting *s = extract_put(x, EVIDENCE_DNS, &e->contact);

	count_at(x->counts, COUNT_DNS_UNANSWERED, e->contact.packet);
	if (!s)
		return;
	name_copy(&s->name, &e->name);
	s->dns = (struct dns_facts){ .id = e->id, .flags = e->flags, .qtype = e->type, .qclass = e->class,
				     .asked = true, .retries = e->retries };
}

static struct query *add_query(struct extract *x, uint64_t hash, const struct contact *c,
			       const struct dns_message *m, const struct dns_question *q)
{
	struct query *e = lru_victim(&x->queries, hash);

	if (e) {
		if (!e->answered) {
			count_add(x->counts, COUNT_QUERIES_EVICTED);
			put_unanswered(x, e);
		}
		lru_drop(&x->queries, e);
	}
	e = lru_add(&x->queries, hash);
	e->contact = *c;
	e->retries = 0;
	e->answered = false;
	e->id = m->id;
	e->type = q->type;
	e->class = q->class;
	e->flags = m->flags;
	name_copy(&e->name, &q->name);
	return e;
}

/* put_alone reports a query at once: its answer, if any, will be another sighting. */
static void put_alone(struct extract *x, const struct contact *c, const struct dns_message *m,
		      const struct dns_question *q)
{
	struct sighting *s = extract_put(x, EVIDENCE_DNS, c);

	count_add(x->counts, COUNT_QUERIES_EVICTED);
	if (!s)
		return;
	name_copy(&s->name, &q->name);
	s->dns = (struct dns_facts){ .id = m->id, .flags = m->flags, .qtype = q->type, .qclass = q->class,
				     .asked = true };
}

static void take_query(struct extract *x, const struct contact *c, const struct dns_message *m,
		       const struct dns_question *q)
{
	uint64_t hash = query_hash(x, c, m->id, q);
	bool elsewhere;
	struct query *e = find_query(x, hash, c, m->id, q, &elsewhere);

	if ((!e || elsewhere) && is_crowded(x, hash))
		put_alone(x, c, m, q);
	else if (!e || elsewhere)
		(void)add_query(x, hash, c, m, q);
	else if (e->answered || c->when - e->contact.when < SPAN_COPY)
		count_add(x->counts, COUNT_DUPLICATES);
	else if (e->retries < UINT16_MAX)
		e->retries++;
}

static void put_answer(struct extract *x, const struct contact *c, const struct dns_message *m,
		       const struct dns_question *q, const struct query *e, bool elsewhere)
{
	struct sighting *s = extract_put(x, EVIDENCE_DNS, e ? &e->contact : c);

	if (!s)
		return;
	name_copy(&s->name, &q->name);
	s->dns = (struct dns_facts){ .id = m->id, .flags = m->flags, .qtype = q->type, .qclass = q->class,
				     .asked = e != NULL, .answered = true, .answers = m->answers,
				     .message = m->whole, .records = m->at, .elsewhere = elsewhere };
	if (e) {
		s->dns.retries = e->retries;
		s->dns.took = c->when - e->contact.when;
	}
	if (elsewhere)
		s->dns.answered_by = c->server;
	if (q->type == DNS_HTTPS)
		extract_note_ech(x, &s->dns, &q->name, c->when);
}

static void take_answer(struct extract *x, const struct contact *c, const struct dns_message *m,
			const struct dns_question *q)
{
	uint64_t hash = query_hash(x, c, m->id, q);
	bool elsewhere;
	struct query *e = find_query(x, hash, c, m->id, q, &elsewhere);

	if (e && e->answered) {
		count_add(x->counts, COUNT_DUPLICATES);
		return;
	}
	put_answer(x, c, m, q, e, elsewhere);
	if (!e && is_crowded(x, hash))
		return;
	if (!e)
		e = add_query(x, hash, c, m, q);	/* so that its copy is known */
	e->answered = true;
	e->contact.when = c->when;
}

/* put_plain reports a question that is not joined: mDNS, LLMNR, several questions in one message. */
static void put_plain(struct extract *x, const struct contact *c, const struct dns_message *m,
		      const struct dns_question *q, enum evidence kind)
{
	bool answer = m->flags & DNS_QR;
	uint64_t place = query_hash(x, c, m->id, q) ^ (answer ? x->key.a : 0);
	struct sighting *s;

	if (recent_has(x->recent, place, c->when, SECOND / 2)) {
		count_add(x->counts, COUNT_DUPLICATES);
		return;
	}
	recent_note(x->recent, place, c->when);
	s = extract_put(x, kind, c);
	if (!s)
		return;
	name_copy(&s->name, &q->name);
	s->dns = (struct dns_facts){ .id = m->id, .flags = m->flags, .qtype = q->type, .qclass = q->class,
				     .asked = !answer, .answered = answer };
	if (answer) {
		s->dns.message = m->whole;
		s->dns.records = m->at;
		s->dns.answers = m->answers;
	}
}

/* is_sane is true of a question that a resolver would answer, whatever it asks for. */
static bool is_sane(const struct dns_message *m, const struct dns_question *q, enum evidence kind)
{
	/* RFC 6762 section 5.4: the top bit asks for an answer to the asker alone */
	uint16_t class = kind == EVIDENCE_MDNS ? q->class & 0x7fff : q->class;

	return (kind == EVIDENCE_DNS && m->questions == 1) || class == 1 || class == 3 || class == 255;
}

/* read_questions reads them all before it reports: the records stand behind the last. */
static bool read_questions(struct extract *x, const struct contact *c, struct dns_message *m, enum evidence kind)
{
	bool answer = m->flags & DNS_QR, join = kind == EVIDENCE_DNS && m->questions == 1;
	struct dns_question q[QUESTIONS_MAX];
	unsigned n = 0;

	while (n < m->questions && n < QUESTIONS_MAX) {
		if (!dns_read_question(m, &q[n]) || !is_sane(m, &q[n], kind)) {
			count_add(x->counts, COUNT_DNS_BROKEN);
			break;
		}
		n++;
	}
	for (unsigned i = 0; i < n; i++) {
		if (!q[i].name.len)
			continue;	/* the root: nobody's service */
		/* no room to tell more of this packet: rather its own than what makes way for it */
		if (x->found == SIGHTINGS_MAX)
			count_add(x->counts, COUNT_NAMES_LOST);
		else if (!join)
			put_plain(x, c, m, &q[i], kind);
		else if (answer)
			take_answer(x, c, m, &q[i]);
		else
			take_query(x, c, m, &q[i]);
	}
	return n > 0;
}

bool extract_dns(struct extract *x, const struct work *w, struct cursor message, enum evidence kind)
{
	struct dns_message m;
	struct contact c;

	if (!dns_read(message, &m)) {
		count_add(x->counts, COUNT_DNS_BROKEN);
		return false;
	}
	if (!m.questions || (kind == EVIDENCE_MDNS && m.flags & DNS_QR)) {
		count_add(x->counts, COUNT_DNS_NO_QUESTION);
		return true;
	}
	x->asked = true;
	extract_contact(w, !(m.flags & DNS_QR), &c);
	return read_questions(x, &c, &m, kind);
}

bool extract_dns_expects(struct extract *x, const struct work *w)
{
	struct contact c;
	struct dns_message m;
	struct dns_question q;
	bool elsewhere;

	extract_contact(w, false, &c);
	return dns_read(w->p->payload, &m) && m.questions == 1 && dns_read_question(&m, &q) &&
	       find_query(x, query_hash(x, &c, m.id, &q), &c, m.id, &q, &elsewhere) && !elsewhere;
}

void extract_dns_expire(struct extract *x, int64_t now, bool all)
{
	struct query *e;

	while (x->found < SIGHTINGS_MAX && (e = lru_oldest(&x->queries))) {
		int limit = e->answered ? ANSWERED_SECONDS : QUERY_SECONDS;

		if (!all && !clock_is_past(e->contact.when, now, limit))
			break;
		if (!e->answered)
			put_unanswered(x, e);
		lru_drop(&x->queries, e);
	}
}
