/* links: tls ech name addr x509 ja4 digest */
#include "fuzz.h"
#include "ja4.h"
#include "tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t scratch[TLS_HELLO_MAX];
	struct cursor c = cursor_of(data, size);
	struct tls_facts facts;
	struct tls_hello hello;
	bool records = cursor_u8(&c) & 1;
	enum verdict v = records ? tls_read_client(c, scratch, &hello) : tls_read_hello(c, &hello);

	if (v != FOUND && !(v == MORE && hello.partial && hello.name.len))
		return 0;
	fuzz_name(&hello.name);
	tls_facts_of(&hello, &facts);
	ja4_put(&hello, 't', facts.ja4);
	FUZZ_MUST(strlen(facts.ja4) == JA4_TEXT_MAX - 1 && memchr(facts.alpn, 0, sizeof(facts.alpn)));
	return 0;
}
