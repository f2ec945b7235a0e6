/* links: extract aead extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls extract_udp flow lru recent digest dns extract_ech extract_client pieces pool tls dtls extract_quic gquic ja4 quic name ech http x509 addr */
/*
 * What TCP may do to what a client says first (RFC 9293): the same name comes
 * out exactly once, or none; never another.
 */
#include "wire.h"

#define NAME "www.example.com"
#define WORDS(text) text, sizeof(text) - 1

enum { KINDS = 12 };

struct kind {
	const char *what, *name;	/* NULL: there is none to find */
	uint16_t port;
	enum evidence evidence;
	size_t whole;			/* bytes from which on the name must be found */
	struct build stream;
};

static struct kind kinds[KINDS + 1];	/* the last one is only used whole */

static void make_hello(struct kind *k, const char *what, const struct hello_plan *p, size_t record)
{
	k->what = what;
	k->name = p->name;
	k->port = 443;
	k->evidence = EVIDENCE_TLS;
	put_stream(&k->stream, p, record);
	k->whole = k->stream.n;
}

static void make_words(struct kind *k, const char *what, uint16_t port, enum evidence evidence, const char *words,
		       size_t n)
{
	*k = (struct kind){ .what = what, .name = NAME, .port = port, .evidence = evidence, .whole = n };
	put(&k->stream, words, n);
}

static int make_kinds(void **state)
{
	static const char request[] = "GET /a HTTP/1.1\r\nAccept: */*\r\nHost: " NAME "\r\nX: y\r\n\r\n";
	struct build *b;

	make_hello(&kinds[0], "TLS 1.2", &(struct hello_plan){ .name = NAME }, 16384);
	make_hello(&kinds[1], "TLS 1.3, post-quantum", &(struct hello_plan){ .name = NAME, .key_share = 1600 }, 16384);
	make_hello(&kinds[2], "hello over three records", &(struct hello_plan){ .name = NAME, .key_share = 100 }, 90);
	make_hello(&kinds[3], "no server name", &(struct hello_plan){ .name = NULL, .key_share = 32 }, 16384);
	make_hello(&kinds[4], "ECH beside the outer name", &(struct hello_plan){ .name = NAME, .key_share = 32, .ech = true }, 16384);
	kinds[5] = (struct kind){ .what = "HTTP", .name = NAME, .port = 80, .evidence = EVIDENCE_HTTP };
	put_text(&kinds[5].stream, request);
	kinds[5].whole = (size_t)(strstr(request, "X: y") - request);
	kinds[6] = (struct kind){ .what = "DNS over TCP", .name = NAME, .port = 53, .evidence = EVIDENCE_DNS };
	b = &kinds[6].stream;
	block_open(b, 2);
	put_dns(b, 0x1234, NAME, 28, false);
	block_close(b);
	kinds[6].whole = b->n;
	make_hello(&kinds[7], "a record for each byte", &(struct hello_plan){ .name = NAME, .key_share = 32 }, 1);
	make_words(&kinds[8], "SOCKS5", 1080, EVIDENCE_SOCKS, WORDS("\5\1\0" "\5\1\0\3\x0f" NAME "\1\xbb"));
	make_words(&kinds[9], "SOCKS5 with a password", 1080, EVIDENCE_SOCKS,
		   WORDS("\5\2\0\2" "\1\2me\3key" "\5\1\0\3\x0f" NAME "\1\xbb"));
	make_words(&kinds[10], "SOCKS4a", 1080, EVIDENCE_SOCKS, WORDS("\4\1\1\xbb\0\0\0\1me\0" NAME "\0"));
	kinds[11] = (struct kind){ .what = "HTTP behind empty lines", .name = NAME, .port = 80, .evidence = EVIDENCE_HTTP };
	put_text(&kinds[11].stream, "\r\n\r\n");
	put_text(&kinds[11].stream, request);
	kinds[11].whole = kinds[5].whole + 4;
	make_words(&kinds[KINDS], "CONNECT", 3128, EVIDENCE_CONNECT,
		   WORDS("CONNECT " NAME ":443 HTTP/1.1\r\nHost: " NAME ":443\r\n\r\n"));
	return wire_setup(state);
}

static void send_part(const struct kind *k, size_t from, size_t to)
{
	wire_tcp(true, (uint32_t)from, k->stream.bytes + from, to - from);
}

static void send_halves(const struct kind *k, size_t at, bool swapped)
{
	if (swapped)
		send_part(k, at, k->stream.n);
	send_part(k, 0, at);
	if (!swapped)
		send_part(k, at, k->stream.n);
}

/* expect asserts that the name was found once, as the stream was there as a whole. */
static void expect(const struct kind *k)
{
	wire_rest();
	wire_expect(k->name ? k->name : "", k->evidence, k->name ? 1 : 0);
	/* each connection whose opening was seen is told once, by its name or without one */
	assert_int_equal(wire.nameless, k->name ? 0 : 1);
}

static void begin(const struct kind *k)
{
	wire_case(k->port);
	wire_syn();
}

static void test_every_split(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (size_t at = 1; at < k->stream.n; at++) {
			for (int swapped = 0; swapped < 2; swapped++) {
				begin(k);
				send_halves(k, at, swapped);
				expect(k);
			}
		}
	}
}

/* Both ends of each piece are drawn from places that matter and from all over. */
static void cut(const struct kind *k, unsigned round, unsigned parts, size_t at[static PIECES_MAX + 1])
{
	uint64_t dice = mix(round, parts);

	at[0] = 0;
	for (unsigned i = 1; i < parts; i++) {
		size_t room = k->stream.n - at[i - 1] - (parts - i);

		dice = mix(dice, i);
		at[i] = at[i - 1] + 1 + (round < 8 ? (round >> (i - 1) & 1) * 5 : dice % (room / (parts - i) + 1));
	}
	at[parts] = k->stream.n;
}

static void test_every_order(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (unsigned round = 0; round < 32; round++) {
			for (unsigned parts = 3; parts <= PIECES_MAX; parts++) {
				unsigned order[PIECES_MAX] = { 0, 1, 2, 3 };
				size_t at[PIECES_MAX + 1];

				cut(k, round, parts, at);
				do {
					begin(k);
					for (unsigned i = 0; i < parts; i++)
						send_part(k, at[order[i]], at[order[i] + 1]);
					expect(k);
				} while (order_next(order, parts));
			}
		}
	}
}

/* Any piece comes twice, the second time at any later moment; or everything comes twice, as a span port copies it. */
static void test_every_duplicate(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (unsigned round = 0; round < 200; round++) {
			unsigned order[3] = { 0, 1, 2 }, twice = round % 4, again = twice + round / 4 % 4;
			size_t at[PIECES_MAX + 1];

			cut(k, round, 3, at);
			for (unsigned i = round % 6; i; i--)
				(void)order_next(order, 3);
			begin(k);
			for (unsigned i = 0; i < 3; i++) {
				send_part(k, at[order[i]], at[order[i] + 1]);
				if (twice == 3)
					send_part(k, at[order[i]], at[order[i] + 1]);
				else if (again == i)
					send_part(k, at[order[twice]], at[order[twice] + 1]);
			}
			if (twice < 3 && again > 2)
				send_part(k, at[order[twice]], at[order[twice] + 1]);
			expect(k);
		}
	}
}

/* The stream ends anywhere: at once, by FIN or by RST. */
static void test_every_truncation(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (size_t n = 1; n <= k->stream.n; n++) {
			for (int end = 0; end < 3; end++) {
				begin(k);
				send_part(k, 0, n);
				if (end)
					wire_flags(true, end == 1 ? TCP_FIN | TCP_ACK : TCP_RST, (uint32_t)n);
				wire_rest();
				wire_expect_some(k->name ? k->name : "", k->evidence);
				if (n >= k->whole && k->name)
					assert_int_equal(wire.found, 1);
				/* what began and spoke is told, once */
				if (k->port != 53)
					assert_int_equal(wire.found + wire.nameless, 1);
				if (wire.found && k->port != 53)
					assert_true(wire.seen[0].opens);
			}
		}
	}
}

/* Sequence numbers turn over inside the hello. */
static void test_sequence_wrap(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (size_t at = 1; at < k->stream.n; at += 7) {
			for (int swapped = 0; swapped < 2; swapped++) {
				wire_case(k->port);
				wire.client_seq = 0u - (uint32_t)(at > 3 ? at - 3 : 0);
				wire_syn();
				send_halves(k, at, swapped);
				expect(k);
			}
		}
	}
}

/* RFC 7413: the SYN itself carries the first bytes. */
static void test_syn_data(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (size_t n = 1; n <= k->stream.n; n += n < 30 ? 1 : 61) {
			struct packet p;

			wire_case(k->port);
			p = wire_packet(true, IP_TCP);
			p.flags = TCP_SYN;
			p.seq = wire.client_seq - 1;
			wire_feed(p, k->stream.bytes, n);
			wire_flags(false, TCP_SYN | TCP_ACK, UINT32_MAX);
			if (n < k->stream.n)
				send_part(k, n, k->stream.n);
			expect(k);
		}
	}
}

/* Without a SYN the sensor came late: a whole hello is found, pieces of one give it or nothing. */
static void test_joined_in_the_middle(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		wire_case(k->port);
		send_part(k, 0, k->stream.n);
		send_part(k, 0, k->stream.n);
		expect(k);
		for (size_t at = 1; at < k->stream.n; at += at < 30 ? 1 : 7) {
			for (int swapped = 0; swapped < 2; swapped++) {
				wire_case(k->port);
				send_halves(k, at, swapped);
				wire_rest();
				wire_expect_some(k->name ? k->name : "", k->evidence);
				/* a first piece that shows what it is starts a connection */
				if (!swapped && at >= 6 && k->port != 53)
					assert_int_equal(wire.found + wire.nameless, 1);
			}
		}
	}
}

/* Half a hello of a connection joined in the middle, then another connection of the same ports: the other's name. */
static void test_middle_then_another(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		wire_case(k->port);
		if (k->port == 443) {
			send_part(&kinds[1], 0, 40);
			wire.client_seq += 5000;
		}
		wire_syn();
		send_part(k, 10, k->stream.n);
		send_part(k, 0, 10);
		expect(k);
	}
}

static void test_one_sided(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		wire_case(k->port);
		wire_flags(true, TCP_SYN, UINT32_MAX);
		send_part(k, 40 < k->stream.n ? 40 : 1, k->stream.n);
		send_part(k, 0, 40 < k->stream.n ? 40 : 1);
		expect(k);
		wire_case(k->port);
		wire_flags(false, TCP_SYN | TCP_ACK, UINT32_MAX);
		send_part(k, 0, 20);
		send_part(k, 20, k->stream.n);
		expect(k);
	}
}

/* RFC 9293 section 3.8.4: a keep-alive says one byte from before the window, here before the stream itself. */
static void test_keep_alive(void **state)
{
	static const uint8_t junk[6] = "\x16junk";

	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (uint32_t n = 1; n <= sizeof(junk); n++) {
			begin(k);
			wire_tcp(true, 0u - n, junk, n);
			send_part(k, 10, k->stream.n);
			wire_tcp(true, 0u - n, junk, n);
			send_part(k, 0, 10);
			expect(k);
		}
	}
}

static void test_byte_by_byte(void **state)
{
	(void)state;
	for (const struct kind *k = kinds; k < kinds + KINDS; k++) {
		for (int backwards = 0; backwards < 2; backwards++) {
			begin(k);
			for (size_t i = 0; i < k->stream.n; i++) {
				size_t at = backwards ? k->stream.n - 1 - i : i;

				send_part(k, at, at + 1);
				if (i + 1 == k->whole && !backwards)
					wire_expect_some(k->name ? k->name : "", k->evidence);
			}
			expect(k);
		}
	}
}

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

/* What a proxy was asked for is a name, and so is what the client says through it. */
static void test_behind_proxies(void **state)
{
	const struct kind *hello = &kinds[1];

	(void)state;
	for (const struct kind *k = &kinds[8]; k <= &kinds[KINDS]; k += k == &kinds[10] ? 2 : 1) {
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
		cmocka_unit_test(test_every_split),
		cmocka_unit_test(test_every_order),
		cmocka_unit_test(test_every_duplicate),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_sequence_wrap),
		cmocka_unit_test(test_syn_data),
		cmocka_unit_test(test_joined_in_the_middle),
		cmocka_unit_test(test_middle_then_another),
		cmocka_unit_test(test_one_sided),
		cmocka_unit_test(test_keep_alive),
		cmocka_unit_test(test_byte_by_byte),
		cmocka_unit_test(test_behind_clear_words),
		cmocka_unit_test(test_behind_preface),
		cmocka_unit_test(test_behind_proxies),
		cmocka_unit_test(test_misled),
		cmocka_unit_test(test_ports_used_again),
	};

	return cmocka_run_group_tests_name("stream", tests, make_kinds, wire_teardown);
}
