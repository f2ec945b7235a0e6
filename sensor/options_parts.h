/*
 * options_parts.h: what the command line and the configuration file share.
 */
#ifndef TELLTALE_OPTIONS_PARTS_H
#define TELLTALE_OPTIONS_PARTS_H

#include <getopt.h>

#include "options.h"

extern const struct option options_longs[];

/* options_take sets one option, by its value in options_longs; the text is kept.  False when it said what is wrong. */
bool options_take(int option, char *value, struct options *o);

/* options_is_number: is its value a number, which options_take reads at once? */
bool options_is_number(int option);

/* options_at says where the following options stand; NULL: on the command line. */
void options_at(const char *file, unsigned line);

/* options_wrong says what is wrong, and is false. */
bool options_wrong(const char *subject, const char *what);

/* options_file takes every option of a configuration file, which lives until options_free. */
bool options_file(const char *path, struct options *o);
void options_file_free(struct options *o);

#endif
