/*
 * summary.h: what a run found, as a table: vendor, product, purpose, sightings,
 * clients, countries.  Bounded; what has no room is said in a last line.
 */
#ifndef TELLTALE_SUMMARY_H
#define TELLTALE_SUMMARY_H

#include <stdio.h>

#include "addr.h"
#include "rules.h"
#include "sighting.h"

enum { SUMMARY_ROWS_MAX = 1024, SUMMARY_CLIENTS_MAX = 256, SUMMARY_COUNTRIES_MAX = 8 };

struct summary;

struct summary *summary_new(void);
void summary_free(struct summary *s);

/* summary_add counts one sighting; `countries` holds two letters each, n of them. */
void summary_add(struct summary *s, const struct rule *rule, const struct addr *client,
		 const char (*countries)[3], size_t n);

/* summary_add_bytes adds what went over a connection of the rule. */
void summary_add_bytes(struct summary *s, const struct rule *rule, const struct tally *tally);

/* summary_print writes the table, most clients first; nothing when there was no match. */
void summary_print(const struct summary *s, FILE *out, bool colour);

#endif
