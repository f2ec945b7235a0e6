#include "pack_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "memory.h"

static void add_file(struct pack *p, const char *path, size_t dir)
{
	struct pack_file *f = memory_new(1, sizeof(*f));
	char what[JSONFILE_WHAT_MAX];
	const cJSON *vendor;
	const char *slash;

	f->path = memory_text("%s", path);
	slash = strrchr(f->path, '/');
	f->base = slash ? slash + 1 : f->path;
	f->dir = dir;
	if (!jsonfile_read(path, &f->json, &f->bad_line, what)) {
		f->bad = memory_text("%s", what);
		f->json = (struct jsonfile){ 0 };
	}
	vendor = cJSON_GetObjectItemCaseSensitive(f->json.root, "vendor");
	f->vendor = pack_text(vendor, "id");
	f->name = pack_text(vendor, "name");
	f->country = pack_text(vendor, "country");
	f->tags = cJSON_GetObjectItemCaseSensitive(vendor, "tags");
	p->files = memory_room(p->files, p->file_count, sizeof(*p->files));
	p->files[p->file_count++] = f;
}

static int is_json(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return d->d_name[0] != '.' && n > 5 && strcmp(d->d_name + n - 5, ".json") == 0 &&
	       strcmp(d->d_name, "networks.json") != 0;
}

static bool add_dir(struct pack *p, const char *path, size_t dir)
{
	struct dirent **list;
	int n = scandir(path, &list, is_json, alphasort);

	for (int i = 0; i < n; i++) {
		char *file = memory_text("%s/%s", path, list[i]->d_name);

		add_file(p, file, dir);
		free(file);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return n >= 0;
}

bool pack_files_add(struct pack *p, const char *path, size_t dir)
{
	struct stat st;
	size_t before = p->file_count;
	char *vendors;
	bool ok;

	if (stat(path, &st) != 0) {
		fprintf(stderr, "telltale-rules: %s: cannot be read: %s; name a directory of rules with -R\n", path,
			strerror(errno));
		return false;
	}
	if (!S_ISDIR(st.st_mode)) {
		add_file(p, path, dir);
		return true;
	}
	vendors = memory_text("%s/vendors", path);
	ok = add_dir(p, vendors, dir) || add_dir(p, path, dir);
	free(vendors);
	if (ok && dir)
		return true;	/* a site's own directory may still be empty */
	if (!ok || p->file_count == before)
		fprintf(stderr, "telltale-rules: %s: holds no rule file (*.json); name a directory of rules with -R\n",
			path);
	return ok && p->file_count > before;
}

void pack_files_free(struct pack *p)
{
	for (size_t i = 0; i < p->file_count; i++) {
		jsonfile_free(&p->files[i]->json);
		free(p->files[i]->bad);
		free(p->files[i]->path);
		free(p->files[i]);
	}
	free(p->files);
}
