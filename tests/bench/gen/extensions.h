#ifndef EXTENSIONS_H
#define EXTENSIONS_H

#include "hello.h"
#include "out.h"

enum {
	GROUP_P256 = 23,
	GROUP_X25519 = 29,
	GROUP_MLKEM = 0x11ec,
	MLKEM_CLIENT_SHARE = 1216,
	EXTENSIONS_MAX = 32,
};

/* RFC 8701: values that nobody knows, sent so that servers go on ignoring them. */
struct grease {
	unsigned cipher, first, last, group, version;
};

struct extension {
	unsigned type;
	size_t at, n;
};

/* The extensions of a hello in the order they were made; some browsers send them in another one. */
struct extensions {
	const struct hello *hello;
	struct grease grease;
	bool greased;
	uint8_t bytes[4096];
	struct out out;
	struct extension list[EXTENSIONS_MAX];
	size_t count, body;
};

/* extensions_make writes those that hello, grease and greased ask for. */
void extensions_make(struct extensions *e);

/* extensions_put appends them as they are sent, and gives the place of the server name in o; 0 without one. */
size_t extensions_put(struct extensions *e, struct out *o);

#endif
