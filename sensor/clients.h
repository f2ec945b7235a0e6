/*
 * clients.h: what is known of the machines behind client addresses: MAC address,
 * VLAN, host name and who told it, and whether it stands for more than itself.
 *
 * It is asked and told only where something happened (a sighting, a message of
 * DHCP, mDNS or NBNS), never for each packet, and runs on the packets' clock.
 * All memory is bought by clients_new; the entry longest unused makes room.
 *
 * A MAC address is told as a client's unless it is a router's: one that speaks
 * for more than CLIENT_SPEAKS_MAX addresses within an hour (IPv6 addresses of one
 * /64 count as one: a machine has several), or that is a virtual router's by its
 * number (RFC 5798 section 7.3, RFC 2281 section 3).  What DHCP said of an
 * address comes before what is seen on the wire, for a day.  A host name stays
 * with the machine it was told of: it is not told of another MAC address that
 * takes the address over.
 *
 * `kind` rests on signs (signs.h), which are collected for a day and count until
 * the end of the next; those of a machine that had the address before do not.
 */
#ifndef TELLTALE_CLIENTS_H
#define TELLTALE_CLIENTS_H

#include "dhcp.h"
#include "hash.h"
#include "signs.h"

enum {
	CLIENTS_MAX = 16384,		/* addresses remembered; as many MAC addresses */
	CLIENT_HOST_MAX = 128,		/* bytes of a host name with the NUL; of a longer one its first label */
	CLIENT_SPEAKS_MAX = 8		/* addresses that one machine has itself */
};

/* Who told a name, the less trusted first: a name gives way to one of equal or more trust, or after a day. */
enum client_source { CLIENT_NO_NAME, CLIENT_NBNS, CLIENT_MDNS, CLIENT_DHCP };

struct client_facts {
	bool has_mac;			/* never a router's */
	uint8_t mac[6];
	bool is_router;			/* its packets come from a router's MAC address */
	bool has_vlan;
	uint16_t vlan;			/* the outer tag it was seen with last */
	enum client_source source;	/* CLIENT_NO_NAME: no host name */
	const char *host;		/* NULL without a name; borrowed until the next call */
	enum client_kind kind;
};

/* What a sighting says of its client.  Pointers are borrowed for the call. */
struct client_sign {
	const struct addr *client, *server;
	const uint8_t *client_mac, *server_mac;	/* six bytes of the link; NULL when unknown */
	bool has_vlan;
	uint16_t vlan;
	uint8_t ttl;			/* of the client's packet, as captured; 0 when unknown */
	const char *ja4;		/* of its hello; NULL when there is none */
	bool proxied;			/* the server is asked to carry it on: CONNECT, SOCKS, absolute form */
	int64_t when;
};

struct clients;

/* clients_new is NULL when memory is short. */
struct clients *clients_new(struct hash_key key);
void clients_free(struct clients *c);

/* clients_note takes a sighting.  Group and unspecified addresses are nobody's and left alone, here and below. */
void clients_note(struct clients *c, const struct client_sign *sign);

/*
 * clients_learn_name takes the name that an address has; `mac` is the link's
 * source of the packet that told it, NULL when unknown.  It is left alone when
 * another machine is known to have the address.
 */
void clients_learn_name(struct clients *c, const struct addr *a, const uint8_t *mac, enum client_source source,
			const struct name *host, int64_t when);

/*
 * clients_learn_lease takes a message of DHCP; `link_mac` is the link's source of
 * the packet, NULL when unknown.  A name waits for its machine's address.  The
 * client's own word comes before the server's; an address that is only asked for
 * is left with the machine that is known to have it.
 */
void clients_learn_lease(struct clients *c, const struct dhcp_facts *f, const uint8_t *link_mac, int64_t when);

/* clients_find fills *out with what is known at `when`; false when nothing is. */
bool clients_find(struct clients *c, const struct addr *a, int64_t when, struct client_facts *out);

/* clients_evicted is how many addresses were forgotten for newer ones. */
uint64_t clients_evicted(const struct clients *c);

#endif
