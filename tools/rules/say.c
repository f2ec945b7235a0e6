#include "say.h"

#include <stdlib.h>
#include <unistd.h>

const char *say_tint(enum say_tint tint)
{
	static const char *const codes[] = { "\033[1m", "\033[31m", "\033[33m", "\033[32m", "\033[0m" };
	const char *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(no && *no) ? codes[tint] : "";
}

void say_text(FILE *out, const char *text)
{
	for (; *text; text++)
		putc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, out);
}

void say_json(cJSON *json)
{
	char *text = cJSON_Print(json);

	if (text)
		puts(text);
	free(text);
	cJSON_Delete(json);
}

const char *say_s(size_t n)
{
	return n == 1 ? "" : "s";
}
