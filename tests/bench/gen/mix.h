#ifndef MIX_H
#define MIX_H

#include <stdint.h>

/* A kind of capture: add writes the next part of it, until it has as many bytes or packets as were asked for. */
struct mix {
	const char *name;
	uint64_t (*size)(void);
	void (*add)(void);
};

/* mix_find returns NULL when there is no kind of that name. */
const struct mix *mix_find(const char *name);

#endif
