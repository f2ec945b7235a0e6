/*
 * day.h: dates as days since 1970, to tell how old a review is.
 */
#ifndef RULES_TOOL_DAY_H
#define RULES_TOOL_DAY_H

#include <stdbool.h>

/* day_read takes YYYY-MM-DD; false when that is no date. */
bool day_read(const char *text, long *out);

/* day_seconds is the clock, seconds since 1970, or SOURCE_DATE_EPOCH where that is set; day_today is its day. */
long day_seconds(void);
long day_today(void);
void day_text(long day, char out[static 16]);

#endif
