#include "event.h"

#include <endian.h>

#include "hash.h"
#include "hex.h"

enum { HEAD_MAX = 512 };	/* bytes of the beginning of a line: 120 and the constant */

/* put_id writes two numbers as hexadecimal digits. */
static char *put_id(char *p, uint64_t first, uint64_t second)
{
	typedef uint64_t pair __attribute__((vector_size(HEX_BYTES)));
	pair both = { htobe64(first), htobe64(second) };

	hex_put(p, (hex_chunk)both);
	return p + HEX_TEXT;
}

/* note_id counts the events of one moment and identity; others in between seldom push one out. */
static struct event_seen *note_id(struct event_context *e, int64_t when, uint64_t id)
{
	struct event_seen *seen = &e->seen[hash_fold(id ^ (uint64_t)when, UINT64_C(0x9e3779b97f4a7c15)) % EVENT_SEEN];
	bool again = seen->any && seen->when == when && seen->id == id;

	*seen = (struct event_seen){ .when = when, .id = id, .repeat = again ? seen->repeat + 1 : 0, .any = true };
	return seen;
}

void event_put_head(struct json *j, struct event_context *e, int64_t when, const struct event_head *head, uint64_t id,
		    const struct rule_hit *hit)
{
	/* the same whatever else is reported: several alike of one moment are numbered */
	uint64_t repeat = note_id(e, when, id)->repeat;
	char *p = j->at;

	if (!json_room(j, HEAD_MAX))
		return;
	p = JSON_PUT(p, "{\"@timestamp\":\"");
	p = json_put_time(p, when);
	memcpy(p, head->text, head->n);
	p = put_id(p + head->n, (uint64_t)when, hash_fold(id ^ repeat, UINT64_C(0x9e3779b97f4a7c15)));
	p = JSON_PUT(p, "\",\"sequence\":");
	j->at = json_put_digits(p, e->sequence);
	j->comma = true;
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

static void put_destination(struct json *j, const struct sighting *s, const struct place *place)
{
	JSON_LITERAL(j, ",\"destination\":{");
	event_put_address(j, &s->contact.server, s->contact.server_port);
	if (s->name.len && !event_is_dns(s) && s->evidence != EVIDENCE_CONNECT && s->evidence != EVIDENCE_SOCKS) {
		JSON_KEY(j, "domain");
		event_put_name(j, &s->name);
	}
	event_put_place(j, place);
	json_close(j, '}');
}

static void put_tls(struct json *j, const struct sighting *s)
{
	bool quic = s->evidence == EVIDENCE_QUIC && s->tls.offered;	/* RFC 9001 section 4.2: 1.3 always */
	const char *version = event_version_text(quic ? 0x0304 : s->tls.chosen);

	JSON_KEY(j, "tls");
	json_open(j, '{');
	if (version) {
		JSON_KEY(j, "version");
		json_constant(j, version);
	}
	JSON_KEY(j, "version_protocol");
	json_constant(j, s->evidence == EVIDENCE_DTLS ? "dtls" : "tls");
	if (s->tls.next_protocol[0]) {
		JSON_KEY(j, "next_protocol");
		json_text(j, s->tls.next_protocol);
	}
	if (s->name.len) {
		if (s->tls.from_certificate)
			JSON_LITERAL(j, ",\"server\":{\"x509\":{\"alternative_names\":[");
		else
			JSON_LITERAL(j, ",\"client\":{\"server_name\":");
		j->comma = false;
		event_put_name(j, &s->name);
		if (s->tls.from_certificate)
			JSON_LITERAL(j, "]}");
		json_close(j, '}');
	}
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

static uint64_t identity(const struct sighting *s)
{
	const struct hash_key key = hash_key_files;
	uint64_t h = event_identity(&s->contact, &s->name, s->evidence);

	return event_is_dns(s) ? hash_pair(&key, h, (uint64_t)s->dns.id << 16 | s->dns.qtype) : h;
}

static void put_protocol(struct json *j, const struct sighting *s, const struct event_told *told)
{
	if (event_is_dns(s))
		event_put_dns(j, s, told);
	else if (event_is_tls(s))
		put_tls(j, s);
	else if (s->evidence != EVIDENCE_CONNECTION)
		put_http(j, s);
}

static void put_sighting(struct json *j, struct event_context *e, const struct sighting *s,
			 const struct rule_hit *found, const struct event_told *told)
{
	const struct rule_hit *hit = found->rule ? found : NULL;
	static const struct event_head heads[2][2] = {
		{ EVENT_HEAD("event", "[\"connection\",\"info\"]", "name"),
		  EVENT_HEAD("event", "[\"protocol\",\"info\"]", "name") },
		{ EVENT_HEAD("event", "[\"connection\",\"info\"]", "match"),
		  EVENT_HEAD("event", "[\"protocol\",\"info\"]", "match") },
	};
	/* geography is for what a rule matched: of everything else it would cost more than the rest */
	const struct place *where = hit ? event_place(e, &s->contact.server) : NULL;
	struct place place;

	if (where)
		place = *where;		/* the addresses of answers are looked up in between */
	event_put_head(j, e, s->contact.when, &heads[hit != NULL][event_is_dns(s)], identity(s), hit);
	event_put_source(j, e, &s->contact, NULL);
	put_destination(j, s, where ? &place : NULL);
	/* of a DNS transaction that no rule matches the community id would cost a tenth of the line */
	event_put_network(j, &s->contact, event_protocol(s->evidence), hit || !event_is_dns(s), NULL);
	put_protocol(j, s, told);
	if (hit)
		event_put_rule(j, hit->rule);
	if (hit || e->host || e->interface)	/* else it tells nothing that the lifecycle events do not */
		event_put_observer(j, e);
	event_put_own(j, e, s, found, where ? &place : NULL, told);
	json_close(j, '}');
}

void event_put_hidden(struct json *j, struct event_context *e, const struct sighting *s, const char *why)
{
	const struct event_told nothing = { .alias_record = EVENT_ANSWERS_MAX };
	static const struct event_head head = EVENT_HEAD("event", "[\"connection\",\"info\"]", "hidden");
	const struct rule_hit hidden = { .hidden = why };
	const struct place *found = event_place(e, &s->contact.server);

	event_put_head(j, e, s->contact.when, &head, identity(s), NULL);
	event_put_source(j, e, &s->contact, NULL);
	put_destination(j, s, found);
	event_put_network(j, &s->contact, event_protocol(s->evidence), true, NULL);
	put_protocol(j, s, &nothing);
	if (e->host || e->interface)
		event_put_observer(j, e);
	event_put_own(j, e, s, &hidden, NULL, &nothing);
	json_close(j, '}');
}

void event_put_sighting(struct json *j, struct event_context *e, const struct sighting *s,
			const struct rule_hit *hit, const struct event_told *told)
{
	struct json start = *j;
	uint64_t sequence = e->sequence;
	struct event_told nothing;

	put_sighting(j, e, s, hit, told);
	if (!j->full || !told->records)
		return;
	/* an answer may be made to burst the line: what it told is left out, never the event */
	*j = start;
	e->sequence = sequence;
	note_id(e, s->contact.when, identity(s))->repeat -= 2;	/* what comes is the same event */
	nothing.records = nothing.count = 0;
	nothing.truncated = true;
	put_sighting(j, e, s, hit, &nothing);
}
