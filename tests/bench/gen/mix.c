#include "mix.h"

#include "capture.h"
#include "dns.h"
#include "other.h"
#include "random.h"
#include "visit.h"

#include <stdio.h>
#include <string.h>

#define START_NS UINT64_C(1750000000000000000)	/* June 2025 */
#define SPAN_NS UINT64_C(600000000000)

enum {
	NAME_SIZE = 300,
};

static uint64_t moment(void)
{
	return START_NS + (uint64_t)(random_unit() * (double)SPAN_NS);
}

static struct visit visit_draw(void)
{
	struct visit visit = { .site = site_pick() };

	visit.client = client_pick();
	visit.v6 = random_chance(0.2);
	return visit;
}

/* What a browser asks before it connects, unless it remembers: A, mostly AAAA too, sometimes HTTPS. */
static uint64_t resolve(const struct visit *visit, uint64_t when)
{
	struct lookup lookup = {
		.client = visit->client, .v6 = visit->v6, .type = DNS_A, .name = visit->site.name, .site = visit->site,
	};
	uint64_t known = dns_lookup(&lookup, when);

	if (random_chance(0.65)) {
		lookup.type = DNS_AAAA;

		uint64_t also = dns_lookup(&lookup, when + random_delay(10, 300));

		if (also > known)
			known = also;
	}
	if (random_chance(0.3)) {
		lookup.type = DNS_HTTPS;
		dns_lookup(&lookup, when + random_delay(10, 300));
	}
	return known + random_delay(50, 600);
}

/* A span port in front of clients: lookups, connections with all they carry, and a little of the rest. */
static void span_add(void)
{
	uint64_t when = moment();
	struct visit visit = visit_draw();

	visit.bulk = true;
	if (random_chance(0.75))
		when = resolve(&visit, when);

	double kind = random_unit();

	if (kind < 0.72)
		tls_visit(&visit, when);
	else if (kind < 0.95)
		quic_visit(&visit, when);
	else
		http_visit(&visit, when);
	if (random_chance(0.12))
		other_add(moment());
}

/* Nothing but handshakes: every packet concerns a sensor. */
static void handshake_add(void)
{
	uint64_t when = moment();
	struct visit visit = visit_draw();

	if (random_unit() < 0.72)
		tls_visit(&visit, when);
	else
		quic_visit(&visit, when);
}

/* Resolvers that draw the case of each letter are in use (0x20), so that answers cannot be forged. */
static void mix_case(char *name)
{
	for (; *name; name++) {
		if (*name >= 'a' && *name <= 'z' && random_below(2))
			*name = (char)(*name - 'a' + 'A');
	}
}

static enum dns_type type_draw(void)
{
	static const struct {
		double up_to;
		enum dns_type type;
	} shares[] = {
		{ 0.60, DNS_A }, { 0.85, DNS_AAAA }, { 0.93, DNS_HTTPS }, { 0.97, DNS_PTR }, { 1.00, DNS_TXT },
	};
	double drawn = random_unit();
	size_t i = 0;

	while (drawn >= shares[i].up_to)
		i++;
	return shares[i].type;
}

/* Nothing but DNS, as in front of a resolver. */
static void dns_add(void)
{
	uint64_t when = moment();
	struct lookup lookup = { .site = site_pick() };
	char name[NAME_SIZE];

	lookup.client = client_pick();
	lookup.type = type_draw();
	snprintf(name, sizeof(name), "%s", lookup.site.name);
	if (lookup.type == DNS_PTR) {
		struct address a = server_address(lookup.site.id, 0, false);

		snprintf(name, sizeof(name), "%u.%u.%u.%u.in-addr.arpa", a.bytes[3], a.bytes[2], a.bytes[1],
			 a.bytes[0]);
	}
	if (random_chance(0.02))
		mix_case(name);
	lookup.name = name;
	lookup.tcp = random_chance(0.005);
	lookup.v6 = random_chance(0.2);
	dns_lookup(&lookup, when);
}

const struct mix *mix_find(const char *name)
{
	static const struct mix mixes[] = {
		{ "mix", capture_bytes, span_add },
		{ "hs", capture_frames, handshake_add },
		{ "dns", capture_frames, dns_add },
	};

	for (size_t i = 0; i < sizeof(mixes) / sizeof(*mixes); i++) {
		if (!strcmp(mixes[i].name, name))
			return &mixes[i];
	}
	return NULL;
}
