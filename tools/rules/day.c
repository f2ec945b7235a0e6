#include "day.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_SECONDS = 86400 };

bool day_read(const char *text, long *out)
{
	struct tm tm = { 0 }, again;
	char back[16];
	time_t t;

	if (strlen(text) != 10 || sscanf(text, "%4d-%2d-%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday) != 3)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	t = timegm(&tm);
	*out = (long)(t / DAY_SECONDS);
	return gmtime_r(&t, &again) && strftime(back, sizeof(back), "%Y-%m-%d", &again) == 10 &&
	       strcmp(back, text) == 0;
}

long day_seconds(void)
{
	const char *fixed = getenv("SOURCE_DATE_EPOCH");

	return fixed && *fixed ? strtol(fixed, NULL, 10) : (long)time(NULL);
}

long day_today(void)
{
	return day_seconds() / DAY_SECONDS;
}

void day_text(long day, char out[static 16])
{
	time_t t = (time_t)day * DAY_SECONDS;
	struct tm tm;

	if (!gmtime_r(&t, &tm) || !strftime(out, 16, "%Y-%m-%d", &tm))
		snprintf(out, 16, "?");
}
