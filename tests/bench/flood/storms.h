#ifndef STORMS_H
#define STORMS_H

#include "frames.h"

/* A storm writes one frame a call; `i` counts the calls. */
struct storm {
	const char *name, *what;
	void (*put)(uint64_t i);
	void (*make)(void);	/* before the first; may be NULL */
};

extern const struct storm storms_tcp[], storms_udp[], storms_dns[], storms_under[];	/* each ends with one of no name */

/* Ends that nobody has seen before. */
struct end storm_stranger(uint16_t port);
struct end storm_server(uint16_t port);

/* storm_mix is chance that depends on a number alone. */
uint64_t storm_mix(uint64_t number);

#endif
