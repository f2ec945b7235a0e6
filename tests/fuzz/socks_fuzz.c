/* links: http name addr */
#include "fuzz.h"
#include "http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct name host;
	uint16_t port;

	if (socks_read_request(cursor_of(data, size), &host, &port) == FOUND) {
		fuzz_name(&host);
		FUZZ_MUST(host.len);
	}
	return 0;
}
