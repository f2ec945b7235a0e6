#ifndef HOSTS_H
#define HOSTS_H

#include <stdbool.h>
#include <stdint.h>

enum {
	CLIENTS = 2000,
	MAC_SIZE = 6,
};

struct address {
	bool v6;
	uint8_t bytes[16];	/* IPv4 in the first four */
};

struct client {
	uint32_t number;
	uint8_t mac[MAC_SIZE];
	uint16_t vlan;		/* 0: not tagged */
	uint16_t port;		/* of the last connection it opened */
	bool outside_dns;	/* asks a public resolver, not the one of the house */
	struct address v4, v6;
};

extern const uint8_t gateway_mac[MAC_SIZE];

/* clients_make draws all clients; before any client_pick. */
void clients_make(void);
struct client *client_pick(void);

/* server_address is the address of a site, the same in every capture; replica counts its further ones. */
struct address server_address(uint32_t site, uint32_t replica, bool v6);

#endif
