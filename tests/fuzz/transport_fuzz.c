/* links: transport */
#include "fuzz.h"
#include "transport.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of(data, size);
	uint8_t how = cursor_u8(&c);
	struct datagram d = { .proto = how & 1 ? IP_TCP : IP_UDP, .cut = how & 2, .fragment = how & 4, .more = how & 4 };
	struct packet p;

	d.payload = cursor_rest(&c);
	if (transport_read(&d, &p)) {
		FUZZ_MUST(p.proto == d.proto);
		fuzz_touch(p.payload);
	}
	return 0;
}
