/* links: extract aead extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls tds extract_udp flow lru recent digest dns extract_ech extract_client pieces pool tls dtls extract_quic gquic ja4 quic name ech http x509 addr */
/*
 * Connections that make way for another while that one's packet is in work: what
 * is read of them then must not get into what is read of it.
 */
#include "datagrams.h"

#define OTHER "www.another.org"	/* as long as NAME */

enum { LATER = 30 };	/* bytes at the end of a hello, behind its name */

/* put_beginning puts the beginning of a hello of OTHER into a packet of SQL Server's TDS, or as it is. */
static void put_beginning(struct build *b, bool wrapped)
{
	static struct build other, stream;

	clear(&other);
	clear(&stream);
	put_hello(&other, &(struct hello_plan){ .name = OTHER, .key_share = 32 });
	put_records(&stream, other.bytes, other.n, 16384);
	clear(b);
	if (wrapped) {
		put_int(b, 0x12010000 | (unsigned)(stream.n + 8), 4);
		put_int(b, 0, 4);
	}
	put(b, stream.bytes, stream.n - LATER);
}

/* Every block for bytes is out, to such hellos; the first packet of a QUIC hello takes that of the oldest. */
static void test_quic_takes_a_block(void **state)
{
	static struct build beginning;
	int64_t when = wire.when + 1000 * SECOND;

	(void)state;
	for (int wrapped = 0; wrapped < 2; wrapped++) {
		put_beginning(&beginning, wrapped);
		for (unsigned i = 0; i < STREAMS_SMALL; i++) {
			wire_case(1433);
			wire.when = when;
			wire_syn();
			wire_tcp(true, 0, beginning.bytes, beginning.n);
		}
		wire_case(443);
		wire.when = when;
		put_parts(&hello, (size_t[]){ 0, hello.n - LATER, hello.n }, 2);
		for (unsigned i = 0; i < 2; i++) {
			clear(&datagrams[i]);
			seal(&datagrams[i], V1, wire.client_seq, i, &frames[i]);
			send(&datagrams[i]);
		}
		assert_true(wire.found > 0);
		for (size_t i = 0; i < wire.found; i++) {
			if (wire.seen[i].evidence == EVIDENCE_QUIC)
				assert_name(&wire.seen[i].name, NAME);
			else
				assert_name(&wire.seen[i].name, OTHER);	/* what made way had said so much */
		}
		assert_int_equal(wire.seen[wire.found - 1].evidence, EVIDENCE_QUIC);
		for (struct sighting *out; extract_rest(wire.x, &out);)
			;
		when += 1000 * SECOND;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quic_takes_a_block),
	};

	return cmocka_run_group_tests_name("beside", tests, setup, wire_teardown);
}
