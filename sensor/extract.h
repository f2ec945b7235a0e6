/*
 * extract.h: from a packet to the names in it.
 *
 * Knows which reader speaks for which bytes, keeps the connections and
 * queries that are still open, and returns sightings; it calls nothing
 * further down the line.
 */
#ifndef TELLTALE_EXTRACT_H
#define TELLTALE_EXTRACT_H

#include "count.h"
#include "hash.h"
#include "link.h"
#include "sighting.h"
#include "transport.h"

enum {
	SIGHTINGS_MAX = 64,	/* of one packet; more are counted as lost */
	QUERIES_MAX = 65536,	/* DNS queries remembered at once */
	QUERY_SECONDS = 5,	/* packet time that a query waits for its answer */
	ANSWERED_SECONDS = 2,	/* and is remembered behind it, so that copies count once */
	COPY_SECONDS = 10	/* within which a hello of the same place is a copy */
};

struct extract;

/* extract_new is NULL when memory or the ciphers are missing. */
struct extract *extract_new(struct hash_key key, struct counts *counts);
void extract_free(struct extract *x);

/*
 * extract_packet returns how many sightings stand in *out, which are valid
 * until the next call.  Slices in them are borrowed from the packet.
 */
size_t extract_packet(struct extract *x, const struct packet *p, const struct layers *layers,
		      int64_t when, struct sighting **out);

/*
 * extract_follows is true when the packet before belongs to what is still open: a
 * connection whose hello is to come, a DNS transaction.
 */
bool extract_follows(const struct extract *x);

/* extract_bare makes a sighting without a name of a packet, its sender taken for the client. */
void extract_bare(const struct packet *p, const struct layers *layers, int64_t when, struct sighting *out);

/* extract_expired returns what has waited long enough; call it until it returns 0. */
size_t extract_expired(struct extract *x, int64_t now, struct sighting **out);

/* extract_rest returns what still waits, at the end; call it until it returns 0. */
size_t extract_rest(struct extract *x, struct sighting **out);

#endif
