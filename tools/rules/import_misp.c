#include "import_misp.h"

#include <stdio.h>
#include <string.h>

#include "pack.h"

static void take(struct import *in, const struct jsonfile *f, const cJSON *attribute)
{
	const char *type = pack_text(attribute, "type"), *value = pack_text(attribute, "value");

	in->lines++;
	in->line = jsonfile_line(f, value);
	if (strcmp(type, "domain") == 0)
		import_name(in, value, in->wide);
	else if (strcmp(type, "hostname") == 0)
		import_name(in, value, false);
	else
		import_bad(in, value, "is an attribute of a type other than domain and hostname");
}

static void walk(struct import *in, const struct jsonfile *f, const cJSON *value)
{
	const cJSON *item, *attribute;

	cJSON_ArrayForEach(item, value) {
		if (item->string && strcmp(item->string, "Attribute") == 0) {
			cJSON_ArrayForEach(attribute, item)
				take(in, f, attribute);
		} else {
			walk(in, f, item);
		}
	}
}

bool import_misp(struct import *in)
{
	char what[JSONFILE_WHAT_MAX];
	struct jsonfile f;
	unsigned line;

	if (!jsonfile_read(in->path, &f, &line, what)) {
		fprintf(stderr, "%s:%u: %s\n", in->path, line, what);
		return false;
	}
	walk(in, &f, f.root);
	jsonfile_free(&f);
	return true;
}
