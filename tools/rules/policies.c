#include "policies.h"

#include <stdlib.h>

#include "memory.h"
#include "paths.h"

static void add_file(struct policies *p, const char *path, size_t dir)
{
	struct policies_file *f;
	char what[JSONFILE_WHAT_MAX];

	p->files = memory_room(p->files, p->count, sizeof(*p->files));
	f = &p->files[p->count++];
	*f = (struct policies_file){ .path = memory_text("%s", path), .dir = dir };
	if (!jsonfile_read(path, &f->json, &f->bad_line, what)) {
		f->bad = memory_text("%s", what);
		f->json = (struct jsonfile){ 0 };
	}
	p->tagged |= policies_list(f, "tags") != NULL;
}

void policies_open(struct policies *p, const char *const *dirs, size_t n)
{
	static const char *const endings[] = { ".json", NULL };

	*p = (struct policies){ 0 };
	for (size_t i = 0; i < n; i++) {
		char *folder = memory_text("%s/policies", dirs[i]), **list;
		int count = paths_dir(folder, endings, &list);

		for (int k = 0; k < count; k++)
			add_file(p, list[k], i);
		if (count >= 0)
			paths_dir_free(list, count);
		free(folder);
	}
}

void policies_close(struct policies *p)
{
	for (size_t i = 0; i < p->count; i++) {
		jsonfile_free(&p->files[i].json);
		free(p->files[i].path);
		free(p->files[i].bad);
	}
	free(p->files);
}

const cJSON *policies_list(const struct policies_file *f, const char *key)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(f->json.root, key);

	return cJSON_IsArray(list) ? list : NULL;
}

unsigned policies_line(const struct policies_file *f, const char *list, const char *id, const char *what)
{
	const char *at = pack_quoted(f->json.text, list), *found;

	found = at && id ? pack_quoted(at, id) : NULL;
	at = found ? found : at;
	found = at && what ? pack_quoted(at, what) : NULL;
	at = found ? found : at;
	return pack_line_at(f->json.text, at);
}

const cJSON *policies_tag(const struct policies *p, const char *id)
{
	for (size_t i = p->count; i--;) {
		const cJSON *item;

		cJSON_ArrayForEach(item, policies_list(&p->files[i], "tags")) {
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

const cJSON *policies_instrument(const cJSON *tag, const char *vendor)
{
	const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(tag, "instruments");

	cJSON_ArrayForEach(item, list) {
		if (lists(item, vendor))
			return item;
	}
	return lists(tag, vendor) ? tag : NULL;
}

bool policies_replaced(const struct policies *p, const struct policies_file *f, const char *list, const char *id)
{
	for (size_t i = (size_t)(f - p->files) + 1; i < p->count; i++) {
		const cJSON *item;

		cJSON_ArrayForEach(item, policies_list(&p->files[i], list)) {
			if (p->files[i].dir > f->dir && strcmp(pack_text(item, "id"), id) == 0)
				return true;
		}
	}
	return false;
}

bool policies_in_force(const struct policies *p, const struct policies_file *f, const char *list, const cJSON *entry)
{
	return !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(entry, "enabled")) &&
	       !policies_replaced(p, f, list, pack_text(entry, "id"));
}

/* place_of is where an entry is asked: the first directory that has it, and its number among all of the list. */
static void place_of(const struct policies *p, const char *list, const char *id, size_t *dir, size_t *number)
{
	size_t n = 0;

	*dir = *number = 0;
	for (size_t i = 0; i < p->count; i++) {
		const cJSON *item;

		cJSON_ArrayForEach(item, policies_list(&p->files[i], list)) {
			if (strcmp(pack_text(item, "id"), id) == 0) {
				*dir = p->files[i].dir;
				*number = n;
				return;
			}
			n++;
		}
	}
}

bool policies_before(const struct policies *p, const char *list, const char *a, const char *b)
{
	size_t a_dir, a_number, b_dir, b_number;

	place_of(p, list, a, &a_dir, &a_number);
	place_of(p, list, b, &b_dir, &b_number);
	return a_dir != b_dir ? a_dir > b_dir : a_number < b_number;
}
