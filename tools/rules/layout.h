/*
 * layout.h: the one layout of a rule file, so that a change of one fact is a change of one line.
 */
#ifndef RULES_TOOL_LAYOUT_H
#define RULES_TOOL_LAYOUT_H

#include <cjson/cJSON.h>
#include <stdbool.h>

/* layout_text orders keys, sorts lists of strings or numbers, and lays out; the caller frees.  *root is changed. */
char *layout_text(cJSON *root);

/* layout_exact is false when a number has more digits than a double keeps, so that writing it would change it. */
bool layout_exact(const cJSON *value);

/* layout_twin is a key that stands twice in one object; NULL when there is none. */
const char *layout_twin(const cJSON *value);

#endif
