#include "certs.h"
#include "expected.h"
#include "hello.h"
#include "out.h"
#include "random.h"
#include "stream.h"
#include "visit.h"

#include <string.h>

enum {
	RECORD_CHANGE_CIPHER = 20,
	RECORD_HANDSHAKE = 22,
	RECORD_DATA = 23,
	RECORD_HEADER = 5,
	RECORD_DATA_MAX = 16384,
	AEAD_OVERHEAD = 17,		/* tag and content type of TLS 1.3 */
	CERTIFICATE = 11,
	SERVER_KEY_EXCHANGE = 12,
	CLIENT_KEY_EXCHANGE = 16,
	FLIGHT_MAX = 16384,		/* what one side says before the other has to */
};

struct handshake {
	struct flow flow;
	struct hello hello;
	uint64_t when;
};

static bool is_tls13(const struct handshake *h)
{
	return h->hello.browser != LEGACY;
}

static size_t record_open(struct out *o, unsigned type, unsigned version)
{
	out_u8(o, type);
	out_u16(o, version);
	return out_open(o, 2);
}

static void encrypted_record_put(struct out *o, unsigned type, size_t n)
{
	size_t record = record_open(o, type, 0x0303);

	out_bytes(o, noise_at(NOISE_SPAN), n);
	out_close(o, record, 2);
}

static void change_cipher_put(struct out *o)
{
	size_t record = record_open(o, RECORD_CHANGE_CIPHER, 0x0303);

	out_u8(o, 1);
	out_close(o, record, 2);
}

/* One record that spans segments; every second segment is acknowledged. */
static uint64_t bulk_record(struct flow *flow, enum side from, uint32_t size, uint64_t when)
{
	enum side to = from == CLIENT ? SERVER : CLIENT;
	size_t max = flow_segment_max(flow), total = RECORD_HEADER + size + AEAD_OVERHEAD;
	unsigned sent = 0;

	for (size_t at = 0, take; at < total; at += take) {
		uint8_t bytes[1500];
		struct out o = OUT(bytes);

		take = total - at < max ? total - at : max;
		if (at == 0) {
			out_u8(&o, RECORD_DATA);
			out_u16(&o, 0x0303);
			out_u16(&o, size + AEAD_OVERHEAD);
			out_bytes(&o, noise_at(NOISE_SPAN), take - RECORD_HEADER);
		}
		/* pushed at its end; not a record that just fills one segment, which is seen as well */
		bool push = at ? at + take == total : take < max;

		flow->traffic = TRAFFIC_TLS_BULK;
		when += random_delay(6, 45);
		tcp_send(flow, from, push ? PSH | ACK : ACK, at ? NULL : bytes, take, when);
		if (++sent % 2 != 0 && at + take < total)
			continue;
		flow->traffic = TRAFFIC_TCP_CONTROL;
		when += random_delay(5, 40);
		tcp_send(flow, to, ACK, NULL, 0, when);
		if (random_chance(0.25)) {
			when += random_delay(1, 5);
			tcp_send(flow, to, ACK, NULL, 0, when);
		}
	}
	return when;
}

/* A quarter of the transfers is talk: small records with pauses; the others are full records at line speed. */
static uint64_t bulk_send(struct flow *flow, enum side from, uint32_t size, uint64_t when)
{
	bool talk = random_chance(0.25);

	while (size > 0) {
		uint32_t take = size < RECORD_DATA_MAX ? size : RECORD_DATA_MAX;

		if (talk)
			take = 60 + random_below(900);
		when = bulk_record(flow, from, take, when);
		size -= take < size ? take : size;
		if (talk)
			when += random_delay(500, 200000);
		else if (random_chance(0.02))
			when += random_delay(500, 30000);
	}
	return when;
}

static void hello_count(const struct handshake *h, const struct site *site, size_t record, size_t max)
{
	const struct hello *hello = &h->hello;

	expected.tls_client_hello++;
	expected.tls_mlkem += hello->mlkem;
	expected.tls_legacy12 += hello->browser == LEGACY;
	if (record <= max)
		expected.tls_ch_one_segment++;
	else
		expected.tls_ch_two_segments++;
	if (!hello->name) {
		expected.tls_no_sni++;
		return;
	}
	expected.tls_sni++;
	expected.tls_sni_telemetry += site->telemetry;
	names_add("tls", hello->name);
	if (record <= max || RECORD_HEADER + hello->name_at + strlen(hello->name) <= max)
		expected.tls_sni_whole_in_first_segment++;
	else
		expected.tls_sni_in_or_across_second_segment++;
}

static void hello_send_whole(struct handshake *h, const struct out *record)
{
	uint32_t seq = h->flow.seq[CLIENT];

	tcp_send(&h->flow, CLIENT, PSH | ACK, record->data, record->n, h->when);
	if (!random_chance(0.005))
		return;
	expected.tls_ch_retransmitted++;
	h->when += random_delay(200000, 300000);
	tcp_send_at(&h->flow, CLIENT, PSH | ACK, seq, record->data, record->n, h->when);
}

static void hello_send_halves(struct handshake *h, const struct out *record, size_t max)
{
	struct flow *flow = &h->flow;
	const uint8_t *rest = record->data + max;
	uint32_t seq = flow->seq[CLIENT];

	if (random_chance(0.02)) {
		expected.tls_second_segment_out_of_order++;
		tcp_send_at(flow, CLIENT, PSH | ACK, seq + (uint32_t)max, rest, record->n - max, h->when);
		h->when += random_delay(20, 400);
		tcp_send_at(flow, CLIENT, ACK, seq, record->data, max, h->when);
		flow->seq[CLIENT] = seq + (uint32_t)record->n;
	} else {
		tcp_send(flow, CLIENT, ACK, record->data, max, h->when);
		h->when += random_delay(3, 20);
		tcp_send(flow, CLIENT, PSH | ACK, rest, record->n - max, h->when);
	}
}

static void hello_choose(struct hello *hello, const char *name)
{
	double browser = random_unit();

	hello->browser = browser < 0.6 ? CHROME : browser < 0.75 ? FIREFOX : browser < 0.88 ? SAFARI : LEGACY;
	hello->mlkem = hello->browser != LEGACY && random_chance(hello->browser == SAFARI ? 0.2 : 0.6);
	hello->name = random_chance(0.02) ? NULL : name;
}

static void hello_send(struct handshake *h, const struct site *site)
{
	uint8_t bytes[RECORD_HEADER + sizeof(h->hello.bytes)];
	struct out o = OUT(bytes);
	size_t max = flow_segment_max(&h->flow);

	hello_choose(&h->hello, site->name);
	client_hello_make(&h->hello);

	size_t record = record_open(&o, RECORD_HANDSHAKE, 0x0301);

	out_bytes(&o, h->hello.bytes, h->hello.n);
	out_close(&o, record, 2);
	hello_count(h, site, o.n, max);
	h->flow.traffic = TRAFFIC_TLS_HANDSHAKE;
	h->when += random_delay(30, 400);
	if (o.n <= max)
		hello_send_whole(h, &o);
	else
		hello_send_halves(h, &o, max);
	h->flow.traffic = TRAFFIC_TCP_CONTROL;
	h->when += random_delay(800, 30000);
	tcp_send(&h->flow, SERVER, ACK, NULL, 0, h->when);
}

static void certificate_put(struct out *o, const uint8_t *certificate, size_t n)
{
	size_t opened = out_open(o, 3);

	out_bytes(o, certificate, n);
	out_close(o, opened, 3);
}

static void certificates_put(struct out *o)
{
	size_t record = record_open(o, RECORD_HANDSHAKE, 0x0303);

	out_u8(o, CERTIFICATE);

	size_t message = out_open(o, 3);
	size_t list = out_open(o, 3);

	certificate_put(o, cert_leaf, CERT_LEAF_SIZE);
	certificate_put(o, cert_issuer, CERT_ISSUER_SIZE);
	out_close(o, list, 3);
	out_close(o, message, 3);
	out_close(o, record, 2);
}

/* A point on P-256 and an RSA signature, which nobody can check on a span port. */
static void server_key_exchange_put(struct out *o)
{
	static const uint8_t curve[] = { 3, 0, 23, 65, 4 };
	size_t record = record_open(o, RECORD_HANDSHAKE, 0x0303);

	out_u8(o, SERVER_KEY_EXCHANGE);

	size_t message = out_open(o, 3);

	out_bytes(o, curve, sizeof(curve));
	out_random(o, 64);
	out_u16(o, 0x0401);
	out_u16(o, 256);
	out_random(o, 256);
	out_close(o, message, 3);
	out_close(o, record, 2);
}

static void server_flight_send(struct handshake *h)
{
	static const uint8_t hello_done[] = { RECORD_HANDSHAKE, 3, 3, 0, 4, 14, 0, 0, 0 };
	uint8_t bytes[FLIGHT_MAX];
	struct out o = OUT(bytes);
	size_t record = record_open(&o, RECORD_HANDSHAKE, 0x0303);

	server_hello_put(&o, is_tls13(h), h->hello.mlkem);
	out_close(&o, record, 2);
	if (is_tls13(h)) {
		change_cipher_put(&o);

		/* resumed, or with a certificate */
		uint32_t rest = random_chance(0.15) ? 220 : 2400 + random_below(1800);

		encrypted_record_put(&o, RECORD_DATA, rest);
	} else {
		certificates_put(&o);
		server_key_exchange_put(&o);
		out_bytes(&o, hello_done, sizeof(hello_done));
	}
	h->when += random_delay(100, 2000);
	h->when = stream_send(&h->flow, SERVER, TRAFFIC_TLS_HANDSHAKE, true, o.data, o.n, h->when);
}

static void client_finish_send(struct handshake *h)
{
	uint8_t bytes[FLIGHT_MAX];
	struct out o = OUT(bytes);

	if (is_tls13(h)) {
		change_cipher_put(&o);
		encrypted_record_put(&o, RECORD_DATA, 53);
	} else {
		size_t record = record_open(&o, RECORD_HANDSHAKE, 0x0303);

		out_u8(&o, CLIENT_KEY_EXCHANGE);

		size_t message = out_open(&o, 3);

		out_u16(&o, 65 << 8 | 4);		/* length, then an uncompressed point */
		out_random(&o, 64);
		out_close(&o, message, 3);
		out_close(&o, record, 2);
		change_cipher_put(&o);
		encrypted_record_put(&o, RECORD_HANDSHAKE, 40);
	}
	h->when += random_delay(200, 3000);
	h->when = stream_send(&h->flow, CLIENT, TRAFFIC_TLS_HANDSHAKE, false, o.data, o.n, h->when);
}

/* TLS 1.2: a session ticket, and that from here on it is encrypted. */
static void server_finish_send(struct handshake *h)
{
	uint8_t bytes[FLIGHT_MAX];
	struct out o = OUT(bytes);

	encrypted_record_put(&o, RECORD_HANDSHAKE, 180);
	change_cipher_put(&o);
	encrypted_record_put(&o, RECORD_HANDSHAKE, 40);
	h->when += random_delay(800, 30000);
	h->when = stream_send(&h->flow, SERVER, TRAFFIC_TLS_HANDSHAKE, true, o.data, o.n, h->when);
}

static void request_send(struct handshake *h, double least_us, double most_us)
{
	h->when += random_delay(least_us, most_us);
	h->when = bulk_send(&h->flow, CLIENT, 300 + random_below(900), h->when);
}

static void reply_send(struct handshake *h, enum side from)
{
	h->when += random_delay(2000, 60000);
	h->when = bulk_send(&h->flow, from, bulk_size(), h->when);
}

void tls_visit(const struct visit *visit, uint64_t when)
{
	struct handshake h = { .when = when };
	uint16_t port = random_chance(0.02) ? 8443 : 443;
	struct address server = server_address(visit->site.id, random_below(2), visit->v6);

	expected.tls_on_other_port += port != 443;
	h.flow = flow_new(visit->client, server, port);
	h.when = stream_open(&h.flow, when);
	hello_send(&h, &visit->site);
	server_flight_send(&h);
	client_finish_send(&h);
	if (!is_tls13(&h))
		server_finish_send(&h);
	if (visit->bulk) {
		request_send(&h, 50, 900);
		reply_send(&h, random_chance(0.08) ? CLIENT : SERVER);	/* some upload instead */
		if (random_chance(0.3)) {
			request_send(&h, 5000, 900000);
			reply_send(&h, SERVER);
		}
	}
	stream_close(&h.flow, h.when);
}
