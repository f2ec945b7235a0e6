#include "contacts.h"

#include "../gen/hello.h"
#include "../gen/initial.h"
#include "../gen/out.h"
#include "../gen/scatter.h"
#include "frames.h"

#include <string.h>

enum { STEPS = 6, SEGMENT = 1400 };

static const uint32_t first_client = 0x0a000000, server_v4 = 0xc0000207, resolver_v4 = 0x0a800035;

const char *const contact_evidence[CONTACT_KINDS] = { "dns", "tls", "tls", "http", "quic" };

static const char name[] = "dc1-file.ksn.kaspersky-labs.com";
static uint8_t whole_bytes[8192], split_bytes[8192], answer_bytes[8192], initial_bytes[2048], request_bytes[512];
static struct out whole, split, answer, initial, request;
static uint64_t counted[CONTACT_KINDS];

static void make_hello(struct out *o, bool mlkem)
{
	struct hello hello = { .name = name, .browser = CHROME, .mlkem = mlkem };

	client_hello_make(&hello);
	out_u8(o, 22);
	out_u16(o, 0x0301);
	out_u16(o, (unsigned)hello.n);
	out_bytes(o, hello.bytes, hello.n);
}

static void make_answer(struct out *o)
{
	size_t record;

	out_u8(o, 22);
	out_u16(o, 0x0303);
	record = out_open(o, 2);
	server_hello_put(o, true, false);
	out_close(o, record, 2);
}

static void make_initial(struct out *o)
{
	static const struct connection_id to = { .bytes = "contact", .n = 8 }, from = { .n = 0 };
	static uint8_t frames_bytes[1150];
	struct hello hello = { .name = name, .browser = FIREFOX, .quic = true };
	struct out frames = { .data = frames_bytes, .max = sizeof(frames_bytes) };
	struct initial_keys keys;

	client_hello_make(&hello);
	crypto_frame_put(&frames, &(struct piece){ hello.bytes, 0, hello.n });
	initial_keys_make(&keys, &to, false, INITIAL_CLIENT);
	initial_put(o, &(struct initial){ .keys = &keys, .to = &to, .from = &from, .number_size = 1 }, frames_bytes,
		    sizeof(frames_bytes));
}

void contacts_make(void)
{
	whole = OUT(whole_bytes);
	split = OUT(split_bytes);
	answer = OUT(answer_bytes);
	initial = OUT(initial_bytes);
	request = OUT(request_bytes);
	make_hello(&whole, false);
	make_hello(&split, true);
	make_answer(&answer);
	make_initial(&initial);
	out_bytes(&request, "GET / HTTP/1.1\r\nHost: ", 22);
	out_bytes(&request, name, strlen(name));
	out_bytes(&request, "\r\n\r\n", 4);
}

/* dns writes the question, then the answer. */
static void dns(struct end client, uint16_t id, unsigned step)
{
	static const uint8_t record[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7 };
	struct end server = { .v4 = resolver_v4, .port = 53 };
	uint8_t bytes[256];
	struct out o = OUT(bytes);

	out_u16(&o, id);
	out_u16(&o, step ? 0x8180 : 0x0100);
	out_u16(&o, 1);
	out_u16(&o, step ? 1 : 0);
	out_u32(&o, 0);
	out_name(&o, name);
	out_u32(&o, 1 << 16 | 1);
	if (step)
		out_bytes(&o, record, sizeof(record));
	if (step)
		frame_udp(server, client, o.data, o.n);
	else
		frame_udp(client, server, o.data, o.n);
}

/* tcp writes a handshake of three frames, what the client says in one or two, and what the server says to it. */
static void tcp(struct end client, uint16_t port, unsigned step, const struct out *said, const struct out *answered)
{
	struct end server = { .v4 = server_v4, .port = port };
	uint32_t a = client.v4 * 2654435761u, b = a ^ 0x5bd1e995;
	size_t first = said->n < SEGMENT ? said->n : SEGMENT;

	if (step == 0)
		frame_tcp(&(struct segment){ client, server, FLAG_SYN, a, 0, NULL, 0 });
	else if (step == 1)
		frame_tcp(&(struct segment){ server, client, FLAG_SYN | FLAG_ACK, b, a + 1, NULL, 0 });
	else if (step == 2)
		frame_tcp(&(struct segment){ client, server, FLAG_ACK, a + 1, b + 1, NULL, 0 });
	else if (step == 3)
		frame_tcp(&(struct segment){ client, server, FLAG_ACK | FLAG_PSH, a + 1, b + 1, said->data, first });
	else if (step == 4 && said->n > first)
		frame_tcp(&(struct segment){ client, server, FLAG_ACK | FLAG_PSH, a + 1 + (uint32_t)first, b + 1,
					     said->data + first, said->n - first });
	else if (step == 5 && answered)
		frame_tcp(&(struct segment){ server, client, FLAG_ACK | FLAG_PSH, b + 1, a + 1 + (uint32_t)said->n,
					     answered->data, answered->n });
}

static void contact(uint64_t number, unsigned step)
{
	enum contact_kind kind = (enum contact_kind)(number % CONTACT_KINDS);
	struct end client = { .v4 = first_client + (uint32_t)(number + 1), .port = (uint16_t)(40000 + number % 20000) };

	if (step == STEPS - 1)
		counted[kind]++;
	if (kind == CONTACT_DNS && step < 2)
		dns(client, (uint16_t)number, step);
	else if (kind == CONTACT_TLS)
		tcp(client, 443, step, &whole, &answer);
	else if (kind == CONTACT_SPLIT)
		tcp(client, 443, step, &split, NULL);
	else if (kind == CONTACT_HTTP)
		tcp(client, 80, step, &request, NULL);
	else if (kind == CONTACT_QUIC && step == 0)
		frame_udp(client, (struct end){ .v4 = server_v4, .port = 443 }, initial.data, initial.n);
}

/* due is how many frames behind the first a step comes: the server takes its time, the client answers at once. */
static uint64_t due(unsigned step, uint64_t delay)
{
	enum { AT_ONCE = 50 };	/* frames */
	static const uint8_t waits[STEPS] = { 0, 1, 1, 1, 1, 2 }, own[STEPS] = { 0, 0, 1, 2, 3, 3 };

	return waits[step] * delay + own[step] * AT_ONCE;
}

void contacts_at(uint64_t i, uint64_t every, uint64_t delay)
{
	for (unsigned step = 0; step < STEPS && due(step, delay) <= i; step++) {
		uint64_t since = i - due(step, delay);

		if (since % every == 0)
			contact(since / every, step);
	}
}

void contacts_rest(uint64_t end, uint64_t every, uint64_t delay)
{
	for (unsigned step = 1; step < STEPS; step++) {
		for (uint64_t i = 0; i < end; i += every) {
			if (i + due(step, delay) >= end)
				contact(i / every, step);
		}
	}
}

uint64_t contacts_count(enum contact_kind kind)
{
	return counted[kind];
}
