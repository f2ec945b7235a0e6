/*
 * fetch.h: whether web addresses still answer, asked by the program curl: first by HEAD, and by GET those that HEAD
 * did not satisfy.
 */
#ifndef RULES_TOOL_FETCH_H
#define RULES_TOOL_FETCH_H

#include <stdbool.h>
#include <stddef.h>

enum {
	FETCH_PARALLEL = 16,		/* requests under way */
	FETCH_CONNECT_SECONDS = 10,
	FETCH_SECONDS = 30,		/* for one request, redirections with it */
	FETCH_REDIRECTS = 10,
	FETCH_WHAT_MAX = 128
};

struct fetch {
	const char *url;		/* borrowed; printable ASCII */
	long status;			/* of the last answer, 0 without one */
	long fault;			/* curl's exit code, 0 when an answer came */
	char what[FETCH_WHAT_MAX];	/* curl's words for it */
	bool asked;
};

/* fetch_all asks for each; false, and said, when curl cannot be run. */
bool fetch_all(struct fetch *list, size_t n);

/* fetch_alive: the page is there; fetch_dead: it is certainly not.  Neither: it cannot be told from here. */
bool fetch_alive(const struct fetch *f);
bool fetch_dead(const struct fetch *f);

#endif
