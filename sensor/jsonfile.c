#include "jsonfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *read_text(const char *path, char what[static JSONFILE_WHAT_MAX])
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	char *text = NULL;
	size_t n;

	if (!f || fstat(fileno(f), &st) != 0) {
		snprintf(what, JSONFILE_WHAT_MAX, "cannot be read: %s", strerror(errno));
	} else if (!S_ISREG(st.st_mode) || st.st_size > JSONFILE_BYTES_MAX) {
		snprintf(what, JSONFILE_WHAT_MAX, "is no plain file of at most %d MiB", JSONFILE_BYTES_MAX >> 20);
	} else if (!(text = malloc((size_t)st.st_size + 1))) {
		snprintf(what, JSONFILE_WHAT_MAX, "needs more memory than there is");
	} else {
		n = fread(text, 1, (size_t)st.st_size, f);
		text[n] = '\0';
		if (strlen(text) != n) {
			snprintf(what, JSONFILE_WHAT_MAX, "has a NUL byte: it is no text");
			free(text);
			text = NULL;
		}
	}
	if (f)
		fclose(f);
	return text;
}

/* blank_comments keeps every newline, so that positions stay what the user sees. */
static void blank_comments(char *p)
{
	bool string = false, line = false, block = false;

	for (; *p; p++) {
		if (line || block) {
			if (block && p[0] == '*' && p[1] == '/') {
				p[0] = p[1] = ' ';
				p++;
				block = false;
			} else if (*p == '\n') {
				line = false;
			} else {
				*p = ' ';
			}
		} else if (string) {
			if (*p == '\\' && p[1])
				p++;
			else if (*p == '"')
				string = false;
		} else if (*p == '"') {
			string = true;
		} else if (p[0] == '/' && (p[1] == '/' || p[1] == '*')) {
			line = p[1] == '/';
			block = !line;
			p[0] = p[1] = ' ';
			p++;
		}
	}
}

static unsigned line_at(const char *text, const char *at)
{
	unsigned line = 1;

	for (; text < at && *text; text++)
		line += *text == '\n';
	return line;
}

bool jsonfile_read(const char *path, struct jsonfile *out, unsigned *line, char what[static JSONFILE_WHAT_MAX])
{
	const char *end = NULL;

	*line = 0;
	out->root = NULL;
	out->text = read_text(path, what);
	if (!out->text)
		return false;
	blank_comments(out->text);
	out->root = cJSON_ParseWithOpts(out->text, &end, true);
	if (out->root)
		return true;
	*line = line_at(out->text, end ? end : out->text);
	snprintf(what, JSONFILE_WHAT_MAX, "is no JSON from here on; look for a missing comma, quote or bracket");
	jsonfile_free(out);
	return false;
}

void jsonfile_free(struct jsonfile *f)
{
	cJSON_Delete(f->root);
	free(f->text);
	f->root = NULL;
	f->text = NULL;
}

unsigned jsonfile_line(const struct jsonfile *f, const char *string)
{
	size_t n = strlen(string);

	for (const char *p = f->text; (p = strstr(p, string)); p += n ? n : 1) {
		if (p > f->text && p[-1] == '"' && p[n] == '"')
			return line_at(f->text, p);
		if (!n)
			break;
	}
	return 0;
}
