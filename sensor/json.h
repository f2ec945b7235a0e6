/*
 * json.h: appends JSON to a buffer of the caller's, one event a line.
 *
 * Commas are put where they are needed.  A line that does not fit is marked
 * `full` and cut off: the caller drops it and counts it.
 *
 * A function that appends much takes a copy of the struct and puts it back at its
 * end: through a pointer every byte written could be one of the struct's own, and
 * it would be loaded anew behind each.  Where it is known how much comes at the
 * most, one question for room is enough: the functions json_put_* write to a place
 * that has it and give the end of what they wrote.
 */
#ifndef TELLTALE_JSON_H
#define TELLTALE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "word.h"

enum {
	JSON_CHUNK = 16,	/* bytes copied at once */
	JSON_NUMBER_MAX = 21,	/* bytes of a number with the comma before it */
	JSON_TIME_MAX = 27
};

struct json {
	char *start, *at, *end;
	bool full;
	bool comma;	/* a value stands before the next one */
};

static inline struct json json_of(char *buffer, size_t size)
{
	return (struct json){ .start = buffer, .at = buffer, .end = buffer + size };
}

/* json_has is true when n bytes more fit; json_room marks the line full when they do not. */
static inline bool json_has(const struct json *j, size_t n)
{
	return n <= (size_t)(j->end - j->at);
}

static inline bool json_room(struct json *j, size_t n)
{
	if (!json_has(j, n))
		j->full = true;
	return !j->full;
}

static inline void json_raw(struct json *j, const char *text, size_t n)
{
	if (!json_has(j, n)) {
		j->full = true;
		return;
	}
	memcpy(j->at, text, n);
	j->at += n;
}

/* JSON_LITERAL appends a string constant as it stands. */
#define JSON_LITERAL(j, text) json_raw(j, text, sizeof(text) - 1)

/* JSON_PUT writes a string constant as it stands. */
#define JSON_PUT(p, text) ((char *)memcpy(p, text, sizeof(text) - 1) + sizeof(text) - 1)

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

	if (!json_has(j, n + 2 + comma)) {
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

/* json_constant puts a string of the program's own, which needs no escaping. */
static inline void json_constant(struct json *j, const char *text)
{
	json_plain(j, text, strlen(text));
}

/* json_word puts a word as a string. */
static inline void json_word(struct json *j, const struct word *w)
{
	json_plain(j, w->text, w->n);
}

/*
 * json_put_padded writes a text that needs no escaping, and up to JSON_CHUNK
 * bytes behind it; so many may be read beyond its end, as of that of a struct name.
 */
static inline char *json_put_padded(char *p, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i += JSON_CHUNK)
		memcpy(p + i, text + i, JSON_CHUNK);
	return p + n;
}

/* json_padded is json_plain for such a text: no call, no loop over bytes. */
static inline void json_padded(struct json *j, const char *text, size_t n)
{
	if (!json_has(j, n + JSON_CHUNK + 3)) {
		json_plain(j, text, n);
		return;
	}
	*j->at = ',';
	j->at += j->comma ? 1 : 0;
	*j->at++ = '"';
	j->at = json_put_padded(j->at, text, n);
	*j->at++ = '"';
	j->comma = true;
}

/* json_put_digits writes JSON_NUMBER_MAX bytes at the most. */
char *json_put_digits(char *p, uint64_t v);

void json_unsigned(struct json *j, uint64_t v);
void json_flag(struct json *j, bool v);

/* json_fixed puts a number with up to three decimals. */
void json_fixed(struct json *j, double v);

/*
 * json_time puts nanoseconds since 1970 as UTC with microseconds (RFC 3339);
 * json_put_time writes it without quotes, JSON_TIME_MAX bytes.
 */
void json_time(struct json *j, int64_t when);
char *json_put_time(char *p, int64_t when);

/* json_newline ends the line; false when it did not fit. */
bool json_newline(struct json *j);

#endif
