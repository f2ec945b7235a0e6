/*
 * nbns.h: the names that Windows machines and their like give themselves over
 * NetBIOS (RFC 1001, RFC 1002): registrations and refreshments (section 4.2.2 and
 * 4.2.4 of the latter), answers to a node status request (4.2.18), and the sender
 * of datagrams (4.4.1), which browsers broadcast every few minutes.
 */
#ifndef TELLTALE_NBNS_H
#define TELLTALE_NBNS_H

#include "addr.h"
#include "name.h"

enum {
	NBNS_PORT = 137, NBNS_DATAGRAM_PORT = 138,
	NBNS_NAME_MAX = 15,		/* bytes of a NetBIOS name before its suffix */
	NBNS_WORKSTATION = 0x00, NBNS_FILE_SERVER = 0x20	/* suffixes that stand behind a host's name */
};

struct nbns_facts {
	struct name host;	/* folded to lower case, blanks at the end left out */
	uint8_t suffix;		/* NBNS_WORKSTATION or NBNS_FILE_SERVER */
	bool has_addr;		/* the message names the host's address; else it is the sender's */
	struct addr addr;
	bool has_mac;		/* of a node status, where it is not all zeros */
	uint8_t mac[6];
};

/*
 * nbns_read takes the payload of a datagram of port 137, nbns_read_datagram that
 * of port 138.  True when it tells the name of one host; names of groups and of
 * services, questions and refusals tell none.
 */
bool nbns_read(struct cursor message, struct nbns_facts *out);
bool nbns_read_datagram(struct cursor message, struct nbns_facts *out);

/*
 * nbns_decode undoes the first-level encoding (RFC 1001 section 14.1) of a name
 * that name_read_dns read, its scope left out; false when it is not encoded so.
 */
bool nbns_decode(const struct name *encoded, struct name *host, uint8_t *suffix);

#endif
