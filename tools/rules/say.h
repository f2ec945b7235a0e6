/*
 * say.h: words for people and JSON for programs, on standard output.
 */
#ifndef RULES_TOOL_SAY_H
#define RULES_TOOL_SAY_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>

enum say_tint { SAY_BOLD, SAY_RED, SAY_YELLOW, SAY_GREEN, SAY_PLAIN };

/* say_tint gives the terminal's code, "" when standard output is no terminal or NO_COLOR is set. */
const char *say_tint(enum say_tint tint);

/* say_text writes text of a file: bytes that steer a terminal become '?'. */
void say_text(FILE *out, const char *text);

/* say_json prints and frees. */
void say_json(cJSON *json);

/* say_s is "" for one, "s" else. */
const char *say_s(size_t n);

#endif
