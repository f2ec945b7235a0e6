#include "metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "version.h"

enum { PATH_ROOM = 1024 };

struct page {
	char *at;
	size_t left;
	bool full;
};

static void put(struct page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct page *p, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(p->at, p->left, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= p->left) {
		p->full = true;
		return;
	}
	p->at += n;
	p->left -= (size_t)n;
}

/* The texts are those of our own tables: nothing in them needs an escape. */
static void put_head(struct page *p, const char *name, const char *text, bool counter)
{
	put(p, "# HELP telltale_%s %s\n# TYPE telltale_%s %s\n", name, text, name, counter ? "counter" : "gauge");
}

size_t metrics_put(char *out, size_t room, const struct counts *counts, const struct metric *more, size_t n)
{
	struct page p = { .at = out, .left = room };
	char name[96];

	put_head(&p, "build_info", "the version that runs", false);
	put(&p, "telltale_build_info{version=\"%s\"} 1\n", TELLTALE_VERSION);
	for (size_t i = 0; i < n; i++) {
		put_head(&p, more[i].name, more[i].text, more[i].counter);
		put(&p, "telltale_%s %" PRIu64 "\n", more[i].name, more[i].value);
	}
	for (int i = 0; i < COUNTERS; i++) {
		snprintf(name, sizeof(name), "%s_%s_total", counter_texts[i].group, counter_texts[i].key);
		put_head(&p, name, counter_texts[i].text, true);
		put(&p, "telltale_%s %" PRIu64 "\n", name, counts->n[i]);
	}
	put_head(&p, "balanced", "1: packets and events add up", false);
	put(&p, "telltale_balanced %d\n", counts_balance(counts));
	return p.full ? 0 : (size_t)(p.at - out);
}

bool metrics_write(const char *path, const char *text, size_t n)
{
	char fresh[PATH_ROOM];
	int fd;
	bool ok;

	if (snprintf(fresh, sizeof(fresh), "%s.new", path) >= (int)sizeof(fresh)) {
		errno = ENAMETOOLONG;
		return false;
	}
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);	/* the collector is another user */
	if (fd < 0)
		return false;
	ok = write(fd, text, n) == (ssize_t)n;
	if (close(fd) == 0 && ok)
		return rename(fresh, path) == 0;
	(void)unlink(fresh);
	return false;
}
