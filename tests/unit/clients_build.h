/*
 * clients_build.h: what the tests of the table of clients share.
 */
#ifndef TELLTALE_TESTS_CLIENTS_BUILD_H
#define TELLTALE_TESTS_CLIENTS_BUILD_H

#include "bytes.h"
#include "clients.h"
#include "clock.h"

#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)
#define START (INT64_C(1700000000) * SECOND)

static const uint8_t ROUTER[6] = { 0x00, 0x11, 0x22, 0, 0, 1 };
static const uint8_t ALICE[6] = { 0x00, 0x11, 0x22, 0, 0, 2 };
static const uint8_t BOB[6] = { 0x00, 0x11, 0x22, 0, 0, 3 };

static inline struct addr addr(const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return a;
}

static inline struct addr v4(unsigned n)
{
	uint8_t b[4] = { 10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	return addr_v4(b);
}

static inline struct clients *make(void)
{
	struct clients *c = clients_new(hash_key_files);

	assert_non_null(c);
	return c;
}

static inline void see(struct clients *c, struct addr client, const uint8_t *mac, int64_t when)
{
	struct addr server = addr("192.0.2.1");

	clients_note(c, &(struct client_sign){ .client = &client, .server = &server, .client_mac = mac, .when = when });
}

static inline void learn(struct clients *c, struct addr a, const uint8_t *mac, enum client_source source, const char *text,
		  int64_t when)
{
	struct name n;

	assert_true(name_read_host(cursor_of(text, strlen(text)), &n));
	clients_learn_name(c, &a, mac, source, &n, when);
}

/* lease tells of a request, or with `reply` of an answer; `sure`: the address is in use, not asked for. */
static inline void lease(struct clients *c, const uint8_t *mac, const char *a, bool sure, const char *host, bool reply,
			 int64_t when)
{
	struct dhcp_facts f = { .reply = reply, .has_mac = true };

	f.standing = !a ? DHCP_NO_ADDRESS : sure ? DHCP_HELD : DHCP_ASKED;
	memcpy(f.mac, mac, 6);
	if (a)
		f.addr = addr(a);
	if (host)
		assert_true(name_read_host(cursor_of(host, strlen(host)), &f.host));
	clients_learn_lease(c, &f, NULL, when);
}

static inline struct client_facts facts(struct clients *c, struct addr a, int64_t when)
{
	struct client_facts f;

	(void)clients_find(c, &a, when, &f);
	return f;
}

static inline void assert_mac(const struct client_facts *f, const uint8_t *want)
{
	assert_int_equal(f->has_mac, want != NULL);
	if (want)
		assert_memory_equal(f->mac, want, 6);
}

static inline void assert_host(const struct client_facts *f, enum client_source source, const char *want)
{
	assert_int_equal(f->source, source);
	if (want)
		assert_string_equal(f->host, want);
	else
		assert_null(f->host);
}

static inline void hop(struct clients *c, uint8_t ttl, int64_t when)
{
	struct addr a = v4(1), server = addr("192.0.2.1");

	clients_note(c, &(struct client_sign){ .client = &a, .server = &server, .client_mac = ALICE, .ttl = ttl,
					       .when = when });
}

#endif
