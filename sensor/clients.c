#include "clients.h"

#include <stdlib.h>

#include "clock.h"
#include "lru.h"

#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

/* A host name, and the machine it was told of. */
struct host {
	uint8_t source;			/* enum client_source */
	bool has_mac;
	uint8_t mac[6];
	int64_t when;
	char text[CLIENT_HOST_MAX];
};

struct machine {			/* by MAC address */
	uint8_t mac[6];
	bool router;
	uint8_t speaks;			/* of the two below, in use */
	uint64_t spoken[CLIENT_SPEAKS_MAX];
	int64_t seen[CLIENT_SPEAKS_MAX];
	struct host host;		/* told before its address was */
};

struct client {				/* by address */
	struct addr addr;
	bool has_mac, leased, has_vlan;
	uint8_t mac[6], kind;		/* the latter of the day before */
	uint16_t vlan;
	int64_t leased_at, day;		/* when the signs' day began */
	struct signs signs;
	struct host host;
};

struct clients {
	struct hash_key key;
	struct lru addresses, machines;
	uint64_t evicted;
};

struct clients *clients_new(struct hash_key key)
{
	struct clients *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->key = key;
	if (lru_new(&c->addresses, CLIENTS_MAX, sizeof(struct client)) &&
	    lru_new(&c->machines, CLIENTS_MAX, sizeof(struct machine)))
		return c;
	clients_free(c);
	return NULL;
}

void clients_free(struct clients *c)
{
	if (!c)
		return;
	lru_free(&c->addresses);
	lru_free(&c->machines);
	free(c);
}

uint64_t clients_evicted(const struct clients *c)
{
	return c->evicted;
}

/* is_within is false, too, of what lies as far ahead: the clock was set back.  Times may be anything. */
static bool is_within(int64_t then, int64_t now, int64_t span)
{
	uint64_t apart = now > then ? (uint64_t)now - (uint64_t)then : (uint64_t)then - (uint64_t)now;

	return apart < (uint64_t)span;
}

static bool is_nobody(const struct addr *a)
{
	static const uint8_t none[16];

	return addr_is_group(a) || memcmp(a->bytes, none, 16) == 0 ||
	       (addr_is_v4(a) && memcmp(a->bytes + 12, none, 4) == 0);
}

static uint64_t mac_word(const uint8_t mac[static 6])
{
	uint64_t word = 0;

	memcpy(&word, mac, 6);
	return word;
}

/* addr_hash of an IPv6 address leaves out the interface identifier when only the network counts. */
static uint64_t addr_hash(const struct clients *c, const struct addr *a, bool network)
{
	uint64_t word[2];

	memcpy(word, a->bytes, sizeof(word));
	if (network && !addr_is_v4(a))
		word[1] = 0;
	return hash_pair(&c->key, word[0], word[1]);
}

static struct client *find_client(struct clients *c, uint64_t hash, const struct addr *a)
{
	struct client *e = lru_first(&c->addresses, hash);

	while (e && !addr_equal(&e->addr, a))
		e = lru_next(&c->addresses, e);
	return e;
}

static struct client *client_of(struct clients *c, const struct addr *a, int64_t when)
{
	uint64_t hash = addr_hash(c, a, false);
	struct client *e = find_client(c, hash, a);

	if (e) {
		lru_touch(&c->addresses, e);
		return e;
	}
	e = lru_victim(&c->addresses, hash);
	if (e) {
		c->evicted++;
		lru_drop(&c->addresses, e);
	}
	e = lru_add(&c->addresses, hash);
	*e = (struct client){ .addr = *a, .day = when };
	return e;
}

static struct machine *find_machine(struct clients *c, const uint8_t mac[static 6])
{
	struct machine *m = lru_first(&c->machines, hash_pair(&c->key, mac_word(mac), 0));

	while (m && memcmp(m->mac, mac, 6) != 0)
		m = lru_next(&c->machines, m);
	return m;
}

/* RFC 5798 section 7.3: VRRP over IPv4 and IPv6; RFC 2281 section 3: HSRP. */
static bool is_virtual_router(const uint8_t mac[static 6])
{
	return memcmp(mac, "\x00\x00\x5e\x00\x01", 5) == 0 || memcmp(mac, "\x00\x00\x5e\x00\x02", 5) == 0 ||
	       memcmp(mac, "\x00\x00\x0c\x07\xac", 5) == 0;
}

static struct machine *machine_of(struct clients *c, const uint8_t mac[static 6])
{
	uint64_t hash = hash_pair(&c->key, mac_word(mac), 0);
	struct machine *m = find_machine(c, mac);

	if (m) {
		lru_touch(&c->machines, m);
		return m;
	}
	m = lru_victim(&c->machines, hash);
	if (m)
		lru_drop(&c->machines, m);
	m = lru_add(&c->machines, hash);
	memset(m, 0, sizeof(*m));
	memcpy(m->mac, mac, 6);
	m->router = is_virtual_router(mac);
	return m;
}

static bool is_router(struct clients *c, const uint8_t mac[static 6])
{
	const struct machine *m = find_machine(c, mac);

	return m && m->router;
}

/* is_mac is false of group addresses and of all zeros, which links without any give. */
static bool is_mac(const uint8_t *mac)
{
	return mac && !(mac[0] & 1) && mac_word(mac);
}

/* note_speaks counts the addresses that a machine speaks for within an hour; one too many makes a router. */
static bool note_speaks(struct clients *c, const uint8_t mac[static 6], const struct addr *a, int64_t when)
{
	struct machine *m = machine_of(c, mac);
	uint64_t hash = addr_hash(c, a, true);
	int slot = -1;

	for (int i = 0; i < m->speaks && !m->router; i++) {
		if (m->spoken[i] == hash) {
			m->seen[i] = when;
			return false;
		}
		if (!is_within(m->seen[i], when, HOUR))
			slot = i;
	}
	if (m->router)
		return true;
	if (slot < 0 && m->speaks == CLIENT_SPEAKS_MAX) {
		m->router = true;
		return true;
	}
	if (slot < 0)
		slot = m->speaks++;
	m->spoken[slot] = hash;
	m->seen[slot] = when;
	return false;
}

/* set_mac forgets the signs of the machine that had the address before. */
static void set_mac(struct clients *c, struct client *e, const uint8_t mac[static 6], int64_t when)
{
	if (e->has_mac && memcmp(e->mac, mac, 6) == 0)
		return;
	if (e->has_mac && !is_router(c, e->mac)) {
		e->signs = (struct signs){ .asked = 0 };
		e->kind = CLIENT_ALONE;
		e->day = when;
	}
	e->has_mac = true;
	memcpy(e->mac, mac, 6);
}

static struct signs *signs_of(struct client *e, int64_t when)
{
	if (!is_within(e->day, when, DAY)) {
		e->kind = (uint8_t)(is_within(e->day, when, 2 * DAY) ? signs_kind(&e->signs) : CLIENT_ALONE);
		e->signs = (struct signs){ .asked = 0 };
		e->day = when;
	}
	return &e->signs;
}

static bool is_leased(const struct client *e, int64_t when)
{
	return e->leased && is_within(e->leased_at, when, DAY);
}

static void note_client(struct clients *c, const struct client_sign *sign)
{
	struct client *e = client_of(c, sign->client, sign->when);
	struct signs *s;

	if (is_mac(sign->client_mac)) {
		bool router = note_speaks(c, sign->client_mac, sign->client, sign->when);

		if (!is_leased(e, sign->when) && (!router || !e->has_mac))
			set_mac(c, e, sign->client_mac, sign->when);
	}
	if (sign->has_vlan) {
		e->has_vlan = true;
		e->vlan = sign->vlan;
	}
	s = signs_of(e, sign->when);
	signs_note_ttl(s, sign->ttl);
	if (sign->ja4)
		signs_note_hello(s, hash_bytes(&c->key, sign->ja4, strlen(sign->ja4)));
	signs_note_server(s, addr_hash(c, sign->server, false));
}

void clients_note(struct clients *c, const struct client_sign *sign)
{
	if (!is_nobody(sign->client))
		note_client(c, sign);
	if (is_nobody(sign->server))
		return;
	if (is_mac(sign->server_mac))
		(void)note_speaks(c, sign->server_mac, sign->server, sign->when);
	if (sign->proxied)
		signs_note_asked(signs_of(client_of(c, sign->server, sign->when), sign->when));
}

/* put_host refuses what says nothing: machines without a name of their own send these. */
static bool put_host(struct host *h, const struct name *n, enum client_source source, const uint8_t *mac, int64_t when)
{
	size_t len = n->len < CLIENT_HOST_MAX ? n->len : strcspn(n->text, ".");

	if (!len || len >= CLIENT_HOST_MAX || strcmp(n->text, "localhost") == 0 ||
	    strcmp(n->text, "localhost.localdomain") == 0 || memchr(n->text, '\0', n->len))
		return false;
	h->source = (uint8_t)source;
	h->when = when;
	h->has_mac = is_mac(mac);
	if (h->has_mac)
		memcpy(h->mac, mac, 6);
	memcpy(h->text, n->text, len);
	h->text[len] = '\0';
	return true;
}

/* is_of is true when the name's machine may be the one that has the address now. */
static bool is_of(struct clients *c, const struct host *h, const struct client *e)
{
	return !h->has_mac || !e->has_mac || memcmp(h->mac, e->mac, 6) == 0 || is_router(c, h->mac) ||
	       is_router(c, e->mac);
}

void clients_learn_name(struct clients *c, const struct addr *a, const uint8_t *mac, enum client_source source,
			const struct name *host, int64_t when)
{
	struct client *e;
	struct host told = { .source = CLIENT_NO_NAME };

	if (is_nobody(a) || !put_host(&told, host, source, mac, when))
		return;
	e = client_of(c, a, when);
	if (!is_of(c, &told, e))
		return;
	if (e->host.source > source && is_within(e->host.when, when, DAY) && is_of(c, &e->host, e))
		return;
	e->host = told;
}

/* A DHCPv6 client's MAC address is the link's, and only where it speaks itself. */
static const uint8_t *lease_mac(const struct dhcp_facts *f, const uint8_t *link_mac)
{
	return f->has_mac ? f->mac : !f->reply && !f->relayed ? link_mac : NULL;
}

void clients_learn_lease(struct clients *c, const struct dhcp_facts *f, const uint8_t *link_mac, int64_t when)
{
	const uint8_t *mac = lease_mac(f, link_mac);
	bool sure = f->standing == DHCP_HELD;
	struct machine *m;
	struct client *e;

	if (!is_mac(mac))
		return;
	m = machine_of(c, mac);
	if (!f->reply || !m->host.source || !is_within(m->host.when, when, DAY))
		(void)put_host(&m->host, &f->host, CLIENT_DHCP, mac, when);
	if (f->standing == DHCP_NO_ADDRESS || is_nobody(&f->addr))
		return;
	e = client_of(c, &f->addr, when);
	if (!sure && e->has_mac && memcmp(e->mac, mac, 6) != 0 && !is_router(c, e->mac))
		return;
	set_mac(c, e, mac, when);
	e->leased |= sure;
	if (sure)
		e->leased_at = when;
	if (m->host.source && is_within(m->host.when, when, DAY))
		e->host = m->host;
}

bool clients_find(struct clients *c, const struct addr *a, int64_t when, struct client_facts *out)
{
	struct client *e = find_client(c, addr_hash(c, a, false), a);
	enum client_kind today;

	*out = (struct client_facts){ .has_mac = false };
	if (!e)
		return false;
	lru_touch(&c->addresses, e);
	out->is_router = e->has_mac && !is_leased(e, when) && is_router(c, e->mac);
	out->has_mac = e->has_mac && !out->is_router;
	memcpy(out->mac, e->mac, 6);
	out->has_vlan = e->has_vlan;
	out->vlan = e->vlan;
	if (e->host.source && is_of(c, &e->host, e)) {
		out->source = e->host.source;
		out->host = e->host.text;
	}
	today = signs_kind(signs_of(e, when));
	out->kind = today ? today : e->kind;
	return true;
}
