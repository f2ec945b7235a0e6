#include "findings.h"

#include <stdarg.h>
#include <stdlib.h>

#include "memory.h"
#include "say.h"

void findings_put(struct findings *f, bool error, const char *file, unsigned line, const char *format, ...)
{
	char what[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	f->list = memory_room(f->list, f->count, sizeof(*f->list));
	f->list[f->count++] = (struct finding){
		.file = memory_text("%s", file), .what = memory_text("%s", what), .line = line, .error = error
	};
	f->errors += error;
}

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int order = strcmp(x->file, y->file);

	if (!order)
		order = (x->line > y->line) - (x->line < y->line);
	return order ? order : strcmp(x->what, y->what);
}

static void write_json(const struct findings *f, const struct pack *p)
{
	cJSON *root = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(root, "findings");

	for (size_t i = 0; i < f->count; i++) {
		cJSON *item = cJSON_CreateObject();

		cJSON_AddStringToObject(item, "file", f->list[i].file);
		if (f->list[i].line)
			cJSON_AddNumberToObject(item, "line", f->list[i].line);
		cJSON_AddStringToObject(item, "severity", f->list[i].error ? "error" : "warning");
		cJSON_AddStringToObject(item, "message", f->list[i].what);
		cJSON_AddItemToArray(list, item);
	}
	cJSON_AddNumberToObject(root, "errors", (double)f->errors);
	cJSON_AddNumberToObject(root, "warnings", (double)(f->count - f->errors));
	cJSON_AddNumberToObject(root, "files", (double)p->file_count);
	cJSON_AddNumberToObject(root, "rules", (double)p->rule_count);
	cJSON_AddNumberToObject(root, "patterns", (double)(p->pattern_count + p->other_count));
	say_json(root);
}

void findings_write(struct findings *f, const struct pack *p, bool json)
{
	size_t warnings = f->count - f->errors, patterns = p->pattern_count + p->other_count;

	if (f->count)
		qsort(f->list, f->count, sizeof(*f->list), compare);
	if (json) {
		write_json(f, p);
		return;
	}
	for (size_t i = 0; i < f->count; i++) {
		const struct finding *x = &f->list[i];

		say_text(stdout, x->file);
		if (x->line)
			printf(":%u", x->line);
		printf(": %s%s:%s ", say_tint(x->error ? SAY_RED : SAY_YELLOW), x->error ? "error" : "warning",
		       say_tint(SAY_PLAIN));
		say_text(stdout, x->what);
		putchar('\n');
	}
	printf("%zu file%s, %zu rule%s, %zu pattern%s: %s%zu error%s, %zu warning%s%s\n", p->file_count,
	       say_s(p->file_count), p->rule_count, say_s(p->rule_count), patterns, say_s(patterns),
	       say_tint(f->errors ? SAY_RED : SAY_GREEN), f->errors, say_s(f->errors), warnings, say_s(warnings),
	       say_tint(SAY_PLAIN));
}

void findings_free(struct findings *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->list[i].file);
		free(f->list[i].what);
	}
	free(f->list);
}
