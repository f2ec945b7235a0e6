/*
 * word.h: short constant texts that know their length and are copied whole:
 * sixteen bytes, no call, no loop.
 */
#ifndef TELLTALE_WORD_H
#define TELLTALE_WORD_H

#include <stdint.h>
#include <string.h>

struct word {
	char text[15];		/* padded with NUL; a string while it has fewer than fifteen */
	uint8_t n;
};

/* WORD initialises one from a string constant. */
#define WORD(text) { text, sizeof(text) - 1 }

/* word_put writes the text, and what follows up to sixteen bytes; where it ends. */
static inline char *word_put(char *p, const struct word *w)
{
	memcpy(p, w, sizeof(*w));
	return p + w->n;
}

#endif
