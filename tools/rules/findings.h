/*
 * findings.h: what a check found, by file and line.
 */
#ifndef RULES_TOOL_FINDINGS_H
#define RULES_TOOL_FINDINGS_H

#include "pack.h"

struct finding {
	char *file, *what;
	unsigned line;
	bool error;
};

struct findings {
	struct finding *list;
	size_t count, errors;
};

void findings_put(struct findings *f, bool error, const char *file, unsigned line, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* findings_write sorts and prints; as JSON when asked. */
void findings_write(struct findings *f, const struct pack *p, bool json);
void findings_free(struct findings *f);

#endif
