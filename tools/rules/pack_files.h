/*
 * pack_files.h: which files a pack has, and their text.
 */
#ifndef RULES_TOOL_PACK_FILES_H
#define RULES_TOOL_PACK_FILES_H

#include "pack.h"

/* pack_files_add reads PATH/vendors/(*).json, else PATH/(*).json, else PATH; false, and said, when it cannot. */
bool pack_files_add(struct pack *p, const char *path, size_t dir);
void pack_files_free(struct pack *p);

#endif
