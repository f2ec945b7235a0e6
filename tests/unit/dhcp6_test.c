/* links: dhcp6 dhcp name addr */
#include "build.h"
#include "dhcp.h"

static struct build b;

static const char ADDRESS[] = "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x05";

static void begin(unsigned type)
{
	b.n = b.depth = 0;
	put_int(&b, type, 1);
	put(&b, "\x12\x34\x56", 3);
}

static void open_option(unsigned code)
{
	put_int(&b, code, 2);
	block_open(&b, 2);
}

/* RFC 8415 sections 21.4 to 21.6 */
static void put_association(unsigned code, const char *address, uint32_t valid)
{
	open_option(code);
	put_int(&b, 1, 4);
	if (code == 3)
		put_int(&b, 0, 8);
	open_option(5);
	put(&b, address, 16);
	put_int(&b, valid, 4);
	put_int(&b, valid, 4);
	block_close(&b);
	block_close(&b);
}

/* RFC 4704 section 4.1 */
static void put_fqdn(const char *labels, size_t n)
{
	open_option(39);
	put_int(&b, 1, 1);
	put(&b, labels, n);
	block_close(&b);
}

static bool read_whole(struct dhcp_facts *f)
{
	return dhcp6_read(fence_end(b.bytes, b.n), f);
}

static uint64_t read_facts(struct cursor c, void *context)
{
	struct dhcp_facts f;
	uint64_t h = 5;

	(void)context;
	if (!dhcp6_read(c, &f))
		return 1;
	h = mix_name(mix(mix(h, f.reply), f.standing), &f.host);
	if (f.standing != DHCP_NO_ADDRESS)
		h = mix_bytes(h, f.addr.bytes, 16);
	return f.has_mac ? mix_bytes(h, f.mac, 6) : h;
}

static void test_standing(void **state)
{
	static const struct {
		unsigned type;
		enum dhcp_standing standing;
		bool reply;
	} cases[] = {
		{ 1, DHCP_ASKED, false }, { 2, DHCP_ASKED, true }, { 3, DHCP_ASKED, false }, { 4, DHCP_ASKED, false },
		{ 5, DHCP_HELD, false }, { 6, DHCP_HELD, false }, { 7, DHCP_HELD, true }, { 8, DHCP_NO_ADDRESS, false },
		{ 9, DHCP_NO_ADDRESS, false }, { 11, DHCP_NO_ADDRESS, false },
	};
	struct dhcp_facts f;
	char text[ADDR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		begin(cases[i].type);
		put_association(i & 1 ? 4 : 3, ADDRESS, 3600);
		put_fqdn("\x05" "Alice\x07" "example\0", 15);
		assert_true(read_whole(&f));
		assert_int_equal(f.standing, cases[i].standing);
		assert_int_equal(f.reply, cases[i].reply);
		assert_name(&f.host, "alice.example");
		assert_false(f.has_mac || f.relayed);
		addr_put(&f.addr, text);
		assert_string_equal(text, "2001:db8::5");
	}
}

/* RFC 8415 section 21.6: a reply's address without a valid lifetime is not to be used; a client may ask with 0. */
static void test_addresses(void **state)
{
	struct dhcp_facts f;

	(void)state;
	begin(7);
	put_association(3, ADDRESS, 0);
	assert_true(read_whole(&f));
	assert_int_equal(f.standing, DHCP_NO_ADDRESS);
	begin(5);
	put_association(3, ADDRESS, 0);
	assert_true(read_whole(&f));
	assert_int_equal(f.standing, DHCP_HELD);
	begin(7);
	put_association(3, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 1);
	put_association(3, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\x07", 1);
	put_association(3, ADDRESS, 1);
	put_association(3, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x06", 1);
	assert_true(read_whole(&f));
	assert_int_equal(f.addr.bytes[15], 5);		/* the first one that is one */
}

/* RFC 8415 section 19.1, RFC 6939 section 3 */
static void test_relays(void **state)
{
	struct dhcp_facts f;

	(void)state;
	for (int relays = 1; relays <= 10; relays++) {
		b.n = b.depth = 0;
		for (int i = 0; i < relays; i++) {
			put(&b, "\x0c\x00", 2);
			put_fill(&b, 0xfe, 32);
			open_option(79);
			put(&b, "\x00\x01\x00\x11\x22\x33\x44\x55", 8);
			block_close(&b);
			put_int(&b, 9, 2);
			put_int(&b, (uint64_t)(4 + 7 + (relays - 1 - i) * (34 + 12 + 4)), 2);
		}
		put(&b, "\x03\x12\x34\x56" "\0\x27\0\x03\x01\x01" "a", 11);
		assert_int_equal(read_whole(&f), relays <= 8);
		if (relays > 8)
			continue;
		assert_name(&f.host, "a");
		assert_true(f.has_mac && f.relayed);
		assert_memory_equal(f.mac, "\x00\x11\x22\x33\x44\x55", 6);
	}
	b.n = b.depth = 0;
	put(&b, "\x0c\x00", 2);
	put_fill(&b, 0xfe, 32);
	assert_false(read_whole(&f));		/* it carries nothing */
	put(&b, "\0\x09\0\x04\x0b\x12\x34\x56", 8);
	assert_true(read_whole(&f));
	put(&b, "\0\x4f\0\x08\0", 5);		/* cut off behind what it carries */
	assert_false(read_whole(&f));
}

static void test_refused(void **state)
{
	static const unsigned types[] = { 0, 14, 200 };
	struct dhcp_facts f;

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		begin(types[i]);
		assert_false(read_whole(&f));
	}
	begin(3);
	put(&b, "\0\x27\0\x20", 4);		/* longer than the message */
	assert_false(read_whole(&f));
	assert_false(dhcp6_read(fence_end(NULL, 0), &f));
	begin(3);
	put_fqdn("\xc0\x00", 2);
	assert_true(read_whole(&f));
	assert_name(&f.host, "");
}

static void test_torture(void **state)
{
	(void)state;
	begin(3);
	put_association(3, ADDRESS, 3600);
	put_fqdn("\x05" "alice\x07" "example\0", 15);
	bytes_torture(b.bytes, b.n, read_facts, NULL);
	b.n = 0;
	put(&b, "\x0c\x00", 2);
	put_fill(&b, 0xfe, 32);
	put(&b, "\0\x4f\0\x08\x00\x01\x00\x11\x22\x33\x44\x55" "\0\x09\0\x0b\x03\x12\x34\x56" "\0\x27\0\x03\x01\x01" "a", 27);
	bytes_torture(b.bytes, b.n, read_facts, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_standing),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_relays),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_torture),
	};

	return cmocka_run_group_tests_name("dhcp6", tests, NULL, NULL);
}
