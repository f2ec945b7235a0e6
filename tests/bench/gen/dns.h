#ifndef DNS_H
#define DNS_H

#include "visit.h"

enum dns_type {
	DNS_A = 1,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_HTTPS = 65,
};

struct lookup {
	struct client *client;
	bool v6;		/* of the resolver */
	bool tcp;
	enum dns_type type;
	const char *name;	/* asked for: the site's, in other case, or its address backwards */
	struct site site;
};

/* dns_lookup writes the question and the answer, and gives the time of the latter. */
uint64_t dns_lookup(const struct lookup *lookup, uint64_t when);

#endif
