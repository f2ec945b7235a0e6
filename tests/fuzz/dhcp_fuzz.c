/* links: dhcp6 dhcp name addr */
#include "dhcp.h"
#include "fuzz.h"

/* The first byte says which of the two. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of(data, size);
	struct dhcp_facts f;
	bool six = cursor_u8(&c) & 1;

	if (!(six ? dhcp6_read(c, &f) : dhcp_read(c, &f)))
		return 0;
	fuzz_name(&f.host);
	FUZZ_MUST(strlen(f.vendor) < DHCP_VENDOR_MAX);
	FUZZ_MUST(f.standing == DHCP_NO_ADDRESS || addr_is_v4(&f.addr) == !six);
	return 0;
}
