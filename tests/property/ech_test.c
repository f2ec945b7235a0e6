/* links: extract aead extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls tds extract_udp flow lru recent digest dns extract_ech extract_client pieces pool tls dtls extract_quic gquic ja4 quic name ech http x509 addr */
/*
 * Encrypted ClientHellos as DNS told of them: outer ones, noise, and what cannot
 * be told apart.
 */
#include "wire.h"

#define NAME "www.example.com"
#define OTHER "www.example.org"

static struct build message;

static struct build *fresh(void)
{
	message.n = message.depth = 0;
	return &message;
}

/* tell_under sends the answer to a query for the HTTPS record of `name`, with the ECH configuration `id` of NAME under a key. */
static void tell_under(const char *name, int id, unsigned key)
{
	struct addr server = wire.server;
	struct build *b = fresh();

	put_int(b, 0x77778180, 4);
	put(b, "\0\1\0\1\0\0\0\0", 8);
	put_dns_name(b, name);
	put(b, "\0\x41\0\1" "\xc0\x0c" "\0\x41\0\1" "\0\0\1\0", 14);
	block_open(b, 2);
	put_int(b, 1, 2);		/* priority; the target is the name itself */
	put_dns_name(b, "");
	put(b, "\0\1\0\3\2h2", 7);	/* alpn */
	if (id >= 0) {
		put_int(b, key, 2);
		block_open(b, 2);
		block_open(b, 2);
		put_int(b, 0xfe0d, 2);
		block_open(b, 2);
		put_int(b, (uint64_t)id, 1);
		put(b, "\0\x20" "\0\4" "keys" "\0\4\0\1\0\1" "\x40" "\x0f" NAME "\0\0", 33);
		block_close(b);
		block_close(b);
		block_close(b);
	}
	block_close(b);
	wire_case(53);
	wire_udp(false, b->bytes, b->n);
	wire_expect(name, EVIDENCE_DNS, 1);
	wire.server = server;
}

static void tell(const char *name, int id)
{
	tell_under(name, id, 5);	/* RFC 9848 section 3 */
}

/* say gives what a hello for NAME with the ECH configuration 0x42 is taken for. */
static enum ech say(void)
{
	struct build *b = fresh();

	put_stream(b, &(struct hello_plan){ .name = NAME, .key_share = 32, .ech = true }, 16384);
	wire_case(443);
	wire_tcp(true, 0, b->bytes, b->n);
	wire_rest();
	wire_expect(NAME, EVIDENCE_TLS, 1);
	return wire.seen[0].tls.ech;
}

/* RFC 9849 section 6.2: noise looks as an outer hello does; what DNS told decides, for an hour. */
static void test_ech_as_told(void **state)
{
	const int64_t hour = 3600 * SECOND;

	(void)state;
	assert_int_equal(say(), ECH_UNSURE);
	tell(OTHER, 0x41);
	tell(OTHER, 0xff);
	tell(NAME, 0x41);
	assert_int_equal(say(), ECH_UNSURE);	/* other configurations */
	tell_under(OTHER, 0x42, 6);
	assert_int_equal(say(), ECH_UNSURE);	/* another parameter */
	tell(OTHER, 0x42);
	assert_int_equal(say(), ECH_OUTER);
	tell(NAME, -1);
	assert_int_equal(say(), ECH_OUTER);
	wire.when += hour;
	assert_int_equal(say(), ECH_UNSURE);
	tell(NAME, -1);
	assert_int_equal(say(), ECH_GREASE);
	wire.when += hour;
	assert_int_equal(say(), ECH_UNSURE);
	tell(OTHER, -1);
	assert_int_equal(say(), ECH_UNSURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ech_as_told),
	};

	return cmocka_run_group_tests_name("ech", tests, wire_setup, wire_teardown);
}
