/*
 * mdns.h: which addresses the hosts of a link give for their own names (RFC 6762
 * section 3: host names are directly below local).
 */
#ifndef TELLTALE_MDNS_H
#define TELLTALE_MDNS_H

#include "addr.h"
#include "dns.h"

enum { MDNS_RECORDS_MAX = 128 };	/* of one message, looked at */

struct mdns_host {
	struct name host;	/* without ".local" */
	struct addr addr;
};

/* A walk over the records of one answer. */
struct mdns_walk {
	struct dns_message m;
	unsigned left;		/* records */
};

/* mdns_open starts the walk; false when the message is no answer or breaks its format. */
bool mdns_open(struct cursor message, struct mdns_walk *walk);

/*
 * mdns_next_host gives the next A or AAAA record of a host of the link, in any
 * section; false at the end.  Records that say goodbye (TTL 0, section 10.1),
 * names of services and reverse names are stepped over.
 */
bool mdns_next_host(struct mdns_walk *walk, struct mdns_host *out);

#endif
