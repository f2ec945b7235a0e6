/*
 * event.h: one line for each thing worth saying: JSON in the Elastic Common
 * Schema 8.17, everything of our own under `telltale`, or text for people.
 * rules/schema/event.schema.json describes every line.
 */
#ifndef TELLTALE_EVENT_H
#define TELLTALE_EVENT_H

#include "count.h"
#include "dns.h"
#include "geo.h"
#include "json.h"
#include "rules.h"
#include "sighting.h"
#include "version.h"

enum {
	EVENT_LINE_MAX = 32768,		/* bytes of the buffer for a line */
	EVENT_ANSWERS_MAX = 16,		/* DNS records told; the others are counted in the event */
	EVENT_TAGS_MAX = 32,
	EVENT_SEEN = 256		/* events told apart when they are alike and of one moment */
};

#define EVENT_SCHEMA "1.0.0"

struct account_record;
struct client_facts;
struct rollup_record;
struct beacon_rhythm;

/* What events need besides what they tell. */
struct event_context {
	struct geo *geo;
	const struct rules *rules;	/* for the networks that serve many; NULL: none is known */
	const char *interface;		/* NULL for files */
	const char *host;		/* of the sensor; NULL for files: their output names no machine */
	/* of the client of the event in work: */
	const struct client_facts *client;	/* NULL when nothing is known, or no event of the kind to tell it */
	const char *maker;		/* of its network card; NULL when unknown */
	bool server_stand_in;		/* the server's address stands for one of the site's, and lies nowhere */
	bool first_seen;		/* with this vendor and product, for the first time ever */
	uint64_t sequence;		/* of the event in work */
	/* the newest events' times and identities, by their hash, and how many alike came before each */
	struct event_seen {
		int64_t when;
		uint64_t id, repeat;
		bool any;
	} seen[EVENT_SEEN];
};

/* The records that a DNS answer told, as far as an event has room, and the addresses among them. */
struct event_told {
	size_t records, count;
	bool truncated;			/* left out: the line would have been too long */
	struct dns_record record[EVENT_ANSWERS_MAX];
	struct addr addr[EVENT_ANSWERS_MAX];
	uint32_t stand_ins;		/* bit k: addr[k] is a stand-in for one of the site's, and lies nowhere */
	size_t alias_record;		/* the first alias told, EVENT_ANSWERS_MAX when there is none, */
	struct name alias;		/* and its target */
};

/* event_told_of reads them off a sighting, once for all that ask; there are none in what is no DNS answer. */
void event_told_of(const struct sighting *s, struct event_told *out);

/* event_put_sighting appends a telltale.match, or a telltale.name when hit->rule is NULL. */
void event_put_sighting(struct json *j, struct event_context *e, const struct sighting *s,
			const struct rule_hit *hit, const struct event_told *told);

/* event_put_text appends the same for people: one line, columns aligned. */
void event_put_text(struct json *j, struct event_context *e, const struct sighting *s,
		    const struct rule_hit *hit, const struct event_told *told, bool colour);

/* event_put_hidden tells of a connection whose name was withheld, and of why. */
void event_put_hidden(struct json *j, struct event_context *e, const struct sighting *s, const char *why);

/* event_put_flow tells what went over a matched connection; `place` is the server's, NULL when unknown. */
void event_put_flow(struct json *j, struct event_context *e, const struct account_record *record,
		    const struct place *place);

/* event_put_rollup tells what was held back; event_put_beacon that contacts come by a clock. */
void event_put_rollup(struct json *j, struct event_context *e, const struct rollup_record *record);
void event_put_beacon(struct json *j, struct event_context *e, const struct contact *c, const struct rule_hit *hit,
		      const struct beacon_rhythm *rhythm);

/* event_put_lifecycle tells of a start, reload or stop: version, rules, databases with their dates. */
void event_put_lifecycle(struct json *j, struct event_context *e, const char *action, int64_t when,
			 const struct rules *rules);

/* Kernel and interface drops of a live capture. */
struct event_drops {
	bool live;
	uint64_t received, kernel, interface;
};

/* event_put_stats tells every counter, and whether the balances hold. */
void event_put_stats(struct json *j, struct event_context *e, int64_t when, const struct counts *counts,
		     const struct event_drops *drops);

static inline bool event_is_dns(const struct sighting *s)
{
	return s->evidence <= EVIDENCE_LLMNR;
}

static inline bool event_is_tls(const struct sighting *s)
{
	return s->evidence == EVIDENCE_TLS || s->evidence == EVIDENCE_QUIC || s->evidence == EVIDENCE_DTLS;
}

/* event_put_own is the part under `telltale`; `place` is the server's, NULL when unknown. */
void event_put_own(struct json *j, struct event_context *e, const struct sighting *s,
		   const struct rule_hit *hit, const struct place *place, const struct event_told *told);

/* event_version_text names a TLS or DTLS version, NULL when it is none. */
const char *event_version_text(uint16_t version);

/* event_evidence_of is what told of the rule: the name, an answer, a network, a fingerprint. */
const struct word *event_evidence_of(const struct sighting *s, const struct rule_hit *hit);

/* event_told_by is the same as a number below 256, which event_told_by_word turns into the word. */
uint32_t event_told_by(const struct sighting *s, const struct rule_hit *hit);
const struct word *event_told_by_word(uint32_t by);

/* event_is_address is true of a record that tells an address. */
bool event_is_address(const struct dns_record *r);

/*
 * event_next_alias is the target of the next CNAME or DNAME told, NULL behind the
 * last; start with *i of 0.  `room` is for those that are not at hand.
 */
const struct name *event_next_alias(const struct sighting *s, const struct event_told *told, size_t *i,
				    struct name *room);

/* event_put_dns and event_put_resolved are the parts that a DNS sighting adds. */
void event_put_dns(struct json *j, const struct sighting *s, const struct event_told *told);
void event_put_resolved(struct json *j, const struct event_context *e, bool places, const struct sighting *s,
			const struct event_told *told);

/*
 * event_put_service puts the data of a SVCB or HTTPS record as zone files spell
 * it (RFC 9460 section 2.1), as far as it tells where to go.
 */
void event_put_service(struct json *j, struct cursor data, struct cursor message);

/* event_put_edge says that an address is a CDN's or a cloud's: its country is that of the edge, not the vendor's. */
void event_put_edge(struct json *j, const struct event_context *e, const struct place *p);

/* event_place is where the server of a sighting lies, event_told_place an address told; NULL when unknown. */
static inline const struct place *event_place(const struct event_context *e, const struct addr *server)
{
	return e->geo && !e->server_stand_in ? geo_find(e->geo, server) : NULL;
}

static inline const struct place *event_told_place(struct geo *geo, const struct event_told *told, size_t k)
{
	return told->stand_ins >> k & 1 ? NULL : geo_find(geo, &told->addr[k]);
}

static inline void event_put_addr(struct json *j, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];
	size_t n = addr_put(a, text);

	json_plain(j, text, n);
}

static inline void event_put_name(struct json *j, const struct name *n)
{
	if (n->odd)
		json_bytes(j, n->text, n->len);
	else
		json_padded(j, n->text, n->len);
}

/* The parts of a line that several kinds share. */
void event_put_rule(struct json *j, const struct rule *rule);
void event_put_vendor(struct json *j, const struct rule *rule, const char *confidence);
const char *event_confidence(const struct rule_hit *hit, const struct sighting *s);
/* event_put_address begins an object: its bracket stands before. */
void event_put_address(struct json *j, const struct addr *a, uint16_t port);
void event_put_source(struct json *j, const struct event_context *e, const struct contact *c,
		      const struct tally *tally);
void event_put_server(struct json *j, const struct contact *c, const struct name *name, const struct place *place,
		      const struct tally *tally);
void event_put_network(struct json *j, const struct contact *c, const struct word *protocol, bool community,
		       const struct tally *tally);
void event_put_place(struct json *j, const struct place *p);
void event_put_opinions(struct json *j, const struct place *p);

/* event_put_countries lists every country on the vendor's side of an event once, as each database sees it. */
void event_put_countries(struct json *j, const struct event_context *e, const struct place *server,
			 const struct event_told *told);
uint64_t event_identity(const struct contact *c, const struct name *name, uint32_t kind);
const struct word *event_protocol(enum evidence evidence);	/* NULL of one without a name */

/* What a line begins with behind its time: ECS's event.kind, event.type (an array, as it stands), event.dataset. */
struct event_head {
	const char *text;
	size_t n;
};

#define EVENT_HEAD_TEXT(kind, types, dataset) \
	"\",\"ecs\":{\"version\":\"8.17.0\"},\"event\":{\"kind\":\"" kind "\",\"category\":[\"network\"]," \
	"\"type\":" types ",\"module\":\"telltale\",\"dataset\":\"telltale." dataset "\",\"id\":\""
#define EVENT_HEAD(kind, types, dataset) \
	{ EVENT_HEAD_TEXT(kind, types, dataset), sizeof(EVENT_HEAD_TEXT(kind, types, dataset)) - 1 }

/* event_put_head begins a line: time, schema, event.*. */
void event_put_head(struct json *j, struct event_context *e, int64_t when, const struct event_head *head, uint64_t id,
		    const struct rule_hit *hit);
void event_put_observer(struct json *j, const struct event_context *e);

#endif
