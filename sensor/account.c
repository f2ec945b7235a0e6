#include "account.h"

#include <stdlib.h>

#include "clock.h"
#include "keep.h"

struct entry {
	struct contact contact;
	struct tally tally;
	int64_t last, from, ended;	/* newest packet, first since the last record, when the end was seen */
	const struct rule *rule;	/* NULL of one that is passed over */
	struct kept *name;
	struct entry *next, **back;	/* among those that have ended */
	uint32_t number;
	uint8_t evidence, flags[SIDES];	/* flags: of TCP, all that were seen */
	bool held, queued;
};

struct account {
	struct lru tcp, udp;
	struct keep names;
	int64_t interval;
	struct entry *first_ended, **last_ended;
	struct entry *at;		/* where a reload goes on, in which of the two tables */
	int table;
	uint64_t nameless;
};

struct account *account_new(int interval)
{
	struct account *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->interval = interval * SECOND;
	a->last_ended = &a->first_ended;
	if (lru_new(&a->tcp, ACCOUNT_TCP_MAX, sizeof(struct entry)) &&
	    lru_new(&a->udp, ACCOUNT_UDP_MAX, sizeof(struct entry)) &&
	    keep_new(&a->names, ACCOUNT_TCP_MAX + ACCOUNT_UDP_MAX))
		return a;
	account_free(a);
	return NULL;
}

struct account_tables account_tables(const struct account *a)
{
	return (struct account_tables){ &a->tcp, &a->udp };
}

void account_free(struct account *a)
{
	if (!a)
		return;
	lru_free(&a->tcp);
	lru_free(&a->udp);
	keep_free(&a->names);
	free(a);
}

static struct lru *table_of(struct account *a, uint8_t proto)
{
	return proto == IP_TCP ? &a->tcp : &a->udp;
}

/* find gives the packet's connection; *side who sent it. */
static struct entry *find(const struct lru *t, const struct packet *p, int *side)
{
	for (struct entry *e = lru_first(t, p->hash); e; e = lru_next(t, e)) {
		*side = SIDE_CLIENT;
		if (contact_is(&e->contact, &p->src, p->sport, &p->dst, p->dport))
			return e;
		*side = SIDE_SERVER;
		if (contact_is(&e->contact, &p->dst, p->dport, &p->src, p->sport))
			return e;
	}
	return NULL;
}

static void put_record(const struct entry *e, enum account_end end, struct account_record *out)
{
	out->contact = e->contact;
	out->evidence = e->evidence;
	out->rule = e->rule;
	keep_read(e->name, &out->name);
	out->tally = e->tally;
	out->from = e->from;
	out->to = e->last;
	out->number = e->number;
	out->end = end;
	out->held = e->held;
}

static void queue(struct account *a, struct entry *e, int64_t when)
{
	if (e->queued)
		return;
	e->ended = when;
	e->queued = true;
	e->next = NULL;
	e->back = a->last_ended;
	*a->last_ended = e;
	a->last_ended = &e->next;
}

static void unqueue(struct account *a, struct entry *e)
{
	if (!e->queued)
		return;
	*e->back = e->next;
	if (e->next)
		e->next->back = e->back;
	else
		a->last_ended = e->back;
}

static bool is_reset(const struct entry *e)
{
	return (e->flags[SIDE_CLIENT] | e->flags[SIDE_SERVER]) & TCP_RST;
}

static bool is_closed(const struct entry *e)
{
	return e->flags[SIDE_CLIENT] & e->flags[SIDE_SERVER] & TCP_FIN;
}

static enum account_end end_of(const struct entry *e, enum account_end otherwise)
{
	return is_reset(e) ? ACCOUNT_RST : is_closed(e) ? ACCOUNT_FIN : otherwise;
}

/* finish forgets a connection and gives its last record; false when it was passed over. */
static bool finish(struct account *a, struct entry *e, enum account_end end, struct account_record *out)
{
	bool counted = e->rule != NULL;

	if (counted)
		put_record(e, end, out);
	unqueue(a, e);
	keep_drop(&a->names, e->name);
	lru_drop(table_of(a, e->contact.proto), e);
	return counted;
}

/* go_on gives a record of a connection that lasts, and begins the next one. */
static void go_on(struct entry *e, struct account_record *out)
{
	put_record(e, ACCOUNT_LASTS, out);
	e->tally = (struct tally){ 0 };
	e->number++;
}

bool account_note(struct account *a, const struct packet *p, int64_t when, struct account_record *due)
{
	struct lru *t = table_of(a, p->proto);
	struct entry *e;
	bool told = false;
	int side;

	if (!lru_maybe(t, p->hash) || !(e = find(t, p, &side)))
		return false;
	if (p->proto == IP_TCP && (p->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
		return finish(a, e, end_of(e, ACCOUNT_REPLACED), due);
	if (e->rule && a->interval && when - e->from >= a->interval && when > e->last) {
		go_on(e, due);
		told = true;
	}
	if (!e->tally.packets[SIDE_CLIENT] && !e->tally.packets[SIDE_SERVER])
		e->from = when;
	tally_add(&e->tally, side, p->length, p->flags);
	e->flags[side] |= p->flags;
	e->last = when > e->last ? when : e->last;
	lru_touch(t, e);
	if (is_reset(e) || is_closed(e))
		queue(a, e, when);
	return told;
}

static struct entry *find_contact(struct lru *t, uint64_t hash, const struct contact *c)
{
	for (struct entry *e = lru_first(t, hash); e; e = lru_next(t, e)) {
		if (contact_is(&e->contact, &c->client, c->client_port, &c->server, c->server_port))
			return e;
	}
	return NULL;
}

static void set_name(struct account *a, struct entry *e, const struct name *name)
{
	keep_drop(&a->names, e->name);
	e->name = keep_name(&a->names, name);
	a->nameless += !e->name;
}

/* change gives what an entry came to under its rule so far, and goes on under another. */
static bool change(struct account *a, struct entry *e, const struct sighting *s, const struct rule *rule,
		   const struct name *name, bool held, struct account_record *due)
{
	if (e->rule == rule)
		return false;
	go_on(e, due);
	due->end = ACCOUNT_REPLACED;
	e->number = 1;
	e->from = e->last;
	e->rule = rule;
	e->evidence = (uint8_t)s->evidence;
	e->held = held;
	set_name(a, e, name);
	return due->tally.packets[SIDE_CLIENT] || due->tally.packets[SIDE_SERVER];
}

/* make_room is true when what had to go leaves a record. */
static bool make_room(struct account *a, struct lru *t, uint64_t hash, struct account_record *due)
{
	struct entry *e = lru_victim(t, hash);

	return e && finish(a, e, end_of(e, ACCOUNT_EVICTED), due);
}

bool account_open(struct account *a, uint64_t hash, const struct sighting *s, const struct rule *rule,
		  const struct name *name, bool held, struct account_record *due)
{
	struct lru *t = table_of(a, s->contact.proto);
	struct entry *e = find_contact(t, hash, &s->contact);
	bool told = false;

	if (e && e->rule)
		return change(a, e, s, rule, name, held, due);
	if (!e) {
		told = make_room(a, t, hash, due);
		e = lru_add(t, hash);
	}
	*e = (struct entry){ .contact = s->contact, .tally = s->tally, .from = s->contact.when, .rule = rule,
			     .last = s->last > s->contact.when ? s->last : s->contact.when, .number = 1,
			     .evidence = (uint8_t)s->evidence, .held = held };
	memcpy(e->flags, s->tally.flags, sizeof(e->flags));
	set_name(a, e, name);
	if (is_reset(e) || is_closed(e))
		queue(a, e, e->last);
	return told;
}

bool account_pass(struct account *a, uint64_t hash, const struct contact *c, struct account_record *due)
{
	struct lru *t = table_of(a, c->proto);
	struct entry *e = find_contact(t, hash, c);
	bool told = false;

	if (e)
		return false;
	told = make_room(a, t, hash, due);
	e = lru_add(t, hash);
	*e = (struct entry){ .contact = *c, .last = c->when, .from = c->when };
	return told;
}

bool account_has(const struct account *a, const struct packet *p)
{
	const struct lru *t = p->proto == IP_TCP ? &a->tcp : &a->udp;
	int side;

	return lru_maybe(t, p->hash) && find(t, p, &side);
}

/* next_over gives a connection that has ended or has been idle for too long. */
static struct entry *next_over(const struct account *a, int64_t now)
{
	struct entry *e = a->first_ended;

	if (e && clock_is_past(e->ended, now, ACCOUNT_LINGER))
		return e;
	e = lru_oldest(&a->udp);
	if (e && clock_is_past(e->last, now, ACCOUNT_UDP_IDLE))
		return e;
	e = lru_oldest(&a->tcp);
	return e && clock_is_past(e->last, now, ACCOUNT_TCP_IDLE) ? e : NULL;
}

bool account_expired(struct account *a, int64_t now, struct account_record *due)
{
	struct entry *e;

	while ((e = next_over(a, now))) {
		if (finish(a, e, end_of(e, ACCOUNT_IDLE), due))
			return true;
	}
	return false;
}

bool account_rest(struct account *a, struct account_record *due)
{
	struct entry *e;

	while ((e = lru_oldest(&a->tcp)) || (e = lru_oldest(&a->udp))) {
		if (finish(a, e, end_of(e, ACCOUNT_STOPPED), due))
			return true;
	}
	return false;
}

/* reload goes on where the call before gave a record. */
static bool reload(struct account *a, struct lru *t, struct account_record *due)
{
	struct entry *e = a->at ? a->at : lru_oldest(t);

	for (; e; e = a->at) {
		a->at = lru_newer(t, e);
		if (!e->rule || !e->rule->retired)
			continue;
		if (!e->rule->successor)
			return finish(a, e, end_of(e, ACCOUNT_REPLACED), due);
		e->rule = e->rule->successor;
	}
	return false;
}

bool account_reload(struct account *a, struct account_record *due)
{
	for (; a->table < 2; a->table++, a->at = NULL) {
		if (reload(a, a->table ? &a->udp : &a->tcp, due))
			return true;
	}
	a->table = 0;
	return false;
}

uint64_t account_nameless(const struct account *a)
{
	return a->nameless;
}
