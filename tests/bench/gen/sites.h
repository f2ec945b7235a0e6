#ifndef SITES_H
#define SITES_H

#include <stdbool.h>
#include <stdint.h>

/* A place clients go to, as a span port sees it: a few are asked for all the time, most hardly ever. */
struct site {
	uint32_t id;
	const char *name;
	bool telemetry;		/* a name that vendors' products report to */
};

/* sites_make draws the names of all sites; before any site_pick. */
void sites_make(void);

/* site_pick draws one; about one in twenty is telemetry. */
struct site site_pick(void);

#endif
