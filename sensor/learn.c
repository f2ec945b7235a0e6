#include "learn.h"

#include "dhcp.h"
#include "mdns.h"
#include "nbns.h"

static void learn_lease(struct clients *c, const struct packet *p, const uint8_t *mac, int64_t when)
{
	struct dhcp_facts facts;
	bool v6 = p->dport == DHCP6_CLIENT || p->dport == DHCP6_SERVER;

	if (v6 ? dhcp6_read(p->payload, &facts) : dhcp_read(p->payload, &facts))
		clients_learn_lease(c, &facts, mac, when);
}

static void learn_netbios(struct clients *c, const struct packet *p, const uint8_t *mac, int64_t when)
{
	struct nbns_facts facts;
	bool told = p->dport == NBNS_PORT ? nbns_read(p->payload, &facts) : nbns_read_datagram(p->payload, &facts);

	if (told)
		clients_learn_name(c, facts.has_addr ? &facts.addr : &p->src, facts.has_mac ? facts.mac : mac,
				   CLIENT_NBNS, &facts.host, when);
}

static void learn_mdns(struct clients *c, const struct packet *p, const uint8_t *mac, int64_t when)
{
	struct mdns_walk walk;
	struct mdns_host host;

	if (!mdns_open(p->payload, &walk))
		return;
	while (mdns_next_host(&walk, &host))
		clients_learn_name(c, &host.addr, mac, CLIENT_MDNS, &host.host, when);
}

void learn_packet(struct clients *c, const struct packet *p, const struct layers *layers, int64_t when)
{
	switch (p->dport) {
	case DHCP_SERVER: case DHCP_CLIENT: case DHCP6_SERVER: case DHCP6_CLIENT:
		learn_lease(c, p, layers->src_mac, when);
		break;
	case NBNS_PORT: case NBNS_DATAGRAM_PORT:
		learn_netbios(c, p, layers->src_mac, when);
		break;
	default:
		learn_mdns(c, p, layers->src_mac, when);
	}
}
