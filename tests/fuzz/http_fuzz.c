/* links: http name addr */
#include "fuzz.h"
#include "http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of(data, size);
	bool ended = cursor_u8(&c) & 1;
	struct http_request r;

	(void)http_may_start(&c);
	while (cursor_left(&c) && http_read_request(c, ended, &r) == FOUND) {
		fuzz_name(&r.host);
		fuzz_name(&r.facts.proxied);
		FUZZ_MUST(memchr(r.facts.method, 0, sizeof(r.facts.method)) && strlen(r.facts.method) >= 3);
		if (!r.consumed)
			break;
		cursor_skip(&c, r.consumed);
	}
	return 0;
}
