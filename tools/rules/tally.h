/*
 * tally.h: how often each word comes.
 */
#ifndef RULES_TOOL_TALLY_H
#define RULES_TOOL_TALLY_H

#include <stddef.h>

struct tally_row {
	const char *word;		/* borrowed */
	size_t rules, patterns;
};

struct tally {
	struct tally_row *rows;
	size_t count;
};

void tally_add(struct tally *t, const char *word, size_t rules, size_t patterns);
void tally_sort(struct tally *t);	/* most patterns first, then by word */
void tally_free(struct tally *t);

#endif
