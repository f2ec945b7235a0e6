/* links: report_disguise pseudonym aes digest event_told dns name addr */
#include "bytes.h"
#include "dns.h"
#include "pseudonym.h"
#include "report_parts.h"

static struct pseudonym *p;

static int setup(void **state)
{
	uint8_t key[PSEUDONYM_KEY];

	(void)state;
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(i * 37 + 11);
	p = pseudonym_new(key);
	return p ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	pseudonym_free(p);
	return 0;
}

static struct addr addr_of(const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return a;
}

static struct sighting sighting_of(enum evidence evidence, const char *name, const char *server)
{
	struct sighting s = { .evidence = evidence };

	s.contact.client = addr_of("192.168.1.5");
	s.contact.server = addr_of(server);
	if (*name)
		s.name = name_of(name);
	return s;
}

static void assert_stand_in(const struct addr *got, const char *of)
{
	struct addr a = addr_of(of), want = pseudonym_addr(p, &a);

	assert_false(addr_equal(&a, &want));
	assert_memory_equal(got, &want, sizeof(want));
}

/* Both ends of a connection: the client always, the server where it is of the site. */
static void test_ends(void **state)
{
	static const uint8_t mac[6] = { 0x00, 0x50, 0x56, 1, 2, 3 };
	struct sighting s = sighting_of(EVIDENCE_TLS, "www.example.com", "192.0.2.7");
	struct event_told told = { .records = 0 };
	struct addr outside = s.contact.server;

	(void)state;
	s.contact.has_mac = true;
	memcpy(s.contact.mac, mac, sizeof(mac));
	report_disguise_sighting(p, &s, &told);
	assert_stand_in(&s.contact.client, "192.168.1.5");
	assert_true(addr_equal(&s.contact.server, &outside));
	assert_memory_not_equal(s.contact.mac, mac, sizeof(mac));
	assert_string_equal(s.name.text, "www.example.com");
	s = sighting_of(EVIDENCE_TLS, "", "10.0.0.9");
	report_disguise_sighting(p, &s, &told);
	assert_stand_in(&s.contact.server, "10.0.0.9");
}

/* Names that stand for machines of the site, or for their addresses, and those that do not. */
static void test_names(void **state)
{
	static const struct {
		enum evidence evidence;
		const char *name;
		bool hidden;
	} all[] = {
		{ EVIDENCE_DNS, "www.example.com", false },
		{ EVIDENCE_MDNS, "printer.local", true },
		{ EVIDENCE_MDNS, "www.example.com", true },
		{ EVIDENCE_LLMNR, "wpad", true },
		{ EVIDENCE_TLS, "printer.local", false },
		{ EVIDENCE_DNS, "5.1.168.192.in-addr.arpa", true },
		{ EVIDENCE_DNS, "9.0.0.10.in-addr.arpa", true },
		{ EVIDENCE_DNS, "9.0.16.172.in-addr.arpa", true },
		{ EVIDENCE_DNS, "8.8.8.8.in-addr.arpa", false },
		{ EVIDENCE_DNS, "9.0.32.172.in-addr.arpa", false },
		{ EVIDENCE_DNS, "1.0.0.127.in-addr.arpa", false },
		{ EVIDENCE_DNS, "0.0.0.0.in-addr.arpa", false },
		{ EVIDENCE_DNS, "168.192.in-addr.arpa", true },		/* of a network: whose is not known */
		{ EVIDENCE_DNS, "x.8.8.8.8.in-addr.arpa", true },
		{ EVIDENCE_DNS, "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", true },
		{ EVIDENCE_DNS, "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.e.f.ip6.arpa", true },
		{ EVIDENCE_DNS, "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", false },
		{ EVIDENCE_DNS, "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa", false },
		{ EVIDENCE_DNS, "8.b.d.0.1.0.0.2.ip6.arpa", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		struct sighting s = sighting_of(all[i].evidence, all[i].name, "192.0.2.53");
		struct event_told told = { .records = 1 };
		char want[PSEUDONYM_HOST_MAX];

		report_disguise_sighting(p, &s, &told);
		pseudonym_host(p, all[i].name, strlen(all[i].name), want);
		assert_string_equal(s.name.text, all[i].hidden ? want : all[i].name);
		assert_int_equal(s.name.len, strlen(s.name.text));
		/* what the answer told is of the same machines */
		assert_int_equal(told.records, !all[i].hidden);
	}
}

/* An address in the place of a name. */
static void test_literals(void **state)
{
	static const struct {
		const char *name, *proxied;
		bool name_hidden, proxied_hidden;
	} all[] = {
		{ "192.168.7.1", "", true, false },
		{ "fd00::7", "", true, false },
		{ "192.0.2.80", "10.9.8.7", false, true },
		{ "intranet.example.com", "192.0.2.1", false, false },
		{ "10.1.1.1", "10.1.1.2", true, true },
	};
	static const enum evidence kinds[] = { EVIDENCE_HTTP, EVIDENCE_CONNECT, EVIDENCE_SOCKS };

	(void)state;
	for (size_t i = 0; i < COUNT(kinds) * COUNT(all); i++) {
		size_t k = i % COUNT(all);
		struct sighting s = sighting_of(kinds[i / COUNT(all)], all[k].name, "192.0.2.80");
		struct event_told told = { .records = 0 };
		struct addr got;

		if (*all[k].proxied)
			s.http.proxied = name_of(all[k].proxied);
		report_disguise_sighting(p, &s, &told);
		if (all[k].name_hidden) {
			got = addr_of(s.name.text);
			assert_stand_in(&got, all[k].name);
		} else {
			assert_string_equal(s.name.text, all[k].name);
		}
		if (all[k].proxied_hidden) {
			got = addr_of(s.http.proxied.text);
			assert_stand_in(&got, all[k].proxied);
		} else {
			assert_string_equal(s.http.proxied.text, all[k].proxied);
		}
	}
}

/* Of the addresses that an answer tells those of the site get stand-ins, each its own, and the record says the same. */
static void test_answers(void **state)
{
	static const struct {
		uint16_t type;
		const char *text;
		bool hidden;
	} all[] = {
		{ DNS_A, "192.168.1.20", true }, { DNS_CNAME, NULL, false }, { DNS_A, "8.8.8.8", false },
		{ DNS_AAAA, "fd00::20", true }, { DNS_AAAA, "2001:db8::1", false }, { DNS_A, "127.0.0.1", false },
		{ DNS_A, "0.0.0.0", false }, { DNS_AAAA, "::", false }, { DNS_A, "10.3.2.1", true },
	};
	struct sighting s = sighting_of(EVIDENCE_DNS, "www.example.com", "192.168.1.1");
	struct event_told told = { .records = COUNT(all) };

	(void)state;
	s.dns.elsewhere = true;
	s.dns.answered_by = addr_of("192.168.1.2");
	for (size_t i = 0; i < COUNT(all); i++) {
		struct addr *a = &told.addr[told.count];
		size_t from = all[i].type == DNS_A ? 12 : 0;

		told.record[i].type = all[i].type;
		if (!all[i].text)
			continue;
		*a = addr_of(all[i].text);
		told.record[i].data = cursor_of(a->bytes + from, 16 - from);
		told.count++;
	}
	report_disguise_sighting(p, &s, &told);
	assert_stand_in(&s.contact.server, "192.168.1.1");
	assert_stand_in(&s.dns.answered_by, "192.168.1.2");
	for (size_t i = 0, k = 0; i < COUNT(all); i++) {
		size_t from = all[i].type == DNS_A ? 12 : 0;
		struct addr plain;

		if (!all[i].text)
			continue;
		plain = addr_of(all[i].text);
		if (all[i].hidden)
			assert_stand_in(&told.addr[k], all[i].text);
		else
			assert_memory_equal(&told.addr[k], &plain, sizeof(plain));
		assert_int_equal(told.stand_ins >> k & 1, all[i].hidden);
		assert_int_equal(cursor_left(&told.record[i].data), 16 - from);
		assert_memory_equal(told.record[i].data.at, told.addr[k].bytes + from, 16 - from);
		k++;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_literals),
		cmocka_unit_test(test_answers),
	};

	return cmocka_run_group_tests_name("disguise", tests, setup, teardown);
}
