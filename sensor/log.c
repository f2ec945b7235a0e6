#include "log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static bool quiet;

void log_quiet(void)
{
	quiet = true;
}

static void say(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

static void say(const char *format, va_list args)
{
	char line[2048];
	int n = snprintf(line, sizeof(line), "telltale: ");

	n += vsnprintf(line + n, sizeof(line) - (size_t)n - 1, format, args);
	if (n > (int)sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	line[n] = '\n';
	line[n + 1] = '\0';
	fputs(line, stderr);
}

void log_info(const char *format, ...)
{
	va_list args;

	if (quiet)
		return;
	va_start(args, format);
	say(format, args);
	va_end(args);
}

void log_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}
