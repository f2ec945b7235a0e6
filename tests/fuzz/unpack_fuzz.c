/* links: unpack */
#include "fuzz.h"
#include "unpack.h"

enum { MOST = 1 << 20 };	/* bytes taken out of one input */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char room[4096];
	FILE *file = size ? fmemopen((void *)(uintptr_t)data, size, "rb") : NULL, *level;
	const char *wrong;
	size_t n, got = 0;

	if (!file)
		return 0;
	level = unpack_level(file, &wrong);
	FUZZ_MUST(level);
	FUZZ_MUST(!wrong);
	while (got < MOST && (n = fread(room, 1, sizeof(room), level)))
		got += n;
	if (level == file)
		FUZZ_MUST(got == size && !wrong);
	fclose(level);
	return 0;
}
