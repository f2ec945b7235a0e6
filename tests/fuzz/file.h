/*
 * file.h: an input as a file in memory, for what is opened by path.
 */
#ifndef TELLTALE_FUZZ_FILE_H
#define TELLTALE_FUZZ_FILE_H

#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

enum { FUZZ_PATH_MAX = 32 };

/* fuzz_file writes the bytes and tells their path; the descriptor is the caller's to close. */
static inline int fuzz_file(const uint8_t *data, size_t size, char path[static FUZZ_PATH_MAX])
{
	int fd = memfd_create("fuzz", 0);

	FUZZ_MUST(fd >= 0 && (!size || write(fd, data, size) == (ssize_t)size));
	snprintf(path, FUZZ_PATH_MAX, "/proc/self/fd/%d", fd);
	return fd;
}

#endif
