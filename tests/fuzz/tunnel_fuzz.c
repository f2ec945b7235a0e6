/* links: tunnel ip link link_wlan */
#include "fuzz.h"
#include "link.h"
#include "tunnel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of(data, size), inner;
	struct layers layers = { 0 };
	struct datagram d;
	int link;

	for (int depth = 0; depth < TUNNELS_MAX && ip_read(&c, &d) && tunnel_open(&d, &inner, &link); depth++) {
		fuzz_touch(inner);
		if (link_read(&inner, link, &layers) != LINK_IP)
			break;
		c = inner;
	}
	return 0;
}
