#include "import_document.h"

#include <stdio.h>

bool document_open(struct document *d, const char *path)
{
	char what[JSONFILE_WHAT_MAX];
	unsigned line;

	if (!jsonfile_read(path, &d->json, &line, what)) {
		if (line)
			fprintf(stderr, "%s:%u: %s\n", path, line, what);
		else
			fprintf(stderr, "%s: %s\n", path, what);
		return false;
	}
	d->at = d->json.text;
	d->line = 1;
	return true;
}

void document_close(struct document *d)
{
	jsonfile_free(&d->json);
}

/* is_value looks back from a quoted string: is it what the key is given? */
static bool is_value(const char *text, const char *quote, const char *key)
{
	size_t n = strlen(key);

	while (quote > text && strchr(" \t\r\n", quote[-1]))
		quote--;
	if (quote == text || *--quote != ':')
		return false;
	while (quote > text && strchr(" \t\r\n", quote[-1]))
		quote--;
	return (size_t)(quote - text) > n + 1 && quote[-1] == '"' && memcmp(quote - 1 - n, key, n) == 0 &&
	       quote[-2 - (ptrdiff_t)n] == '"';
}

unsigned document_line(struct document *d, const char *key, const char *value)
{
	const char *found = d->at;

	do {
		found = pack_quoted(found, value);
		if (!found)
			return d->line;
	} while (!is_value(d->json.text, found++ - 1, key));
	for (; d->at < found; d->at++)
		d->line += *d->at == '\n';
	return d->line;
}
