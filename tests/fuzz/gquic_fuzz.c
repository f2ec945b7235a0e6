/* links: gquic name addr */
#include "fuzz.h"
#include "quic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of(data, size);
	uint32_t version;
	struct name name;

	(void)gquic_may_start(&c);
	if (gquic_read_name(c, &version, &name) == FOUND)
		fuzz_name(&name);
	return 0;
}
