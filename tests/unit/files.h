/*
 * files.h: folders of one test's files, which vanish with it.
 */
#ifndef TELLTALE_TESTS_FILES_H
#define TELLTALE_TESTS_FILES_H

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"

enum { PATH_ROOM = 512 };

struct folder {
	char path[PATH_ROOM];
};

static inline struct folder folder_make(void)
{
	const char *base = getenv("TMPDIR");
	struct folder f;

	snprintf(f.path, sizeof(f.path), "%s/telltale-test-XXXXXX", base ? base : "/tmp");
	assert_non_null(mkdtemp(f.path));
	return f;
}

static inline int folder_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void folder_remove(const struct folder *f)
{
	assert_int_equal(nftw(f->path, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline const char *folder_file(const struct folder *f, const char *name)
{
	static char path[2 * PATH_ROOM];

	snprintf(path, sizeof(path), "%s/%s", f->path, name);
	return path;
}

/* folder_put writes a file and gives its path; until the next call. */
static inline const char *folder_put(const struct folder *f, const char *name, const char *text, size_t n)
{
	const char *path = folder_file(f, name);
	FILE *out = fopen(path, "wb");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, n, out), n);
	assert_int_equal(fclose(out), 0);
	return path;
}

/* folder_get reads a file whole into a buffer of its own; until the next call. */
static inline const char *folder_get(const struct folder *f, const char *name)
{
	static char text[1 << 18];
	FILE *in = fopen(folder_file(f, name), "rb");
	size_t n;

	assert_non_null(in);
	n = fread(text, 1, sizeof(text) - 1, in);
	text[n] = '\0';
	fclose(in);
	return text;
}

#endif
