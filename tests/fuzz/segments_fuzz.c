/* links: extract extract_dns extract_tcp extract_tcp_dns extract_tcp_server starttls tds extract_udp extract_quic flow recent lru pool pieces dns tls ech dtls x509 ja4 http quic gquic aead digest name addr extract_ech extract_client */
#include "clock.h"
#include "extract.h"
#include "hello.h"
#include "pieces.h"

static struct counts counts;
static struct extract *x;

/* one record around the message, or two when `split` cuts it (RFC 8446 section 5.1) */
static size_t make_stream(uint8_t out[static HELLO_MAX], size_t split)
{
	uint8_t hello[HELLO_MAX];
	size_t n = hello_make(hello), at = 0;

	split %= n;
	for (size_t from = 0; from < n; from = from < split ? split : n) {
		size_t to = from < split ? split : n;

		out[at] = 22;
		out[at + 1] = 3;
		out[at + 2] = 1;
		hello_u16(out + at + 3, to - from);
		memcpy(out + at + 5, hello + from, to - from);
		at += 5 + to - from;
	}
	return at;
}

static unsigned feed(const struct packet *p, int64_t when, unsigned sum)
{
	static const struct layers layers;
	struct sighting *out;
	size_t n = extract_packet(x, p, &layers, when, &out);

	return hello_count(out, n, sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int64_t when;
	struct cursor c = cursor_of(data, size);
	uint8_t stream[HELLO_MAX];
	bool seen[HELLO_MAX] = { false }, opened = cursor_u8(&c) & 1, whole = false;
	size_t n = make_stream(stream, cursor_u16(&c));
	uint32_t first = cursor_u32(&c);
	struct packet p = { .proto = IP_TCP, .sport = 40000, .dport = 443, .flags = TCP_SYN, .seq = first - 1 };
	struct sighting *out;
	unsigned found = 0;
	int pieces = 0;

	x = x ? x : extract_new(hash_key_files, &counts);
	FUZZ_MUST(x);
	when += 3600 * SECOND;
	found = opened ? feed(&p, when, found) : 0;
	for (p.flags = TCP_ACK; cursor_left(&c) && pieces < PIECES_RUNS_MAX; pieces++) {
		size_t at = cursor_u16(&c) % n, length = cursor_u16(&c) % (n - at) + 1;

		p.seq = first + (uint32_t)at;
		p.payload = cursor_of(stream + at, length);
		found = feed(&p, when, found);
		whole = hello_mark(seen, at, length, n);
	}
	while ((n = extract_rest(x, &out)))
		found = hello_count(out, n, found);
	FUZZ_MUST(found <= 1);
	FUZZ_MUST(found == 1 || !(opened && whole));
	return 0;
}
