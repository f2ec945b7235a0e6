#include "paths.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef SHARE_DIR
#define SHARE_DIR "/usr/local/share/telltale"
#endif

/* beside gives the folder of the running program, empty when the system does not say. */
static void beside(char out[static PATH_BYTES_MAX])
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_BYTES_MAX - 1);
	char *slash;

	out[n > 0 ? n : 0] = '\0';
	slash = strrchr(out, '/');
	if (slash)
		*slash = '\0';
}

void paths_program(const char *name, char out[static PATH_BYTES_MAX])
{
	char here[PATH_BYTES_MAX];

	beside(here);
	if (snprintf(out, PATH_BYTES_MAX, "%s/%s", here, name) >= PATH_BYTES_MAX)
		out[0] = '\0';
}

void paths_rules(char out[static PATH_BYTES_MAX])
{
	char here[PATH_BYTES_MAX];
	struct stat st;

	beside(here);
	for (const char *up = "/.."; strlen(up) <= 6; up = "/../..") {
		int n = snprintf(out, PATH_BYTES_MAX, "%s%s/rules/vendors", here, up);

		if (n > 0 && n < PATH_BYTES_MAX && stat(out, &st) == 0 && S_ISDIR(st.st_mode)) {
			out[n - (int)strlen("/vendors")] = '\0';
			return;
		}
		if (strlen(up) == 6)
			break;
	}
	snprintf(out, PATH_BYTES_MAX, "%s", SHARE_DIR "/rules");
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int has_ending(const char *name, const char *const *endings)
{
	size_t n = strlen(name);

	for (; *endings; endings++) {
		size_t e = strlen(*endings);

		if (n > e && strcmp(name + n - e, *endings) == 0)
			return 1;
	}
	return 0;
}

int paths_dir(const char *dir, const char *const *endings, char ***list)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	int count = 0, room = 0;

	*list = NULL;
	if (!d)
		return -1;
	while ((entry = readdir(d))) {
		char path[PATH_BYTES_MAX];
		struct stat st;

		if (snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name) >= (int)sizeof(path) ||
		    entry->d_name[0] == '.' || !has_ending(entry->d_name, endings) ||
		    stat(path, &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		if (count == room) {
			char **more = realloc(*list, (size_t)(room = room ? 2 * room : 16) * sizeof(*more));

			if (!more)
				break;
			*list = more;
		}
		(*list)[count] = strdup(path);
		count += (*list)[count] != NULL;
	}
	closedir(d);
	if (count)
		qsort(*list, (size_t)count, sizeof(**list), compare);
	return count;
}

void paths_dir_free(char **list, int count)
{
	for (int i = 0; i < count; i++)
		free(list[i]);
	free(list);
}

void paths_geo(struct paths *out)
{
	static const char *const endings[] = { ".mmdb", NULL };
	char here[PATH_BYTES_MAX], own[PATH_BYTES_MAX + 8];
	const char *const dirs[] = { "/usr/share/GeoIP", "/var/lib/GeoIP", own, SHARE_DIR "/geo" };

	out->count = 0;
	beside(here);
	snprintf(own, sizeof(own), "%s/geo", here);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs) && !out->count; i++) {
		char **list;
		int n = paths_dir(dirs[i], endings, &list);

		for (int k = 0; k < n && out->count < PATHS_MAX; k++)
			snprintf(out->path[out->count++], PATH_BYTES_MAX, "%s", list[k]);
		if (n >= 0)
			paths_dir_free(list, n);
	}
}
