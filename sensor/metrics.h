/*
 * metrics.h: every counter as a text file in the format of Prometheus
 * (exposition format 0.0.4), for a collector of such files.
 */
#ifndef TELLTALE_METRICS_H
#define TELLTALE_METRICS_H

#include <stdbool.h>
#include <stddef.h>

#include "count.h"

enum { METRICS_BYTES_MAX = 64 * 1024 };

/* A value beside the counters of count.h. */
struct metric {
	const char *name, *text;	/* without the prefix telltale_ */
	bool counter;			/* else a gauge */
	uint64_t value;
};

/* metrics_put writes the text; its length, 0 when there is not enough room. */
size_t metrics_put(char *out, size_t room, const struct counts *counts, const struct metric *more, size_t n);

/* metrics_write replaces the file whole, by way of PATH.new; false with errno. */
bool metrics_write(const char *path, const char *text, size_t n);

#endif
