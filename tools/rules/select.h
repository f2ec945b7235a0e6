/*
 * select.h: which rules the options ask for.
 */
#ifndef RULES_TOOL_SELECT_H
#define RULES_TOOL_SELECT_H

#include "options.h"
#include "pack.h"

/* select_rule: live (or all of them, with --all) and within every filter. */
bool select_rule(const struct options *o, const struct pack_rule *r);

/* select_in is true when `value` is one of a list with commas, or the list NULL. */
bool select_in(const char *list, const char *value);

#endif
