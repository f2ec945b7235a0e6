/* links: oui */
#include "file.h"
#include "oui.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[FUZZ_PATH_MAX], what[OUI_WHAT_MAX];
	int fd = fuzz_file(data, size, path);
	struct oui *o = oui_new();
	uint8_t mac[6] = { 0 };

	FUZZ_MUST(o && oui_add(o, path, what));
	FUZZ_MUST(oui_blocks(o) + oui_skipped(o) <= size);
	for (size_t i = 0; i + 3 <= size; i++) {
		memcpy(mac, data + i, 3);
		const char *name = oui_find(o, mac);

		FUZZ_MUST(!name || (name[0] && strlen(name) < OUI_NAME_MAX));
	}
	oui_free(o);
	close(fd);
	return 0;
}
