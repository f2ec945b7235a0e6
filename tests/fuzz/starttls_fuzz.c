/* links: starttls */
#include "fuzz.h"
#include "starttls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)starttls_asked(cursor_of(data, size));
	/* binary words are no clear ones */
	if (starttls_may_follow(cursor_of(data, size)))
		FUZZ_MUST(!memchr(data, 0x16, size));
	FUZZ_MUST(starttls_preface(cursor_of(data, size)) <= size);
	return 0;
}
