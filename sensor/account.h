/*
 * account.h: how much went over each connection that a rule matched.
 *
 * An entry is opened by a match and takes every later packet of its connection
 * until the end; all others cost one load from a bitmap.  Bytes are those of the
 * frames on the wire, as a dissector's table of conversations counts them.
 * Records say what was added since the record before, so that their sum is the
 * connection.  All memory is bought by account_new.
 */
#ifndef TELLTALE_ACCOUNT_H
#define TELLTALE_ACCOUNT_H

#include "ip.h"
#include "lru.h"
#include "rules.h"
#include "sighting.h"
#include "transport.h"

enum {
	ACCOUNT_TCP_MAX = 131072, ACCOUNT_UDP_MAX = 32768,	/* connections at once */
	ACCOUNT_TCP_IDLE = 7500,	/* seconds without a packet: more than a keep-alive (RFC 9293 section 3.8.4) */
	ACCOUNT_UDP_IDLE = 180,
	ACCOUNT_LINGER = 5		/* seconds after the last FIN or a RST for what is late */
};

enum account_end {
	ACCOUNT_LASTS,		/* not ended: a record of a long connection */
	ACCOUNT_FIN, ACCOUNT_RST, ACCOUNT_IDLE,
	ACCOUNT_REPLACED,	/* another connection of the same ports, or another service over the same connection */
	ACCOUNT_EVICTED,	/* forgotten for a newer one */
	ACCOUNT_STOPPED		/* the sensor ends */
};

struct account_record {
	struct contact contact;
	enum evidence evidence;
	const struct rule *rule;
	struct name name;
	struct tally tally;		/* since the record before */
	int64_t from, to;		/* first and last packet in it */
	uint32_t number;		/* of the connection's records, from 1 */
	enum account_end end;
	bool held;			/* its sighting was held back */
};

struct account;

/* account_new takes the seconds after which a long connection is told of, 0 for never; NULL when memory is short. */
struct account *account_new(int interval);
void account_free(struct account *a);

/* The tables by themselves, for the price of a packet that does not matter: see account_may. */
struct account_tables {
	const struct lru *tcp, *udp;
};

struct account_tables account_tables(const struct account *a);

/* account_may is false of nearly every packet of a connection that is not counted: one load. */
static inline bool account_may(const struct account_tables *t, const struct packet *p)
{
	return lru_maybe(p->proto == IP_TCP ? t->tcp : t->udp, p->hash);
}

/*
 * account_note counts a packet.  True when a record is due: a long connection,
 * or one that this packet's SYN replaces.
 */
bool account_note(struct account *a, const struct packet *p, int64_t when, struct account_record *due);

/*
 * account_open takes a matched connection with what it came to so far, this
 * packet included.  True when *due holds a record of one that made way, or of
 * the same one under another rule; of the same rule nothing changes.
 */
bool account_open(struct account *a, uint64_t hash, const struct sighting *s, const struct rule *rule,
		  const struct name *name, bool held, struct account_record *due);

/*
 * account_pass notes a connection that is not to be counted, until a match opens it,
 * so that account_has knows it.  True with a record of one that made way.
 */
bool account_pass(struct account *a, uint64_t hash, const struct contact *c, struct account_record *due);

/* account_has is true of a connection that is counted or passed over. */
bool account_has(const struct account *a, const struct packet *p);

/* account_expired and account_rest give records of what has ended; call them until they are false. */
bool account_expired(struct account *a, int64_t now, struct account_record *due);
bool account_rest(struct account *a, struct account_record *due);

/*
 * account_reload puts the successor in the place of each rule; true with a record
 * of a connection whose rule has none, until there is no more.
 */
bool account_reload(struct account *a, struct account_record *due);

uint64_t account_nameless(const struct account *a);	/* connections whose name had no room */

#endif
