/*
 * options.h: the command line, read into a value.
 */
#ifndef TELLTALE_OPTIONS_H
#define TELLTALE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "sink.h"

enum { OPTIONS_LIST_MAX = 64 };	/* of one repeated option */

enum options_format { FORMAT_AUTO, FORMAT_JSON, FORMAT_TEXT };

struct options {
	const char *interfaces[OPTIONS_LIST_MAX], *files[OPTIONS_LIST_MAX], *databases[OPTIONS_LIST_MAX];
	const char *rules[OPTIONS_LIST_MAX];
	unsigned interface_count, file_count, database_count, rules_count;
	const char *output, *filter;		/* NULL: the default */
	char *filter_text;			/* owns filter, unless the configuration does */
	void *config;				/* the configuration file read, NULL for none */
	bool config_inputs, config_rules, config_databases;	/* its lists, that the command line displaces */
	enum options_format format;
	uint64_t packets;			/* read at the most; 0: all */
	const char *evidence, *store, *keyfile;	/* -w, --store, --pseudonymize; NULL: not wanted */
	const char *metrics;			/* NULL: none */
	uint64_t evidence_bytes;		/* of a matched connection written behind its sighting */
	bool pin;				/* each worker to a processor */
	int workers;				/* of a live run; 0: one */
	int rollup, flow_interval;		/* seconds; 0: none */
	struct sink_rotation rotation;		/* of the output */
	int snaplen, buffer_kib;
	const char *user;			/* to become when root; NULL: the default */
	bool all, list, test, quiet, summary, no_promiscuous, no_sandbox;
	int verbose;
};

enum options_result { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_VERSION, OPTIONS_WRONG };

/*
 * options_read prints help (then OPTIONS_DONE) or what is wrong (OPTIONS_WRONG);
 * the version is left to who knows the libraries.
 */
enum options_result options_read(int argc, char **argv, struct options *out);
void options_free(struct options *o);

#endif
