#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "jsonfile.h"
#include "layout.h"
#include "memory.h"

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = NULL;
	size_t n = 0;

	if (f && getdelim(&text, &n, '\0', f) < 0) {
		free(text);
		text = NULL;
	}
	if (f)
		fclose(f);
	return text ? text : memory_text("%s", "");
}

/* without_comments leaves out lines that hold nothing but a comment, in place. */
static void without_comments(char *text)
{
	char *out = text;

	while (*text) {
		size_t n = strcspn(text, "\n"), lead = strspn(text, " \t");

		n += text[n] == '\n';
		if (strncmp(text + lead, "//", 2) != 0) {
			memmove(out, text, n);
			out += n;
		}
		text += n;
	}
	*out = '\0';
}

/* write_file replaces the file whole or not at all. */
static bool write_file(const char *path, const char *text)
{
	char *temporary = memory_text("%s.XXXXXX", path);
	int fd = mkstemp(temporary);
	FILE *f = fd >= 0 ? fdopen(fd, "wb") : NULL;
	struct stat st;
	bool ok = f && stat(path, &st) == 0 && fchmod(fd, st.st_mode & 0777) == 0 && fputs(text, f) >= 0;

	if (f)
		ok = fclose(f) == 0 && ok;
	ok = ok && rename(temporary, path) == 0;
	if (!ok) {
		fprintf(stderr, "%s: cannot be written: %s\n", path, strerror(errno));
		if (fd >= 0)
			unlink(temporary);
	}
	free(temporary);
	return ok;
}

static bool compare(const struct options *o, const char *path, const char *want)
{
	char *have = read_file(path), *plain = memory_text("%s", have);
	unsigned line = 1;
	size_t i = 0;
	bool ok;

	without_comments(plain);
	ok = strcmp(plain, want) == 0;
	if (!ok && o->check) {
		for (; plain[i] && plain[i] == want[i]; i++)
			line += plain[i] == '\n';
		printf("%s:%u: layout is not canonical; run: telltale-rules format %s\n", path, line, path);
	} else if (!ok) {
		ok = write_file(path, want);
		if (ok)
			printf("%s: put in order\n", path);
	}
	free(have);
	free(plain);
	return ok;
}

/* has_comments looks whether blanking changed the text. */
static bool has_comments(const char *path, const struct jsonfile *f)
{
	char *have = read_file(path);
	bool differ = strcmp(have, f->text) != 0;

	free(have);
	return differ;
}

static bool format_file(const struct options *o, const char *path)
{
	struct jsonfile f;
	char what[JSONFILE_WHAT_MAX], *want;
	const char *twin;
	unsigned line;
	bool ok = false;

	if (!jsonfile_read(path, &f, &line, what)) {
		fprintf(stderr, "%s:%u: %s\n", path, line, what);
		return false;
	}
	twin = layout_twin(f.root);
	if (twin) {
		printf("%s:%u: key \"%s\" stands twice in one object; remove one\n", path, jsonfile_line(&f, twin), twin);
	} else {
		want = layout_text(f.root);
		if (o->check || !has_comments(path, &f))
			ok = compare(o, path, want);
		else
			printf("%s: has comments, which would be lost; move them to \"note\" or order it by hand\n", path);
		free(want);
	}
	jsonfile_free(&f);
	return ok;
}

int format_command(const struct options *o)
{
	int status = STATUS_OK;

	if (!options_words(o, 1, -1, "format [--check] FILE..."))
		return STATUS_USAGE;
	for (int i = 0; i < o->word_count; i++) {
		if (!format_file(o, o->words[i]))
			status = STATUS_NO;
	}
	return status;
}
