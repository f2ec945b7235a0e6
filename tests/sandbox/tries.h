/*
 * tries.h: what is tried in the sandbox.
 */
#ifndef TELLTALE_TESTS_TRIES_H
#define TELLTALE_TESTS_TRIES_H

#include <stdbool.h>

struct place {
	const char *read, *write;	/* folders: "file" is in the first */
	int packet;			/* a bound packet socket, -1 without the right to open one */
};

/* A try is 0 when it worked, else there is an errno. */
struct try {
	const char *name;
	int (*run)(const struct place *at);
	bool needs_root;
};

extern const struct try escapes[], duties[];

/* place_open opens what the sandbox is entered with; false when it said why not. */
bool place_open(struct place *at, const char *read, const char *write);

#endif
