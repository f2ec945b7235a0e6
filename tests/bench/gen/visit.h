#ifndef VISIT_H
#define VISIT_H

#include "hosts.h"
#include "sites.h"

/* One client that goes to one site. */
struct visit {
	struct client *client;
	struct site site;
	bool v6;
	bool bulk;	/* what is asked for is sent as well; else the conversation ends with the handshake */
};

/* Each writes one conversation that begins at the time given. */
void tls_visit(const struct visit *visit, uint64_t when);
void quic_visit(const struct visit *visit, uint64_t when);
void http_visit(const struct visit *visit, uint64_t when);

#endif
