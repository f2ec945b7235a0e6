/*
 * check_names.h: faults of patterns: repeated, shadowed, over-broad, never to match.
 */
#ifndef RULES_TOOL_CHECK_NAMES_H
#define RULES_TOOL_CHECK_NAMES_H

#include "findings.h"

/* check_names returns how many patterns stand in more than one place. */
size_t check_names(const struct pack *p, struct findings *out);

#endif
