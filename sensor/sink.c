#include "sink.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

enum {
	GRACE_MS = 1000,	/* at the end, for a reader that takes nothing */
	RETRY_DISK_MS = 250,	/* between tries of a disk that is full */
	RETRY_READER_MS = 2
};

#define MS (SECOND / 1000)

static const char *name_of(const struct sink *s)
{
	return s->path ? s->path : "standard output";
}

bool sink_open(struct sink *s, const char *path)
{
	struct stat st;

	*s = (struct sink){ .fd = STDOUT_FILENO, .room = SINK_BUFFER_BYTES };
	if (path && strcmp(path, "-") != 0) {
		s->path = path;
		if (!sink_file_open(s))
			return false;
	} else {
		s->plain = fstat(s->fd, &st) == 0 && S_ISREG(st.st_mode);
	}
	s->buffer = malloc(s->room + SINK_BUFFER_BYTES);
	return s->buffer != NULL;
}

bool sink_relay(struct sink *s, void (*relay)(void *to, const char *bytes, size_t n, uint64_t lines), void *to)
{
	*s = (struct sink){ .fd = -1, .room = SINK_BUFFER_BYTES, .relay = relay, .relay_to = to };
	s->buffer = malloc(s->room + SINK_BUFFER_BYTES);
	return s->buffer != NULL;
}

bool sink_live(struct sink *s)
{
	char *more = realloc(s->buffer, (size_t)SINK_QUEUE_BYTES + SINK_BUFFER_BYTES);

	if (!more)
		return false;
	s->buffer = more;
	s->room = SINK_QUEUE_BYTES;
	s->queues = true;
	return true;
}

bool sink_rotate_by(struct sink *s, const struct sink_rotation *r)
{
	if (!s->path || !s->plain)
		return false;
	s->rotation = *r;
	s->period = r->seconds ? s->dated / r->seconds : 0;
	return true;
}

/*
 * takes_now is how many of `left` bytes the output takes at once.  A pipe that
 * polls writable takes PIPE_BUF without waiting (POSIX.1-2017 write), which
 * spares a change of the flags that it may share with others.
 */
static size_t takes_now(struct sink *s, size_t left, int patience_ms)
{
	struct pollfd p = { .fd = s->fd, .events = POLLOUT };
	bool stopping = s->stop && *s->stop;

	if (s->plain || (!s->queues && !stopping))
		return left;
	if (stopping)
		patience_ms = s->hung ? 0 : GRACE_MS;
	if (poll(&p, 1, patience_ms) == 1)
		return left < PIPE_BUF ? left : PIPE_BUF;
	s->hung |= stopping;
	return 0;
}

/* write_some returns how many bytes the system took; all, or there is an errno. */
static size_t write_some(struct sink *s, int patience_ms, int *error)
{
	size_t done = 0;

	*error = 0;
	while (done < s->used && !*error) {
		size_t most = takes_now(s, s->used - done, patience_ms);
		ssize_t n = most ? write(s->fd, s->buffer + done, most) : -1;

		if (!most)
			*error = EAGAIN;
		else if (n >= 0)
			done += (size_t)n;
		else if (errno == EAGAIN && !s->queues)
			(void)poll(&(struct pollfd){ .fd = s->fd, .events = POLLOUT }, 1, -1);
		else if (errno != EINTR)
			*error = errno;
	}
	return done;
}

static uint64_t count_lines(const char *p, size_t n)
{
	uint64_t lines = 0;

	for (const char *end = p + n; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		lines++;
	return lines;
}

/* note_written drops what the system took from the buffer. */
static void note_written(struct sink *s, size_t done)
{
	uint64_t lines = done == s->used ? s->pending : count_lines(s->buffer, done);

	s->lines += lines;
	s->pending -= lines;
	s->used -= done;
	if (done)
		s->midline = s->buffer[done - 1] != '\n';
	if (s->used && done)
		memmove(s->buffer, s->buffer + done, s->used);
	if (s->plain)
		sink_file_written(s, done);
}

static void note_refused(struct sink *s, int error)
{
	bool reader = error == EAGAIN || error == EPIPE;

	s->error = error;
	s->closed |= error == EPIPE;
	s->retry = clock_steady() + (reader ? RETRY_READER_MS : RETRY_DISK_MS) * MS;
	if (!s->refused && !reader)
		log_warn("%s: cannot be written: %s; events wait while there is room for them, then they are lost "
			 "and counted", name_of(s), strerror(error));
	s->refused |= !reader;
}

static void note_well(struct sink *s)
{
	if (s->refused || s->losing)
		log_warn("%s: is written again; %llu events were lost so far", name_of(s), (unsigned long long)s->lost);
	s->refused = s->losing = false;
}

static bool flush(struct sink *s, int patience_ms)
{
	size_t done;
	int error;

	if (s->closed)
		return false;
	if (s->relay) {
		s->relay(s->relay_to, s->buffer, s->used, s->pending);
		s->lines += s->pending;
		s->used = s->pending = 0;
		return true;
	}
	if (s->plain && s->path && !s->midline)
		sink_file_heed(s);
	done = write_some(s, patience_ms, &error);
	if (error && s->plain)
		done = sink_file_take_back(s, done);
	note_written(s, done);
	if (error)
		note_refused(s, error);
	else
		note_well(s);
	return !error;
}

/* lose_rest gives up what waits. */
static void lose_rest(struct sink *s)
{
	s->lost += s->pending;
	s->pending = 0;
	s->used = 0;
}

bool sink_flush(struct sink *s)
{
	bool ok = true;

	if (!s->used && s->queues && s->plain && s->path && clock_steady() >= s->look)
		sink_file_heed(s);	/* who moved the file waits for the new one, not for an event */
	else if (s->used && clock_steady() >= s->retry)
		ok = flush(s, 0);
	else if (s->used)
		ok = false;
	if (s->closed)
		lose_rest(s);
	return ok;
}

void sink_flush_after(struct sink *s, int64_t ns)
{
	int64_t now = clock_steady();

	if (now - s->wrote < ns)
		return;
	s->wrote = now;
	(void)sink_flush(s);
}

char *sink_space(struct sink *s, size_t n)
{
	if (s->used + n > SINK_BUFFER_BYTES)
		(void)sink_flush(s);
	s->spilled = n > s->room - s->used;
	return s->buffer + (s->spilled ? s->room : s->used);
}

static void take(struct sink *s, size_t n, uint64_t lines)
{
	if (s->closed) {
		s->lost += lines;
	} else if (s->spilled) {
		if (!s->losing && !s->refused)
			log_warn("%s: its reader is too slow; events are lost and counted", name_of(s));
		s->losing = true;
		s->lost += lines;
	} else {
		s->used += n;
		s->pending += lines;
	}
}

void sink_take(struct sink *s, size_t n)
{
	take(s, n, 1);
}

void sink_put(struct sink *s, const char *bytes, size_t n, uint64_t lines)
{
	memcpy(sink_space(s, n), bytes, n);
	take(s, n, lines);
}

bool sink_close(struct sink *s)
{
	bool ok = !s->used || flush(s, -1);

	lose_rest(s);
	if (s->plain && (s->queues || s->rotation.bytes || s->rotation.seconds))
		(void)fsync(s->fd);
	if (s->path && close(s->fd) != 0)
		ok = false;
	free(s->buffer);
	s->buffer = NULL;
	return ok;
}
