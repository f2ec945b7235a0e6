#include "expected.h"
#include "hello.h"
#include "initial.h"
#include "out.h"
#include "random.h"
#include "scatter.h"
#include "stream.h"
#include "visit.h"

#include <string.h>

enum {
	DATAGRAM_MAX = 2048,
	RETRY_TOKEN_SIZE = 60,
	TAG_SIZE = 16,
	SHORT_HEADER = 0x40,
	SERVER_DATAGRAM = 1350,
	IPV6_SURPLUS = 20,		/* how much larger than IPv4's its header is */
	BULK_DATAGRAM = 1250,
	BULK_PAYLOAD = 1230,
};

struct connection {
	struct flow flow;
	struct hello hello;
	uint64_t when;
	bool v2, scattered;
	size_t datagram;		/* what the client fills up to */
	struct connection_id client, server;
	struct connection_id chosen;	/* what the client calls the server until it has answered */
	struct initial_keys client_keys;
	uint8_t token[RETRY_TOKEN_SIZE];
	size_t token_size;
	uint32_t number;		/* of the client's next Initial */
	size_t number_size;
};

static void id_draw(struct connection_id *id, size_t n)
{
	id->n = n;
	random_bytes(id->bytes, n);
}

static void connection_choose(struct connection *c, const struct visit *visit)
{
	c->hello.browser = random_chance(0.8) ? CHROME : FIREFOX;
	c->hello.mlkem = random_chance(0.55);
	c->hello.name = visit->site.name;
	c->hello.quic = true;
	client_hello_make(&c->hello);
	c->v2 = random_chance(0.02);
	if (c->hello.browser == CHROME) {
		id_draw(&c->chosen, 8);
		id_draw(&c->client, 0);
		c->datagram = visit->v6 ? 1230 : 1250;
		c->scattered = random_chance(0.8);
	} else {
		id_draw(&c->chosen, 8 + random_below(8));
		id_draw(&c->client, 3);
		c->datagram = visit->v6 ? 1232 : 1252;
	}
}

static struct initial client_initial(const struct connection *c, const struct connection_id *to)
{
	return (struct initial){
		.keys = &c->client_keys,
		.v2 = c->v2,
		.to = to,
		.from = &c->client,
		.token = c->token,
		.token_size = c->token_size,
		.number = c->number,
		.number_size = c->number_size,
	};
}

/* Appends a datagram of the client: the Initial and its frames, which are filled up with PADDING. */
static void client_initial_put(struct out *o, struct connection *c, const struct initial *initial,
			       const struct out *frames)
{
	initial_put(o, initial, frames->data, frames->max);
	c->number++;
}

static void piece_put(struct out *o, struct connection *c, const struct piece *piece)
{
	uint8_t padded[DATAGRAM_MAX] = { 0 };
	struct initial initial = client_initial(c, &c->chosen);
	struct out frames = { .data = padded, .max = c->datagram - initial_overhead(&initial) };

	if (c->scattered)
		scatter_put(&frames, piece);
	else
		crypto_frame_put(&frames, piece);
	client_initial_put(o, c, &initial, &frames);
	expected.quic_client_initials++;
}

static void hello_count(const struct connection *c, size_t in_first)
{
	if (in_first == c->hello.n)
		expected.quic_one_datagram++;
	else
		expected.quic_two_datagrams++;
	if (c->hello.name_at + strlen(c->hello.name) <= in_first)
		expected.quic_sni_whole_in_first_datagram++;
}

/* Sends the ClientHello in one datagram or two, and returns how much of it went into the first. */
static size_t hello_send(struct connection *c)
{
	initial_keys_make(&c->client_keys, &c->chosen, c->v2, INITIAL_CLIENT);

	struct initial initial = client_initial(c, &c->chosen);
	size_t room = c->datagram - initial_overhead(&initial) - (c->scattered ? 60 : 4);	/* frame headers */
	size_t in_first = c->hello.n < room ? c->hello.n : room;
	struct piece first = { c->hello.bytes, 0, in_first };
	struct piece second = { c->hello.bytes, in_first, c->hello.n - in_first };
	uint8_t bytes[DATAGRAM_MAX];
	struct out o = OUT(bytes);

	piece_put(&o, c, &first);
	udp_send(&c->flow, CLIENT, o.data, o.n, c->when);
	if (second.n > 0) {
		o = OUT(bytes);
		piece_put(&o, c, &second);
		c->when += random_delay(5, 40);
		udp_send(&c->flow, CLIENT, o.data, o.n, c->when);
	}
	return in_first;
}

/* The server makes the client prove its address: it has to come again, with the token, to another id. */
static void retry_send(struct connection *c)
{
	uint8_t bytes[DATAGRAM_MAX];
	struct out o = OUT(bytes);
	struct connection_id next;
	struct long_header header = { .type = LONG_RETRY, .v2 = c->v2, .to = &c->client, .from = &next };

	expected.quic_retry++;
	c->token_size = RETRY_TOKEN_SIZE;
	random_bytes(c->token, RETRY_TOKEN_SIZE);
	id_draw(&next, 8);
	long_header_put(&o, &header);
	out_bytes(&o, c->token, c->token_size);
	out_random(&o, TAG_SIZE);
	c->when += random_delay(800, 30000);
	udp_send(&c->flow, SERVER, o.data, o.n, c->when);
	c->chosen = next;
	c->when += random_delay(100, 900);
}

/* A Handshake packet of size bytes; who cannot decrypt it sees noise. */
static void server_handshake_put(struct out *o, const struct connection *c, size_t size)
{
	size_t end = o->n + size;
	struct long_header header = {
		.type = LONG_HANDSHAKE,
		.v2 = c->v2,
		.low_bits = random_below(4),
		.to = &c->client,
		.from = &c->server,
	};

	long_header_put(o, &header);
	varint2_put(o, end - o->n - 2);
	out_random(o, end - o->n);
}

static void server_initial_put(struct out *o, const struct connection *c)
{
	static const uint8_t acknowledge[] = { 2, 0, 0, 0, 0 };
	uint8_t hello_bytes[DATAGRAM_MAX], frame_bytes[DATAGRAM_MAX];
	struct out hello = OUT(hello_bytes), frames = OUT(frame_bytes);
	struct initial_keys keys;
	struct initial initial = {
		.keys = &keys,
		.v2 = c->v2,
		.to = &c->client,
		.from = &c->server,
		.number = 1,
		.number_size = 1,
	};

	initial_keys_make(&keys, &c->chosen, c->v2, INITIAL_SERVER);
	server_hello_put(&hello, true, c->hello.mlkem);
	out_bytes(&frames, acknowledge, sizeof(acknowledge));
	crypto_frame_put(&frames, &(struct piece){ hello.data, 0, hello.n });
	initial_put(o, &initial, frames.data, frames.n);
	expected.quic_server_initials++;
}

/* An Initial with as much of a Handshake packet behind it as the datagram takes, then the rest in further ones. */
static void server_flight_send(struct connection *c, bool v6)
{
	uint8_t bytes[DATAGRAM_MAX];
	struct out o = OUT(bytes);
	size_t datagram = SERVER_DATAGRAM - (v6 ? IPV6_SURPLUS : 0);

	id_draw(&c->server, 8);
	server_initial_put(&o, c);
	c->when += random_delay(800, 60000);
	if (o.n + 100 < datagram)
		server_handshake_put(&o, c, datagram - o.n);
	udp_send(&c->flow, SERVER, o.data, o.n, c->when);

	for (uint32_t more = 1 + random_below(3); more > 0; more--) {
		size_t size = more == 1 ? 300 + random_below(800) : BULK_DATAGRAM;

		o = OUT(bytes);
		server_handshake_put(&o, c, size);
		c->when += random_delay(5, 50);
		udp_send(&c->flow, SERVER, o.data, o.n, c->when);
	}
}

/* Goes to the id the server chose, while its keys stay those of the first id (RFC 9001 5.2). */
static void client_acknowledge_send(struct connection *c)
{
	static const uint8_t acknowledge[] = { 2, 1 };	/* up to packet 1; then zeros, as padding */
	uint8_t padded[DATAGRAM_MAX] = { 0 }, bytes[DATAGRAM_MAX];
	struct out o = OUT(bytes);

	c->token_size = 0;

	struct initial initial = client_initial(c, &c->server);
	struct out frames = { .data = padded, .max = c->datagram - initial_overhead(&initial) };

	out_bytes(&frames, acknowledge, sizeof(acknowledge));
	expected.quic_client_initials_server_chosen_dcid++;
	c->when += random_delay(100, 900);
	client_initial_put(&o, c, &initial, &frames);
	udp_send(&c->flow, CLIENT, o.data, o.n, c->when);
}

static void client_handshake_send(struct connection *c)
{
	uint8_t bytes[DATAGRAM_MAX];
	struct out o = OUT(bytes);
	struct long_header header = {
		.type = LONG_HANDSHAKE, .v2 = c->v2, .low_bits = 1, .to = &c->server, .from = &c->client,
	};

	long_header_put(&o, &header);
	varint2_put(&o, 80);
	out_random(&o, 80);
	c->when += random_delay(20, 90);
	udp_send(&c->flow, CLIENT, o.data, o.n, c->when);
}

static void short_header_put(struct out *o, const struct connection_id *to)
{
	out_u8(o, SHORT_HEADER | random_below(64));
	out_bytes(o, to->bytes, to->n);
}

static void request_send(struct connection *c)
{
	uint8_t bytes[DATAGRAM_MAX];
	struct out o = OUT(bytes);

	short_header_put(&o, &c->server);
	out_random(&o, 300);
	c->when += random_delay(20, 90);
	udp_send(&c->flow, CLIENT, o.data, 200 + random_below(100), c->when);
}

static void acknowledgement_send(struct connection *c)
{
	uint8_t bytes[DATAGRAM_MAX];
	struct out o = OUT(bytes);

	short_header_put(&o, &c->server);
	out_random(&o, 40);
	c->when += random_delay(5, 40);
	udp_send(&c->flow, CLIENT, o.data, 31 + random_below(12), c->when);
}

static void bulk_send(struct connection *c)
{
	uint32_t left = bulk_size();

	c->flow.traffic = TRAFFIC_QUIC_BULK;
	for (unsigned sent = 1; left > 0; sent++) {
		uint8_t bytes[DATAGRAM_MAX];
		struct out o = OUT(bytes);
		size_t size = left < BULK_DATAGRAM ? left + 20 : BULK_DATAGRAM;

		left -= left < BULK_PAYLOAD ? left : BULK_PAYLOAD;
		short_header_put(&o, &c->client);
		out_bytes(&o, noise_at(NOISE_SPAN), size);
		c->when += random_delay(6, 45);
		udp_send(&c->flow, SERVER, o.data, size, c->when);
		if (sent % 3 == 0)
			acknowledgement_send(c);
	}
}

void quic_visit(const struct visit *visit, uint64_t when)
{
	struct connection c = { .when = when };
	struct address server = server_address(visit->site.id, random_below(2), visit->v6);

	c.flow = flow_new(visit->client, server, 443);
	c.flow.traffic = TRAFFIC_QUIC_HANDSHAKE;
	connection_choose(&c, visit);

	bool retry = random_chance(0.005);

	c.number = c.hello.browser == CHROME ? 1 : 0;
	c.number_size = c.hello.browser == CHROME ? 1 : 1 + random_below(4);
	expected.quic_flows++;
	expected.quic_sni++;
	expected.quic_sni_telemetry += visit->site.telemetry;
	expected.quic_v2 += c.v2;
	expected.quic_scrambled_crypto += c.scattered;
	names_add("quic", visit->site.name);
	if (retry) {
		hello_send(&c);
		retry_send(&c);
	}
	hello_count(&c, hello_send(&c));
	server_flight_send(&c, visit->v6);
	client_acknowledge_send(&c);
	client_handshake_send(&c);
	request_send(&c);
	if (visit->bulk)
		bulk_send(&c);
}
