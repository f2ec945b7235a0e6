/* links: name addr */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor all = cursor_of(data, size), at = all, skipped;
	struct name name;

	if (name_read_host(all, &name))
		fuzz_name(&name);
	if (name_read_authority(all, &name))
		fuzz_name(&name);
	while (cursor_left(&at)) {
		const uint8_t *before = at.at;

		skipped = at;
		if (!name_read_dns(&at, all, &name))
			break;
		fuzz_name(&name);
		FUZZ_MUST(at.at > before && name_skip_dns(&skipped) && skipped.at == at.at);
	}
	return 0;
}
