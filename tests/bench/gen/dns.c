#include "dns.h"

#include "expected.h"
#include "out.h"
#include "random.h"
#include "wire.h"

#include <stdio.h>
#include <string.h>

enum {
	CLASS_IN = 1,
	HEADER_ANSWERS = 7,	/* low bytes of the counts */
	HEADER_AUTHORITIES = 9,
	QUESTION_NAME = 0xc00c,	/* compression pointer to it */
	NAME_SIZE = 256,
};

struct answer {
	struct out out;
	unsigned owner;		/* pointer to the name the next record is of */
	uint8_t answers, authorities;
};

static void header_put(struct out *o, unsigned id, unsigned flags, bool edns)
{
	out_u16(o, id);
	out_u16(o, flags);
	out_u16(o, 1);
	out_u32(o, 0);
	out_u16(o, edns);
}

static void question_put(struct out *o, const struct lookup *lookup)
{
	out_name(o, lookup->name);
	out_u16(o, lookup->type);
	out_u16(o, CLASS_IN);
}

/* An OPT record that offers 1232 bytes and nothing else (RFC 6891). */
static void edns_put(struct out *o)
{
	static const uint8_t opt[] = { 0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0 };

	out_bytes(o, opt, sizeof(opt));
}

/* record_open returns what record_close needs to fill in the length of the data written between. */
static size_t record_open(struct answer *a, enum dns_type type, uint32_t ttl)
{
	out_u16(&a->out, a->owner);
	out_u16(&a->out, type);
	out_u16(&a->out, CLASS_IN);
	out_u32(&a->out, ttl);
	return out_open(&a->out, 2);
}

static void record_close(struct answer *a, size_t opened)
{
	out_close(&a->out, opened, 2);
	a->answers++;
}

/* The names a content network puts between the one asked for and its addresses. */
static void alias_name(char name[static NAME_SIZE], const struct lookup *lookup, uint32_t hop)
{
	static const char *const networks[8] = {
		"edgekey.net", "akadns.net", "cloudfront.net", "trafficmanager.net", "azureedge.net", "fastly.net",
		"l.google.com", "cdn77.org",
	};
	uint32_t site = lookup->site.id;

	if (hop == 0)
		snprintf(name, NAME_SIZE, "%.60s.%s", lookup->name, networks[site % 8]);
	else
		snprintf(name, NAME_SIZE, "e%u.%c.%s", (unsigned)(site * 7 + hop), 'a' + (int)(site % 20),
			 networks[(site + hop) % 8]);
}

static void aliases_put(struct answer *a, const struct lookup *lookup)
{
	double drawn = random_unit();
	uint32_t hops = drawn < 0.5 ? 0 : drawn < 0.8 ? 1 : drawn < 0.95 ? 2 : 3;

	for (uint32_t hop = 0; hop < hops; hop++) {
		char name[NAME_SIZE];
		size_t opened = record_open(a, DNS_CNAME, random_below(3600) + 20);

		alias_name(name, lookup, hop);
		out_name(&a->out, name);
		record_close(a, opened);
		a->owner = (unsigned)(0xc000 | opened);
	}
}

static void addresses_put(struct answer *a, const struct lookup *lookup)
{
	bool v6 = lookup->type == DNS_AAAA;
	uint32_t count = 1 + random_below(v6 ? 2 : 4);

	for (uint32_t i = 0; i < count; i++) {
		size_t opened = record_open(a, lookup->type, random_below(300) + 20);
		struct address address = server_address(lookup->site.id, i, v6);

		out_bytes(&a->out, address.bytes, v6 ? 16 : 4);
		record_close(a, opened);
	}
}

/* ALPN h3 and h2, and an address hint (RFC 9460). */
static void https_put(struct answer *a, const struct lookup *lookup)
{
	static const uint8_t parameters[] = { 0, 1, 0, 0, 1, 0, 6, 2, 'h', '3', 2, 'h', '2', 0, 4, 0, 4 };
	struct address hint = server_address(lookup->site.id, 0, false);
	size_t opened = record_open(a, DNS_HTTPS, 300);

	out_bytes(&a->out, parameters, sizeof(parameters));
	out_bytes(&a->out, hint.bytes, 4);
	record_close(a, opened);
}

static void pointer_put(struct answer *a, const struct lookup *lookup)
{
	size_t opened = record_open(a, DNS_PTR, 3600);

	out_name(&a->out, lookup->site.name);
	record_close(a, opened);
}

static void text_put(struct answer *a)
{
	static const char text[] = "v=spf1 include:_spf.example.net ~all";
	size_t opened = record_open(a, DNS_TXT, 3600);

	out_u8(&a->out, sizeof(text) - 1);
	out_bytes(&a->out, text, sizeof(text) - 1);
	record_close(a, opened);
}

/* RFC 2308: an answer without records names the zone that has none. */
static void authority_put(struct answer *a)
{
	a->owner = QUESTION_NAME;

	size_t opened = record_open(a, DNS_SOA, 900);

	out_name(&a->out, "ns1.dnsprov.net");
	out_name(&a->out, "hostmaster.dnsprov.net");
	for (uint32_t i = 0; i < 5; i++)
		out_u32(&a->out, 1000 + i);
	out_close(&a->out, opened, 2);
	a->authorities++;
}

static void records_put(struct answer *a, const struct lookup *lookup)
{
	switch (lookup->type) {
	case DNS_A:
	case DNS_AAAA:
		aliases_put(a, lookup);
		addresses_put(a, lookup);
		break;
	case DNS_HTTPS:
		aliases_put(a, lookup);
		if (random_chance(0.4))
			https_put(a, lookup);
		break;
	case DNS_PTR:
		pointer_put(a, lookup);
		break;
	case DNS_TXT:
		text_put(a);
		break;
	case DNS_CNAME:
	case DNS_SOA:
		break;
	}
}

static void response_put(struct out *o, const struct lookup *lookup, unsigned id, bool edns, bool missing)
{
	header_put(o, id, missing ? 0x8183 : 0x8180, edns);
	question_put(o, lookup);

	struct answer a = { .out = *o, .owner = QUESTION_NAME };

	if (!missing)
		records_put(&a, lookup);
	if (a.answers == 0)
		authority_put(&a);
	*o = a.out;
	o->data[HEADER_ANSWERS] = a.answers;
	o->data[HEADER_AUTHORITIES] = a.authorities;
	expected.dns_answers_rr += a.answers;
	if (edns)
		edns_put(o);
}

static struct address resolver_address(const struct client *client, bool v6)
{
	struct address house = { .bytes = { 10, 0, 0, (uint8_t)(53 + client->number % 2) } };
	static const struct address outside = { .bytes = { 8, 8, 8, 8 } };
	static const struct address house_v6 = { .v6 = true, .bytes = { [0] = 0xfd, [15] = 0x53 } };

	if (v6)
		return house_v6;
	return client->outside_dns ? outside : house;
}

static void lookup_count(const struct lookup *lookup)
{
	switch (lookup->type) {
	case DNS_A:
		expected.dns_q_A++;
		break;
	case DNS_AAAA:
		expected.dns_q_AAAA++;
		break;
	case DNS_HTTPS:
		expected.dns_q_HTTPS++;
		break;
	default:
		expected.dns_q_other++;
		break;
	}
	if (lookup->site.telemetry && lookup->type != DNS_PTR)
		expected.dns_query_telemetry++;
	if (lookup->tcp) {
		expected.dns_query_tcp++;
		expected.dns_response_tcp++;
	} else {
		expected.dns_query_udp++;
		expected.dns_response_udp++;
	}
	names_add("dns", lookup->name);
}

/* RFC 1035 4.2.2: over TCP a length goes before each message. */
static void message_send(struct flow *flow, enum side from, const struct out *message, uint64_t when)
{
	uint8_t bytes[4200];
	struct out o = OUT(bytes);

	out_u16(&o, (unsigned)message->n);
	out_bytes(&o, message->data, message->n);
	tcp_send(flow, from, PSH | ACK, o.data, o.n, when);
}

static uint64_t tcp_exchange(struct flow *flow, const struct out *query, const struct out *response, uint64_t pause,
			     uint64_t when)
{
	tcp_send(flow, CLIENT, SYN, NULL, 0, when);
	when += random_delay(200, 900);
	tcp_send(flow, SERVER, SYN | ACK, NULL, 0, when);
	when += random_delay(20, 60);
	tcp_send(flow, CLIENT, ACK, NULL, 0, when);
	when += random_delay(20, 60);
	message_send(flow, CLIENT, query, when);
	when += pause;
	message_send(flow, SERVER, response, when);
	when += random_delay(20, 90);
	tcp_send(flow, CLIENT, FIN | ACK, NULL, 0, when);
	when += random_delay(200, 900);
	tcp_send(flow, SERVER, FIN | ACK, NULL, 0, when);
	when += random_delay(20, 60);
	tcp_send(flow, CLIENT, ACK, NULL, 0, when);
	return when;
}

uint64_t dns_lookup(const struct lookup *lookup, uint64_t when)
{
	struct flow flow = flow_new(lookup->client, resolver_address(lookup->client, lookup->v6), 53);
	uint8_t query_bytes[600], response_bytes[4096];
	struct out query = OUT(query_bytes), response = OUT(response_bytes);

	flow.traffic = TRAFFIC_DNS;
	flow.port[CLIENT] = (uint16_t)(32768 + random_below(28000));

	bool edns = random_chance(0.6);
	bool missing = lookup->type != DNS_PTR && random_chance(0.03);
	unsigned id = random_u32() & 0xffff;

	header_put(&query, id, 0x0100, edns);
	question_put(&query, lookup);
	if (edns)
		edns_put(&query);
	response_put(&response, lookup, id, edns, missing);
	expected.dns_nxdomain += missing;
	lookup_count(lookup);

	uint64_t pause = random_delay(300, 25000);

	if (lookup->tcp)
		return tcp_exchange(&flow, &query, &response, pause, when);
	udp_send(&flow, CLIENT, query.data, query.n, when);
	udp_send(&flow, SERVER, response.data, response.n, when + pause);
	return when + pause;
}
