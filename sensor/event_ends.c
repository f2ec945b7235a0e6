/* The two ends of a connection and what lies between them, as every kind of event tells them. */
#include "event.h"

#include "clients.h"
#include "community.h"
#include "hash.h"
#include "ip.h"

void event_put_address(struct json *j, const struct addr *a, uint16_t port)
{
	enum { ADDRESS_MAX = 16 + ADDR_TEXT_MAX + JSON_NUMBER_MAX };
	char *p = j->at;

	if (!json_room(j, ADDRESS_MAX))
		return;
	p = JSON_PUT(p, "\"ip\":\"");
	p += addr_put(a, p);
	p = JSON_PUT(p, "\",\"port\":");
	j->at = json_put_digits(p, port);
	j->comma = true;
}

static void put_traffic(struct json *j, const struct tally *t, int side)
{
	JSON_KEY(j, "bytes");
	json_unsigned(j, t->bytes[side]);
	JSON_KEY(j, "packets");
	json_unsigned(j, t->packets[side]);
}

static void put_mac(struct json *j, const uint8_t mac[static 6])
{
	char text[17];

	for (int i = 0; i < 6; i++) {	/* RFC 7042: hyphens; ECS asks for upper case */
		text[3 * i] = "0123456789ABCDEF"[mac[i] >> 4];
		text[3 * i + 1] = "0123456789ABCDEF"[mac[i] & 0xf];
		if (i < 5)
			text[3 * i + 2] = '-';
	}
	JSON_KEY(j, "mac");
	json_plain(j, text, sizeof(text));
}

void event_put_source(struct json *j, const struct event_context *e, const struct contact *c, const struct tally *tally)
{
	JSON_LITERAL(j, ",\"source\":{");
	event_put_address(j, &c->client, c->client_port);
	if (e->client && e->client->has_mac)
		put_mac(j, e->client->mac);
	if (tally)
		put_traffic(j, tally, SIDE_CLIENT);
	json_close(j, '}');
}

void event_put_server(struct json *j, const struct contact *c, const struct name *name, const struct place *place,
		      const struct tally *tally)
{
	JSON_LITERAL(j, ",\"destination\":{");
	event_put_address(j, &c->server, c->server_port);
	if (name && name->len) {
		JSON_KEY(j, "domain");
		event_put_name(j, name);
	}
	put_traffic(j, tally, SIDE_SERVER);
	event_put_place(j, place);
	json_close(j, '}');
}

void event_put_place(struct json *j, const struct place *p)
{
	if (!p)
		return;
	if (p->country[0]) {
		JSON_KEY(j, "geo");
		json_open(j, '{');
		JSON_KEY(j, "country_iso_code");
		json_text(j, p->country);
		if (p->city[0]) {
			JSON_KEY(j, "city_name");
			json_text(j, p->city);
		}
		if (p->has_location) {
			JSON_KEY(j, "location");
			json_open(j, '{');
			JSON_KEY(j, "lat");
			json_fixed(j, p->latitude);
			JSON_KEY(j, "lon");
			json_fixed(j, p->longitude);
			json_close(j, '}');
		}
		json_close(j, '}');
	}
	if (p->as_number) {
		JSON_KEY(j, "as");
		json_open(j, '{');
		JSON_KEY(j, "number");
		json_unsigned(j, p->as_number);
		if (p->as_name[0]) {
			JSON_LITERAL(j, ",\"organization\":{\"name\":");
			j->comma = false;
			json_text(j, p->as_name);
			json_close(j, '}');
		}
		json_close(j, '}');
	}
}

void event_put_edge(struct json *j, const struct event_context *e, const struct place *p)
{
	const struct network *n = p->as_number && e->rules ? rules_network(e->rules, p->as_number) : NULL;

	if (!n)
		return;
	JSON_KEY(j, "edge");
	json_plain(j, n->kind, strlen(n->kind));
}

static inline void put_vlan_id(struct json *j, uint16_t vlan)
{
	char text[8];
	size_t n = sizeof(text);

	do
		text[--n] = (char)('0' + vlan % 10);
	while (vlan /= 10);
	JSON_LITERAL(j, "{\"id\":");
	j->comma = false;
	json_plain(j, text + n, sizeof(text) - n);
	json_close(j, '}');
}

void event_put_network(struct json *j, const struct contact *c, const struct word *protocol, bool community,
		       const struct tally *tally)
{
	/* of one length */
	static const char types[2][2][sizeof(",\"network\":{\"type\":\"ipv4\",\"transport\":\"tcp\"")] = {
		{ ",\"network\":{\"type\":\"ipv6\",\"transport\":\"udp\"",
		  ",\"network\":{\"type\":\"ipv6\",\"transport\":\"tcp\"" },
		{ ",\"network\":{\"type\":\"ipv4\",\"transport\":\"udp\"",
		  ",\"network\":{\"type\":\"ipv4\",\"transport\":\"tcp\"" },
	};
	char id[COMMUNITY_TEXT_MAX];

	json_raw(j, types[addr_is_v4(&c->client)][c->proto == IP_TCP], sizeof(types[0][0]) - 1);
	if (protocol) {
		JSON_LITERAL(j, ",\"protocol\":");
		j->comma = false;
		json_word(j, protocol);
	}
	j->comma = true;
	if (community) {
		community_put(&c->client, c->client_port, &c->server, c->server_port, c->proto, id);
		JSON_KEY(j, "community_id");
		json_plain(j, id, COMMUNITY_TEXT_MAX - 1);
	}
	if (tally) {
		JSON_KEY(j, "bytes");
		json_unsigned(j, tally->bytes[SIDE_CLIENT] + tally->bytes[SIDE_SERVER]);
		JSON_KEY(j, "packets");
		json_unsigned(j, (uint64_t)tally->packets[SIDE_CLIENT] + tally->packets[SIDE_SERVER]);
	}
	if (c->vlans) {
		JSON_KEY(j, "vlan");
		put_vlan_id(j, c->vlan[0]);
	}
	if (c->vlans > 1) {
		JSON_LITERAL(j, ",\"inner\":{\"vlan\":");
		put_vlan_id(j, c->vlan[1]);
		json_close(j, '}');
	}
	json_close(j, '}');
}

const char *event_version_text(uint16_t v)
{
	switch (v) {
	case 0x0300: return "3.0";
	case 0x0301: case 0xfeff: return "1.0";
	case 0x0302: return "1.1";
	case 0x0303: case 0xfefd: return "1.2";
	case 0x0304: case 0xfefc: return "1.3";
	default: return NULL;
	}
}

void event_put_rule(struct json *j, const struct rule *r)
{
	JSON_KEY(j, "rule");
	json_open(j, '{');
	JSON_KEY(j, "id");
	json_text(j, r->id);
	JSON_KEY(j, "name");
	json_text(j, r->product);
	JSON_LITERAL(j, ",\"ruleset\":\"telltale\"");
	JSON_KEY(j, "category");
	json_text(j, r->purpose);
	JSON_KEY(j, "reference");
	json_text(j, r->references[0]);
	json_close(j, '}');
}

uint64_t event_identity(const struct contact *c, const struct name *name, uint32_t kind)
{
	const struct hash_key key = hash_key_files;
	uint64_t h = name_hash(&key, name);

	h = hash_pair(&key, h, hash_bytes(&key, c->client.bytes, sizeof(c->client.bytes)));
	h = hash_pair(&key, h, hash_bytes(&key, c->server.bytes, sizeof(c->server.bytes)));
	return hash_pair(&key, h, (uint64_t)c->client_port << 48 | (uint64_t)c->server_port << 32 | kind);
}

const struct word *event_protocol(enum evidence evidence)
{
	static const struct word words[EVIDENCES] = {
		[EVIDENCE_DNS] = WORD("dns"), [EVIDENCE_MDNS] = WORD("mdns"), [EVIDENCE_LLMNR] = WORD("llmnr"),
		[EVIDENCE_TLS] = WORD("tls"), [EVIDENCE_QUIC] = WORD("quic"), [EVIDENCE_HTTP] = WORD("http"),
		[EVIDENCE_CONNECT] = WORD("http"), [EVIDENCE_SOCKS] = WORD("socks"), [EVIDENCE_DTLS] = WORD("dtls"),
	};

	return words[evidence].n ? &words[evidence] : NULL;
}
