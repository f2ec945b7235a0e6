/*
 * extract_parts.h: what the files of extract share; no one else includes it.
 */
#ifndef TELLTALE_EXTRACT_PARTS_H
#define TELLTALE_EXTRACT_PARTS_H

#include "extract.h"
#include "flow.h"
#include "frame.h"
#include "quic.h"
#include "recent.h"
#include "tds.h"
#include "tls.h"

/* A DNS query that waits for its answer, or was answered a moment ago. */
struct query {
	struct contact contact;
	uint16_t id, type, class, flags;
	uint16_t retries;
	bool answered;
	struct name name;
};

enum { QUIC_PLACES = 4096 };	/* receivers told apart by the budget of decryptions */

/* Failed decryptions, by packet time: see extract_quic.c. */
struct quic_budget {
	int64_t part, second;		/* that the counts are of */
	unsigned spent, reserve;	/* in the part */
	uint8_t place[QUIC_PLACES];	/* of the reserve, in the second */
};

struct extract {
	struct counts *counts;
	struct hash_key key;
	struct flows flows;
	struct lru queries;
	struct recent *recent;
	struct recent *ech;		/* configurations told, names without */
	struct aead *aead;
	struct quic_budget budget;
	const struct tally *tally;	/* of the connection in work, NULL without one */
	int64_t now;			/* of the packet in work */
	bool told;			/* the packet in work had a name, or a copy of one */
	bool asked;			/* it is a DNS message */
	size_t found;
	struct sighting out[SIGHTINGS_MAX];
	uint8_t scratch[TLS_HELLO_MAX];
	uint8_t clear[QUIC_DATAGRAM_MAX + 1];
	uint8_t unwrapped[STREAM_BYTES_MAX];	/* of TDS; what QUIC has in clear may be in use beside it */
};

/* What the packet in work is about, as every part needs it. */
struct work {
	const struct packet *p;
	const struct layers *layers;
	int64_t when;
	uint64_t hash;			/* the packet's */
	uint32_t number;		/* as in a contact */
};

/*
 * extract_unwrap is a stream as TLS has it: without the packets of TDS around it, if
 * there are any.  Like the scratch buffer it holds one at a time: see extract_room.
 */
static inline struct cursor extract_unwrap(struct extract *x, struct cursor stream)
{
	return tds_unwrap(stream, x->unwrapped, sizeof(x->unwrapped));
}

/* extract_collected is that of what was kept of one side's stream, of which there is some. */
static inline struct cursor extract_collected(struct extract *x, const struct flow *f, int side)
{
	return extract_unwrap(x, pieces_read(&f->side[side]->pieces));
}

/* extract_contact fills in the packet's contact, its sender taken as the client or the server. */
void extract_contact(const struct work *w, bool from_client, struct contact *out);

/* extract_put gives the next sighting to fill, or NULL (counted) when there are too many. */
struct sighting *extract_put(struct extract *x, enum evidence evidence, const struct contact *contact);

/* extract_nameless reports a connection that ends or is given up without a name; nothing of what was no connection. */
void extract_nameless(struct extract *x, const struct flow *f);

/* extract_copy is true, and counted, when this place was reported a moment ago; else it is noted. */
bool extract_copy(struct extract *x, uint64_t place, int64_t when);

/*
 * extract_note_ech remembers the ECH configurations that an answer tells, and
 * extract_settle_ech decides by them: a hello that names one, under its public
 * name, is an outer one; one whose own name was told to have none is noise.
 */
void extract_note_ech(struct extract *x, const struct dns_facts *dns, const struct name *name, int64_t when);
void extract_settle_ech(const struct extract *x, const struct tls_hello *hello, int64_t when, struct tls_facts *facts);

/*
 * extract_room evicts a connection when there is no room for one of this hash.
 * It may use the scratch buffer: call it before slices into that are taken.
 */
void extract_room(struct extract *x, uint64_t hash);

/* extract_flow opens a connection, making room first. */
struct flow *extract_flow(struct extract *x, uint64_t hash, const struct contact *contact);

/*
 * extract_store keeps a piece, counted when it cannot.  When all blocks are out
 * the connection that holds one for longest gives it, and no other is touched.
 */
enum pieces_result extract_store(struct extract *x, struct flow *f, int side, uint32_t offset, struct cursor piece);

/* extract_forget closes a connection and reports what it still held. */
void extract_forget(struct extract *x, struct flow *f);

/* extract_may_start is true when a client could begin so: a few bytes looked at. */
bool extract_may_start(const struct cursor *c);

/*
 * extract_client reads what a client said first, as far as it is there; `seq`
 * is where the stream starts.  `f` is NULL for a connection joined in the
 * middle.  After a ClientHello the connection is in phase FLOW_AWAIT.
 */
enum verdict extract_client(struct extract *x, const struct work *w, struct flow *f,
			    struct cursor stream, uint32_t seq);

/* extract_place is what copies of bytes at one place of one connection share. */
uint64_t extract_place(const struct work *w, uint32_t seq);

void extract_fill_tls(const struct extract *x, struct sighting *s, const struct tls_hello *hello);

/*
 * extract_place_piece tells where in its side's stream the packet's payload belongs;
 * what stands before the stream's start is cut off.  False when nothing is left.
 */
bool extract_place_piece(const struct flow *f, int side, const struct packet *p, struct cursor *piece,
			 uint32_t *offset);

/*
 * extract_tcp_dns reads the messages of one side.  extract_tcp_dns_alone takes a
 * segment of a connection joined in the middle: only one that is just whole
 * messages is sure to start with one.  True when it is.  extract_tcp_dns_rest
 * counts the messages that a connection which ends now had begun.
 */
void extract_tcp_dns_rest(struct extract *x, const struct flow *f);
void extract_tcp_dns(struct extract *x, const struct work *w, struct flow *f, int side);
bool extract_tcp_dns_alone(struct extract *x, const struct work *w);

/*
 * A hello is held for the server's answer.  extract_tcp_server takes a piece of
 * that, extract_tcp_again the client's second hello, which tells where the answer
 * behind a HelloRetryRequest will start, and extract_tcp_release reports the hello
 * with what of the answer is there.
 */
void extract_tcp_server(struct extract *x, const struct work *w, struct flow *f);
void extract_tcp_again(struct extract *x, const struct work *w, struct flow *f);
void extract_tcp_release(struct extract *x, struct flow *f);

void extract_tcp(struct extract *x, const struct work *w);
void extract_tcp_rest(struct extract *x, struct flow *f);
void extract_unread_quic(struct extract *x, struct flow *f);
void extract_udp(struct extract *x, const struct work *w);
void extract_quic(struct extract *x, const struct work *w);

/*
 * extract_dns reports the questions of a message, joined with the query's or
 * answer's other half when that was seen.  True when it is a DNS message.
 */
bool extract_dns(struct extract *x, const struct work *w, struct cursor message, enum evidence kind);

/* extract_dns_expects is true when an answer to this packet's ports and id is awaited. */
bool extract_dns_expects(struct extract *x, const struct work *w);
void extract_dns_expire(struct extract *x, int64_t now, bool all);

#endif
