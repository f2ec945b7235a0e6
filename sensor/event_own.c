/* What stands under `telltale` in an event: the vendor, the evidence, the countries. */
#include "event.h"

#include "clients.h"
#include "clock.h"
#include "resolved.h"

static const char hex[] = "0123456789abcdef";

/* An answer that other names share, or beside another name, makes no more than a guess. */
const char *event_confidence(const struct rule_hit *hit, const struct sighting *s)
{
	return hit->by && (hit->by->others || s->name.len) ? "inferred" : hit->rule->confidence;
}

void event_put_vendor(struct json *j, const struct rule *r, const char *confidence)
{
	JSON_KEY(j, "vendor");
	json_open(j, '{');
	JSON_KEY(j, "id");
	json_text(j, r->vendor->id);
	JSON_KEY(j, "name");
	json_text(j, r->vendor->name);
	if (r->vendor->country) {
		JSON_KEY(j, "country");
		json_text(j, r->vendor->country);
	}
	json_close(j, '}');
	JSON_KEY(j, "product");
	json_text(j, r->product);
	JSON_KEY(j, "purpose");
	json_text(j, r->purpose);
	JSON_KEY(j, "installed");
	json_flag(j, r->installed);
	JSON_KEY(j, "confidence");
	json_text(j, confidence);
	if (r->vendor->tags[0]) {
		JSON_KEY(j, "tags");
		json_open(j, '[');
		for (size_t i = 0; i < EVENT_TAGS_MAX && r->vendor->tags[i]; i++)
			json_text(j, r->vendor->tags[i]);
		json_close(j, ']');
	}
}

static void put_match(struct json *j, const struct rule_hit *hit)
{
	if (hit->severity_id) {
		JSON_KEY(j, "severity_id");
		json_text(j, hit->severity_id);
	}
	JSON_KEY(j, "match");
	json_open(j, '{');
	JSON_KEY(j, "pattern");
	json_text(j, hit->pattern);
	JSON_KEY(j, "type");
	json_constant(j, rule_kind_text(hit->kind));
	if (hit->via) {
		JSON_KEY(j, "via");
		event_put_name(j, hit->via);
	}
	json_close(j, '}');
}

/* What few events need stays out of line, so that what all run through is small. */
#define SELDOM __attribute__((noinline))

SELDOM static void put_raw_name(struct json *j, const struct name *n)
{
	char text[2 * NAME_TEXT_MAX];

	for (size_t i = 0; i < n->len; i++) {
		text[2 * i] = hex[(uint8_t)n->text[i] >> 4];
		text[2 * i + 1] = hex[(uint8_t)n->text[i] & 0xf];
	}
	JSON_KEY(j, "raw_name");
	json_plain(j, text, 2u * n->len);
}

static void put_alpn(struct json *j, const char *list)
{
	JSON_KEY(j, "alpn_offered");
	json_open(j, '[');
	for (size_t n; *list; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		json_bytes(j, list, n);
	}
	json_close(j, ']');
}

SELDOM static void put_tls_own(struct json *j, const struct sighting *s)
{
	static const char *const ech[] = { "none", "grease", "outer", "outer-or-grease", "esni" };
	const char *offered = event_version_text(s->tls.offered);

	if (s->tls.ja4[0]) {
		JSON_KEY(j, "ja4");
		json_constant(j, s->tls.ja4);
	}
	if (offered) {
		JSON_KEY(j, "version_offered");
		json_constant(j, offered);
	}
	if (s->tls.alpn[0])
		put_alpn(j, s->tls.alpn);
	if (s->tls.ech) {
		JSON_KEY(j, "ech");
		json_constant(j, ech[s->tls.ech]);
	}
	if (s->tls.quic_version) {
		char text[10] = "0x";

		for (int i = 0; i < 8; i++)
			text[2 + i] = hex[s->tls.quic_version >> (28 - 4 * i) & 0xf];
		JSON_KEY(j, "quic_version");
		json_plain(j, text, sizeof(text));
	}
	if (s->tls.partial) {
		JSON_KEY(j, "partial");
		json_flag(j, true);
	}
	if (s->tls.retried) {
		JSON_KEY(j, "hello_retried");
		json_flag(j, true);
	}
}

void event_put_countries(struct json *j, const struct event_context *e, const struct place *server,
			 const struct event_told *told)
{
	char seen[EVENT_ANSWERS_MAX + GEO_DATABASES_MAX][2];
	size_t count = 0;

	for (size_t i = 0; i <= told->count; i++) {
		const struct place *p = i < told->count ? event_told_place(e->geo, told, i) : server;

		for (unsigned k = 0; p && k < p->opinions && count < sizeof(seen) / 2; k++) {
			bool old = false;

			for (size_t m = 0; m < count; m++)
				old |= memcmp(seen[m], p->opinion[k].country, 2) == 0;
			if (!old)
				memcpy(seen[count++], p->opinion[k].country, 2);
		}
	}
	if (!count)
		return;
	JSON_KEY(j, "countries");
	json_open(j, '[');
	for (size_t i = 0; i < count; i++)
		json_plain(j, seen[i], 2);
	json_close(j, ']');
}

void event_put_opinions(struct json *j, const struct place *p)
{
	if (!p || !p->disagree)
		return;
	JSON_LITERAL(j, ",\"geo_disagree\":true,\"geo_opinions\":[");
	j->comma = false;
	for (unsigned i = 0; i < p->opinions; i++) {
		json_open(j, '{');
		JSON_KEY(j, "database");
		json_unsigned(j, p->opinion[i].database);
		JSON_KEY(j, "country_iso_code");
		json_text(j, p->opinion[i].country);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* What told of a rule: a kind of evidence, or one of these; behind them the kinds of rules without names. */
enum { BY_ANSWER = EVIDENCES, BY_CERTIFICATE, BY_RULE };

uint32_t event_told_by(const struct sighting *s, const struct rule_hit *hit)
{
	if (hit && hit->by)
		return BY_ANSWER;
	if (hit && hit->rule && rule_kind_is_nameless(hit->kind))
		return BY_RULE + (uint32_t)hit->kind;
	return s->evidence == EVIDENCE_TLS && s->tls.from_certificate ? BY_CERTIFICATE : (uint32_t)s->evidence;
}

const struct word *event_told_by_word(uint32_t by)
{
	static const struct word words[] = {
		[EVIDENCE_DNS] = WORD("dns"), [EVIDENCE_MDNS] = WORD("mdns"), [EVIDENCE_LLMNR] = WORD("llmnr"),
		[EVIDENCE_TLS] = WORD("tls"), [EVIDENCE_QUIC] = WORD("quic"), [EVIDENCE_HTTP] = WORD("http"),
		[EVIDENCE_CONNECT] = WORD("connect"), [EVIDENCE_SOCKS] = WORD("socks"), [EVIDENCE_DTLS] = WORD("dtls"),
		[EVIDENCE_CONNECTION] = WORD("connection"),
		[BY_ANSWER] = WORD("resolved"), [BY_CERTIFICATE] = WORD("certificate"),
		[BY_RULE + RULE_CIDR] = WORD("cidr"), [BY_RULE + RULE_AS] = WORD("asn"),
	};

	return &words[by];
}

const struct word *event_evidence_of(const struct sighting *s, const struct rule_hit *hit)
{
	return event_told_by_word(event_told_by(s, hit));
}

/* put_attribution tells of the answer that a connection was told by, and how sure that is. */
static void put_attribution(struct json *j, const struct resolution *by, const struct sighting *s)
{
	JSON_KEY(j, "attribution");
	json_open(j, '{');
	JSON_KEY(j, "answer_age_seconds");
	json_unsigned(j, (uint64_t)(by->age / SECOND));
	JSON_KEY(j, "ttl");
	json_unsigned(j, by->ttl);
	JSON_KEY(j, "other_names");
	json_unsigned(j, by->others);
	if (s->name.len) {
		JSON_KEY(j, "announced");
		event_put_name(j, &s->name);
	}
	json_close(j, '}');
}

static void put_client(struct json *j, const struct event_context *e)
{
	static const char *const sources[] = { NULL, "nbns", "mdns", "dhcp" };
	static const char *const kinds[] = { NULL, "nat", "proxy" };
	const struct client_facts *c = e->client;

	if (!c || !(c->host || c->kind || c->is_router || (c->has_mac && e->maker)))
		return;
	JSON_KEY(j, "client");
	json_open(j, '{');
	if (c->host) {
		JSON_KEY(j, "name");
		json_text(j, c->host);
		JSON_KEY(j, "name_source");
		json_constant(j, sources[c->source]);
	}
	if (c->has_mac && e->maker) {
		JSON_KEY(j, "mac_vendor");
		json_text(j, e->maker);
	}
	if (c->kind) {
		JSON_KEY(j, "kind");
		json_constant(j, kinds[c->kind]);
	}
	if (c->is_router) {
		JSON_KEY(j, "behind_router");
		json_flag(j, true);
	}
	json_close(j, '}');
}

SELDOM static void put_hit(struct json *j, struct event_context *e, const struct sighting *s,
			   const struct rule_hit *hit, const struct place *place, const struct event_told *told)
{
	event_put_vendor(j, hit->rule, event_confidence(hit, s));
	put_match(j, hit);
	if (hit->by)
		put_attribution(j, hit->by, s);
	if (e->first_seen) {
		JSON_KEY(j, "first_seen");
		json_flag(j, true);
	}
	put_client(j, e);
	if (e->geo && geo_databases(e->geo))
		event_put_countries(j, e, event_is_dns(s) ? NULL : place, told);
	if (place && !event_is_dns(s))
		event_put_edge(j, e, place);
}

void event_put_own(struct json *j, struct event_context *e, const struct sighting *s,
		   const struct rule_hit *hit, const struct place *place, const struct event_told *told)
{
	const struct name *name = hit && hit->by ? &hit->by->name : &s->name;
	bool matched = hit && hit->rule;

	JSON_LITERAL(j, ",\"telltale\":{\"schema\":\"" EVENT_SCHEMA "\",\"evidence\":");
	j->comma = false;
	json_word(j, event_evidence_of(s, hit));
	if (name->len) {
		JSON_LITERAL(j, ",\"name\":");
		j->comma = false;
		event_put_name(j, name);
	}
	if (name->len && name->odd)
		put_raw_name(j, name);
	if (hit && hit->hidden) {
		JSON_KEY(j, "hidden");
		json_constant(j, hit->hidden);
	}
	if (matched)
		put_hit(j, e, s, hit, place, told);
	if (event_is_dns(s))
		event_put_resolved(j, e, matched, s, told);
	else
		event_put_opinions(j, place);
	if (event_is_tls(s))
		put_tls_own(j, s);
	json_close(j, '}');
}
