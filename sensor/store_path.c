#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store_parts.h"

enum { PATH_ROOM = 1024, TRIES = 100 };

bool store_path_create(const char *path, char what[static STORE_WHAT_MAX])
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	struct stat st;

	if (fd >= 0) {
		close(fd);
		return true;
	}
	if (errno == EEXIST && stat(path, &st) == 0) {
		if (S_ISREG(st.st_mode))
			return true;
		errno = EISDIR;
	}
	snprintf(what, STORE_WHAT_MAX, "store %s: %s; what is seen is kept in memory alone until it can be opened",
		 path, strerror(errno));
	return false;
}

/* aside_name is the first free name of PATH.damaged-TIME, PATH.damaged-TIME.1 ... */
static bool aside_name(const char *path, char out[static PATH_ROOM])
{
	struct stat st;
	struct tm tm;
	char when[32];
	int n;

	if (stat(path, &st) != 0 || !gmtime_r(&st.st_mtime, &tm) ||
	    !strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &tm))
		return false;
	n = snprintf(out, PATH_ROOM, "%s.damaged-%s", path, when);
	for (int i = 1; n > 0 && n < PATH_ROOM && i < TRIES; i++) {
		if (access(out, F_OK) != 0)
			return true;
		n = snprintf(out, PATH_ROOM, "%s.damaged-%s.%d", path, when, i);
	}
	return false;
}

bool store_path_set_aside(const char *path, const char *why, char what[static STORE_WHAT_MAX])
{
	char to[PATH_ROOM], from[PATH_ROOM + 8], log[PATH_ROOM + 8];

	if (!aside_name(path, to) || rename(path, to) != 0) {
		snprintf(what, STORE_WHAT_MAX, "store %s: %s; it cannot be set aside (%s): move it away; "
			 "until then what is seen is kept in memory alone", path, why, strerror(errno));
		return false;
	}
	snprintf(from, sizeof(from), "%s-wal", path);
	snprintf(log, sizeof(log), "%s-wal", to);
	(void)rename(from, log);
	snprintf(from, sizeof(from), "%s-shm", path);
	(void)unlink(from);
	snprintf(what, STORE_WHAT_MAX, "store %s: %s; it is set aside as %s and a new one begun, "
		 "so first sightings count from now", path, why, to);
	return true;
}
