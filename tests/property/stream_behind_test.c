/* links: extract aead extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls tds extract_udp flow lru recent digest dns extract_ech extract_client pieces pool tls dtls extract_quic gquic ja4 quic name ech http x509 addr */
/*
 * What stands before a hello on its connection, and what would mislead: words in
 * the clear, requests to proxies, headers of load balancers, packets of numbers
 * that are not the connection's.  The name all the same, once.
 */
#include "kinds.h"

/* What clients say in the clear before TLS begins on the same connection: segments, the last one asks. */
static const struct clear {
	const char *what;
	struct {
		const char *bytes;
		size_t n;
	} segment[3];
} clears[] = {
#define SAID(text) { text, sizeof(text) - 1 }
	{ "SMTP", { SAID("EHLO client.example\r\n"), SAID("STARTTLS\r\n") } },
	{ "IMAP", { SAID(". CAPABILITY\r\n"), SAID("a1 starttls\r\n") } },
	{ "POP3", { SAID("STLS\r\n") } },
	{ "FTP", { SAID("AUTH TLS\r\n") } },
	{ "XMPP", { SAID("<stream:stream xmlns='jabber:client' to='chat.example'>"),
		    SAID("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>") } },
	{ "LDAP", { SAID("\x30\x1d\x02\x01\x01\x77\x18\x80\x16" "1.3.6.1.4.1.1466.20037") } },
	{ "PostgreSQL", { SAID("\0\0\0\x08\x04\xd2\x16\x2f") } },
	{ "RDP", { SAID("\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0") } },
	{ "MySQL", { SAID("\x20\0\0\x01\x85\xae\xff\x19\0\0\0\x01\xff\0\0\0\0\0\0\0"
			  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") } },
#undef SAID
};

static void test_behind_clear_words(void **state)
{
	(void)state;
	for (const struct clear *c = clears; c < clears + sizeof(clears) / sizeof(*clears); c++) {
		const struct kind *k = &kinds[1];

		for (size_t at = 1; at < 2 * k->stream.n; at += 3) {
			size_t split = at % k->stream.n;
			bool swapped = at >= k->stream.n;
			uint32_t said = 0;

			wire_case(25);
			wire_syn();
			for (int i = 0; i < 3 && c->segment[i].bytes; i++) {
				wire_tcp(true, said, (const uint8_t *)c->segment[i].bytes, c->segment[i].n);
				said += (uint32_t)c->segment[i].n;
			}
			if (swapped)
				wire_tcp(true, said + (uint32_t)split, k->stream.bytes + split, k->stream.n - split);
			if (split)
				wire_tcp(true, said, k->stream.bytes, split);
			if (!swapped)
				wire_tcp(true, said + (uint32_t)split, k->stream.bytes + split, k->stream.n - split);
			wire_rest();
			if (wire.found != 1)
				print_message("%s, split at %zu\n", c->what, split);
			wire_expect(k->name, EVIDENCE_TLS, 1);
		}
	}
}

/* What is said without waiting, and the hello, as one stream: cut anywhere, in both orders. */
static void test_behind_preface(void **state)
{
	static const struct clear prefaces[] = {
		{ "MySQL", { { WORDS("\x20\0\0\x01\x85\xae\xff\x19\0\0\0\x01\xff\0\0\0\0\0\0\0"
				     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") } } },
		{ "PROXY 1", { { WORDS("PROXY TCP4 192.0.2.1 192.0.2.2 5555 443\r\n") } } },
		{ "PROXY 2", { { WORDS("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\x15\xb3\1\xbb") } } },
	};
	static struct kind both;

	(void)state;
	for (const struct clear *c = prefaces; c < prefaces + sizeof(prefaces) / sizeof(*prefaces); c++) {
		both = (struct kind){ .what = c->what, .name = NAME, .port = 3306, .evidence = EVIDENCE_TLS };
		put(&both.stream, c->segment[0].bytes, c->segment[0].n);
		put(&both.stream, kinds[1].stream.bytes, kinds[1].stream.n);
		for (size_t at = 1; at <= both.stream.n; at += at < 60 ? 1 : 17) {
			for (int swapped = 0; swapped < 2; swapped++) {
				begin(&both);
				if (swapped && at < both.stream.n)
					send_part(&both, at, both.stream.n);
				send_part(&both, 0, at);
				if (!swapped && at < both.stream.n)
					send_part(&both, at, both.stream.n);
				expect(&both);
			}
		}
	}
}

/* SQL Server's options and the hello within its packets, cut anywhere, in both orders, and with the server's word between. */
static void test_behind_options(void **state)
{
	static const struct clear options = { "TDS", { { WORDS("\x12\1\0\x1a\0\0\0\0" "\0\0\x0b\0\6" "\1\0\x11\0\1" "\xff"
							       "\x11\0\0\0\0\0" "\1") } } };
	static struct kind both;

	(void)state;
	for (const struct kind *hello = &kinds[12]; hello <= &kinds[13]; hello++) {
		both = (struct kind){ .what = "TDS", .name = NAME, .port = 1433, .evidence = EVIDENCE_TLS };
		put(&both.stream, options.segment[0].bytes, options.segment[0].n);
		put(&both.stream, hello->stream.bytes, hello->stream.n);
		for (size_t at = 1; at <= both.stream.n; at++) {
			for (int swapped = 0; swapped < 2; swapped++) {
				begin(&both);
				send_halves(&both, at, swapped && at < both.stream.n);
				expect(&both);
			}
		}
		begin(&both);
		send_part(&both, 0, options.segment[0].n);
		wire_tcp(false, 0, (const uint8_t *)WORDS("\4\1\0\x1a\0\0\1\0" "\0\0\x0b\0\6" "\1\0\x11\0\1" "\xff" "\x10\0\3\xe8\0\0" "\1"));
		send_part(&both, options.segment[0].n, both.stream.n);
		expect(&both);
		/* the SYN was not captured */
		for (size_t at = options.segment[0].n; at <= both.stream.n; at++) {
			wire_case(both.port);
			send_part(&both, 0, at);
			if (at < both.stream.n)
				send_part(&both, at, both.stream.n);
			expect(&both);
		}
	}
}

/* A load balancer's header alone is no request. */
static void test_header_alone(void **state)
{
	static const char header[] = "PROXY TCP4 192.0.2.1 192.0.2.2 5";
	uint64_t before = wire.counts.n[COUNT_HTTP_INCOMPLETE];

	(void)state;
	wire_case(80);
	wire_syn();
	wire_tcp(true, 0, (const uint8_t *)header, sizeof(header) - 1);
	wire_rest();
	assert_int_equal(wire.counts.n[COUNT_HTTP_INCOMPLETE], before);
	assert_int_equal(wire.nameless, 1);
}

/* What a proxy was asked for is a name, and so is what the client says through it. */
static void test_behind_proxies(void **state)
{
	const struct kind *hello = &kinds[1];

	(void)state;
	for (const struct kind *k = &kinds[8]; k <= &kinds[KINDS]; k += k == &kinds[10] ? KINDS - 10 : 1) {
		for (size_t split = 1; split < hello->stream.n; split += 5) {
			uint32_t said = (uint32_t)k->stream.n;

			begin(k);
			send_part(k, 0, k->stream.n);
			wire_tcp(true, said + (uint32_t)split, hello->stream.bytes + split, hello->stream.n - split);
			wire_tcp(true, said, hello->stream.bytes, split);
			wire_rest();
			assert_int_equal(wire.found, 2);
			assert_int_equal(wire.nameless, 0);
			assert_int_equal(wire.seen[0].evidence, k->evidence);
			assert_int_equal(wire.seen[1].evidence, EVIDENCE_TLS);
			assert_true(wire.seen[0].opens && !wire.seen[1].opens);
			assert_name(&wire.seen[1].name, hello->name);
		}
	}
}

/* A packet of numbers that are not the connection's, as who wants to hide would send with too short a life. */
static void mislead(bool from_client, uint8_t flags)
{
	wire_flags(from_client, flags, 0x40000000);
}

static void test_misled(void **state)
{
	static const struct {
		bool from_client;
		uint8_t flags;
	} lies[] = { { true, TCP_SYN }, { true, TCP_RST }, { false, TCP_RST }, { true, TCP_RST | TCP_ACK } };

	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (size_t at = 1; at < k->stream.n && k->name; at += 11) {
			for (size_t i = 0; i < sizeof(lies) / sizeof(*lies); i++) {
				for (unsigned where = 0; where < 3; where++) {
					/* behind a part of it, a SYN is that of another connection */
					if (where == 2 && lies[i].flags == TCP_SYN)
						continue;
					wire_case(k->port);
					wire_flags(true, TCP_SYN, UINT32_MAX);
					if (where == 0)
						mislead(lies[i].from_client, lies[i].flags);
					wire_flags(false, TCP_SYN | TCP_ACK, UINT32_MAX);
					if (where == 1)
						mislead(lies[i].from_client, lies[i].flags);
					send_part(k, 0, at);
					if (where == 2)
						mislead(lies[i].from_client, lies[i].flags);
					send_part(k, at, k->stream.n);
					wire_rest();
					if (wire.found != 1)
						print_message("%s, lie %zu at place %u\n", k->what, i, where);
					wire_expect(k->name, k->evidence, 1);
				}
			}
		}
	}
}

/* The ports of a connection whose server never answered are used again, and the SYN was not captured. */
static void test_ports_used_again(void **state)
{
	const struct kind *k = &kinds[1];

	(void)state;
	for (int said = 0; said < 2; said++) {
		begin(k);
		if (said)
			send_part(k, 0, k->stream.n);
		wire_tcp(true, 0x40000000, k->stream.bytes, 700);
		wire_tcp(true, 0x40000000 + 700, k->stream.bytes + 700, k->stream.n - 700);
		wire_rest();
		wire_expect(k->name, k->evidence, said ? 2 : 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_behind_clear_words),
		cmocka_unit_test(test_behind_preface),
		cmocka_unit_test(test_behind_options),
		cmocka_unit_test(test_header_alone),
		cmocka_unit_test(test_behind_proxies),
		cmocka_unit_test(test_misled),
		cmocka_unit_test(test_ports_used_again),
	};

	return cmocka_run_group_tests_name("stream behind", tests, make_kinds, wire_teardown);
}
