/*
 * sighting.h: a name that a client asked for or announced, and what is known of it.
 * What readers return and everything after them works on.  A value; slices in
 * it are borrowed from the current packet.
 */
#ifndef TELLTALE_SIGHTING_H
#define TELLTALE_SIGHTING_H

#include "addr.h"
#include "cursor.h"
#include "name.h"

/* What a reader of a stream says. */
enum verdict {
	FOUND,	/* the output is filled */
	MORE,	/* what is there fits, but it is not all */
	NONE,	/* it is something else, or has nothing to tell */
	BROKEN	/* it began well and then broke its own format */
};

enum evidence {
	EVIDENCE_DNS, EVIDENCE_MDNS, EVIDENCE_LLMNR, EVIDENCE_TLS, EVIDENCE_QUIC,
	EVIDENCE_HTTP, EVIDENCE_CONNECT, EVIDENCE_SOCKS, EVIDENCE_DTLS,
	EVIDENCE_CONNECTION,	/* one that began, and in whose beginning no name could be read */
	EVIDENCES
};

/* Which end of a connection a packet came from. */
enum { SIDE_CLIENT, SIDE_SERVER, SIDES };

/* What went over a connection so far: frames as long as they were on the wire. */
struct tally {
	uint64_t bytes[SIDES];
	uint32_t packets[SIDES];
	uint8_t flags[SIDES];		/* of TCP, all that were seen */
};

static inline void tally_add(struct tally *t, int side, uint32_t length, uint8_t flags)
{
	t->bytes[side] += length;
	t->packets[side]++;
	t->flags[side] |= flags;
}

struct contact {
	int64_t when;			/* of the packet that began it, nanoseconds */
	struct addr client, server;	/* who asks, who is asked */
	uint16_t client_port, server_port;
	uint8_t proto;			/* IP_TCP or IP_UDP */
	uint8_t ttl;			/* of the client's packet; 0 when the server's came first */
	bool has_mac;
	uint8_t mac[6];			/* the client's side of the link */
	uint8_t vlans;
	uint16_t vlan[2];		/* outer first */
	uint32_t packet;		/* number of the packet that began it; 0 when it has none of 32 bits */
};

static inline bool contact_is(const struct contact *c, const struct addr *client, uint16_t client_port,
			      const struct addr *server, uint16_t server_port)
{
	return c->client_port == client_port && c->server_port == server_port &&
	       addr_equal(&c->client, client) && addr_equal(&c->server, server);
}

struct dns_facts {
	uint16_t id, flags;		/* of the answer when there is one, else of the query */
	uint16_t qtype, qclass;
	bool asked, answered;		/* which halves of the transaction were seen */
	uint16_t retries;		/* repeats of the query before its answer */
	int64_t took;			/* from query to answer, nanoseconds; 0 when not both seen */
	uint16_t answers;		/* records in the answer section */
	struct cursor message;		/* the answer, whole; empty without one */
	struct cursor records;		/* its answer section and what follows */
	bool elsewhere;			/* the answer came from another address: */
	struct addr answered_by;
};

enum { JA4_TEXT_MAX = 37, ALPN_TEXT_MAX = 64 };	/* bytes with the NUL */

enum ech { ECH_NONE, ECH_GREASE, ECH_OUTER, ECH_UNSURE, ESNI };

struct tls_facts {
	uint16_t offered;		/* highest version the client offers, 0x0304 for 1.3 */
	uint16_t chosen;		/* the server's, 0 while unknown */
	enum ech ech;
	bool partial;			/* the hello was cut off behind the name */
	bool retried;			/* a HelloRetryRequest was answered */
	bool from_certificate;		/* the name is the server's word, not the client's */
	uint32_t quic_version;		/* 0 over TCP */
	char alpn[ALPN_TEXT_MAX];	/* offered, commas between; cut at a whole one */
	char next_protocol[16];		/* the server's choice when it shows */
	char ja4[JA4_TEXT_MAX];
};

struct http_facts {
	char method[16];
	struct name proxied;		/* absolute form or CONNECT: the target when it is not the name */
	uint16_t target_port;		/* of CONNECT and SOCKS, 0 when unknown */
};

struct sighting {
	enum evidence evidence;
	bool opens;			/* the first of a connection whose beginning was seen */
	struct contact contact;
	int64_t last;			/* of the newest packet in the tally */
	struct tally tally;		/* of the connection, the current packet with it */
	struct name name;
	union {
		struct dns_facts dns;
		struct tls_facts tls;
		struct http_facts http;
	};
};

#endif
