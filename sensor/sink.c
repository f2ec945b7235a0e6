#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int open_path(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

bool sink_open(struct sink *s, const char *path)
{
	*s = (struct sink){ .fd = STDOUT_FILENO };
	if (path && strcmp(path, "-") != 0) {
		s->path = path;
		s->fd = open_path(path);
		if (s->fd < 0)
			return false;
	}
	s->buffer = malloc(SINK_BUFFER_BYTES);
	return s->buffer != NULL;
}

bool sink_reopen(struct sink *s)
{
	int fd;

	(void)sink_flush(s);
	if (!s->path)
		return true;
	fd = open_path(s->path);
	if (fd < 0)
		return false;
	close(s->fd);
	s->fd = fd;
	return true;
}

static bool can_write(const struct sink *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLOUT };

	return poll(&p, 1, 0) == 1;
}

/* write_all returns how many bytes the system took. */
static size_t write_all(struct sink *s)
{
	size_t done = 0;

	while (done < s->used) {
		ssize_t n;

		if (s->stop && *s->stop && !can_write(s)) {
			s->error = EAGAIN;
			return done;
		}
		n = write(s->fd, s->buffer + done, s->used - done);

		if (n > 0) {
			done += (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			struct pollfd p = { .fd = s->fd, .events = POLLOUT };

			(void)poll(&p, 1, -1);
		} else if (n < 0 && errno != EINTR) {
			s->error = errno;
			s->closed |= errno == EPIPE;
			return done;
		}
	}
	s->error = 0;
	return done;
}

static uint64_t count_lines(const char *p, size_t n)
{
	uint64_t lines = 0;

	for (const char *end = p + n; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		lines++;
	return lines;
}

/* end_torn_line closes a line that the system took only in part, so that the next one stands alone. */
static void end_torn_line(struct sink *s, size_t done)
{
	ssize_t n;

	if (!done || s->buffer[done - 1] == '\n')
		return;
	n = write(s->fd, "\n", 1);
	(void)n;
}

bool sink_flush(struct sink *s)
{
	size_t done;
	uint64_t whole = s->pending;

	if (!s->used)
		return true;
	done = write_all(s);
	if (done < s->used) {
		whole = count_lines(s->buffer, done);
		if (!s->closed)
			end_torn_line(s, done);
	}
	s->lines += whole;
	s->lost += s->pending - whole;
	s->used = 0;
	s->pending = 0;
	return s->error == 0;
}

char *sink_space(struct sink *s, size_t n)
{
	if (n > SINK_BUFFER_BYTES - s->used)
		(void)sink_flush(s);
	return s->buffer + s->used;
}

void sink_take(struct sink *s, size_t n)
{
	if (s->closed) {
		s->lost++;
		return;
	}
	s->used += n;
	s->pending++;
}

bool sink_close(struct sink *s)
{
	bool ok = sink_flush(s);

	if (s->path && close(s->fd) != 0)
		ok = false;
	free(s->buffer);
	s->buffer = NULL;
	return ok;
}
