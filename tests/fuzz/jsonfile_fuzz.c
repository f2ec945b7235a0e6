/* links: jsonfile */
#include "file.h"
#include "jsonfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[FUZZ_PATH_MAX], what[JSONFILE_WHAT_MAX] = "";
	int fd = fuzz_file(data, size, path);
	struct jsonfile f;
	unsigned line;

	if (jsonfile_read(path, &f, &line, what)) {
		(void)jsonfile_line(&f, "vendor");
		(void)jsonfile_line(&f, "");
		jsonfile_free(&f);
	} else {
		FUZZ_MUST(what[0]);
	}
	close(fd);
	return 0;
}
