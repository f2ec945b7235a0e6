/*
 * signs.h: signs that an address stands for more than one machine.
 *
 * Each is one that a lone machine can give by accident; they are proof of nothing.
 *   CLIENT_NAT    packets with the initial TTL of two families of systems (64,
 *                 128, 255), SIGNS_TTL_MIN of each; or the hellos of many
 *                 programs, by their JA4: SIGNS_HELLOS_MANY
 *   CLIENT_PROXY  others asked it SIGNS_ASKED_MIN times to carry a request on,
 *                 and it asked SIGNS_SERVERS_MANY servers itself
 * Different hellos and servers are counted by a bit of their hash each, so that
 * some fall together and are missed; none counts twice.
 */
#ifndef TELLTALE_SIGNS_H
#define TELLTALE_SIGNS_H

#include <stdint.h>

enum client_kind { CLIENT_ALONE, CLIENT_NAT, CLIENT_PROXY };

enum {
	SIGNS_TTL_MIN = 3, SIGNS_HELLOS_MANY = 64, SIGNS_ASKED_MIN = 3, SIGNS_SERVERS_MANY = 8,
	SIGNS_FAMILIES = 3, SIGNS_HELLO_WORDS = 4
};

/* All zeros: nothing was seen. */
struct signs {
	uint8_t ttls[SIGNS_FAMILIES], asked;
	uint64_t hellos[SIGNS_HELLO_WORDS], servers;
};

/*
 * signs_note_ttl takes the TTL or hop limit of a packet, as captured.  What no
 * family gives behind at most 31 routers is left alone: a trace's, or an unusual
 * system's.
 */
void signs_note_ttl(struct signs *s, uint8_t ttl);
void signs_note_hello(struct signs *s, uint64_t hash);
void signs_note_server(struct signs *s, uint64_t hash);
void signs_note_asked(struct signs *s);

enum client_kind signs_kind(const struct signs *s);

#endif
