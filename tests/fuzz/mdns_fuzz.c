/* links: mdns dns name addr */
#include "fuzz.h"
#include "mdns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mdns_walk walk;
	struct mdns_host host;
	unsigned hosts = 0;

	if (!mdns_open(cursor_of(data, size), &walk))
		return 0;
	while (mdns_next_host(&walk, &host)) {
		fuzz_name(&host.host);
		FUZZ_MUST(host.host.len && ++hosts <= MDNS_RECORDS_MAX);
	}
	return 0;
}
