#include "table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "say.h"

void table_put(struct table *t, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	t->cells = memory_room(t->cells, t->rows, sizeof(*t->cells));
	t->cells[t->rows++] = memory_text("%s", text);
}

static size_t width(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;	/* what continues a UTF-8 character takes no place */
	return n;
}

/* cut shortens text to `most` characters. */
static void cut(char *text, size_t most)
{
	size_t n = 0;

	for (; *text; text++) {
		n += ((unsigned char)*text & 0xc0) != 0x80;
		if (n > most) {
			*text = '\0';
			return;
		}
	}
}

static void write_cell(const struct table *t, size_t i, size_t wide)
{
	size_t column = i % t->columns, pad = wide > width(t->cells[i]) ? wide - width(t->cells[i]) : 0;
	bool right = t->right >> column & 1, last = column + 1 == t->columns;

	if (column)
		fputs("  ", stdout);
	if (right)
		printf("%*s", (int)pad, "");
	say_text(stdout, t->cells[i]);
	if (!right && !last)
		printf("%*s", (int)pad, "");
}

void table_write(struct table *t, size_t most)
{
	size_t wide[TABLE_COLUMNS_MAX] = { 0 };

	for (size_t i = 0; i < t->rows; i++) {
		size_t column = i % t->columns, n;

		if (column + 1 < t->columns)
			cut(t->cells[i], most);
		n = width(t->cells[i]);
		wide[column] = n > wide[column] ? n : wide[column];
	}
	for (size_t i = 0; i < t->rows; i++) {
		bool head = i < t->columns;

		if (head && i == 0)
			fputs(say_tint(SAY_BOLD), stdout);
		write_cell(t, i, wide[i % t->columns]);
		if ((i + 1) % t->columns == 0)
			printf("%s\n", head ? say_tint(SAY_PLAIN) : "");
	}
	for (size_t i = 0; i < t->rows; i++)
		free(t->cells[i]);
	free(t->cells);
	*t = (struct table){ 0 };
}
