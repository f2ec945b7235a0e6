/*
 * fuzz.h: what the harnesses share.  A broken promise ends the process, so
 * that the fuzzer and `replay` both see it, whatever NDEBUG says.
 */
#ifndef TELLTALE_FUZZ_H
#define TELLTALE_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_MUST(promise) \
	do { \
		if (!(promise)) { \
			fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #promise); \
			abort(); \
		} \
	} while (0)

/* fuzz_touch reads every byte of a slice, so that the sanitizer sees one that reaches too far. */
static inline void fuzz_touch(struct cursor c)
{
	static volatile uint8_t sum;

	for (size_t n = cursor_left(&c); n; n--)
		sum = (uint8_t)(sum + cursor_u8(&c));
}

/*
 * fuzz_name checks what name.h promises, and what writers of events rely on:
 * a name that is not odd goes into JSON as it stands.
 */
static inline void fuzz_name(const struct name *n)
{
	FUZZ_MUST(n->len <= NAME_TEXT_MAX && n->text[n->len] == '\0');
	for (size_t i = 0; i < n->len && !n->odd; i++)
		FUZZ_MUST(n->text[i] > ' ' && n->text[i] < 0x7f && n->text[i] != '"' && n->text[i] != '\\');
}

#endif
