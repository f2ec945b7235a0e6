/* links: tls ech name addr x509 */
#include "fuzz.h"
#include "tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t scratch[TLS_HELLO_MAX];
	struct cursor c = cursor_of(data, size);
	struct tls_server server;
	bool certificate = cursor_u8(&c) & 1;

	if (tls_read_server(c, certificate, scratch, &server) == FOUND) {
		fuzz_name(&server.certificate);
		fuzz_touch(server.alpn);
	}
	return 0;
}
