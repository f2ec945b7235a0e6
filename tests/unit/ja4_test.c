/* links: ja4 tls digest ech name x509 addr */
#include "ja4.h"
#include "build.h"

/* A hello by its lists, as JA4 sees it. */
struct lists {
	uint16_t version;
	const char *ciphers, *extensions, *signatures;	/* hexadecimal, in the order sent */
	const char *alpn;				/* the first protocol, NULL: none */
	size_t alpn_n;
};

static void put_one_extension(struct build *b, const struct lists *l, unsigned type)
{
	uint8_t bytes[128];

	put_int(b, type, 2);
	block_open(b, 2);
	switch (type) {
	case 0:
		put(b, "\x00\x0e\x00\x00\x0b" "example.com", 16);
		break;
	case 13:
		block_open(b, 2);
		put(b, bytes, hex_bytes(l->signatures, bytes, sizeof(bytes)));
		block_close(b);
		break;
	case 16:
		block_open(b, 2);
		block_open(b, 1);
		put(b, l->alpn, l->alpn_n);
		block_close(b);
		put(b, "\x08http/1.1", 9);
		block_close(b);
		break;
	case 43:
		put(b, "\x06\xfa\xfa\x03\x04\x03\x03", 7);
		break;
	default:
		break;
	}
	block_close(b);
}

static void assert_ja4(const struct lists *l, char transport, const char *want)
{
	struct build b = { .n = 0 };
	uint8_t bytes[256];
	struct tls_hello hello;
	char out[JA4_TEXT_MAX];
	size_t n;

	put_int(&b, 1, 1);
	block_open(&b, 3);
	put_int(&b, l->version, 2);
	put_fill(&b, 0, 33);
	block_open(&b, 2);
	put(&b, bytes, hex_bytes(l->ciphers, bytes, sizeof(bytes)));
	block_close(&b);
	put(&b, "\x01\x00", 2);
	block_open(&b, 2);
	n = hex_bytes(l->extensions, bytes, sizeof(bytes));
	for (size_t i = 0; i < n; i += 2)
		put_one_extension(&b, l, (unsigned)bytes[i] << 8 | bytes[i + 1]);
	block_close(&b);
	block_close(&b);
	assert_int_equal(tls_read_hello(fence_end(b.bytes, b.n), &hello), FOUND);
	ja4_put(&hello, transport, out);
	assert_string_equal(out, want);
}

#define CHROME_CIPHERS \
	"fafa 1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f 0035"
#define CHROME_SIGNATURES "0403 0804 0401 0503 0805 0501 0806 0601"

/* The worked example of FoxIO's technical details, and Chrome's later lists; GREASE at both ends. */
static void test_chrome(void **state)
{
	struct lists l = { .version = 0x0303, .ciphers = CHROME_CIPHERS, .signatures = CHROME_SIGNATURES,
			   .alpn = "h2", .alpn_n = 2 };

	(void)state;
	l.extensions = "5a5a 001b 0000 0033 0010 4469 0017 002d 000d 0005 0023 0012 002b ff01 000b 000a 0015 6a6a";
	assert_ja4(&l, 't', "t13d1516h2_8daaf6152771_e5627efa2ab1");
	l.extensions = "5a5a 000b 001b 000d 002d 002b 0033 0012 0017 ff01 4469 0005 fe0d 000a 0023 0010 0000 6a6a";
	assert_ja4(&l, 't', "t13d1516h2_8daaf6152771_02713d6af862");
	l.extensions = "002d 0033 0010 fe0d 0017 44cd 0000 000b 000a 002b ff01 0023 0012 0005 000d 001b";
	assert_ja4(&l, 't', "t13d1516h2_8daaf6152771_d8a2da3f94cd");
	assert_ja4(&l, 'q', "q13d1516h2_8daaf6152771_d8a2da3f94cd");
}

/* A TLS 1.0 client whose only extension is the server's name: nothing left to hash (FoxIO's sample captures). */
static void test_only_a_name(void **state)
{
	static const char text[] =
		"0100006f0301529cbff829e8f23edf4bb09e1feaadd0131b7bc56eab3d7567b17e0374bd6b7500002e"
		"00390038003500160013000a00330032002f009a00990096000500040015001200090014001100080006000300ff"
		"0100001800000014001200000f7777772e6578616d706c652e636f6d";
	uint8_t bytes[256];
	size_t n = hex_bytes(text, bytes, sizeof(bytes));
	struct tls_hello hello;
	char out[JA4_TEXT_MAX];

	(void)state;
	assert_int_equal(tls_read_hello(fence_end(bytes, n), &hello), FOUND);
	assert_name(&hello.name, "www.example.com");
	ja4_put(&hello, 't', out);
	assert_string_equal(out, "t10d230100_6a57a6f57151_000000000000");
}

/* "ALPN Extension Value": letters and digits as they are, else the hex digits at both ends */
static void test_alpn(void **state)
{
	static const struct {
		const char *alpn;
		size_t n;
		const char *want;
	} all[] = {
		{ "h2", 2, "h2" }, { "http/1.1", 8, "h1" }, { "h", 1, "hh" },
		{ "\xab", 1, "ab" }, { "\xab\xcd", 2, "ad" }, { "0\xab", 2, "3b" },
		{ "01\xab\xcd", 4, "3d" }, { "0\xab\xcd" "1", 4, "01" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		struct lists l = { .version = 0x0303, .ciphers = "1301", .signatures = "0403",
				   .extensions = "0010 002b", .alpn = all[i].alpn, .alpn_n = all[i].n };
		char want[JA4_TEXT_MAX];

		/* sha256("1301") and sha256("002b") cut to twelve digits */
		snprintf(want, sizeof(want), "t13i0102%s_0f2cb44170f4_b9a491fefe05", all[i].want);
		assert_ja4(&l, 't', want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chrome),
		cmocka_unit_test(test_only_a_name),
		cmocka_unit_test(test_alpn),
	};

	return cmocka_run_group_tests_name("ja4", tests, NULL, NULL);
}
