/* links: signs */
#include "bytes.h"
#include "signs.h"

/* Every TTL alone, three times, beside the family of 64: which make it two families. */
static void test_families(void **state)
{
	(void)state;
	for (unsigned ttl = 0; ttl <= 255; ttl++) {
		struct signs s = { .asked = 0 };
		bool second = (ttl > 96 && ttl <= 128) || ttl > 223;

		for (int i = 0; i < SIGNS_TTL_MIN; i++) {
			assert_int_equal(signs_kind(&s), CLIENT_ALONE);
			signs_note_ttl(&s, 64);
			signs_note_ttl(&s, (uint8_t)ttl);
		}
		assert_int_equal(signs_kind(&s), second ? CLIENT_NAT : CLIENT_ALONE);
	}
}

static void test_hellos(void **state)
{
	struct signs s = { .asked = 0 };

	(void)state;
	for (unsigned i = 0; i < SIGNS_HELLOS_MANY; i++) {
		assert_int_equal(signs_kind(&s), CLIENT_ALONE);
		for (int again = 0; again < 1000; again++)
			signs_note_hello(&s, 3 * i);
	}
	assert_int_equal(signs_kind(&s), CLIENT_NAT);
}

/* Both halves are needed; a counter that is full stays full. */
static void test_proxy(void **state)
{
	struct signs s = { .asked = 0 };

	(void)state;
	for (int i = 0; i < 300; i++)
		signs_note_asked(&s);
	assert_int_equal(s.asked, UINT8_MAX);
	for (unsigned i = 0; i < SIGNS_SERVERS_MANY; i++) {
		assert_int_equal(signs_kind(&s), CLIENT_ALONE);
		signs_note_server(&s, i);
		signs_note_server(&s, i);
	}
	assert_int_equal(signs_kind(&s), CLIENT_PROXY);
	s.asked = SIGNS_ASKED_MIN - 1;
	assert_int_equal(signs_kind(&s), CLIENT_ALONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_hellos),
		cmocka_unit_test(test_proxy),
	};

	return cmocka_run_group_tests_name("signs", tests, NULL, NULL);
}
