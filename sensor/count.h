/*
 * count.h: everything that is counted, by name, in one table.
 *
 * Two balances hold at every moment (see counts_balance): each packet is
 * decoded or undecodable for one reason, each event is written, suppressed or
 * lost for one reason.
 */
#ifndef TELLTALE_COUNT_H
#define TELLTALE_COUNT_H

#include <stdbool.h>
#include <stdint.h>

/* counter, JSON key, what it says; the groups are those of the stats event */
#define COUNTERS_PACKETS(X) \
	X(PACKETS, "processed", "packets read") \
	X(DECODED, "decoded", "packets read to their transport payload") \
	X(BYTES, "bytes", "bytes on the wire of the packets read")

#define COUNTERS_UNDECODABLE(X) \
	X(LINK_TYPE, "link_type", "no reader for the capture's link type") \
	X(LINK_CUT, "link_cut", "link header cut off or absurd") \
	X(NOT_IP, "not_ip", "no IP inside (ARP, LLDP, encrypted 802.11)") \
	X(IP_BAD, "ip_bad", "IP header cut off or absurd") \
	X(FRAGMENTS, "fragment", "IP fragments that wait for the rest or lost it") \
	X(NESTING, "nesting", "tunnels nested too deeply") \
	X(TRANSPORT_OTHER, "transport_other", "neither TCP nor UDP (ICMP, ESP, SCTP)") \
	X(TRANSPORT_BAD, "transport_bad", "TCP or UDP header cut off or absurd")

#define COUNTERS_NAMES(X) \
	X(DNS_BROKEN, "dns_broken", "DNS messages that break their format") \
	X(DNS_NO_QUESTION, "dns_no_question", "DNS messages without a question") \
	X(DNS_INCOMPLETE, "dns_incomplete", "DNS messages over TCP whose rest never came") \
	X(TLS_BROKEN, "tls_broken", "ClientHellos that break their format") \
	X(TLS_INCOMPLETE, "tls_incomplete", "ClientHellos whose rest never came") \
	X(TLS_SSL2, "tls_ssl2", "hellos in the form of SSL 2, which has no server name") \
	X(TLS_NO_NAME, "tls_no_name", "ClientHellos without a server name") \
	X(QUIC_UNREADABLE, "quic_unreadable", "Initial packets under other keys, cut off, or garbage") \
	X(QUIC_BUDGET, "quic_budget", "Initial packets not tried: too much garbage a moment ago") \
	X(QUIC_INCOMPLETE, "quic_incomplete", "QUIC hellos whose rest never came") \
	X(QUIC_NO_NAME, "quic_no_name", "QUIC hellos without a server name") \
	X(HTTP_BROKEN, "http_broken", "HTTP requests whose head has no end") \
	X(HTTP_INCOMPLETE, "http_incomplete", "HTTP requests whose rest never came") \
	X(HTTP_NO_HOST, "http_no_host", "HTTP requests without a host") \
	X(HTTP2_CLEAR, "http2_prior_knowledge", "HTTP/2 in the clear: names are compressed, not read") \
	X(DUPLICATES, "duplicates", "sightings seen twice (both span directions, retransmissions)") \
	X(OVERLAPS, "overlaps", "TCP or QUIC pieces that say other bytes for the same place") \
	X(STREAM_FULL, "stream_full", "pieces beyond what a stream may keep") \
	X(FLOWS_EVICTED, "flows_evicted", "open connections forgotten for newer ones") \
	X(QUERIES_EVICTED, "queries_evicted", "DNS queries forgotten for newer ones") \
	X(DNS_UNANSWERED, "dns_unanswered", "DNS queries without an answer") \
	X(DEFRAG_JOINED, "defrag_joined", "datagrams joined from fragments") \
	X(DEFRAG_SPOILED, "defrag_spoiled", "datagrams given up: overlapping fragments") \
	X(DEFRAG_INCOMPLETE, "defrag_incomplete", "datagrams whose other fragments never came") \
	X(TUNNELS, "tunnels", "tunnel headers stepped over") \
	X(NAMES_LOST, "names_lost", "names of one packet beyond what is reported of one")

/* what made way in the tables for something newer or found no room, and what that cost */
#define COUNTERS_TABLES(X) \
	X(CLIENTS_EVICTED, "clients_evicted", "clients forgotten for newer ones") \
	X(RESOLVED_EVICTED, "resolved_evicted", "addresses told for a matched name, forgotten before their time") \
	X(RHYTHMS_EVICTED, "rhythms_evicted", "rhythms of contacts forgotten for newer ones") \
	X(ROLLUPS_EARLY, "rollups_early", "rollups ended before their time for newer ones") \
	X(FLOWS_EARLY, "flows_early", "matched connections no longer counted, for newer ones") \
	X(FLOWS_NAMELESS, "flows_nameless", "matched connections counted without their name: no room for it")

/* connections of TCP and QUIC whose beginning was seen: the first is the sum of the others */
#define COUNTERS_COVERAGE(X) \
	X(CONNECTIONS, "connections", "connections that began") \
	X(NAMED, "named", "of these: told by a name of their own") \
	X(ATTRIBUTED, "attributed", "without one, told by an answer, a network or a fingerprint") \
	X(HIDDEN, "hidden", "whose name was withheld (ECH, no server name)") \
	X(UNREAD, "unread", "in whose beginning no name is known to stand") \
	X(FLOWS, "flow_records", "records of matched connections")

#define COUNTERS_EVENTS(X) \
	X(EVENTS, "generated", "events made") \
	X(WRITTEN, "written", "events written") \
	X(HELD, "held", "events held back and counted in a rollup") \
	X(SUPPRESSED, "suppressed", "events that the site's policy does not want") \
	X(LOST_WRITE, "lost_write", "events lost: the output refused them") \
	X(LOST_LONG, "lost_long", "events lost: longer than a line may be")

enum counter {
#define X(name, key, text) COUNT_##name,
	COUNTERS_PACKETS(X) COUNTERS_UNDECODABLE(X) COUNTERS_NAMES(X) COUNTERS_TABLES(X)
	COUNTERS_COVERAGE(X) COUNTERS_EVENTS(X)
#undef X
	COUNTERS
};

enum { COUNT_FIRSTS = 3 };	/* packet numbers remembered of each counter */

struct counts {
	uint64_t n[COUNTERS];
	uint64_t first[COUNTERS][COUNT_FIRSTS];
	uint64_t packet;	/* number of the packet in work */
};

struct counter_text {
	const char *group, *key, *text;
};

extern const struct counter_text counter_texts[COUNTERS];

/* count_at counts what another packet than the one in work was the cause of. */
static inline void count_at(struct counts *c, enum counter which, uint64_t packet)
{
	if (c->n[which] < COUNT_FIRSTS)
		c->first[which][c->n[which]] = packet;
	c->n[which]++;
}

static inline void count_add(struct counts *c, enum counter which)
{
	count_at(c, which, c->packet);
}

/* counts_balance is true when both balances hold. */
bool counts_balance(const struct counts *c);

#endif
