#include "memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void *there(void *p)
{
	if (p)
		return p;
	fputs("telltale-rules: needs more memory than there is\n", stderr);
	exit(1);
}

void *memory_new(size_t n, size_t size)
{
	return there(calloc(n ? n : 1, size));
}

char *memory_text(const char *format, ...)
{
	va_list args;
	char *text = NULL;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	return there(n < 0 ? NULL : text);
}

void *memory_room(void *list, size_t used, size_t size)
{
	if (used & (used - 1))
		return list;
	return there(reallocarray(list, used ? 2 * used : 1, size));
}
