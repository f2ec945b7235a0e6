/*
 * replay.c: runs every file of the directories given through one harness, for
 * machines without a fuzzer.  Inputs live on the heap at their exact size, so
 * that a sanitizer sees the first byte too many.
 */
#include <dirent.h>
#include <sys/stat.h>

#include "fuzz.h"

static bool run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	uint8_t *bytes;
	size_t n;

	if (!f || fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode)) {
		if (f)
			fclose(f);
		return false;
	}
	bytes = malloc((size_t)st.st_size);
	n = bytes ? fread(bytes, 1, (size_t)st.st_size, f) : 0;
	fclose(f);
	LLVMFuzzerTestOneInput(bytes, n);
	free(bytes);
	return true;
}

static unsigned run_directory(const char *dir)
{
	struct dirent **list;
	int n = scandir(dir, &list, NULL, alphasort);
	unsigned inputs = 0;
	char path[4096];

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
		inputs += run_file(path);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return inputs;
}

int main(int argc, char **argv)
{
	unsigned inputs = 0;

	for (int i = 1; i < argc; i++)
		inputs += run_directory(argv[i]);
	printf("%u inputs\n", inputs);
	return inputs ? 0 : 1;
}
