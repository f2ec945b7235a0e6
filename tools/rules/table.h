/*
 * table.h: rows of text in aligned columns.
 */
#ifndef RULES_TOOL_TABLE_H
#define RULES_TOOL_TABLE_H

#include <stddef.h>

enum { TABLE_COLUMNS_MAX = 8 };

struct table {
	size_t columns, rows;
	unsigned right;			/* bit i: column i stands to the right */
	char **cells;
};

/* table_put appends a cell; columns fill from the left.  A column's cells of the first row are its heading. */
void table_put(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* table_write prints and frees; a column gets at most `most` characters, the last one all it needs. */
void table_write(struct table *t, size_t most);

#endif
