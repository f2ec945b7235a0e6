/* links: dtls tls ech name addr x509 ja4 digest */
#include "dtls.h"
#include "fuzz.h"
#include "ja4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor records = cursor_of(data, size);
	struct dtls_fragment f;
	struct tls_hello hello;
	char ja4[JA4_TEXT_MAX];

	(void)dtls_may_start(&records);
	while (dtls_next_hello(&records, &f)) {
		fuzz_touch(f.body);
		FUZZ_MUST(f.offset + cursor_left(&f.body) <= f.length && f.length <= TLS_HELLO_MAX);
		if (tls_read_datagram_hello(f.body, &hello) == FOUND) {
			fuzz_name(&hello.name);
			ja4_put(&hello, 'd', ja4);
		}
	}
	return 0;
}
