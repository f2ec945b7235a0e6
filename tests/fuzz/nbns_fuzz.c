/* links: nbns dns name addr */
#include "fuzz.h"
#include "nbns.h"

/* The first byte says which of the two. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of(data, size);
	struct nbns_facts f;
	bool datagram = cursor_u8(&c) & 1;

	if (!(datagram ? nbns_read_datagram(c, &f) : nbns_read(c, &f)))
		return 0;
	fuzz_name(&f.host);
	FUZZ_MUST(f.host.len && f.host.len <= NBNS_NAME_MAX);
	FUZZ_MUST(f.suffix == NBNS_WORKSTATION || f.suffix == NBNS_FILE_SERVER);
	return 0;
}
