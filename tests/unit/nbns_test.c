/* links: nbns dns name addr */
#include "build.h"
#include "nbns.h"

static struct build b;

/* RFC 1001 section 14.1: each half byte a letter from A */
static void put_netbios(const char *name, uint8_t suffix)
{
	size_t n = strlen(name);

	put_int(&b, 32, 1);
	for (size_t i = 0; i < 16; i++) {
		uint8_t c = i == 15 ? suffix : i < n ? (uint8_t)name[i] : (uint8_t)' ';

		put_int(&b, 'A' + (c >> 4u), 1);
		put_int(&b, 'A' + (c & 15u), 1);
	}
	put_int(&b, 0, 1);
}

static void put_header(unsigned flags, const char *counts)
{
	b.n = b.depth = 0;
	put_int(&b, 0x8001, 2);
	put_int(&b, flags, 2);
	put(&b, counts, 8);
}

/* RFC 1002 section 4.2.2: opcode, name, NB_FLAGS, NB_ADDRESS */
static void put_claim(unsigned flags, const char *name, uint8_t suffix, unsigned nb_flags, const char *address)
{
	put_header(flags, "\0\1\0\0\0\0\0\1");
	put_netbios(name, suffix);
	put(&b, "\0\x20\0\1" "\xc0\x0c\0\x20\0\1" "\0\x04\x93\xe0" "\0\6", 16);
	put_int(&b, nb_flags, 2);
	put(&b, address, 4);
}

/* RFC 1002 section 4.2.18 */
static void put_status(const char *names, unsigned n, const char *mac)
{
	put_header(0x8400, "\0\0\0\1\0\0\0\0");
	put_netbios("*\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 0);
	put(&b, "\0\x21\0\1" "\0\0\0\0", 8);
	block_open(&b, 2);
	put_int(&b, n, 1);
	put(&b, names, n * 18);
	put(&b, mac, 6);
	put_fill(&b, 0, 40);
	block_close(&b);
}

static bool read_whole(struct nbns_facts *f)
{
	return nbns_read(fence_end(b.bytes, b.n), f);
}

static uint64_t mix_facts(const struct nbns_facts *f)
{
	uint64_t h = mix_name(f->suffix, &f->host);

	assert_true(f->host.len && f->host.len <= NBNS_NAME_MAX);
	h = f->has_addr ? mix_bytes(h, f->addr.bytes, 16) : h;
	return f->has_mac ? mix_bytes(h, f->mac, 6) : h;
}

static uint64_t read_facts(struct cursor c, void *context)
{
	struct nbns_facts f;

	(void)context;
	return nbns_read(c, &f) ? mix_facts(&f) : 1;
}

static uint64_t read_datagram(struct cursor c, void *context)
{
	struct nbns_facts f;

	(void)context;
	return nbns_read_datagram(c, &f) ? mix_facts(&f) : 1;
}

static void test_claims(void **state)
{
	static const struct {
		unsigned flags;
		uint8_t suffix;
		unsigned nb_flags;
		bool told;
	} cases[] = {
		{ 0x2910, 0x00, 0x0000, true },		/* registration, broadcast */
		{ 0x2900, 0x20, 0x6000, true },		/* to a name server, the file server's name */
		{ 0x4100, 0x00, 0x4000, true },		/* refresh, both opcodes */
		{ 0x4900, 0x00, 0x4000, true },
		{ 0x7900, 0x00, 0x4000, true },		/* multi-homed */
		{ 0x2910, 0x00, 0x8000, false },	/* a group: the workgroup */
		{ 0x2910, 0x1e, 0x0000, false },	/* a service */
		{ 0x2910, 0x03, 0x0000, false },	/* the messenger's: may be a person's */
		{ 0x3110, 0x00, 0x0000, false },	/* release */
		{ 0x0110, 0x00, 0x0000, false },	/* question */
		{ 0xad80, 0x00, 0x0000, false },	/* answer */
	};
	struct nbns_facts f;
	char text[ADDR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		put_claim(cases[i].flags, "ALICE-PC", cases[i].suffix, cases[i].nb_flags, "\x0a\0\0\x05");
		if (read_whole(&f) != cases[i].told)
			fail_msg("case %zu", i);
		if (!cases[i].told)
			continue;
		assert_name(&f.host, "alice-pc");
		assert_int_equal(f.suffix, cases[i].suffix);
		assert_true(f.has_addr && !f.has_mac);
		addr_put(&f.addr, text);
		assert_string_equal(text, "10.0.0.5");
	}
	put_claim(0x2910, "FIFTEEN-LETTERS", 0, 0, "\0\0\0\0");
	assert_true(read_whole(&f));
	assert_name(&f.host, "fifteen-letters");
	assert_false(f.has_addr);
	put_claim(0x2910, "\x01\x02__MSBROWSE__\x02", 0, 0, "\x0a\0\0\x05");
	assert_false(read_whole(&f));
	put_claim(0x2910, "", 0, 0, "\x0a\0\0\x05");
	assert_false(read_whole(&f));
	put_claim(0x2910, "ALICE-PC", 0, 0, "\x0a\0\0\x05");
	bytes_torture(b.bytes, b.n, read_facts, NULL);
}

/* RFC 1001 section 14.1: "FRED", filled up with blanks, below the scope NETBIOS.COM */
static void test_decode(void **state)
{
	struct name n, host;
	uint8_t suffix = 7;
	static const char *const bad[] = { "", "fegh", "fehegfcacacacacacacacacacacacac", "fehegfcacacacacacacacacacacacacaca",
					   "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq", "FE-EGFCACACACACACACACACACACACACA" };

	(void)state;
	assert_true(name_read_host(cursor_of(TEXT("EGFCEFEECACACACACACACACACACACACA.NETBIOS.COM")), &n));
	assert_true(nbns_decode(&n, &host, &suffix));
	assert_name(&host, "fred");
	assert_int_equal(suffix, ' ');
	assert_true(name_read_host(cursor_of(TEXT("EBCACACACAOECACACACACACACACACAAA")), &n));
	assert_true(nbns_decode(&n, &host, &suffix));
	assert_int_equal(suffix, 0);
	assert_string_equal(host.text, "a    \xe4");
	assert_true(host.odd);
	for (size_t i = 0; i < COUNT(bad); i++) {
		(void)name_read_host(cursor_of(bad[i], strlen(bad[i])), &n);
		assert_false(nbns_decode(&n, &host, &suffix));
	}
}

static void test_status(void **state)
{
	static const char names[] =
		"WORKGROUP      \x00\x84\x00" "SERVER         \x20\x04\x00" "Alice-PC       \x00\x04\x00" "ALICE-PC       \x03\x04\x00";
	struct nbns_facts f;

	(void)state;
	put_status(names, 4, "\x00\x11\x22\x33\x44\x55");
	assert_true(read_whole(&f));
	assert_name(&f.host, "alice-pc");
	assert_int_equal(f.suffix, NBNS_WORKSTATION);
	assert_true(f.has_mac && !f.has_addr);
	assert_memory_equal(f.mac, "\x00\x11\x22\x33\x44\x55", 6);
	bytes_torture(b.bytes, b.n, read_facts, NULL);
	put_status(names, 2, "\0\0\0\0\0\0");		/* as Samba answers */
	assert_true(read_whole(&f));
	assert_name(&f.host, "server");
	assert_false(f.has_mac);
	put_status(names, 1, "\0\0\0\0\0\0");
	assert_false(read_whole(&f));
	put_status(names, 4, "\x00\x11\x22\x33\x44\x55");
	b.bytes[3] = 3;					/* a refusal */
	assert_false(read_whole(&f));
}

/* RFC 1002 section 4.4.1 */
static void test_datagram(void **state)
{
	struct nbns_facts f;
	char text[ADDR_TEXT_MAX];

	(void)state;
	b.n = b.depth = 0;
	put(&b, "\x11\x02\x80\x05" "\x0a\0\0\x05" "\0\x8a\0\xc0\0\0", 14);
	put_netbios("ALICE-PC", 0);
	put_netbios("WORKGROUP", 0x1d);
	put_fill(&b, 0xff, 60);
	assert_true(nbns_read_datagram(fence_end(b.bytes, b.n), &f));
	assert_name(&f.host, "alice-pc");
	addr_put(&f.addr, text);
	assert_string_equal(text, "10.0.0.5");
	bytes_torture(b.bytes, b.n, read_datagram, NULL);
	b.bytes[0] = 0x13;		/* an error */
	assert_false(nbns_read_datagram(fence_end(b.bytes, b.n), &f));
	b.bytes[0] = 0x11;
	b.bytes[1] = 0;			/* a later fragment */
	assert_false(nbns_read_datagram(fence_end(b.bytes, b.n), &f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_claims),
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_datagram),
	};

	return cmocka_run_group_tests_name("nbns", tests, NULL, NULL);
}
