/*
 * summary.h: what a run found, as a table: vendor, product, purpose, sightings,
 * clients, bytes, countries; and what could be told of each client's connections.
 * Bounded; what has no room is said in a last line.
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

/* What could be told of a connection: see telltale.coverage. */
enum summary_cover { SUMMARY_NAMED, SUMMARY_ATTRIBUTED, SUMMARY_HIDDEN, SUMMARY_UNREAD, SUMMARY_COVERS };

/* summary_cover counts a connection of a client by what could be told of it. */
void summary_cover(struct summary *s, const struct addr *client, enum summary_cover what);

/* summary_print writes both tables, by vendor and of whom least could be told first; nothing without a match. */
void summary_print(const struct summary *s, FILE *out, bool colour);

#endif
