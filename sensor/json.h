/*
 * json.h: appends JSON to a buffer of the caller's, one event a line.
 *
 * Commas are put where they are needed.  A line that does not fit is marked
 * `full` and cut off: the caller drops it and counts it.
 *
 * A function that appends much takes a copy of the struct and puts it back at its
 * end: through a pointer every byte written could be one of the struct's own, and
 * it would be loaded anew behind each.
 */
#ifndef TELLTALE_JSON_H
#define TELLTALE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

static inline void json_raw(struct json *j, const char *text, size_t n)
{
	if (n > (size_t)(j->end - j->at)) {
		j->full = true;
		return;
	}
	memcpy(j->at, text, n);
	j->at += n;
}

/* json_room is true when n bytes more fit; else the line is full. */
static inline bool json_room(struct json *j, size_t n)
{
	if (n > (size_t)(j->end - j->at))
		j->full = true;
	return !j->full;
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

/*
 * json_padded is json_plain for a text that may be read up to JSON_CHUNK bytes
 * beyond its end, as that of a struct name: no call, no loop over bytes.
 */
static inline void json_padded(struct json *j, const char *text, size_t n)
{
	size_t comma = j->comma ? 1 : 0;

	if (n + JSON_CHUNK + 2 > (size_t)(j->end - j->at)) {
		json_plain(j, text, n);
		return;
	}
	*j->at = ',';
	j->at += comma;
	*j->at++ = '"';
	for (size_t i = 0; i < n; i += JSON_CHUNK)
		memcpy(j->at + i, text + i, JSON_CHUNK);
	j->at += n;
	*j->at++ = '"';
	j->comma = true;
}

extern const char json_pairs[200];	/* "00" to "99" */

/* json_put_long writes more than four digits, json_put_digits any number; both give where the digits end. */
char *json_put_long(char *p, uint64_t v);

static inline char *json_put_digits(char *p, uint64_t v)
{
	if (v >= 10000)
		return json_put_long(p, v);
	if (v >= 1000) {
		memcpy(p, json_pairs + 2 * (v / 100), 2);
		memcpy(p + 2, json_pairs + 2 * (v % 100), 2);
		return p + 4;
	}
	if (v >= 100)
		*p++ = (char)('0' + v / 100);
	if (v >= 10) {
		memcpy(p, json_pairs + 2 * (v % 100), 2);
		return p + 2;
	}
	*p = (char)('0' + v);
	return p + 1;
}

static inline void json_unsigned(struct json *j, uint64_t v)
{
	if ((size_t)(j->end - j->at) < JSON_NUMBER_MAX) {
		char text[JSON_NUMBER_MAX];

		text[0] = ',';
		json_raw(j, text, (size_t)(json_put_digits(text + (j->comma ? 1 : 0), v) - text));
		j->comma = true;
		return;
	}
	*j->at = ',';
	j->at = json_put_digits(j->at + (j->comma ? 1 : 0), v);
	j->comma = true;
}

void json_signed(struct json *j, int64_t v);
void json_flag(struct json *j, bool v);

/* json_fixed puts a number with up to three decimals. */
void json_fixed(struct json *j, double v);

/*
 * json_time puts nanoseconds since 1970 as UTC with microseconds (RFC 3339);
 * json_put_time writes it without quotes, JSON_TIME_MAX bytes, and gives its end.
 */
void json_time(struct json *j, int64_t when);
char *json_put_time(char *p, int64_t when);

/* json_newline ends the line; false when it did not fit. */
bool json_newline(struct json *j);

#endif
