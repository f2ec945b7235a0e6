/*
 * import_misp.h: names of a MISP event, a document and not lines.
 */
#ifndef RULES_TOOL_IMPORT_MISP_H
#define RULES_TOOL_IMPORT_MISP_H

#include "import.h"

bool import_misp(struct import *in);	/* false, and said, when it is no event */

#endif
