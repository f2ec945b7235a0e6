/* links: clients signs lru addr name */
#include "clients_build.h"

static void test_nothing_known(void **state)
{
	struct clients *c = make();
	struct client_facts f;
	struct addr a = v4(1);

	(void)state;
	assert_false(clients_find(c, &a, START, &f));
	assert_mac(&f, NULL);
	assert_host(&f, CLIENT_NO_NAME, NULL);
	see(c, a, NULL, START);
	assert_true(clients_find(c, &a, START, &f));
	assert_mac(&f, NULL);
	assert_false(f.is_router || f.has_vlan);
	see(c, a, (const uint8_t[6]){ 0 }, START);		/* links without addresses */
	see(c, a, (const uint8_t[6]){ 1, 0, 0x5e, 0, 0, 1 }, START);
	f = facts(c, a, START);
	assert_mac(&f, NULL);
	clients_free(c);
	clients_free(NULL);
}

static void test_mac_and_vlan(void **state)
{
	struct clients *c = make();
	struct addr a = v4(1), server = addr("192.0.2.1");
	struct client_facts f;

	(void)state;
	clients_note(c, &(struct client_sign){ .client = &a, .server = &server, .client_mac = ALICE,
					       .has_vlan = true, .vlan = 42, .when = START });
	f = facts(c, a, START);
	assert_mac(&f, ALICE);
	assert_true(f.has_vlan);
	assert_int_equal(f.vlan, 42);
	assert_int_equal(f.kind, CLIENT_ALONE);
	see(c, a, BOB, START + SECOND);		/* another machine took the address over */
	f = facts(c, a, START + SECOND);
	assert_mac(&f, BOB);
	clients_free(c);
}

/* One address too many, and the MAC is no client's, for those seen before as well. */
static void test_router(void **state)
{
	struct clients *c = make();
	struct client_facts f;

	(void)state;
	for (unsigned i = 0; i < CLIENT_SPEAKS_MAX; i++)
		see(c, v4(i), ROUTER, START + i * SECOND);
	f = facts(c, v4(0), START + 60 * SECOND);
	assert_mac(&f, ROUTER);
	see(c, v4(0), ROUTER, START + 60 * SECOND);	/* one of the eight again */
	f = facts(c, v4(0), START + 60 * SECOND);
	assert_false(f.is_router);
	see(c, v4(CLIENT_SPEAKS_MAX), ROUTER, START + 61 * SECOND);
	for (unsigned i = 0; i <= CLIENT_SPEAKS_MAX; i++) {
		f = facts(c, v4(i), START + 62 * SECOND);
		assert_mac(&f, NULL);
		assert_true(f.is_router);
	}
	see(c, v4(0), ALICE, START + 63 * SECOND);	/* seen on its own link as well */
	see(c, v4(0), ROUTER, START + 64 * SECOND);
	f = facts(c, v4(0), START + 65 * SECOND);
	assert_mac(&f, ALICE);
	assert_false(f.is_router);
	clients_free(c);
}

/* The hour runs from the last time that an address was seen. */
static void test_router_within_an_hour(void **state)
{
	struct clients *c = make();

	(void)state;
	for (int again = 0; again < 2; again++) {
		for (unsigned i = 0; i < CLIENT_SPEAKS_MAX; i++)
			see(c, v4(i), ROUTER, START + again * (HOUR / 2));
	}
	see(c, v4(100), ROUTER, START + HOUR + HOUR / 4);
	assert_true(facts(c, v4(100), START + 2 * HOUR).is_router);
	clients_free(c);
}

/* The far side tells a router, too: it stands for the servers of the world. */
static void test_router_by_servers(void **state)
{
	struct clients *c = make();
	struct addr a = v4(1);
	struct client_facts f;

	(void)state;
	for (unsigned i = 0; i <= CLIENT_SPEAKS_MAX; i++) {
		struct addr server = v4(1000 + i);

		clients_note(c, &(struct client_sign){ .client = &a, .server = &server, .client_mac = ALICE,
						       .server_mac = ROUTER, .when = START });
	}
	see(c, v4(2), ROUTER, START);
	f = facts(c, v4(2), START);
	assert_true(f.is_router);
	f = facts(c, a, START);
	assert_mac(&f, ALICE);
	clients_free(c);
}

/* A machine changes addresses now and then (IPv6 privacy, RFC 8981): not within an hour, and not its network. */
static void test_many_addresses_are_no_router(void **state)
{
	struct clients *c = make();
	struct client_facts f;
	char text[64];

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		see(c, v4(i), ALICE, START + i * (HOUR / 4));
	f = facts(c, v4(99), START + 100 * (HOUR / 4));
	assert_mac(&f, ALICE);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "2001:db8::%x", i + 1);
		see(c, addr(text), BOB, START);
	}
	f = facts(c, addr("2001:db8::1"), START);
	assert_mac(&f, BOB);
	for (unsigned i = 0; i <= CLIENT_SPEAKS_MAX; i++) {
		snprintf(text, sizeof(text), "2001:db8:%x::1", i + 1);
		see(c, addr(text), BOB, START);
	}
	f = facts(c, addr("2001:db8::1"), START);
	assert_true(f.is_router);
	clients_free(c);
}

/* RFC 5798 section 7.3; RFC 2281 section 3 */
static void test_virtual_routers(void **state)
{
	static const uint8_t macs[][6] = { { 0, 0, 0x5e, 0, 1, 7 }, { 0, 0, 0x5e, 0, 2, 7 }, { 0, 0, 0x0c, 7, 0xac, 7 } };
	struct clients *c = make();
	struct client_facts f;

	(void)state;
	for (unsigned i = 0; i < COUNT(macs); i++) {
		see(c, v4(i), macs[i], START);
		f = facts(c, v4(i), START);
		assert_true(f.is_router);
		assert_mac(&f, NULL);
	}
	clients_free(c);
}

static void test_lease(void **state)
{
	struct clients *c = make();
	struct client_facts f;
	struct addr none;

	(void)state;
	lease(c, ALICE, NULL, false, "alice-laptop", false, START);		/* DISCOVER: a name, no address */
	lease(c, ALICE, "10.0.0.5", true, "server-says", true, START + SECOND);	/* ACK: an address */
	f = facts(c, v4(5), START + 2 * SECOND);
	assert_mac(&f, ALICE);
	assert_host(&f, CLIENT_DHCP, "alice-laptop");
	see(c, v4(5), ROUTER, START + HOUR);			/* seen behind a router not known as one */
	f = facts(c, v4(5), START + HOUR);
	assert_mac(&f, ALICE);
	lease(c, BOB, "10.0.0.5", false, "bob", false, START + HOUR);	/* asked for by another, perhaps refused */
	f = facts(c, v4(5), START + HOUR);
	assert_mac(&f, ALICE);
	assert_host(&f, CLIENT_DHCP, "alice-laptop");
	lease(c, BOB, "10.0.0.5", true, NULL, false, START + 2 * HOUR);	/* and granted */
	f = facts(c, v4(5), START + 2 * HOUR);
	assert_mac(&f, BOB);
	assert_host(&f, CLIENT_DHCP, "bob");
	lease(c, ALICE, "10.0.0.6", false, NULL, false, START + 2 * HOUR);	/* nobody else is known to have it */
	f = facts(c, v4(6), START + 2 * HOUR);
	assert_mac(&f, ALICE);
	assert_host(&f, CLIENT_DHCP, "alice-laptop");
	see(c, v4(5), ALICE, START + 27 * HOUR);		/* a lease of the day before is no more than a sighting */
	f = facts(c, v4(5), START + 27 * HOUR);
	assert_mac(&f, ALICE);
	assert_host(&f, CLIENT_NO_NAME, NULL);
	lease(c, ROUTER, "0.0.0.0", true, "nobody", false, START);
	none = addr("0.0.0.0");
	assert_false(clients_find(c, &none, START, &f));
	clients_free(c);
}

/* The server's word counts where the client has said nothing for a day. */
static void test_names_of_servers(void **state)
{
	struct clients *c = make();
	struct client_facts f;

	(void)state;
	lease(c, ALICE, "10.0.0.5", true, "assigned", true, START);
	f = facts(c, v4(5), START);
	assert_host(&f, CLIENT_DHCP, "assigned");
	lease(c, ALICE, NULL, false, "own", false, START + HOUR);
	lease(c, ALICE, "10.0.0.5", true, "assigned", true, START + HOUR);
	f = facts(c, v4(5), START + HOUR);
	assert_host(&f, CLIENT_DHCP, "own");
	lease(c, ALICE, "10.0.0.5", true, "assigned", true, START + 26 * HOUR);
	f = facts(c, v4(5), START + 26 * HOUR);
	assert_host(&f, CLIENT_DHCP, "assigned");
	clients_free(c);
}

/* DHCPv6 has no MAC address: the link's is the client's when it is the client that speaks, to no relay. */
static void test_lease_by_link(void **state)
{
	struct clients *c = make();
	struct dhcp_facts f = { .standing = DHCP_ASKED, .addr = addr("2001:db8::5") };
	struct client_facts known;

	(void)state;
	assert_true(name_read_host(cursor_of("alice", 5), &f.host));
	f.reply = true;
	clients_learn_lease(c, &f, ALICE, START);
	f.reply = false;
	f.relayed = true;
	clients_learn_lease(c, &f, ALICE, START);
	assert_false(clients_find(c, &f.addr, START, &known));
	f.relayed = false;
	clients_learn_lease(c, &f, ALICE, START);
	known = facts(c, f.addr, START);
	assert_mac(&known, ALICE);
	assert_host(&known, CLIENT_DHCP, "alice");
	clients_free(c);
}

/* A router that has a lease itself is told as what it is: a machine with an address. */
static void test_lease_of_a_router(void **state)
{
	struct clients *c = make();
	struct client_facts f;

	(void)state;
	lease(c, ROUTER, "10.9.9.9", true, "gateway", false, START);
	for (unsigned i = 0; i <= CLIENT_SPEAKS_MAX; i++)
		see(c, v4(i), ROUTER, START);
	f = facts(c, addr("10.9.9.9"), START);
	assert_mac(&f, ROUTER);
	assert_host(&f, CLIENT_DHCP, "gateway");
	f = facts(c, v4(0), START);
	assert_mac(&f, NULL);
	clients_free(c);
}

static void test_names(void **state)
{
	struct clients *c = make();
	struct client_facts f;

	(void)state;
	learn(c, v4(1), ALICE, CLIENT_NBNS, "ALICE-PC", START);
	f = facts(c, v4(1), START);
	assert_host(&f, CLIENT_NBNS, "alice-pc");
	learn(c, v4(1), ALICE, CLIENT_MDNS, "alices-mac", START + 1);
	learn(c, v4(1), ALICE, CLIENT_NBNS, "less-trusted", START + 2);
	f = facts(c, v4(1), START + 2);
	assert_host(&f, CLIENT_MDNS, "alices-mac");
	learn(c, v4(1), ALICE, CLIENT_NBNS, "a-day-later", START + 1 + DAY);
	f = facts(c, v4(1), START + 1 + DAY);
	assert_host(&f, CLIENT_NBNS, "a-day-later");
	learn(c, v4(1), ALICE, CLIENT_MDNS, "localhost", START + DAY + 2);	/* says nothing */
	f = facts(c, v4(1), START + DAY + 2);
	assert_host(&f, CLIENT_NBNS, "a-day-later");
	learn(c, addr("224.0.0.251"), ALICE, CLIENT_MDNS, "group", START);
	learn(c, addr("::"), ALICE, CLIENT_MDNS, "unspecified", START);
	assert_null(facts(c, addr("224.0.0.251"), START).host);
	assert_null(facts(c, addr("::"), START).host);
	clients_free(c);
}

/* A name is its machine's, not the address's. */
static void test_name_stays_with_its_machine(void **state)
{
	struct clients *c = make();
	struct client_facts f;

	(void)state;
	learn(c, v4(1), ALICE, CLIENT_MDNS, "alice", START);
	see(c, v4(1), ALICE, START);
	learn(c, v4(1), BOB, CLIENT_MDNS, "liar", START + 1);	/* another speaks for a machine that is known */
	f = facts(c, v4(1), START + 1);
	assert_host(&f, CLIENT_MDNS, "alice");
	see(c, v4(1), BOB, START + 2);
	f = facts(c, v4(1), START + 2);
	assert_host(&f, CLIENT_NO_NAME, NULL);
	learn(c, v4(1), BOB, CLIENT_NBNS, "bob", START + 3);	/* less trusted, but of the right machine */
	f = facts(c, v4(1), START + 3);
	assert_host(&f, CLIENT_NBNS, "bob");
	clients_free(c);
}

static void test_long_names(void **state)
{
	struct clients *c = make();
	struct client_facts f;
	char text[256];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "host.", 5);
	text[CLIENT_HOST_MAX - 1] = '\0';		/* the longest that fits */
	learn(c, v4(1), NULL, CLIENT_DHCP, text, START);
	f = facts(c, v4(1), START);
	assert_host(&f, CLIENT_DHCP, text);
	text[CLIENT_HOST_MAX - 1] = 'a';
	text[CLIENT_HOST_MAX] = '\0';
	learn(c, v4(1), NULL, CLIENT_DHCP, text, START);
	f = facts(c, v4(1), START);
	assert_host(&f, CLIENT_DHCP, "host");
	text[4] = 'a';					/* no label to cut at */
	learn(c, v4(2), NULL, CLIENT_DHCP, text, START);
	f = facts(c, v4(2), START);
	assert_host(&f, CLIENT_NO_NAME, NULL);
	learn(c, v4(3), NULL, CLIENT_DHCP, "Anna's Rechner", START);
	f = facts(c, v4(3), START);
	assert_host(&f, CLIENT_DHCP, "anna's rechner");
	clients_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_known),
		cmocka_unit_test(test_mac_and_vlan),
		cmocka_unit_test(test_router),
		cmocka_unit_test(test_router_within_an_hour),
		cmocka_unit_test(test_router_by_servers),
		cmocka_unit_test(test_many_addresses_are_no_router),
		cmocka_unit_test(test_virtual_routers),
		cmocka_unit_test(test_lease),
		cmocka_unit_test(test_names_of_servers),
		cmocka_unit_test(test_lease_by_link),
		cmocka_unit_test(test_lease_of_a_router),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_name_stays_with_its_machine),
		cmocka_unit_test(test_long_names),
	};

	return cmocka_run_group_tests_name("clients", tests, NULL, NULL);
}
