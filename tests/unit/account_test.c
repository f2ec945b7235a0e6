/* links: account keep pool lru addr */
#include "account.h"
#include "bytes.h"
#include "clock.h"
#include "flow.h"
#include "ip.h"

#define NOON (1000000 * SECOND)

static const struct vendor vendor = { .id = "v", .name = "V" };
static struct rule first = { .id = "v.first", .vendor = &vendor }, second = { .id = "v.second", .vendor = &vendor };
static struct account_record due;

/* packet is one of the connection number n; 54 bytes from the client, 100 from the server. */
static struct packet packet(uint32_t n, bool back, uint8_t proto, uint8_t flags)
{
	struct addr client = addr_v4((const uint8_t[4]){ 10, 1, (uint8_t)(n >> 8), (uint8_t)n });
	struct addr server = addr_v4((const uint8_t[4]){ 192, 0, 2, (uint8_t)(n >> 16) });
	struct packet p = { .src = back ? server : client, .dst = back ? client : server, .proto = proto,
			    .sport = back ? 443 : 40000, .dport = back ? 40000 : 443, .flags = flags,
			    .length = back ? 100 : 54 };

	p.hash = flow_hash(&hash_key_files, &p);
	return p;
}

static bool note(struct account *a, struct packet p, int64_t when)
{
	memset(&due, 0xee, sizeof(due));
	return account_note(a, &p, when, &due);
}

static struct sighting sighting_of(uint32_t n, uint8_t proto, int64_t when)
{
	struct packet p = packet(n, false, proto, 0);
	struct sighting s = { .evidence = EVIDENCE_TLS, .last = when };

	s.contact = (struct contact){ .when = when, .client = p.src, .server = p.dst, .client_port = p.sport,
				      .server_port = p.dport, .proto = proto };
	tally_add(&s.tally, SIDE_CLIENT, 54, TCP_ACK);
	return s;
}

static bool open_as(struct account *a, uint32_t n, uint8_t proto, int64_t when, const struct rule *rule,
		    const char *text)
{
	struct sighting s = sighting_of(n, proto, when);
	struct name name = name_of(text);
	struct packet p = packet(n, false, proto, 0);

	memset(&due, 0xee, sizeof(due));
	return account_open(a, p.hash, &s, rule, &name, false, &due);
}

static struct account *begun(uint8_t proto)
{
	struct account *a = account_new(0);

	assert_non_null(a);
	assert_false(open_as(a, 1, proto, NOON, &first, "a.example"));
	return a;
}

static void expect(enum account_end end, uint64_t out, uint64_t in)
{
	assert_int_equal(due.end, end);
	assert_int_equal(due.tally.bytes[SIDE_CLIENT], out);
	assert_int_equal(due.tally.bytes[SIDE_SERVER], in);
}

static void test_stopped(void **state)
{
	struct account *a = begun(IP_TCP);

	(void)state;
	assert_false(note(a, packet(1, true, IP_TCP, TCP_ACK), NOON + SECOND));
	assert_false(note(a, packet(2, true, IP_TCP, TCP_ACK), NOON + SECOND));		/* another's */
	assert_false(note(a, packet(1, true, IP_UDP, 0), NOON + SECOND));
	assert_false(account_expired(a, NOON + SECOND, &due));
	assert_true(account_rest(a, &due));
	expect(ACCOUNT_STOPPED, 54, 100);
	assert_int_equal(due.from, NOON);
	assert_int_equal(due.to, NOON + SECOND);
	assert_int_equal(due.number, 1);
	assert_int_equal(due.tally.packets[SIDE_CLIENT], 1);
	assert_int_equal(due.tally.packets[SIDE_SERVER], 1);
	assert_name(&due.name, "a.example");
	assert_ptr_equal(due.rule, &first);
	assert_false(account_rest(a, &due));
	account_free(a);
	account_free(NULL);
}

/* Both sides have closed: what is late still counts, until it has lingered. */
static void test_fin(void **state)
{
	struct account *a = begun(IP_TCP);

	(void)state;
	assert_false(note(a, packet(1, false, IP_TCP, TCP_FIN | TCP_ACK), NOON + SECOND));
	assert_false(account_expired(a, NOON + 100 * SECOND, &due));	/* half closed is open */
	assert_false(note(a, packet(1, true, IP_TCP, TCP_FIN | TCP_ACK), NOON + 100 * SECOND));
	assert_false(note(a, packet(1, false, IP_TCP, TCP_ACK), NOON + 101 * SECOND));
	assert_false(account_expired(a, NOON + (100 + ACCOUNT_LINGER) * SECOND, &due));
	assert_true(account_expired(a, NOON + (100 + ACCOUNT_LINGER) * SECOND + 1, &due));
	expect(ACCOUNT_FIN, 3 * 54, 100);
	assert_int_equal(due.to, NOON + 101 * SECOND);
	assert_false(note(a, packet(1, false, IP_TCP, TCP_ACK), NOON + 200 * SECOND));
	assert_false(account_rest(a, &due));
	account_free(a);
}

static void test_rst(void **state)
{
	struct account *a = begun(IP_TCP);
	struct packet late = packet(1, false, IP_TCP, 0);

	(void)state;
	assert_false(note(a, packet(1, true, IP_TCP, TCP_RST), NOON + SECOND));
	assert_true(account_has(a, &late));
	assert_false(note(a, packet(1, false, IP_TCP, TCP_FIN | TCP_ACK), NOON + 2 * SECOND));
	assert_false(note(a, packet(1, true, IP_TCP, TCP_FIN | TCP_ACK), NOON + 2 * SECOND));
	assert_true(account_expired(a, NOON + 7 * SECOND, &due));
	expect(ACCOUNT_RST, 2 * 54, 2 * 100);
	account_free(a);
}

/* One that lingers and one that is idle end by what was seen when the sensor stops, too. */
static void test_closed_at_the_end(void **state)
{
	struct account *a = begun(IP_TCP);

	(void)state;
	assert_false(note(a, packet(1, false, IP_TCP, TCP_FIN), NOON));
	assert_false(note(a, packet(1, true, IP_TCP, TCP_FIN), NOON));
	assert_true(account_rest(a, &due));
	expect(ACCOUNT_FIN, 2 * 54, 100);
	assert_false(account_expired(a, NOON + 9 * SECOND, &due));	/* nothing of it is left in the queue */
	account_free(a);
}

/* The flags of the packets before the match count: a hello and its FIN in one capture file's last second. */
static void test_opened_closed(void **state)
{
	struct account *a = account_new(0);
	struct sighting s = sighting_of(1, IP_TCP, NOON);
	struct name name = name_of("a.example");

	(void)state;
	tally_add(&s.tally, SIDE_SERVER, 60, TCP_RST);
	s.last = NOON + SECOND;
	assert_false(account_open(a, packet(1, false, IP_TCP, 0).hash, &s, &first, &name, true, &due));
	assert_true(account_expired(a, NOON + 7 * SECOND, &due));
	expect(ACCOUNT_RST, 54, 60);
	assert_true(due.held);
	assert_int_equal(due.to, NOON + SECOND);
	account_free(a);
}

static void test_idle(void **state)
{
	static const struct { uint8_t proto; int seconds; } of[] = {
		{ IP_TCP, ACCOUNT_TCP_IDLE }, { IP_UDP, ACCOUNT_UDP_IDLE },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct account *a = begun(of[i].proto);

		assert_false(note(a, packet(1, true, of[i].proto, TCP_ACK), NOON + 9 * SECOND));
		assert_false(account_expired(a, NOON + (9 + of[i].seconds) * SECOND, &due));
		assert_true(account_expired(a, NOON + (9 + of[i].seconds) * SECOND + 1, &due));
		expect(ACCOUNT_IDLE, 54, 100);
		assert_int_equal(due.to, NOON + 9 * SECOND);
		assert_false(account_expired(a, NOON + 9999999 * SECOND, &due));
		account_free(a);
	}
}

/* A SYN begins another connection: not its byte counts here, and what follows is not this one's. */
static void test_replaced(void **state)
{
	struct account *a = begun(IP_TCP);

	(void)state;
	assert_false(note(a, packet(1, true, IP_TCP, TCP_SYN | TCP_ACK), NOON));	/* only an answer */
	assert_true(note(a, packet(1, false, IP_TCP, TCP_SYN), NOON + SECOND));
	expect(ACCOUNT_REPLACED, 54, 100);
	assert_int_equal(due.to, NOON);
	assert_false(note(a, packet(1, false, IP_TCP, TCP_ACK), NOON + SECOND));
	assert_false(account_rest(a, &due));
	/* one that had ended says how it had */
	assert_false(open_as(a, 1, IP_TCP, NOON + 2 * SECOND, &first, "a.example"));
	assert_false(note(a, packet(1, true, IP_TCP, TCP_RST), NOON + 2 * SECOND));
	assert_true(note(a, packet(1, false, IP_TCP, TCP_SYN), NOON + 3 * SECOND));
	expect(ACCOUNT_RST, 54, 100);
	assert_false(account_expired(a, NOON + 99 * SECOND, &due));
	account_free(a);
}

/* Full: the one not used for longest makes way, told; a used one stays. */
static void test_evicted(void **state)
{
	struct account *a = account_new(0);
	uint64_t told = 0;

	(void)state;
	for (uint32_t n = 0; n < ACCOUNT_UDP_MAX; n++)
		assert_false(open_as(a, n, IP_UDP, NOON + n, &first, "a.example"));
	assert_false(note(a, packet(0, true, IP_UDP, 0), NOON + SECOND));
	assert_true(open_as(a, ACCOUNT_UDP_MAX, IP_UDP, NOON + SECOND, &first, "a.example"));
	expect(ACCOUNT_EVICTED, 54, 0);
	assert_int_equal(due.from, NOON + 1);
	assert_false(open_as(a, 0, IP_UDP, NOON + SECOND, &first, "a.example"));	/* there already */
	while (account_rest(a, &due))
		told += due.tally.bytes[SIDE_CLIENT] + due.tally.bytes[SIDE_SERVER];
	assert_int_equal(told, ACCOUNT_UDP_MAX * 54 + 100);
	assert_int_equal(account_nameless(a), 0);
	account_free(a);
}

/* Long names are a quarter of all at the most: a connection beyond is counted without its name. */
static void test_nameless(void **state)
{
	enum { ROOM = (ACCOUNT_TCP_MAX + ACCOUNT_UDP_MAX) / 4 + 1 };
	struct account *a = account_new(0);
	char text[80];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (uint32_t n = 0; n < ROOM + 5; n++)
		assert_false(open_as(a, n, IP_TCP, NOON + n, &first, text));
	assert_int_equal(account_nameless(a), 5);
	for (uint32_t n = 0; n < ROOM + 5; n++) {
		assert_true(account_rest(a, &due));
		assert_int_equal(due.name.len, n < ROOM ? 79 : 0);
	}
	account_free(a);
}

/* Other requests over one connection: each rule's part is told, and they add up. */
static void test_rule_changes(void **state)
{
	struct account *a = begun(IP_TCP);

	(void)state;
	assert_false(note(a, packet(1, true, IP_TCP, TCP_ACK), NOON + SECOND));
	assert_false(open_as(a, 1, IP_TCP, NOON + SECOND, &first, "b.example"));	/* same rule: nothing changes */
	assert_true(open_as(a, 1, IP_TCP, NOON + 2 * SECOND, &second, "c.example"));
	expect(ACCOUNT_REPLACED, 54, 100);
	assert_ptr_equal(due.rule, &first);
	assert_name(&due.name, "a.example");
	assert_false(open_as(a, 1, IP_TCP, NOON + 2 * SECOND, &first, "a.example"));	/* nothing went under it */
	assert_false(open_as(a, 1, IP_TCP, NOON + 2 * SECOND, &second, "c.example"));
	assert_false(note(a, packet(1, false, IP_TCP, TCP_ACK), NOON + 3 * SECOND));
	assert_true(account_rest(a, &due));
	expect(ACCOUNT_STOPPED, 54, 0);
	assert_ptr_equal(due.rule, &second);
	assert_name(&due.name, "c.example");
	assert_int_equal(due.from, NOON + 3 * SECOND);
	assert_int_equal(due.to, NOON + 3 * SECOND);
	account_free(a);
}

static void test_interval(void **state)
{
	struct account *a = account_new(10);
	uint64_t out = 0, in = 0, told = 0;

	(void)state;
	assert_false(open_as(a, 1, IP_TCP, NOON, &first, "a.example"));
	for (int i = 1; i <= 100; i++) {
		int64_t when = NOON + i * SECOND;

		if (!note(a, packet(1, i % 2, IP_TCP, TCP_ACK), when))
			continue;
		told++;
		assert_int_equal(due.end, ACCOUNT_LASTS);
		assert_int_equal(due.number, told);
		assert_true(due.to < when && due.from <= due.to);
		out += due.tally.bytes[SIDE_CLIENT];
		in += due.tally.bytes[SIDE_SERVER];
	}
	assert_int_equal(told, 10);
	assert_true(account_rest(a, &due));
	assert_int_equal(due.number, told + 1);
	assert_int_equal(out + due.tally.bytes[SIDE_CLIENT], 51 * 54);
	assert_int_equal(in + due.tally.bytes[SIDE_SERVER], 50 * 100);
	account_free(a);
}

/* A clock that was set back ends what stands ahead of it; a moment's disorder ends nothing. */
static void test_clock_set_back(void **state)
{
	struct account *a = begun(IP_TCP);
	(void)state;
	assert_false(open_as(a, 2, IP_UDP, NOON, &first, "a.example"));
	assert_false(note(a, packet(2, true, IP_UDP, 0), NOON));
	assert_false(note(a, packet(1, true, IP_TCP, TCP_ACK), NOON - SECOND / 2));
	assert_false(account_expired(a, NOON - SECOND / 2, &due));
	for (int i = 0; i < 2; i++) {
		assert_true(account_expired(a, NOON - 500 * SECOND, &due));
		expect(ACCOUNT_IDLE, 54, 100);
		assert_int_equal(due.from, NOON);
		assert_true(due.to >= due.from);
	}
	assert_false(open_as(a, 3, IP_TCP, NOON - 500 * SECOND, &first, "a.example"));
	assert_false(account_expired(a, NOON - 499 * SECOND, &due));
	assert_true(account_rest(a, &due));
	expect(ACCOUNT_STOPPED, 54, 0);
	account_free(a);
}

static void test_reload(void **state)
{
	struct rule old = first, gone = second;
	struct account *a = account_new(0);
	unsigned told = 0;

	(void)state;
	for (uint32_t n = 0; n < 1000; n++)
		assert_false(open_as(a, n, n % 3 ? IP_TCP : IP_UDP, NOON, n % 2 ? &old : &gone, "a.example"));
	old.retired = gone.retired = true;
	old.successor = &first;
	while (account_reload(a, &due)) {
		assert_ptr_equal(due.rule, &gone);
		assert_int_equal(due.end, ACCOUNT_REPLACED);
		told++;
	}
	assert_int_equal(told, 500);
	memset(&old, 0xee, sizeof(old));	/* the old set is freed now */
	memset(&gone, 0xee, sizeof(gone));
	assert_false(account_reload(a, &due));
	for (told = 0; account_rest(a, &due); told++)
		assert_ptr_equal(due.rule, &first);
	assert_int_equal(told, 500);
	account_free(a);
}

/* One passed over is known and never told, until a match opens it. */
static void test_passed(void **state)
{
	struct account *a = account_new(1);
	struct sighting s = sighting_of(1, IP_UDP, NOON);
	struct packet p = packet(1, true, IP_UDP, 0);

	(void)state;
	assert_false(account_pass(a, p.hash, &s.contact, &due));
	assert_true(account_has(a, &p));
	for (int i = 0; i < 10; i++)
		assert_false(note(a, p, NOON + i * 100 * SECOND));
	assert_true(account_has(a, &p));
	assert_false(account_reload(a, &due));
	assert_false(account_expired(a, NOON + 900 * SECOND + ACCOUNT_UDP_IDLE * SECOND, &due));
	assert_true(account_has(a, &p));
	assert_false(account_expired(a, NOON + 901 * SECOND + ACCOUNT_UDP_IDLE * SECOND, &due));
	assert_false(account_has(a, &p));
	assert_false(account_pass(a, p.hash, &s.contact, &due));
	assert_false(open_as(a, 1, IP_UDP, NOON + 2000 * SECOND, &first, "a.example"));
	assert_false(account_pass(a, p.hash, &s.contact, &due));	/* counted stays counted */
	assert_true(account_rest(a, &due));
	expect(ACCOUNT_STOPPED, 54, 0);
	assert_int_equal(due.from, NOON + 2000 * SECOND);
	assert_false(account_pass(a, p.hash, &s.contact, &due));
	assert_false(account_rest(a, &due));
	account_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_fin),
		cmocka_unit_test(test_rst),
		cmocka_unit_test(test_closed_at_the_end),
		cmocka_unit_test(test_opened_closed),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_evicted),
		cmocka_unit_test(test_nameless),
		cmocka_unit_test(test_rule_changes),
		cmocka_unit_test(test_interval),
		cmocka_unit_test(test_clock_set_back),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_passed),
	};

	return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
