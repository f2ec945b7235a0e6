/* links: clients signs lru addr name */
#include "clients_build.h"

static void test_nat_by_ttl(void **state)
{
	struct clients *c = make();

	(void)state;
	for (int i = 0; i < 10; i++) {
		hop(c, 63, START);
		hop(c, (uint8_t)(i + 1), START);	/* a trace */
		hop(c, 90, START);			/* of no family */
	}
	hop(c, 127, START);
	hop(c, 128, START);
	assert_int_equal(facts(c, v4(1), START).kind, CLIENT_ALONE);
	hop(c, 127, START);
	assert_int_equal(facts(c, v4(1), START).kind, CLIENT_NAT);
	hop(c, 63, START + 25 * HOUR);
	assert_int_equal(facts(c, v4(1), START + 25 * HOUR).kind, CLIENT_NAT);	/* of the day before */
	hop(c, 63, START + 50 * HOUR);
	assert_int_equal(facts(c, v4(1), START + 50 * HOUR).kind, CLIENT_ALONE);
	for (int i = 0; i < 3; i++)
		hop(c, 255, START + 50 * HOUR);
	for (int i = 0; i < 3; i++)
		hop(c, 64, START + 50 * HOUR);
	assert_int_equal(facts(c, v4(1), START + 50 * HOUR).kind, CLIENT_NAT);
	hop(c, 64, START + 200 * HOUR);			/* long after: not the day before */
	assert_int_equal(facts(c, v4(1), START + 200 * HOUR).kind, CLIENT_ALONE);
	for (int i = 0; i < 3; i++)
		hop(c, 255, START + 200 * HOUR);
	for (int i = 0; i < 3; i++)
		hop(c, 64, START + 200 * HOUR);
	assert_int_equal(facts(c, v4(1), START + 200 * HOUR).kind, CLIENT_NAT);
	see(c, v4(1), BOB, START + 201 * HOUR);		/* another machine: the signs were not its own */
	assert_int_equal(facts(c, v4(1), START + 201 * HOUR).kind, CLIENT_ALONE);
	clients_free(c);
}

static void test_nat_by_hellos(void **state)
{
	struct clients *c = make();
	struct addr a = v4(1), server = addr("192.0.2.1");
	char ja4[40];
	int first = 0;

	(void)state;
	for (int i = 0; i < 200; i++) {
		for (int again = 0; again < 3; again++) {
			snprintf(ja4, sizeof(ja4), "t13d1516h2_8daaf6152771_%012x", i);
			clients_note(c, &(struct client_sign){ .client = &a, .server = &server, .ja4 = ja4, .when = START });
		}
		if (!first && facts(c, a, START).kind == CLIENT_NAT)
			first = i + 1;
	}
	/* different ones may fall on one bit, the same never count twice */
	assert_in_range(first, SIGNS_HELLOS_MANY, SIGNS_HELLOS_MANY + 20);
	clients_free(c);
}

static void test_proxy(void **state)
{
	struct clients *c = make();
	struct addr proxy = v4(100);

	(void)state;
	for (unsigned i = 0; i < SIGNS_ASKED_MIN; i++) {
		struct addr client = v4(i);

		assert_int_equal(facts(c, proxy, START).kind, CLIENT_ALONE);
		clients_note(c, &(struct client_sign){ .client = &client, .server = &proxy, .proxied = true,
						       .when = START });
	}
	assert_int_equal(facts(c, proxy, START).kind, CLIENT_ALONE);	/* it asked nobody */
	for (unsigned i = 0; i < 40; i++) {
		struct addr server = v4(2000 + i);

		clients_note(c, &(struct client_sign){ .client = &proxy, .server = &server, .when = START });
	}
	assert_int_equal(facts(c, proxy, START).kind, CLIENT_PROXY);
	for (unsigned i = 0; i < 40; i++) {
		struct addr server = v4(2000 + i), client = v4(7);

		clients_note(c, &(struct client_sign){ .client = &client, .server = &server, .when = START });
	}
	assert_int_equal(facts(c, v4(7), START).kind, CLIENT_ALONE);	/* nobody asked it */
	clients_free(c);
}

/* Full: the address longest unused is forgotten, and counted. */
static void test_eviction(void **state)
{
	struct clients *c = make();
	struct client_facts f;
	struct addr a;

	(void)state;
	for (unsigned i = 0; i < CLIENTS_MAX; i++)
		see(c, v4(i), NULL, START);
	assert_int_equal(clients_evicted(c), 0);
	(void)facts(c, v4(0), START);				/* used */
	see(c, v4(CLIENTS_MAX), NULL, START);
	assert_int_equal(clients_evicted(c), 1);
	a = v4(0);
	assert_true(clients_find(c, &a, START, &f));
	a = v4(1);
	assert_false(clients_find(c, &a, START, &f));
	for (unsigned i = 0; i < 3 * CLIENTS_MAX; i++) {	/* as many machines: no room runs out */
		uint8_t mac[6] = { 0, 1, 2, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };

		see(c, v4(i), mac, START);
	}
	f = facts(c, v4(3 * CLIENTS_MAX - 1), START);
	assert_true(f.has_mac);
	clients_free(c);
}

/* Damaged time stamps: nothing but the facts of that moment depends on them. */
static void test_clock(void **state)
{
	static const int64_t times[] = { 0, -DAY, INT64_MAX, INT64_MIN, INT64_C(4000000000) * SECOND, START, 1 };
	struct clients *c = make();
	struct client_facts f;

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		lease(c, ALICE, "10.0.0.1", true, "alice", false, times[i]);
		hop(c, 64, times[i]);
		f = facts(c, v4(1), times[i]);
		assert_mac(&f, ALICE);
		assert_host(&f, CLIENT_DHCP, "alice");
		assert_int_equal(f.kind, CLIENT_ALONE);
	}
	clients_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nat_by_ttl),
		cmocka_unit_test(test_nat_by_hellos),
		cmocka_unit_test(test_proxy),
		cmocka_unit_test(test_eviction),
		cmocka_unit_test(test_clock),
	};

	return cmocka_run_group_tests_name("clients_kind", tests, NULL, NULL);
}
