/*
 * dhcp.h: what DHCP tells of a client: which machine has which address, and the
 * name that it gives itself.
 *
 * DHCPv4 (RFC 2131, options of RFC 2132, FQDN of RFC 4702, long options of RFC
 * 3396, options in the file and sname fields); DHCPv6 (RFC 8415, FQDN of RFC
 * 4704, the link-layer address that a relay adds of RFC 6939).
 */
#ifndef TELLTALE_DHCP_H
#define TELLTALE_DHCP_H

#include "addr.h"
#include "name.h"

enum {
	DHCP_SERVER = 67, DHCP_CLIENT = 68, DHCP6_CLIENT = 546, DHCP6_SERVER = 547,	/* UDP ports */
	DHCP_VENDOR_MAX = 64		/* bytes of a vendor class with the NUL; longer ones are cut */
};

/* How sure it is that the client uses the address. */
enum dhcp_standing {
	DHCP_NO_ADDRESS,	/* the message names none, or gives it back */
	DHCP_ASKED,		/* offered, or asked for: the server may still refuse */
	DHCP_HELD		/* acknowledged, or in use as the client says */
};

struct dhcp_facts {
	bool reply;			/* the server speaks: the name is its word, too */
	bool relayed;			/* the packet comes from a relay, not from the client's link */
	bool has_mac;			/* the client's own, relayed or not; DHCPv6 has it from a relay alone */
	uint8_t mac[6];
	enum dhcp_standing standing;
	struct addr addr;		/* unless DHCP_NO_ADDRESS; DHCPv6: the first */
	struct name host;		/* the host name, else the client's FQDN; empty when there is none */
	char vendor[DHCP_VENDOR_MAX];	/* vendor class identifier, printable ASCII; DHCPv4 alone */
};

/*
 * dhcp_read takes the payload of a datagram of the DHCPv4 ports, dhcp6_read that
 * of the DHCPv6 ones.  True when it is a whole and sane message, false when not;
 * nothing in *out is borrowed.
 */
bool dhcp_read(struct cursor message, struct dhcp_facts *out);
bool dhcp6_read(struct cursor message, struct dhcp_facts *out);

/*
 * dhcp_read_fqdn_wire takes a domain name in the form of RFC 4702 section 2.3.1
 * and RFC 4704 section 4.2: labels without compression, the root at the end left
 * out when the name is a part of one.  False, and *out empty, when it is no name.
 */
bool dhcp_read_fqdn_wire(struct cursor labels, struct name *out);

#endif
