/*
 * memory.h: heap that is there or ends the program: a tool has nothing to save.
 */
#ifndef RULES_TOOL_MEMORY_H
#define RULES_TOOL_MEMORY_H

#include <stddef.h>

void *memory_new(size_t n, size_t size);	/* zeroed */
char *memory_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* memory_room makes place for one element behind `used` of them; it doubles at powers of two. */
void *memory_room(void *list, size_t used, size_t size);

#endif
