/* A plain file as a sink: repair, watch, rotation. */
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

enum {
	WRITEBACK_BYTES = 4 * 1024 * 1024	/* the disk is asked so often, so that a rotation waits for little */
};

/* open_path does not wait for the reader of a FIFO but at the start. */
static int open_path(const char *path, int flags)
{
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0640);
}

static uint64_t wall_seconds(void)
{
	int64_t now = clock_wall();

	return now > 0 ? (uint64_t)(now / SECOND) : 0;
}

/* torn_bytes is how much behind the last newline of a file is no whole line; `first` is its first byte. */
static size_t torn_bytes(int fd, off_t size, char *first)
{
	char tail[SINK_BUFFER_BYTES];
	size_t n = size < (off_t)sizeof(tail) ? (size_t)size : sizeof(tail);
	ssize_t got = n ? pread(fd, tail, n, size - (off_t)n) : 0;
	const char *lf;

	if (got <= 0 || (size_t)got != n || tail[n - 1] == '\n')
		return 0;
	lf = memrchr(tail, '\n', n);
	*first = lf ? lf[1] : tail[0];
	return lf ? (size_t)(tail + n - lf - 1) : n;
}

/*
 * repair ends the file with a whole line.  Half an event, or the zeros that a
 * power cut leaves, are cut off: a reader of lines has not taken them yet, and
 * as a line they would be garbage.  Anything else is not ours to delete.
 */
static void repair(struct sink *s, off_t size)
{
	int fd = open(s->path, O_RDONLY | O_CLOEXEC);
	char first = 0;
	size_t torn = fd < 0 ? 0 : torn_bytes(fd, size, &first);

	if (fd >= 0)
		close(fd);
	if (!torn)
		return;
	if ((first == '{' || first == '\0') && ftruncate(s->fd, size - (off_t)torn) == 0) {
		log_warn("%s: ended in half an event (%zu bytes), as after a crash; it was cut off", s->path, torn);
		s->size = (uint64_t)size - torn;
	} else if (write(s->fd, "\n", 1) == 1) {
		log_warn("%s: its last line had no end; events begin on a new one", s->path);
		s->size = (uint64_t)size + 1;
	}
}

bool sink_file_open(struct sink *s)
{
	struct stat st;

	s->fd = open_path(s->path, 0);
	if (s->fd < 0)
		return false;
	s->plain = fstat(s->fd, &st) == 0 && S_ISREG(st.st_mode);
	if (!s->plain)
		return true;
	s->size = (uint64_t)st.st_size;
	s->dated = st.st_size ? (uint64_t)st.st_mtime : wall_seconds();
	repair(s, st.st_size);
	s->flushed_to = s->size;
	return true;
}

/* same_file: does the path still lead to the open file? */
static bool same_file(const struct sink *s, const struct stat *mine)
{
	struct stat there;

	return stat(s->path, &there) == 0 && there.st_ino == mine->st_ino && there.st_dev == mine->st_dev;
}

static uint64_t period_of(const struct sink *s)
{
	return s->rotation.seconds ? wall_seconds() / s->rotation.seconds : 0;
}

static void say_stuck(struct sink *s, const char *what, const char *path)
{
	if (!s->stuck)
		log_warn("%s: cannot be %s: %s; the old file is kept", path, what, strerror(errno));
	s->stuck = true;
}

static bool take_new(struct sink *s)
{
	int fd = open_path(s->path, O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0)
		s->size = s->flushed_to = (uint64_t)st.st_size;
	close(s->fd);
	s->fd = fd;
	s->period = period_of(s);
	s->stuck = false;
	return true;
}

bool sink_reopen(struct sink *s)
{
	struct stat mine;

	(void)sink_flush(s);
	if (!s->path || (s->plain && fstat(s->fd, &mine) == 0 && same_file(s, &mine)))
		return true;
	return take_new(s);
}

static bool ending(const struct sink *s, unsigned n, char out[static SINK_PATH_MAX])
{
	int len = n ? snprintf(out, SINK_PATH_MAX, "%s.%u", s->path, n) : snprintf(out, SINK_PATH_MAX, "%s", s->path);

	if (len < SINK_PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

/* shift renames PATH.n to PATH.n+1, the oldest first, up to the first gap: a crash between two costs no file. */
static bool shift(const struct sink *s)
{
	char from[SINK_PATH_MAX], to[SINK_PATH_MAX];
	unsigned n = 0;

	while (++n < s->rotation.keep) {
		if (!ending(s, n, to))
			return false;
		if (access(to, F_OK) != 0)
			break;
	}
	for (; n > 0; n--) {
		if (!ending(s, n - 1, from) || !ending(s, n, to) || rename(from, to) != 0)
			return false;
	}
	return true;
}

/* The names are on the disk when the folder is. */
static void sync_folder(const char *path)
{
	char dir[SINK_PATH_MAX];
	char *slash;
	int fd;

	snprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	if (slash)
		slash[1] = '\0';
	fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

static void reopen(struct sink *s)
{
	if (take_new(s))
		s->reopened++;
	else
		say_stuck(s, "opened again", s->path);
}

static void rotate(struct sink *s)
{
	if (fsync(s->fd) != 0)
		log_warn("%s: not all of it reached the disk: %s", s->path, strerror(errno));
	if (!shift(s)) {
		if (errno == ENOENT)
			reopen(s);	/* someone else moves files, too */
		else
			say_stuck(s, "rotated", s->path);
		return;
	}
	if (!take_new(s)) {
		say_stuck(s, "opened again", s->path);
		return;
	}
	sync_folder(s->path);
	s->rotations++;
}

/* due: must the file be rotated before the buffer is written?  An empty one never. */
static bool due(struct sink *s)
{
	uint64_t period = period_of(s);

	if (!s->size)
		s->period = period;
	return s->size && (period != s->period ||
			   (s->rotation.bytes && s->size + s->used > s->rotation.bytes));
}

/*
 * sink_file_heed goes before each write, and live each second: opens the file again when it was
 * removed, or, looked at once a second, renamed; rotates it when that is due.
 */
void sink_file_heed(struct sink *s)
{
	int64_t now = clock_steady();
	bool look = now >= s->look, wanted = due(s), gone;
	struct stat mine;

	if (s->stuck && !look)
		return;
	if (fstat(s->fd, &mine) != 0)
		return;
	s->size = (uint64_t)mine.st_size;
	gone = mine.st_nlink == 0 || ((look || wanted) && !same_file(s, &mine));
	if (look)
		s->look = now + SECOND;
	if (gone)
		reopen(s);
	else if (wanted)
		rotate(s);
}

void sink_file_written(struct sink *s, size_t n)
{
	s->size += n;
	if (!s->rotation.bytes && !s->rotation.seconds)
		return;
	if (s->size < s->flushed_to)
		s->flushed_to = s->size;
	if (s->size - s->flushed_to < WRITEBACK_BYTES)
		return;
	(void)sync_file_range(s->fd, (off_t)s->flushed_to, (off_t)(s->size - s->flushed_to), SYNC_FILE_RANGE_WRITE);
	s->flushed_to = s->size;
}

/*
 * sink_file_take_back undoes the torn end of a write that the disk had no room
 * for; how many bytes remain written.  Where others append to the file, too, the
 * line is ended when there is room again.
 */
size_t sink_file_take_back(struct sink *s, size_t done)
{
	const char *lf = done ? memrchr(s->buffer, '\n', done) : NULL;
	size_t torn = done - (lf ? (size_t)(lf + 1 - s->buffer) : 0);
	struct stat st;

	if (!torn || fstat(s->fd, &st) != 0 || lseek(s->fd, 0, SEEK_CUR) != st.st_size ||
	    ftruncate(s->fd, st.st_size - (off_t)torn) != 0)
		return done;
	(void)lseek(s->fd, 0, SEEK_END);	/* standard output may not append of itself */
	return done - torn;
}
