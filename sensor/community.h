/*
 * community.h: Community ID version 1, seed 0 (corelight/community-id-spec),
 * of TCP and UDP connections.
 */
#ifndef TELLTALE_COMMUNITY_H
#define TELLTALE_COMMUNITY_H

#include "addr.h"

enum { COMMUNITY_TEXT_MAX = 31 };	/* "1:", 28 characters of base64, a NUL */

/* community_put is the same for both directions. */
void community_put(const struct addr *a, uint16_t a_port, const struct addr *b, uint16_t b_port,
		   uint8_t proto, char out[static COMMUNITY_TEXT_MAX]);

#endif
