/*
 * ech.h: Encrypted ClientHello (RFC 9849): the configurations that HTTPS
 * records announce, and the extension that clients send, so that a real outer
 * hello can be told from noise.
 */
#ifndef TELLTALE_ECH_H
#define TELLTALE_ECH_H

#include "name.h"

enum { ECH_CONFIGS_MAX = 8 };	/* of one list */

struct ech_config {
	uint8_t id;
	struct name public_name;
};

/* ech_next_config takes the next configuration of a known version off an ECHConfigList's body. */
bool ech_next_config(struct cursor *list, struct ech_config *out);

/* ech_read_outer takes the extension's body: the configuration id; false when it is no outer form. */
bool ech_read_outer(struct cursor extension, uint8_t *id);

#endif
