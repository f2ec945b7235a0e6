/*
 * flow.h: the connections whose hello is still to come, and no others.
 *
 * An entry is opened by a SYN or by the first part of a hello, and closed when
 * the name is known.  Every other packet of the wire costs flow_hash and one
 * load.  All memory is bought by flows_new: entries, and blocks for bytes that
 * came in pieces.
 */
#ifndef TELLTALE_FLOW_H
#define TELLTALE_FLOW_H

#include "aead.h"
#include "hash.h"
#include "lru.h"
#include "pieces.h"
#include "pool.h"
#include "sighting.h"
#include "transport.h"

enum {
	FLOWS_MAX = 65536,		/* connections open at once */
	FLOW_IDLE_SECONDS = 10,		/* packet time without a packet, then forgotten */
	STREAM_SMALL = 4096,		/* bytes kept of a direction at first */
	STREAM_BYTES_MAX = 65536 + 2048,	/* and at the most: a DNS message, a TLS hello */
	STREAMS_SMALL = 8192, STREAMS_BIG = 256, HELD_MAX = 16384
};

enum flow_phase {
	FLOW_OPEN,	/* connected, nothing said yet */
	FLOW_CLEAR,	/* words in the clear, behind which TLS may be asked for */
	FLOW_COLLECT,	/* part of what the client says first is there */
	FLOW_AWAIT,	/* the hello is held, the server's answer is to come */
	FLOW_DNS,	/* DNS over TCP: messages both ways */
	FLOW_QUIC,	/* CRYPTO frames are collected */
	FLOW_DONE	/* kept so that later packets are not tried again */
};

struct stream {
	struct pieces pieces;
	struct flow *owner;
	struct stream *older, *newer;	/* of its size, by when they were taken */
	uint8_t bytes[];
};

/* The blocks of one size that are out. */
struct streams {
	struct pool *pool;
	struct stream *oldest, *newest;
};

struct flow_tcp {
	uint32_t base[SIDES];	/* sequence number of the stream's first byte */
	bool based[SIDES];
	uint32_t want, seen;		/* bytes of the client's stream before it is read again; read by then */
	uint32_t server_want;		/* bytes of the server's stream before it is read again */
	uint8_t clear;			/* segments said in the clear */
	bool retried;			/* a HelloRetryRequest came */
	uint32_t used[SIDES];	/* bytes read, dropped before the next piece */
	struct sighting *held;
};

struct flow_quic {
	uint32_t version;
	uint8_t dcid_len, server_len, retries;
	uint8_t dcid[20];		/* what the client chose first: the keys' */
	uint8_t server[20];		/* what the server chose: the client's later packets carry it */
	struct aead_keys keys;
};

/* Which message the pieces of a DTLS hello belong to. */
struct flow_dtls {
	uint32_t length;
	uint16_t sequence;
};

struct flow {
	struct contact contact;
	int64_t last;			/* of its newest packet */
	uint8_t phase;
	bool begun;			/* its first packet was seen: a SYN, an Initial */
	bool spoken;			/* something but a handshake of TCP crossed it */
	struct tally tally;
	struct stream *side[SIDES];
	union {
		struct flow_tcp tcp;
		struct flow_quic quic;
		struct flow_dtls dtls;
	};
};

struct flows {
	struct lru table;
	struct hash_key key;
	struct streams small, big;
	struct pool *held;
	struct streams *starved;	/* the last flow_store failed for want of one of these; NULL */
};

bool flows_new(struct flows *t, struct hash_key key);
void flows_free(struct flows *t);

static inline uint64_t flow_half(const struct hash_key *key, const struct addr *a, uint16_t port)
{
	uint64_t word[2];

	memcpy(word, a->bytes, sizeof(word));
	return hash_fold(word[0] ^ key->a ^ port, word[1] ^ key->b);
}

/* flow_hash is the same for both directions of a connection. */
static inline uint64_t flow_hash(const struct hash_key *key, const struct packet *p)
{
	return hash_pair(key, flow_half(key, &p->src, p->sport) + flow_half(key, &p->dst, p->dport), p->proto);
}

/* flow_find is the packet's connection or NULL; *side tells who sent the packet. */
struct flow *flow_find(const struct flows *t, uint64_t hash, const struct packet *p, int *side);

/* flow_add opens a connection; there must be room (lru_victim). */
struct flow *flow_add(struct flows *t, uint64_t hash, const struct contact *contact);

/* flow_close gives everything back; flow_forget_side only what came from one side. */
void flow_close(struct flows *t, struct flow *f);
void flow_forget_side(struct flows *t, struct flow *f, int side);

/*
 * flow_store keeps a piece of one side's stream.  PIECES_FULL also when no
 * block is left to keep it in; flow_hoarder is then the connection that holds
 * one of that size for longest, NULL when that was not the reason.
 */
enum pieces_result flow_store(struct flows *t, struct flow *f, int side, uint32_t offset, struct cursor piece);
struct flow *flow_hoarder(const struct flows *t);

#endif
