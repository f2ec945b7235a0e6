/* links: dhcp name addr */
#include "build.h"
#include "dhcp.h"

/* What a message shall hold: RFC 2131 figure 1. */
struct plan {
	uint8_t op, type;
	const char *ciaddr, *yiaddr, *asked;	/* four bytes, or NULL */
};

static const uint8_t MAC[6] = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55 };

static void put_addr(struct build *b, const char *bytes)
{
	put(b, bytes ? bytes : "\0\0\0\0", 4);
}

static void put_option(struct build *b, uint8_t code, const char *bytes, size_t n)
{
	put_int(b, code, 1);
	block_open(b, 1);
	put(b, bytes, n);
	block_close(b);
}

#define OPTION(b, code, text) put_option(b, code, text, sizeof(text) - 1)

/* begin writes all but the options that a test adds. */
static void begin(struct build *b, const struct plan *p)
{
	b->n = b->depth = 0;
	put_int(b, p->op, 1);
	put(b, "\x01\x06\x00" "\x12\x34\x56\x78" "\x00\x00\x80\x00", 11);	/* htype, hlen, hops, xid, secs, flags */
	put_addr(b, p->ciaddr);
	put_addr(b, p->yiaddr);
	put_fill(b, 0, 8);		/* siaddr, giaddr */
	put(b, MAC, 6);
	put_fill(b, 0, 10 + 64 + 128);	/* the rest of chaddr, sname, file */
	put_int(b, 0x63825363, 4);
	if (p->type)
		put_option(b, 53, (const char[]){ (char)p->type }, 1);
	if (p->asked)
		put_option(b, 50, p->asked, 4);
}

enum { FILE_AT = 108, SNAME_AT = 44 };	/* offsets of the two fields */

static uint64_t read_facts(struct cursor c, void *context)
{
	struct dhcp_facts f;
	uint64_t h = 5;

	(void)context;
	if (!dhcp_read(c, &f))
		return 1;
	assert_true(strlen(f.vendor) < DHCP_VENDOR_MAX);
	h = mix_name(mix(mix(h, f.reply), f.standing), &f.host);
	if (f.standing != DHCP_NO_ADDRESS)
		h = mix_bytes(h, f.addr.bytes, 16);
	if (f.has_mac)
		h = mix_bytes(h, f.mac, 6);
	return mix_bytes(h, f.vendor, strlen(f.vendor));
}

static bool finish(struct build *b, struct dhcp_facts *f)
{
	put_int(b, 255, 1);
	return dhcp_read(fence_end(b->bytes, b->n), f);
}

static struct build b;

/* RFC 2131 section 4.3 and table 4: which field holds the address, message by message. */
static void test_addresses(void **state)
{
	static const struct {
		struct plan plan;
		enum dhcp_standing standing;
		const char *addr;
	} cases[] = {
		{ { 1, 1, NULL, NULL, NULL }, DHCP_NO_ADDRESS, NULL },
		{ { 1, 1, NULL, NULL, "\x0a\0\0\x05" }, DHCP_ASKED, "10.0.0.5" },
		{ { 2, 2, NULL, "\x0a\0\0\x05", NULL }, DHCP_ASKED, "10.0.0.5" },
		{ { 1, 3, NULL, NULL, "\x0a\0\0\x05" }, DHCP_ASKED, "10.0.0.5" },
		{ { 1, 3, "\x0a\0\0\x06", NULL, NULL }, DHCP_HELD, "10.0.0.6" },	/* renewing */
		{ { 1, 4, NULL, NULL, "\x0a\0\0\x05" }, DHCP_NO_ADDRESS, NULL },	/* DECLINE: somebody else's */
		{ { 2, 5, NULL, "\x0a\0\0\x05", NULL }, DHCP_HELD, "10.0.0.5" },
		{ { 2, 5, "\x0a\0\0\x06", "\x0a\0\0\x05", NULL }, DHCP_HELD, "10.0.0.5" },
		{ { 2, 5, "\x0a\0\0\x06", NULL, NULL }, DHCP_HELD, "10.0.0.6" },	/* to an INFORM */
		{ { 2, 6, NULL, NULL, NULL }, DHCP_NO_ADDRESS, NULL },
		{ { 1, 7, "\x0a\0\0\x06", NULL, NULL }, DHCP_NO_ADDRESS, NULL },	/* RELEASE */
		{ { 1, 8, "\x0a\0\0\x06", NULL, NULL }, DHCP_HELD, "10.0.0.6" },
		{ { 1, 3, NULL, NULL, "\0\0\0\0" }, DHCP_NO_ADDRESS, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dhcp_facts f;
		char text[ADDR_TEXT_MAX];

		begin(&b, &cases[i].plan);
		assert_true(finish(&b, &f));
		assert_int_equal(f.reply, cases[i].plan.op == 2);
		assert_int_equal(f.standing, cases[i].standing);
		assert_true(f.has_mac);
		assert_memory_equal(f.mac, MAC, 6);
		assert_int_equal(f.host.len, 0);
		if (!cases[i].addr)
			continue;
		addr_put(&f.addr, text);
		assert_string_equal(text, cases[i].addr);
	}
}

static const struct plan REQUEST = { 1, 3, NULL, NULL, "\x0a\0\0\x05" };

static void test_host_names(void **state)
{
	struct dhcp_facts f;

	(void)state;
	begin(&b, &REQUEST);
	OPTION(&b, 12, "Alice-Laptop");
	OPTION(&b, 60, "MSFT 5.0\x01");
	OPTION(&b, 81, "\0\0\0other.example.com");
	put_fill(&b, 0, 20);			/* pad */
	assert_true(finish(&b, &f));
	assert_false(f.relayed);
	assert_name(&f.host, "alice-laptop");
	assert_string_equal(f.vendor, "MSFT 5.0.");
	begin(&b, &REQUEST);
	OPTION(&b, 12, "alice\0");		/* RFC 2132 section 2: a NUL at the end is trimmed */
	assert_true(finish(&b, &f));
	assert_name(&f.host, "alice");
	begin(&b, &REQUEST);
	OPTION(&b, 12, "");
	OPTION(&b, 81, "\0\0\0alice.example.com");	/* ASCII, deprecated but sent by many */
	assert_true(finish(&b, &f));
	assert_name(&f.host, "alice.example.com");
	begin(&b, &REQUEST);
	OPTION(&b, 12, "\xc3\xa4rger");
	assert_true(finish(&b, &f));
	assert_true(f.host.odd);
	begin(&b, &REQUEST);
	OPTION(&b, 60, "0123456789012345678901234567890123456789012345678901234567890123456789");
	assert_true(finish(&b, &f));
	assert_int_equal(strlen(f.vendor), DHCP_VENDOR_MAX - 1);
}

/* RFC 4702 section 2.3.1: labels as in DNS, not compressed; without the root, a part of a name. */
static void test_fqdn(void **state)
{
	static const struct {
		const uint8_t *bytes;
		size_t n;
		const char *want;
	} cases[] = {
		{ TEXT("\x05" "Alice\x07" "example\x03" "com\0"), "alice.example.com" },
		{ TEXT("\x05" "alice"), "alice" },
		{ TEXT("\x05" "alice\x02xy"), "alice.xy" },
		{ TEXT(""), NULL }, { TEXT("\0"), NULL }, { TEXT("\x05" "alic"), NULL },
		{ TEXT("\x05" "alice\xc0\x00"), NULL }, { TEXT("\xc0\x00"), NULL },
		{ TEXT("\x05" "alice\0\x03" "bob\0"), NULL },
	};
	uint8_t big[300];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct name n;
		struct dhcp_facts f;

		assert_int_equal(dhcp_read_fqdn_wire(fence_end(cases[i].bytes, cases[i].n), &n), cases[i].want != NULL);
		assert_name(&n, cases[i].want ? cases[i].want : "");
		begin(&b, &REQUEST);
		put_int(&b, 81, 1);
		block_open(&b, 1);
		put(&b, "\x05\xff\xff", 3);
		put(&b, cases[i].bytes, cases[i].n);
		block_close(&b);
		assert_true(finish(&b, &f));
		assert_name(&f.host, cases[i].want ? cases[i].want : "");
	}
	memset(big, 1, sizeof(big));
	for (size_t n = 1; n < sizeof(big); n++) {
		struct name name;

		(void)dhcp_read_fqdn_wire(fence_end(big, n), &name);
		assert_true(name.len <= NAME_TEXT_MAX);
	}
}

/* RFC 3396: an option in two parts is one; RFC 2132 section 9.3: file and sname may hold options. */
static void test_long_and_overloaded(void **state)
{
	struct dhcp_facts f;

	(void)state;
	begin(&b, &REQUEST);
	OPTION(&b, 12, "ali");
	OPTION(&b, 60, "x");
	OPTION(&b, 12, "ce");
	assert_true(finish(&b, &f));
	assert_name(&f.host, "alice");
	begin(&b, &REQUEST);
	OPTION(&b, 12, "al");
	OPTION(&b, 52, "\3");
	memcpy(b.bytes + FILE_AT, "\x0c\x02ic\xff", 5);
	memcpy(b.bytes + SNAME_AT, "\0\0\x0c\x01" "e\xff", 6);
	assert_true(finish(&b, &f));
	assert_name(&f.host, "alice");
	b.bytes[240 + 3 + 6 + 4 + 2] = 1;	/* overload: the file alone */
	assert_true(dhcp_read(fence_end(b.bytes, b.n), &f));
	assert_name(&f.host, "alic");
	begin(&b, &REQUEST);
	memcpy(b.bytes + FILE_AT, "\x0c\x02no\xff", 5);	/* a file's name, as nothing says that it is more */
	memcpy(b.bytes + SNAME_AT, "\x0c\x02no\xff", 5);
	assert_true(finish(&b, &f));
	assert_name(&f.host, "");
	begin(&b, &REQUEST);
	for (int i = 0; i < 5; i++)
		OPTION(&b, 12, "0123456789012345678901234567890123456789012345678901234567890123456789");
	assert_true(finish(&b, &f));
	assert_name(&f.host, "");		/* no name is as long */
}

static void test_refused(void **state)
{
	static const struct plan bad[] = {
		{ 0, 3, NULL, NULL, NULL }, { 3, 3, NULL, NULL, NULL }, { 1, 0, NULL, NULL, NULL }, { 1, 9, NULL, NULL, NULL },
		{ 2, 3, NULL, NULL, NULL }, { 1, 5, NULL, NULL, NULL },
	};
	struct dhcp_facts f;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		begin(&b, &bad[i]);
		assert_false(finish(&b, &f));
	}
	begin(&b, &REQUEST);
	b.bytes[236]++;			/* the cookie */
	assert_false(finish(&b, &f));
	begin(&b, &REQUEST);
	b.bytes[3] = 1;			/* hops */
	b.bytes[1] = 6;			/* another hardware: its address is no MAC */
	assert_true(finish(&b, &f));
	assert_false(f.has_mac);
	assert_true(f.relayed);
	begin(&b, &REQUEST);
	put(&b, "\x0c\x20" "cut", 5);
	assert_false(dhcp_read(fence_end(b.bytes, b.n), &f));
}

static void test_torture(void **state)
{
	(void)state;
	begin(&b, &REQUEST);
	OPTION(&b, 12, "alice");
	OPTION(&b, 60, "dhcpcd-9");
	OPTION(&b, 52, "\3");
	memcpy(b.bytes + FILE_AT, "\x51\x09\x04\0\0\x05" "alice\xff", 12);
	put_int(&b, 255, 1);
	bytes_torture(b.bytes, b.n, read_facts, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_host_names),
		cmocka_unit_test(test_fqdn),
		cmocka_unit_test(test_long_and_overloaded),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_torture),
	};

	return cmocka_run_group_tests_name("dhcp", tests, NULL, NULL);
}
