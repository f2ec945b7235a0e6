/*
 * paths.h: where the sensor's own files are when nobody names them.
 */
#ifndef TELLTALE_PATHS_H
#define TELLTALE_PATHS_H

#include <stddef.h>

enum { PATHS_MAX = 8, PATH_BYTES_MAX = 1024 };

#define PATHS_SITE_RULES "/etc/telltale/rules.d"

struct paths {
	size_t count;
	char path[PATHS_MAX][PATH_BYTES_MAX];
};

/*
 * paths_rules: the rules beside a program in its build tree, else the installed
 * ones.  Never empty: what is not there is left to the loader to report.
 */
void paths_rules(char out[static PATH_BYTES_MAX]);

/*
 * paths_geo: the *.mmdb files of the first folder that has some, of
 * /usr/share/GeoIP, /var/lib/GeoIP, geo/ beside the program, the installed
 * share/telltale/geo; in the order of their names.
 */
void paths_geo(struct paths *out);

/* paths_program is where a companion program would be, beside the running one. */
void paths_program(const char *name, char out[static PATH_BYTES_MAX]);

/* paths_dir lists the plain files of a folder with one of these endings, sorted; -1 when it cannot be read. */
int paths_dir(const char *dir, const char *const *endings, char ***list);
void paths_dir_free(char **list, int count);

#endif
