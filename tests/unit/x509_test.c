/* links: x509 name addr */
#include "x509.h"
#include "build.h"

/* What a certificate (RFC 5280 section 4.1) shall name. */
struct plan {
	const char *common_name;	/* NULL: none */
	const char *alternatives[3];
	bool critical, version_1;
	const char *organization;	/* behind the common name; NULL: none */
	size_t serial;			/* bytes more than one */
};

static size_t length_bytes = 2;	/* of each length, however short it could be */

static void der_open(struct build *b, unsigned tag)
{
	put_int(b, tag, 1);
	put_int(b, 0x80 | length_bytes, 1);
	block_open(b, length_bytes);
}

static void put_attribute(struct build *b, unsigned type, const char *name)
{
	if (!name)
		return;
	der_open(b, 0x31);
	der_open(b, 0x30);
	put(b, "\x06\x03\x55\x04", 4);
	put_int(b, type, 1);
	put_int(b, 0x0c, 1);		/* UTF8String */
	block_open(b, 1);
	put_text(b, name);
	block_close(b);
	block_close(b);
	block_close(b);
}

static void put_subject(struct build *b, const char *name, const char *organization)
{
	der_open(b, 0x30);
	put_attribute(b, 3, name);		/* commonName */
	put_attribute(b, 10, organization);	/* organizationName */
	block_close(b);
}

static void put_alternatives(struct build *b, const struct plan *p)
{
	der_open(b, 0xa3);
	der_open(b, 0x30);
	der_open(b, 0x30);
	put(b, "\x06\x03\x55\x1d\x13\x04\x02\x30\x00", 9);	/* basicConstraints first */
	block_close(b);
	der_open(b, 0x30);
	put(b, "\x06\x03\x55\x1d\x12\x04\x0a\x30\x08\x82\x06" "ca.org", 17);	/* issuerAltName */
	block_close(b);
	der_open(b, 0x30);
	put(b, "\x06\x03\x55\x1d\x11", 5);			/* subjectAltName */
	if (p->critical)
		put(b, "\x01\x01\xff", 3);
	der_open(b, 0x04);
	der_open(b, 0x30);
	put(b, "\x87\x04\xc0\x00\x02\x01", 6);			/* an address: no name */
	for (size_t i = 0; i < COUNT(p->alternatives) && p->alternatives[i]; i++) {
		put_int(b, 0x82, 1);
		block_open(b, 1);
		put_text(b, p->alternatives[i]);
		block_close(b);
	}
	for (int i = 0; i < 5; i++)
		block_close(b);
}

static void put_certificate(struct build *b, const struct plan *p)
{
	der_open(b, 0x30);
	der_open(b, 0x30);
	if (!p->version_1)
		put(b, "\xa0\x03\x02\x01\x02", 5);
	der_open(b, 0x02);		/* serial */
	put_fill(b, 0x30, 1 + p->serial);
	block_close(b);
	put(b, "\x30\x00", 2);		/* algorithm */
	put_subject(b, "issuer.example", NULL);
	put(b, "\x30\x00", 2);		/* validity */
	put_subject(b, p->common_name, p->organization);
	put(b, "\x30\x00", 2);		/* key */
	if (p->alternatives[0])
		put_alternatives(b, p);
	block_close(b);
	block_close(b);
}

static uint64_t read_x509(struct cursor c, void *context)
{
	struct name out = { 0 };

	(void)context;
	x509_read_name(c, &out);
	return mix_name(1, &out);
}

static void test_names(void **state)
{
	static const struct {
		struct plan plan;
		const char *want;
	} all[] = {
		{ { .common_name = "cn.example.com", .alternatives = { "a.example.com", "b.example.com" } }, "a.example.com" },
		{ { .common_name = "cn.example.com", .alternatives = { "*.Example.com" }, .critical = true }, "*.example.com" },
		{ { .common_name = "cn.example.com" }, "cn.example.com" },
		{ { .common_name = "cn.example.com", .version_1 = true }, "cn.example.com" },
		{ { .common_name = "Some Device" }, "" },	/* a common name that is no host's */
		{ { .version_1 = false }, "" },
		{ { .organization = "Example Inc." }, "" },
		{ { .common_name = "cn.example.com", .organization = "Example Inc." }, "cn.example.com" },
		{ { .common_name = "cn.example.com", .alternatives = { "a.example.com" }, .serial = 600 }, "a.example.com" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		struct build b = { .n = 0 };
		struct name out = { 0 };

		put_certificate(&b, &all[i].plan);
		x509_read_name(fence_end(b.bytes, b.n), &out);
		assert_name(&out, all[i].want);
		(void)bytes_mutate(b.bytes, b.n, read_x509, NULL);
		if (!all[i].want[0])
			continue;
		bytes_torture(b.bytes, b.n, read_x509, NULL);
		for (size_t at = 0; at < 8; at += 4) {		/* what is no certificate, or holds none, names nothing */
			b.bytes[at] ^= 1;
			x509_read_name(fence_end(b.bytes, b.n), &out);
			assert_name(&out, "");
			b.bytes[at] ^= 1;
		}
	}
}

static const struct {
	const uint8_t *bytes;
	size_t n;
} bad[] = {
	{ TEXT("") },
	{ TEXT("\x30\x80\x00\x00") },			/* indefinite length: no DER */
	{ TEXT("\x30\x84\xff\xff\xff\xff\x30\x00") },	/* longer than all memory */
	{ TEXT("\x31\x02\x30\x00") },
};

/* Lengths of three bytes are read, of four there are none in certificates. */
static void test_lengths(void **state)
{
	(void)state;
	for (length_bytes = 1; length_bytes <= 4; length_bytes++) {
		struct build b = { .n = 0 };
		struct name out = { 0 };

		put_certificate(&b, &(struct plan){ .alternatives = { "a.example.com" } });
		x509_read_name(fence_end(b.bytes, b.n), &out);
		assert_name(&out, length_bytes < 4 ? "a.example.com" : "");
	}
	length_bytes = 2;
}

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct name out = { 0 };

		x509_read_name(fence_end(bad[i].bytes, bad[i].n), &out);
		assert_int_equal(out.len, 0);
		(void)bytes_mutate(bad[i].bytes, bad[i].n, read_x509, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests_name("x509", tests, NULL, NULL);
}
