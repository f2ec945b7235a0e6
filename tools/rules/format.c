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
#include "say.h"

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
	if (!ok && fd >= 0)
		unlink(temporary);
	free(temporary);
	return ok;
}

/* What became of a file. */
struct outcome {
	const char *state;		/* "well", "written", "differs", "refused" */
	unsigned line;			/* 0: the whole file */
	char *what;			/* NULL: nothing to say */
};

static struct outcome refuse(unsigned line, const char *what)
{
	return (struct outcome){ .state = "refused", .line = line, .what = memory_text("%s", what) };
}

static struct outcome compare(const struct options *o, const char *path, const char *have, const char *want)
{
	char *plain = memory_text("%s", have);
	struct outcome out = { .state = "well" };
	size_t i = 0;

	without_comments(plain);
	if (strcmp(plain, want) == 0) {
		free(plain);
		return out;
	}
	for (out.line = 1; plain[i] && plain[i] == want[i]; i++)
		out.line += plain[i] == '\n';
	free(plain);
	if (o->check) {
		out.state = "differs";
		out.what = memory_text("layout is not canonical; run: telltale-rules format %s", path);
	} else if (write_file(path, want)) {
		out = (struct outcome){ .state = "written", .what = memory_text("put in order") };
	} else {
		out = (struct outcome){ .state = "refused", .what = memory_text("cannot be written: %s", strerror(errno)) };
	}
	return out;
}

/* lossy tells what a JSON reader would not give back as it stands; NULL: all of it comes back. */
static const char *lossy(const struct jsonfile *f)
{
	if (strstr(f->text, "\\u0000"))
		return "has the escape \\u0000, which no text here may hold; take it out";
	return layout_exact(f->root) ? NULL : "has a number with more digits than are kept; write it as text";
}

static struct outcome lay_out(const struct options *o, const char *path, const struct jsonfile *f)
{
	const char *twin = layout_twin(f->root), *loss = lossy(f);
	char *have = read_file(path), *want;
	struct outcome out;

	if (twin) {
		out = (struct outcome){ .state = "refused", .line = jsonfile_line(f, twin),
					.what = memory_text("key \"%s\" stands twice in one object; remove one", twin) };
	} else if (loss) {
		out = refuse(0, loss);
	} else if (!o->check && strcmp(have, f->text) != 0) {
		out = refuse(0, "has comments, which would be lost; move them to \"note\" or order it by hand");
	} else {
		want = layout_text(f->root);
		out = compare(o, path, have, want);
		free(want);
	}
	free(have);
	return out;
}

static struct outcome format_file(const struct options *o, const char *path)
{
	struct jsonfile f;
	char what[JSONFILE_WHAT_MAX];
	struct outcome out;
	unsigned line;

	if (!jsonfile_read(path, &f, &line, what))
		return refuse(line, what);
	out = lay_out(o, path, &f);
	jsonfile_free(&f);
	return out;
}

static void tell(cJSON *list, const char *path, const struct outcome *out)
{
	FILE *to = strcmp(out->state, "refused") == 0 ? stderr : stdout;
	cJSON *one;

	if (list) {
		one = cJSON_CreateObject();
		cJSON_AddStringToObject(one, "file", path);
		cJSON_AddStringToObject(one, "state", out->state);
		if (out->line)
			cJSON_AddNumberToObject(one, "line", out->line);
		if (out->what)
			cJSON_AddStringToObject(one, "message", out->what);
		cJSON_AddItemToArray(list, one);
	} else if (out->what) {
		fprintf(to, "%s:", path);
		if (out->line)
			fprintf(to, "%u:", out->line);
		fputc(' ', to);
		say_text(to, out->what);
		fputc('\n', to);
	}
}

int format_command(const struct options *o)
{
	cJSON *list = NULL;
	int status = STATUS_OK;

	if (!options_words(o, 1, -1, "format [--check] [--json] FILE..."))
		return STATUS_USAGE;
	list = o->json ? cJSON_CreateArray() : NULL;
	for (int i = 0; i < o->word_count; i++) {
		struct outcome out = format_file(o, o->words[i]);

		if (strcmp(out.state, "refused") == 0 || strcmp(out.state, "differs") == 0)
			status = STATUS_NO;
		tell(list, o->words[i], &out);
		free(out.what);
	}
	if (list)
		say_json(list);
	return status;
}
