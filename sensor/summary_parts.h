/*
 * summary_parts.h: what the files of summary share; no one else includes it.
 */
#ifndef TELLTALE_SUMMARY_PARTS_H
#define TELLTALE_SUMMARY_PARTS_H

#include "summary.h"

enum { SUMMARY_COVERED_MAX = 2048, SUMMARY_PROBES = 64 };	/* clients; places looked at for one */

struct covered {
	bool used;
	struct addr client;
	uint64_t n[SUMMARY_COVERS];
};

struct summary_row;

struct summary {
	size_t count;
	uint64_t left_out;
	struct summary_row *rows[SUMMARY_ROWS_MAX];
	unsigned covered_count;
	uint64_t uncovered;		/* connections of clients without room */
	struct covered covered[SUMMARY_COVERED_MAX];
};

void summary_print_clients(const struct summary *s, FILE *out);

#endif
