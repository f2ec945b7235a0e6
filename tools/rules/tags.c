#include "tags.h"

#include <stdlib.h>
#include <unistd.h>

#include "memory.h"

void tags_open(struct tags *t, const struct options *o)
{
	*t = (struct tags){ 0 };
	for (size_t i = 0; i < o->dir_count; i++) {
		char *path = memory_text("%s/policies/tags.json", o->dirs[i]);
		char what[JSONFILE_WHAT_MAX];

		if (access(path, F_OK) != 0) {
			free(path);
			continue;
		}
		t->paths[t->count] = path;
		if (!jsonfile_read(path, &t->files[t->count], &t->lines[t->count], what)) {
			t->files[t->count] = (struct jsonfile){ 0 };
			t->bad[t->count] = memory_text("%s", what);
		}
		t->count++;
	}
}

void tags_close(struct tags *t)
{
	for (size_t i = 0; i < t->count; i++) {
		jsonfile_free(&t->files[i]);
		free(t->paths[i]);
		free(t->bad[i]);
	}
}

const cJSON *tags_find(const struct tags *t, const char *id)
{
	for (size_t i = t->count; i--;) {
		const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(t->files[i].root, "tags");

		cJSON_ArrayForEach(item, list) {
			if (strcmp(pack_text(item, "id"), id) == 0)
				return item;
		}
	}
	return NULL;
}

static bool lists(const cJSON *object, const char *vendor)
{
	const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(object, "vendors");

	cJSON_ArrayForEach(item, list) {
		if (cJSON_IsString(item) && strcmp(item->valuestring, vendor) == 0)
			return true;
	}
	return false;
}

const cJSON *tags_instrument(const cJSON *tag, const char *vendor)
{
	const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(tag, "instruments");

	cJSON_ArrayForEach(item, list) {
		if (lists(item, vendor))
			return item;
	}
	return lists(tag, vendor) ? tag : NULL;
}
