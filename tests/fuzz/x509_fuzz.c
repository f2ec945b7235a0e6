/* links: x509 name addr */
#include "fuzz.h"
#include "x509.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct name name;

	x509_read_name(cursor_of(data, size), &name);
	if (name.len)
		fuzz_name(&name);
	return 0;
}
