#include "tally.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

void tally_add(struct tally *t, const char *word, size_t rules, size_t patterns)
{
	size_t i = 0;

	while (i < t->count && strcmp(t->rows[i].word, word) != 0)
		i++;
	if (i == t->count) {
		t->rows = memory_room(t->rows, t->count, sizeof(*t->rows));
		t->rows[t->count++] = (struct tally_row){ .word = word };
	}
	t->rows[i].rules += rules;
	t->rows[i].patterns += patterns;
}

static int compare(const void *a, const void *b)
{
	const struct tally_row *x = a, *y = b;

	if (x->patterns != y->patterns)
		return x->patterns < y->patterns ? 1 : -1;
	return strcmp(x->word, y->word);
}

void tally_sort(struct tally *t)
{
	if (t->count)
		qsort(t->rows, t->count, sizeof(*t->rows), compare);
}

void tally_free(struct tally *t)
{
	free(t->rows);
}
