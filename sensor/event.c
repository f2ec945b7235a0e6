#include "event.h"

#include <endian.h>

#include "community.h"
#include "dns.h"
#include "hash.h"
#include "ip.h"
#include "transport.h"

const char *event_evidence_text(enum evidence evidence, bool from_certificate)
{
	static const char *const texts[EVIDENCES] = {
		[EVIDENCE_DNS] = "dns", [EVIDENCE_MDNS] = "mdns", [EVIDENCE_LLMNR] = "llmnr",
		[EVIDENCE_TLS] = "tls", [EVIDENCE_QUIC] = "quic", [EVIDENCE_HTTP] = "http",
		[EVIDENCE_CONNECT] = "connect", [EVIDENCE_SOCKS] = "socks", [EVIDENCE_DTLS] = "dtls",
	};

	return from_certificate ? "certificate" : texts[evidence];
}

static void put_plain(struct json *j, const char *text)
{
	json_plain(j, text, strlen(text));
}

/* put_hex64 spreads the sixteen nibbles over two words and turns all of a word into digits at once. */
static void put_hex64(char *p, uint64_t v)
{
	for (int half = 0; half < 2; half++, p += 8) {
		uint64_t x = half ? v & 0xffffffff : v >> 32;

		x = (x | x << 16) & UINT64_C(0x0000ffff0000ffff);
		x = (x | x << 8) & UINT64_C(0x00ff00ff00ff00ff);
		x = (x | x << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
		/* '0' for each, and what is between '9' and 'a' for those above 9 */
		x += UINT64_C(0x3030303030303030) +
		     ((x + UINT64_C(0x0606060606060606)) >> 4 & UINT64_C(0x0101010101010101)) * 39;
		x = htobe64(x);
		memcpy(p, &x, 8);
	}
}

void event_put_head(struct json *j, struct event_context *e, int64_t when, const char *dataset,
		    const char *kind, uint64_t id, const char *types, const struct rule_hit *hit)
{
	char text[32];

	json_open(j, '{');
	JSON_KEY(j, "@timestamp");
	json_time(j, when);
	JSON_LITERAL(j, ",\"ecs\":{\"version\":\"8.17.0\"},\"event\":{\"kind\":\"");
	json_raw(j, kind, strlen(kind));
	JSON_LITERAL(j, "\",\"category\":[\"network\"],\"type\":");
	json_raw(j, types, strlen(types));
	JSON_LITERAL(j, ",\"module\":\"telltale\",\"dataset\":\"");
	json_raw(j, dataset, strlen(dataset));
	JSON_LITERAL(j, "\"");
	/* the same whatever else is reported: several alike of one moment are numbered */
	e->repeat = when == e->last_when && id == e->last_id ? e->repeat + 1 : 0;
	e->last_when = when;
	e->last_id = id;
	JSON_KEY(j, "id");
	put_hex64(text, (uint64_t)when);
	put_hex64(text + 16, hash_fold(id ^ e->repeat, UINT64_C(0x9e3779b97f4a7c15)));
	json_plain(j, text, sizeof(text));
	JSON_KEY(j, "sequence");
	json_unsigned(j, e->sequence++);
	if (hit && hit->severity_id) {
		JSON_KEY(j, "severity");
		json_unsigned(j, (unsigned)hit->severity);
	}
	json_close(j, '}');
}

void event_put_observer(struct json *j, const struct event_context *e)
{
	JSON_LITERAL(j, ",\"observer\":{\"type\":\"sensor\",\"vendor\":\"telltale\",\"product\":\"telltale\","
			"\"version\":\"" TELLTALE_VERSION "\"");
	j->comma = true;
	if (e->host) {
		JSON_KEY(j, "hostname");
		json_text(j, e->host);
	}
	if (e->interface) {
		JSON_LITERAL(j, ",\"ingress\":{\"interface\":{\"name\":");
		j->comma = false;
		json_text(j, e->interface);
		JSON_LITERAL(j, "}}");
	}
	json_close(j, '}');
}

static void put_address(struct json *j, const struct addr *a, uint16_t port)
{
	JSON_KEY(j, "ip");
	event_put_addr(j, a);
	JSON_KEY(j, "port");
	json_unsigned(j, port);
}

static void put_source(struct json *j, const struct contact *c)
{
	JSON_KEY(j, "source");
	json_open(j, '{');
	put_address(j, &c->client, c->client_port);
	if (c->has_mac) {
		char mac[17];

		for (int i = 0; i < 6; i++) {	/* RFC 7042: hyphens; ECS asks for upper case */
			mac[3 * i] = "0123456789ABCDEF"[c->mac[i] >> 4];
			mac[3 * i + 1] = "0123456789ABCDEF"[c->mac[i] & 0xf];
			if (i < 5)
				mac[3 * i + 2] = '-';
		}
		JSON_KEY(j, "mac");
		json_plain(j, mac, sizeof(mac));
	}
	json_close(j, '}');
}

static void put_place(struct json *j, const struct place *p)
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

static void put_destination(struct json *j, const struct sighting *s, const struct place *place)
{
	JSON_KEY(j, "destination");
	json_open(j, '{');
	put_address(j, &s->contact.server, s->contact.server_port);
	if (!event_is_dns(s) && s->evidence != EVIDENCE_CONNECT && s->evidence != EVIDENCE_SOCKS) {
		JSON_KEY(j, "domain");
		event_put_name(j, &s->name);
	}
	put_place(j, place);
	json_close(j, '}');
}

static void put_vlan_id(struct json *j, uint16_t vlan)
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

/* Of a DNS transaction that no rule matches the community id is left out: it would cost a tenth of the line. */
static void put_network(struct json *j, const struct sighting *s, bool matched)
{
	const struct contact *c = &s->contact;
	const char *protocol = event_is_dns(s) ? event_evidence_text(s->evidence, false) :
			       s->evidence == EVIDENCE_CONNECT ? "http" : event_evidence_text(s->evidence, false);
	char id[COMMUNITY_TEXT_MAX];

	JSON_LITERAL(j, ",\"network\":{\"type\":");
	if (addr_is_v4(&c->client))
		JSON_LITERAL(j, "\"ipv4\",\"transport\":");
	else
		JSON_LITERAL(j, "\"ipv6\",\"transport\":");
	if (c->proto == IP_TCP)
		JSON_LITERAL(j, "\"tcp\",\"protocol\":");
	else
		JSON_LITERAL(j, "\"udp\",\"protocol\":");
	j->comma = false;
	put_plain(j, protocol);
	if (matched || !event_is_dns(s)) {
		community_put(&c->client, c->client_port, &c->server, c->server_port, c->proto, id);
		JSON_KEY(j, "community_id");
		json_plain(j, id, COMMUNITY_TEXT_MAX - 1);
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

static void put_tls(struct json *j, const struct sighting *s)
{
	bool quic = s->evidence == EVIDENCE_QUIC && s->tls.offered;	/* RFC 9001 section 4.2: 1.3 always */
	const char *version = event_version_text(quic ? 0x0304 : s->tls.chosen);

	JSON_KEY(j, "tls");
	json_open(j, '{');
	if (version) {
		JSON_KEY(j, "version");
		put_plain(j, version);
	}
	JSON_KEY(j, "version_protocol");
	put_plain(j, s->evidence == EVIDENCE_DTLS ? "dtls" : "tls");
	if (s->tls.next_protocol[0]) {
		JSON_KEY(j, "next_protocol");
		json_text(j, s->tls.next_protocol);
	}
	if (s->tls.from_certificate)
		JSON_LITERAL(j, ",\"server\":{\"x509\":{\"alternative_names\":[");
	else
		JSON_LITERAL(j, ",\"client\":{\"server_name\":");
	j->comma = false;
	event_put_name(j, &s->name);
	if (s->tls.from_certificate)
		JSON_LITERAL(j, "]}");
	json_close(j, '}');
	json_close(j, '}');
}

static void put_http(struct json *j, const struct sighting *s)
{
	const struct name *target = s->http.proxied.len ? &s->http.proxied : &s->name;

	JSON_KEY(j, "url");
	json_open(j, '{');
	JSON_KEY(j, "domain");
	event_put_name(j, target);
	if (s->http.target_port) {
		JSON_KEY(j, "port");
		json_unsigned(j, s->http.target_port);
	}
	json_close(j, '}');
	if (s->http.method[0]) {
		JSON_LITERAL(j, ",\"http\":{\"request\":{\"method\":");
		j->comma = false;
		json_text(j, s->http.method);
		JSON_LITERAL(j, "}}");
	}
}

static void put_rule(struct json *j, const struct rule_hit *hit)
{
	const struct rule *r = hit->rule;

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

static uint64_t identity(const struct sighting *s)
{
	const struct hash_key key = hash_key_files;
	const struct contact *c = &s->contact;
	uint64_t h = hash_bytes(&key, s->name.text, s->name.len);

	h = hash_pair(&key, h, hash_bytes(&key, c->client.bytes, sizeof(c->client.bytes)));
	h = hash_pair(&key, h, hash_bytes(&key, c->server.bytes, sizeof(c->server.bytes)));
	h = hash_pair(&key, h, (uint64_t)c->client_port << 32 | (uint64_t)c->server_port << 16 | s->evidence);
	return event_is_dns(s) ? hash_pair(&key, h, (uint64_t)s->dns.id << 16 | s->dns.qtype) : h;
}

static void put_sighting(struct json *j, struct event_context *e, const struct sighting *s,
			 const struct rule_hit *hit, const struct event_told *told)
{
	/* geography is for what a rule matched: of everything else it would cost more than the rest */
	const struct place *found = hit && e->geo ? geo_find(e->geo, &s->contact.server) : NULL;
	struct place place;

	if (found)
		place = *found;		/* the addresses of answers are looked up in between */
	event_put_head(j, e, s->contact.when, hit ? "telltale.match" : "telltale.name", "event", identity(s),
		       event_is_dns(s) ? "[\"protocol\",\"info\"]" : "[\"connection\",\"info\"]", hit);
	put_source(j, &s->contact);
	put_destination(j, s, found ? &place : NULL);
	put_network(j, s, hit);
	if (event_is_dns(s))
		event_put_dns(j, s, told);
	else if (event_is_tls(s))
		put_tls(j, s);
	else
		put_http(j, s);
	if (hit)
		put_rule(j, hit);
	if (hit || e->host || e->interface)	/* else it tells nothing that the lifecycle events do not */
		event_put_observer(j, e);
	event_put_own(j, e, s, hit, found ? &place : NULL, told);
	json_close(j, '}');
}

void event_put_sighting(struct json *j, struct event_context *e, const struct sighting *s,
			const struct rule_hit *hit, const struct event_told *told)
{
	struct json start = *j;
	struct event_context before = *e;
	struct event_told nothing;

	put_sighting(j, e, s, hit, told);
	if (!j->full || !told->records)
		return;
	/* an answer may be made to burst the line: what it told is left out, never the event */
	*j = start;
	*e = before;
	nothing.records = nothing.count = 0;
	nothing.truncated = true;
	put_sighting(j, e, s, hit, &nothing);
}
