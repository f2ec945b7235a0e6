/*
 * commands.h: the subcommands; each returns the program's exit status.
 */
#ifndef RULES_TOOL_COMMANDS_H
#define RULES_TOOL_COMMANDS_H

#include "options.h"

int check_command(const struct options *o);
int explain_command(const struct options *o);
int list_command(const struct options *o);
int stats_command(const struct options *o);
int export_command(const struct options *o);
int import_command(const struct options *o);
int format_command(const struct options *o);
int diff_command(const struct options *o);	/* 0 the same, 1 they differ, 2 trouble */

#endif
