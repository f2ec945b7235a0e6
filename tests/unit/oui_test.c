/* links: oui */
#include "folder.h"
#include "oui.h"

static char what[OUI_WHAT_MAX];

static const uint8_t *mac(const char *text)
{
	static uint8_t bytes[6];

	assert_int_equal(hex_bytes(text, bytes, sizeof(bytes)), 6);
	return bytes;
}

static void assert_vendor(const struct oui *o, const char *address, const char *want)
{
	const char *name = oui_find(o, mac(address));

	if (!want)
		assert_null(name);
	else if (!name)
		fail_msg("%s: no vendor, not %s", address, want);
	else
		assert_string_equal(name, want);
}

static struct oui *oui_of(const char *text, size_t n)
{
	struct oui *o = oui_new();

	assert_non_null(o);
	assert_true(oui_add(o, folder_put(&folder, "list", text, n), what));
	return o;
}

#define OUI_OF(text) oui_of(text, sizeof(text) - 1)

/* The form that the IEEE's registration authority publishes. */
static void test_csv(void **state)
{
	struct oui *o = OUI_OF("Registry,Assignment,Organization Name,Organization Address\r\n"
			       "MA-L,002272,American Micro-Fuel Device Corp.,2181 Buchanan Loop US\r\n"
			       "MA-L,F4BD9E,\"Cisco Systems, Inc\",80 West Tasman Drive\r\n"
			       "MA-L,70B3D5,IEEE Registration Authority,445 Hoes Lane\r\n"
			       "MA-L,0055DA,IEEE Registration Authority,445 Hoes Lane\r\n"
			       "MA-M,0055DA1,\"The \"\"Quoted\"\" Company\",x\r\n"
			       "MA-S,70B3D5F2F,TELEPLATFORMS,\"Polbina st., 3/1\"\r\n"
			       "MA-M,741AE09,Private,\r\n"
			       "IAB,0050C27D5,DEUTA-WERKE GmbH,x");

	(void)state;
	assert_int_equal(oui_blocks(o), 8);
	assert_int_equal(oui_skipped(o), 0);
	assert_vendor(o, "002272000000", "American Micro-Fuel Device Corp.");
	assert_vendor(o, "002272ffffff", "American Micro-Fuel Device Corp.");
	assert_vendor(o, "002273000000", NULL);
	assert_vendor(o, "002271ffffff", NULL);
	assert_vendor(o, "f4bd9e123456", "Cisco Systems, Inc");
	assert_vendor(o, "70b3d5f2f000", "TELEPLATFORMS");
	assert_vendor(o, "70b3d5f2ffff", "TELEPLATFORMS");
	assert_vendor(o, "70b3d5f30000", NULL);		/* the registry's own, divided further */
	assert_vendor(o, "0055da1fffff", "The \"Quoted\" Company");
	assert_vendor(o, "0055da200000", NULL);
	assert_vendor(o, "741ae09fffff", NULL);
	assert_vendor(o, "0050c27d5abc", "DEUTA-WERKE GmbH");
	oui_free(o);
	oui_free(NULL);
}

static void test_other_forms(void **state)
{
	struct oui *o = OUI_OF("00-22-72   (hex)\t\tAmerican Micro-Fuel Device Corp.\r\n"
			       "002272     (base 16)\t\tAmerican Micro-Fuel Device Corp.\r\n"
			       "\t\t\t\t2181 Buchanan Loop\r\n\r\n"
			       "# nmap\n000001 Xerox\n001BC5000 Converging Systems\nF81D785 Avionica\n"
			       "# Wireshark\n"
			       "00:00:0C\tCisco\tCisco Systems, Inc\n"
			       "00:1B:C5:00:10:00/36\tOpenRBco\tOpenRB.com, Direct SIA\n"
			       "98:80:BB:A0:00:00/28\tWilcoInt\tWilco International\n"
			       "02:00:00/24\n");

	(void)state;
	assert_int_equal(oui_blocks(o), 7);
	assert_int_equal(oui_skipped(o), 1);
	assert_vendor(o, "002272010203", "American Micro-Fuel Device Corp.");
	assert_vendor(o, "000001010203", "Xerox");
	assert_vendor(o, "001bc5000fff", "Converging Systems");
	assert_vendor(o, "001bc5001fff", "OpenRB.com, Direct SIA");
	assert_vendor(o, "001bc5002000", NULL);
	assert_vendor(o, "f81d785fffff", "Avionica");
	assert_vendor(o, "f81d786fffff", NULL);
	assert_vendor(o, "00000c010203", "Cisco Systems, Inc");
	assert_vendor(o, "9880bba01234", "Wilco International");
	oui_free(o);
}

/* IEEE 802-2014 section 8.2: the two lowest bits of the first byte */
static void test_nobodys(void **state)
{
	struct oui *o = OUI_OF("525400 QEMU virtual NIC\n");

	(void)state;
	assert_vendor(o, "525400123456", OUI_RANDOM);
	assert_vendor(o, "02000c123456", OUI_RANDOM);
	assert_vendor(o, "da1234567890", OUI_RANDOM);
	assert_vendor(o, "01005e000001", NULL);
	assert_vendor(o, "ffffffffffff", NULL);
	oui_free(o);
	o = oui_new();
	assert_vendor(o, "00000c010203", NULL);
	assert_vendor(o, "02000c123456", OUI_RANDOM);
	oui_free(o);
}

static void test_malformed(void **state)
{
	static const char name[] =
		"MA-L,00227A,123456789012345678901234567890123456789012345678901234567890\xc3\xa4\xc3\xa4\n";
	struct oui *o = OUI_OF("nonsense\n002276\n002277 \n12 (base 16)\n"
			       "MA-L,00227,Short,x\nMA-L,0022720,Seven digits in MA-L are a block of 28 bits\n"
			       "MA-L,002272ABCDEF,Long,x\nMA-L,ZZZZZZ,No digits,x\nMA-L\nMA-L,002273\nMA-L,002273,\n"
			       "MA-L,002274,\"Never closed\nMA-L,002275,   \n100080 Beijing\n"
			       "MA-L,002278,Control\x01\x7f" "Bytes,x\nMA-L,002279,A\0B,x\n");

	(void)state;
	assert_int_equal(oui_skipped(o), 12);
	assert_int_equal(oui_blocks(o), 4);
	assert_vendor(o, "002274000000", "Never closed");
	assert_vendor(o, "002278000000", "Control  Bytes");
	assert_vendor(o, "002279000000", "A B");
	assert_vendor(o, "002273000000", NULL);
	assert_vendor(o, "100080000000", NULL);		/* the second line of an address, not a block */
	oui_free(o);
	o = OUI_OF(name);	/* 60 bytes, then a character of two that fits and one that does not */
	assert_vendor(o, "00227a000000", "123456789012345678901234567890123456789012345678901234567890\xc3\xa4");
	oui_free(o);
}

/* The list named first counts; a list that is not there changes nothing. */
static void test_several_lists(void **state)
{
	struct oui *o = OUI_OF("000001 First\n000002 Second\n");

	(void)state;
	assert_true(oui_add(o, folder_put(&folder, "other", "000001 Other\n000003 Third\n", 26), what));
	assert_vendor(o, "000001000000", "First");
	assert_vendor(o, "000002000000", "Second");
	assert_vendor(o, "000003000000", "Third");
	assert_false(oui_add(o, folder_file(&folder, "missing"), what));
	assert_non_null(strstr(what, "missing: No such file"));
	assert_false(oui_add(o, folder.path, what));
	assert_vendor(o, "000003000000", "Third");
	oui_free(o);
}

/* More blocks and longer names than there is room for: the first ones stay, the others are counted. */
static void test_limits(void **state)
{
	enum { MORE = OUI_BLOCKS_MAX + 1000, LINE = 64 };
	char *text = malloc((size_t)MORE * LINE);
	size_t n = 0;
	struct oui *o;

	(void)state;
	assert_non_null(text);
	for (unsigned i = 0; i < MORE; i++)
		n += (size_t)sprintf(text + n, "%06X N%u\n", i * 4 % 0x1000000, i);
	o = oui_of(text, n);
	assert_int_equal(oui_blocks(o), OUI_BLOCKS_MAX);
	assert_int_equal(oui_skipped(o), 1000);
	assert_vendor(o, "000004000000", "N1");
	oui_free(o);
	n = 0;
	for (unsigned i = 0; i < 60000; i++)
		n += (size_t)sprintf(text + n, "%06X %050u\n", i * 4, i);
	o = oui_of(text, n);
	assert_true(oui_blocks(o) * 51 <= OUI_TEXT_MAX && oui_blocks(o) > 40000);
	assert_int_equal(oui_blocks(o) + oui_skipped(o), 60000);
	assert_vendor(o, "000004000000", "00000000000000000000000000000000000000000000000001");
	oui_free(o);
	free(text);
}

/* The list of this system, where it has one: blocks that are as old as Ethernet. */
static void test_system(void **state)
{
	struct oui *o = oui_new();
	const char *place = oui_add_system(o), *name;

	(void)state;
	if (!place) {
		oui_free(o);
		skip();
	}
	assert_true(oui_blocks(o) > 20000);
	name = oui_find(o, mac("00000c123456"));
	assert_non_null(name);
	assert_non_null(strstr(name, "Cisco"));
	oui_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_other_forms),
		cmocka_unit_test(test_nobodys),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_several_lists),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_system),
	};

	return cmocka_run_group_tests_name("oui", tests, folder_setup, folder_teardown);
}
