/* links: community addr digest */
#include "bytes.h"
#include "community.h"

struct vector {
	uint8_t proto;
	const char *a, *b;
	uint16_t a_port, b_port;
	const char *want;
};

/* corelight/community-id-spec, baseline, seed 0 */
static const struct vector vectors[] = {
	{ 6, "128.232.110.120", "66.35.250.204", 34855, 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" },
	{ 17, "192.168.1.52", "8.8.8.8", 54585, 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=" },
	{ 6, "2001:470:e5bf:dead:4957:2174:e82c:4887", "2607:f8b0:400c:c03::1a", 63943, 25,
	  "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=" },
	{ 132, "192.168.170.8", "192.168.170.56", 7, 7, "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs=" },
};

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		const struct vector *v = &vectors[i];
		char there[COMMUNITY_TEXT_MAX], back[COMMUNITY_TEXT_MAX];
		struct addr a, b;

		assert_true(addr_parse(v->a, &a) && addr_parse(v->b, &b));
		community_put(&a, v->a_port, &b, v->b_port, v->proto, there);
		community_put(&b, v->b_port, &a, v->a_port, v->proto, back);
		assert_string_equal(there, v->want);
		assert_string_equal(back, v->want);
	}
}

/* Equal addresses: the ports decide the order. */
static void test_same_address(void **state)
{
	char there[COMMUNITY_TEXT_MAX], back[COMMUNITY_TEXT_MAX], other[COMMUNITY_TEXT_MAX];
	struct addr a;

	(void)state;
	assert_true(addr_parse("127.0.0.1", &a));
	community_put(&a, 40000, &a, 80, 6, there);
	community_put(&a, 80, &a, 40000, 6, back);
	community_put(&a, 80, &a, 40000, 17, other);
	assert_string_equal(there, back);
	assert_string_not_equal(there, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_same_address),
	};

	return cmocka_run_group_tests_name("community", tests, NULL, NULL);
}
