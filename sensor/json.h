/*
 * json.h: appends JSON to a buffer of the caller's, one event a line.
 *
 * Commas are put where they are needed.  A line that does not fit is marked
 * `full` and cut off: the caller drops it and counts it.
 */
#ifndef TELLTALE_JSON_H
#define TELLTALE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct json {
	char *start, *at, *end;
	bool full;
	bool comma;	/* a value stands before the next one */
};

static inline struct json json_of(char *buffer, size_t size)
{
	return (struct json){ .start = buffer, .at = buffer, .end = buffer + size };
}

static inline void json_raw(struct json *j, const char *text, size_t n)
{
	if (n > (size_t)(j->end - j->at)) {
		j->full = true;
		return;
	}
	memcpy(j->at, text, n);
	j->at += n;
}

/* JSON_LITERAL appends a string constant as it stands. */
#define JSON_LITERAL(j, text) json_raw(j, text, sizeof(text) - 1)

/* A key is a string constant that needs no escaping. */
#define JSON_KEY(j, key) \
	do { \
		if ((j)->comma) \
			JSON_LITERAL(j, ",\"" key "\":"); \
		else \
			JSON_LITERAL(j, "\"" key "\":"); \
		(j)->comma = false; \
	} while (0)

static inline void json_open(struct json *j, char bracket)
{
	if (j->comma)
		json_raw(j, ",", 1);
	json_raw(j, &bracket, 1);
	j->comma = false;
}

static inline void json_close(struct json *j, char bracket)
{
	json_raw(j, &bracket, 1);
	j->comma = true;
}

/* json_text puts a string: UTF-8 stays, control characters and bytes that are no UTF-8 are escaped. */
void json_text(struct json *j, const char *text);
void json_bytes(struct json *j, const char *text, size_t n);

/* json_plain puts a string known to need no escaping. */
static inline void json_plain(struct json *j, const char *text, size_t n)
{
	size_t comma = j->comma ? 1 : 0;

	if (n + 2 + comma > (size_t)(j->end - j->at)) {
		j->full = true;
		return;
	}
	*j->at = ',';
	j->at += comma;
	*j->at++ = '"';
	memcpy(j->at, text, n);
	j->at += n;
	*j->at++ = '"';
	j->comma = true;
}
void json_unsigned(struct json *j, uint64_t v);
void json_signed(struct json *j, int64_t v);
void json_flag(struct json *j, bool v);

/* json_fixed puts a number with up to three decimals. */
void json_fixed(struct json *j, double v);

/* json_time puts nanoseconds since 1970 as UTC with microseconds (RFC 3339). */
void json_time(struct json *j, int64_t when);

/* json_newline ends the line; false when it did not fit. */
bool json_newline(struct json *j);

#endif
