/* links: ip addr */
#include "fuzz.h"
#include "ip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of(data, size);
	char text[ADDR_TEXT_MAX];
	struct datagram d;
	struct addr again;

	if (!ip_read(&c, &d))
		return 0;
	fuzz_touch(d.payload);
	fuzz_touch(c);
	FUZZ_MUST(addr_put(&d.src, text) < sizeof(text) && addr_parse(text, &again) && addr_equal(&again, &d.src));
	d.fragment = false;
	if (ip_step_over(&d))
		fuzz_touch(d.payload);
	return 0;
}
