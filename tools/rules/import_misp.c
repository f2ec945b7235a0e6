#include <string.h>

#include "import_document.h"

static void take(struct import *in, struct document *d, const cJSON *attribute)
{
	const char *type = pack_text(attribute, "type"), *value = pack_text(attribute, "value");

	in->lines++;
	in->line = document_line(d, "value", value);
	if (strcmp(type, "domain") == 0)
		import_name(in, value, in->wide);
	else if (strcmp(type, "hostname") == 0)
		import_name(in, value, false);
	else
		import_bad(in, value, "is an attribute of a type other than domain and hostname");
}

/* walk goes as deep as the JSON reader lets a document be (CJSON_NESTING_LIMIT). */
static void walk(struct import *in, struct document *d, const cJSON *value)
{
	const cJSON *item, *attribute;

	cJSON_ArrayForEach(item, value) {
		if (item->string && strcmp(item->string, "Attribute") == 0) {
			cJSON_ArrayForEach(attribute, item)
				take(in, d, attribute);
		} else {
			walk(in, d, item);
		}
	}
}

bool import_misp(struct import *in)
{
	struct document d;

	if (!document_open(&d, in->path))
		return false;
	walk(in, &d, d.json.root);
	document_close(&d);
	return true;
}
