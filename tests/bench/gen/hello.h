#ifndef HELLO_H
#define HELLO_H

#include "out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whose hello it looks like. */
enum browser { CHROME, FIREFOX, SAFARI, LEGACY };

struct hello {
	/* asked for */
	const char *name;	/* NULL: without SNI */
	enum browser browser;
	bool mlkem;		/* offers X25519MLKEM768: larger than one packet */
	bool quic;
	/* made */
	uint8_t bytes[4096];
	size_t n;
	size_t name_at;		/* where in bytes the name stands */
};

void client_hello_make(struct hello *hello);

/* server_hello_put appends the answer to it. */
void server_hello_put(struct out *o, bool tls13, bool mlkem);

#endif
