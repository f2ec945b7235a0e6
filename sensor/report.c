#include "report_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "evidence.h"
#include "flow.h"
#include "ip.h"
#include "quic.h"
#include "summary.h"

struct report *report_new(const struct report_options *o, struct counts *counts, struct sink *sink,
			  const struct rules *rules, const struct policy *policy, struct geo *geo)
{
	struct report *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->options = *o;
	r->counts = counts;
	r->sink = sink;
	r->rules = rules;
	r->policy = policy;
	r->events = (struct event_context){ .geo = geo, .interface = o->interface, .host = o->host,
					  .rules = rules };
	r->account = account_new(o->flow_interval);
	r->shared = o->shared;
	r->rollup = o->rollup ? rollup_new(ROLLUP_ENTRIES_MAX, o->rollup * SECOND, o->key) : NULL;
	if (r->account && (r->rollup || !o->rollup))
		return r;
	report_free(r);
	return NULL;
}

void report_free(struct report *r)
{
	if (!r)
		return;
	account_free(r->account);
	rollup_free(r->rollup);
	free(r);
}

struct json report_line(struct report *r)
{
	r->events.sequence = shared_next(r->shared);
	return json_of(sink_space(r->sink, EVENT_LINE_MAX), EVENT_LINE_MAX);
}

void report_put(struct report *r, struct json *j)
{
	r->counts->n[COUNT_EVENTS]++;
	if (json_newline(j))
		sink_take(r->sink, (size_t)(j->at - j->start));
	else
		count_add(r->counts, COUNT_LOST_LONG);
}

struct account_tables report_tables(const struct report *r)
{
	return account_tables(r->account);
}

void report_packet(struct report *r, const struct packet *p, int64_t when)
{
	struct account_record due;

	if (account_note(r->account, p, when, &due))
		report_flow(r, &due);
}

/* A QUIC connection says what it is by its Initial; what comes around that are long headers and, then, short ones. */
static bool is_quic(const struct packet *p)
{
	enum { PORT_QUIC = 443, FORMS = 0xc0, SHORT = 0x40 };	/* RFC 9000 section 17.3 */

	return quic_may_start(&p->payload) ||
	       (p->dport == PORT_QUIC && (cursor_peek(&p->payload, 0) & FORMS) == SHORT);
}

bool report_stranger(const struct report *r, const struct packet *p)
{
	return resolved_maybe(r->shared->resolved, &p->src, &p->dst) && !account_has(r->account, p) && !is_quic(p);
}

/* match_alias finds the rule of a name that the name in question leads to (a tracker behind a first-party name). */
static bool match_alias(const struct report *r, const struct sighting *s, const struct event_told *told,
			struct name *room, struct rule_hit *hit)
{
	const struct name *alias;
	size_t i = 0;

	while ((alias = event_next_alias(s, told, &i, room))) {
		if (rules_match(r->rules, alias, hit)) {
			hit->via = alias;
			return true;
		}
	}
	return false;
}

/* learn remembers where an answer sends its client. */
static void learn(struct report *r, const struct finding *f)
{
	const struct sighting *s = f->real;
	const struct event_told *told = f->told;
	struct resolved *resolved = r->shared->resolved;

	shared_lock(r->shared);
	resolved_note(resolved, told->addr, told->count, &s->name);
	for (size_t i = 0, k = 0; f->hit.rule && i < told->records && k < told->count; i++) {
		const struct dns_record *record = &told->record[i];

		if (event_is_address(record))
			resolved_learn(resolved, &s->contact.client, &told->addr[k++], &f->hit, &s->name,
				       s->contact.when + s->dns.took, record->ttl);
	}
	shared_unlock(r->shared);
}

/*
 * attribute finds the rule of a connection that has no name of its own, or whose
 * name is of no rule and was not seen to lead where the connection goes.
 */
static bool attribute(struct report *r, struct finding *f, struct resolution *room)
{
	const struct contact *c = &f->real->contact;
	const struct name *name = &f->real->name;

	struct resolved *resolved = r->shared->resolved;
	bool found;

	if (!resolved_maybe(resolved, &c->client, &c->server))
		return false;
	shared_lock(r->shared);
	found = !(name->len && resolved_may_lead(resolved, &c->server, name)) &&
		resolved_find(resolved, &c->client, &c->server, c->when, room);
	shared_unlock(r->shared);
	if (!found)
		return false;
	f->by = room;
	f->hit = (struct rule_hit){ .rule = room->rule, .pattern = room->pattern, .kind = room->kind };
	return true;
}

static bool offers(const char *alpn, const char *one)
{
	size_t n = strlen(one);

	for (; *alpn; alpn += strcspn(alpn, ",") + (alpn[strcspn(alpn, ",")] == ',')) {
		if (strncmp(alpn, one, n) == 0)
			return true;
	}
	return false;
}

/* hidden_by tells why the name of a connection is not the one meant, or hides others; NULL when nothing does. */
static const char *hidden_by(const struct sighting *s)
{
	enum { PORT_DOT = 853 };	/* RFC 7858, RFC 9250 */

	if (!event_is_tls(s))
		return NULL;
	if (s->contact.server_port == PORT_DOT || offers(s->tls.alpn, "dot") || offers(s->tls.alpn, "doq"))
		return "encrypted-dns";
	if (s->tls.ech == ECH_OUTER)
		return "ech";
	if (s->tls.ech == ESNI)
		return "esni";
	return s->name.len ? NULL : "no-sni";
}

/* cover counts what became of a connection whose beginning was seen. */
static void cover(struct report *r, const struct finding *f)
{
	static const enum counter counters[SUMMARY_COVERS] = {
		[SUMMARY_NAMED] = COUNT_NAMED, [SUMMARY_ATTRIBUTED] = COUNT_ATTRIBUTED,
		[SUMMARY_HIDDEN] = COUNT_HIDDEN, [SUMMARY_UNREAD] = COUNT_UNREAD,
	};
	const struct sighting *s = f->real;
	enum summary_cover what = SUMMARY_UNREAD;

	if (!s->opens)
		return;
	if (f->by || (f->hit.rule && (!s->name.len || rule_kind_is_nameless(f->hit.kind))))
		what = SUMMARY_ATTRIBUTED;
	else if (s->name.len && !(f->hidden && s->tls.ech == ECH_OUTER))
		what = SUMMARY_NAMED;
	else if (f->hidden)
		what = SUMMARY_HIDDEN;
	r->counts->n[COUNT_CONNECTIONS]++;
	r->counts->n[counters[what]]++;
	/* the table would tell true addresses */
	if (!r->shared->summary || r->options.pseudonym)
		return;
	shared_lock(r->shared);
	summary_cover(r->shared->summary, &s->contact.client, what);
	shared_unlock(r->shared);
}

/* match_server finds the rule of the network that a connection without a name goes to. */
static bool match_server(struct report *r, const struct sighting *s, struct rule_hit *hit)
{
	const struct place *p;

	if (s->name.len)
		return false;
	if (rules_has_addr(r->rules) && rules_match_addr(r->rules, &s->contact.server, hit))
		return true;
	if (!rules_has_as(r->rules) || !r->events.geo)
		return false;
	p = geo_find(r->events.geo, &s->contact.server);
	return p && p->as_number && rules_match_as(r->rules, p->as_number, hit);
}

static bool match_client(const struct report *r, const struct sighting *s, struct rule_hit *hit)
{
	return event_is_tls(s) && s->tls.ja4[0] && rules_has_ja4(r->rules) &&
	       rules_match_ja4(r->rules, s->tls.ja4, hit);
}

/* find_rule fills in what the sighting is about. */
static void find_rule(struct report *r, struct finding *f, struct name *alias, struct resolution *room)
{
	const struct sighting *s = f->real;
	bool matched = s->name.len && (rules_match(r->rules, &s->name, &f->hit) ||
				       match_alias(r, s, f->told, alias, &f->hit));

	if (!matched && !event_is_dns(s))
		matched = attribute(r, f, room) || match_client(r, s, &f->hit) || match_server(r, s, &f->hit);
	if (!matched)
		f->hit = (struct rule_hit){ 0 };
	f->hidden = hidden_by(s);
	/* what is asked of an encrypted resolver is as hidden when a rule knows it by its name or address */
	if (!f->hidden && f->hit.rule && !event_is_dns(s) && strcmp(f->hit.rule->purpose, "encrypted-dns") == 0)
		f->hidden = "encrypted-dns";
}

/* hash_of is the hash that the connection's packets have. */
static uint64_t hash_of(const struct report *r, const struct contact *c)
{
	struct packet p = { .src = c->client, .dst = c->server, .sport = c->client_port, .dport = c->server_port,
			    .proto = c->proto };

	return flow_hash(&r->options.key, &p);
}

/* count_on has the connection's packets counted from now on. */
static void count_on(struct report *r, const struct finding *f, bool held)
{
	const struct sighting *s = f->seen;
	const struct name *name = f->by ? &f->by->name : &s->name;
	struct account_record due;

	if (account_open(r->account, hash_of(r, &f->real->contact), f->real, f->hit.rule, name, held, &due))
		report_flow(r, &due);
}

/*
 * pass_over notes a connection of UDP that goes where a matched name led, and is
 * not told of: its later packets are no connection of their own.
 */
static void pass_over(struct report *r, const struct finding *f)
{
	const struct contact *c = &f->real->contact;
	struct account_record due;

	if (c->proto == IP_UDP && !event_is_dns(f->real) &&
	    resolved_maybe(r->shared->resolved, &c->client, &c->server) &&
	    account_pass(r->account, hash_of(r, c), c, &due))
		report_flow(r, &due);
}

/* prove writes the packets behind a match, with the rule as comment; what matches nothing is not kept. */
static void prove(struct report *r, const struct finding *f)
{
	const struct rule *rule = f->hit.rule;
	uint64_t hash = hash_of(r, &f->real->contact);
	char comment[512];

	if (!rule) {
		shared_lock(r->shared);
		evidence_drop(r->options.exhibit, hash);
		shared_unlock(r->shared);
		return;
	}
	snprintf(comment, sizeof(comment), "telltale: %s: %s: %s, %s; %s", rule->id, rule->vendor->name, rule->product,
		 rule->purpose, event_evidence_of(f->real, &f->hit)->text);
	shared_lock(r->shared);
	evidence_commit(r->options.exhibit, hash, comment, event_is_dns(f->real) ? 0 : r->options.evidence_bytes);
	shared_unlock(r->shared);
}

/* is_only_hidden is false of what is a name that the user asked for as well, which says why it hides another. */
static bool is_only_hidden(const struct report *r, const struct finding *f)
{
	return !f->hit.rule && f->hidden && !(r->options.all && f->seen->name.len);
}

static void write_sighting(struct report *r, struct finding *f)
{
	struct json j = report_line(r);

	if (r->options.text)
		event_put_text(&j, &r->events, f->seen, f->hit.rule ? &f->hit : NULL, f->told, r->options.colour);
	else if (is_only_hidden(r, f))
		event_put_hidden(&j, &r->events, f->seen, f->hidden);
	else
		event_put_sighting(&j, &r->events, f->seen, &f->hit, f->told);
	report_put(r, &j);
}

/* tell writes a sighting, or has it folded. */
static void tell(struct report *r, struct finding *f)
{
	const struct sighting *s = f->seen;
	uint32_t kind = f->hit.rule ? KIND_MATCH : is_only_hidden(r, f) ? KIND_HIDDEN : KIND_NAME;
	bool held = report_hold(r, &s->contact, f->hit.rule, f->by ? &f->by->name : &s->name,
				kind | event_told_by(s, &f->hit), s->contact.when, &s->tally);

	if (f->hit.rule)
		report_meet(r, f);
	if (!held)
		write_sighting(r, f);
	report_forget_client(r);
	if (!f->hit.rule)
		return;
	if (!event_is_dns(s))
		count_on(r, f, held);
	report_rhythm(r, f);
}

/* tell_name tells the name of no rule that a connection announced, beside what the answer says of it. */
static void tell_name(struct report *r, const struct finding *f)
{
	struct finding name = *f;

	name.hit = (struct rule_hit){ .hidden = f->hidden };
	name.by = NULL;
	tell(r, &name);
}

void report_sighting(struct report *r, const struct sighting *seen)
{
	struct finding f = { .seen = seen, .real = seen };
	struct resolution room;
	struct sighting told_as;
	struct event_told told;
	struct name alias;

	event_told_of(seen, &told);
	resolved_expect(r->shared->resolved, told.addr, told.count);
	f.told = &told;
	find_rule(r, &f, &alias, &room);
	cover(r, &f);
	if (told.count)
		learn(r, &f);
	r->names += seen->name.len > 0;
	r->matches += f.hit.rule != NULL;
	f.hit.by = f.by;
	f.hit.hidden = f.hidden;
	if (r->options.exhibit)
		prove(r, &f);
	if (!f.hit.rule)
		pass_over(r, &f);
	if (!f.hit.rule && !f.hidden && (!r->options.all || !seen->name.len))
		return;
	if ((f.hit.rule || policy_suppressions(r->policy)) && !report_judge(r, &f)) {
		r->counts->n[COUNT_EVENTS]++;
		r->counts->n[COUNT_SUPPRESSED]++;
		pass_over(r, &f);
		return;
	}
	if (r->options.pseudonym) {
		told_as = *seen;
		report_disguise_sighting(r->options.pseudonym, &told_as, &told);
		f.seen = &told_as;
		r->events.server_stand_in = addr_is_local(&seen->contact.server);
	}
	if (f.by && seen->name.len && r->options.all)
		tell_name(r, &f);
	tell(r, &f);
}
