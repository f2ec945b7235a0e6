/* The DNS part of an event: question, answers as text, and where the addresses told lie. */
#include <stdio.h>

#include "dns.h"
#include "event.h"

static inline void put_type(struct json *j, uint16_t type)
{
	const char *text = dns_type_text(type);
	char number[16];

	if (!text) {
		snprintf(number, sizeof(number), "TYPE%u", type);	/* RFC 3597 section 5 */
		text = number;
	}
	json_plain(j, text, strlen(text));
}

static bool is_name(uint16_t type)
{
	return type == DNS_CNAME || type == DNS_DNAME || type == DNS_NS || type == DNS_PTR;
}

/* put_service spells a SVCB or HTTPS record as zone files do (RFC 9460 section 2.1), as far as it tells where to go. */
static void put_service(struct json *j, struct cursor data, struct cursor message)
{
	char text[1024];
	size_t at;
	struct name target;
	unsigned priority = cursor_u16(&data);

	if (!name_read_dns(&data, message, &target))
		target.len = 0, target.text[0] = '\0';
	at = (size_t)snprintf(text, sizeof(text), "%u %.*s.", priority, (int)target.len, target.text);
	while (cursor_left(&data) && at < sizeof(text) - 300) {
		uint16_t key = cursor_u16(&data);
		struct cursor value = cursor_block(&data, 2);
		const char *join = key == 1 ? " alpn=" : key == 4 ? " ipv4hint=" : " ipv6hint=";

		if (key == 5)
			at += (size_t)snprintf(text + at, sizeof(text) - at, " ech");
		while (cursor_left(&value) && (key == 1 || key == 4 || key == 6) && at < sizeof(text) - 300) {
			at += (size_t)snprintf(text + at, sizeof(text) - at, "%s", join);
			if (key == 1) {
				struct cursor one = cursor_block(&value, 1);

				memcpy(text + at, one.at, cursor_left(&one));
				at += cursor_left(&one);
			} else {
				const uint8_t *bytes = cursor_take(&value, key == 4 ? 4 : 16);
				struct addr a;

				if (!bytes)
					break;
				a = key == 4 ? addr_v4(bytes) : addr_v6(bytes);
				at += addr_put(&a, text + at);
			}
			join = ",";
		}
	}
	json_bytes(j, text, at);
}

static void put_strings(struct json *j, struct cursor data)
{
	struct cursor first = cursor_block(&data, 1);

	json_bytes(j, (const char *)first.at, cursor_left(&first));
}

/* What is written once and stands again further on. */
struct known {
	size_t at;			/* offset in the message of the name decompressed last, 0 without one: */
	const struct name *name;	/* those behind it mostly point to it again */
	struct name room;		/* where it is when it is not the first alias */
	size_t count;
	struct {
		const char *text;	/* of an address told, in the line, with its quotes */
		size_t n;
	} addr[EVENT_ANSWERS_MAX];
};

/* name_data is the name that a record's value is; NULL when it is none. */
static const struct name *name_data(const struct event_told *told, size_t i, struct cursor message, struct known *known)
{
	const struct event_record *r = &told->record[i];
	struct cursor data = r->data;

	known->at = 0;
	known->name = i == told->alias_record ? &told->alias : &known->room;
	if (i != told->alias_record && !name_read_dns(&data, message, &known->room))
		return NULL;
	known->at = r->data_at;
	return known->name;
}

/* put_other puts a value that is neither an address nor a name; false when it is of a kind that has no text here. */
static bool put_other(struct json *j, const struct event_record *r, struct cursor message)
{
	switch (r->type) {
	case DNS_HTTPS: case DNS_SVCB:
		put_service(j, r->data, message);
		return true;
	case DNS_TXT:
		put_strings(j, r->data);
		return true;
	default:
		return false;
	}
}

/* put_told_addr puts the next of the addresses told. */
static inline void put_told_addr(struct json *j, const struct event_told *told, struct known *known)
{
	size_t k = known->count++;

	known->addr[k].text = j->at;
	event_put_addr(j, &told->addr[k]);
	known->addr[k].n = (size_t)(j->at - known->addr[k].text);
}

static void put_answer(struct json *out, const struct name *owner, const struct event_told *told, size_t i,
		       struct cursor message, struct known *known)
{
	const struct event_record *r = &told->record[i];
	const struct name *name;
	struct json j = *out, before;

	if (owner->len) {	/* the root has no text */
		JSON_LITERAL(&j, "{\"name\":");
		j.comma = false;
		event_put_name(&j, owner);
		JSON_LITERAL(&j, ",\"type\":");
	} else {
		JSON_LITERAL(&j, "{\"type\":");
	}
	j.comma = false;
	put_type(&j, r->type);
	JSON_LITERAL(&j, ",\"ttl\":");
	j.comma = false;
	json_unsigned(&j, r->ttl);
	before = j;
	JSON_LITERAL(&j, ",\"data\":");
	j.comma = false;
	if (event_is_address(r)) {
		put_told_addr(&j, told, known);
	} else if (is_name(r->type) && (name = name_data(told, i, message, known))) {
		event_put_name(&j, name);
	} else {
		*out = j;
		j = is_name(r->type) || !put_other(out, r, message) ? before : *out;
	}
	json_close(&j, '}');
	*out = j;
}

static void put_flags(struct json *j, uint16_t flags)
{
	static const struct {
		uint16_t bit;
		char text[3];
	} names[] = {
		{ DNS_AA, "AA" }, { DNS_TC, "TC" }, { DNS_RD, "RD" },
		{ DNS_RA, "RA" }, { DNS_AD, "AD" }, { DNS_CD, "CD" },
	};

	if (!(flags & (DNS_AA | DNS_TC | DNS_RD | DNS_RA | DNS_AD | DNS_CD)))
		return;
	JSON_KEY(j, "header_flags");
	json_open(j, '[');
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (flags & names[i].bit)
			json_plain(j, names[i].text, 2);
	}
	json_close(j, ']');
}

/* owner_of reads a record's name: mostly a pointer to the question's or to the alias before. */
static const struct name *owner_of(const struct event_record *r, const struct sighting *s, struct known *known)
{
	struct cursor at = s->dns.message;
	unsigned pointer;

	cursor_skip(&at, r->at);
	pointer = cursor_peek16(&at, 0);
	if (pointer == (0xc000 | DNS_HEADER))
		return &s->name;
	if (known->at && pointer == (0xc000 | known->at))
		return known->name;
	known->at = pointer > 0xc000 ? pointer & 0x3fff : 0;
	known->name = &known->room;
	return name_read_dns(&at, s->dns.message, &known->room) ? &known->room : NULL;
}

static void put_answers(struct json *j, const struct sighting *s, const struct event_told *told)
{
	struct known known;

	known.at = known.count = 0;
	JSON_LITERAL(j, ",\"answers\":[");
	for (size_t i = 0; i < told->records; i++) {
		const struct name *owner = owner_of(&told->record[i], s, &known);

		if (!owner)
			break;
		if (i)
			json_raw(j, ",", 1);
		put_answer(j, owner, told, i, s->dns.message, &known);
	}
	json_close(j, ']');
	if (!told->count || j->full)
		return;
	JSON_LITERAL(j, ",\"resolved_ip\":[");
	j->comma = false;
	for (size_t k = 0; k < told->count; k++) {
		if (k >= known.count) {
			event_put_addr(j, &told->addr[k]);
			continue;
		}
		if (k)
			json_raw(j, ",", 1);
		json_raw(j, known.addr[k].text, known.addr[k].n);
		j->comma = true;
	}
	json_close(j, ']');
}

static void put_class(struct json *j, uint16_t class)
{
	static const char *const names[] = { [1] = "IN", [3] = "CH", [4] = "HS", [255] = "ANY" };
	uint16_t plain = class & 0x7fff;	/* mDNS puts a flag on top (RFC 6762 section 5.4) */

	JSON_KEY(j, "class");
	if (plain < sizeof(names) / sizeof(*names) && names[plain]) {
		json_plain(j, names[plain], strlen(names[plain]));
	} else {
		char text[16];
		int n = snprintf(text, sizeof(text), "CLASS%u", plain);

		json_plain(j, text, (size_t)n);
	}
}

void event_put_dns(struct json *out, const struct sighting *s, const struct event_told *told)
{
	const struct dns_facts *d = &s->dns;
	const char *rcode = dns_rcode_text(d->flags);
	struct json j = *out;

	if (d->answered)
		JSON_LITERAL(&j, ",\"dns\":{\"type\":\"answer\",\"id\":\"");
	else
		JSON_LITERAL(&j, ",\"dns\":{\"type\":\"query\",\"id\":\"");
	j.comma = false;
	json_unsigned(&j, d->id);	/* within quotes: ECS has it as text */
	JSON_LITERAL(&j, "\",\"question\":{\"name\":");
	j.comma = false;
	event_put_name(&j, &s->name);
	JSON_LITERAL(&j, ",\"type\":");
	j.comma = false;
	put_type(&j, d->qtype);
	*out = j;
	put_class(out, d->qclass);
	json_close(out, '}');
	put_flags(out, d->flags);
	if (d->answered) {
		if (rcode) {
			JSON_KEY(out, "response_code");
			json_plain(out, rcode, strlen(rcode));
		}
		if (told->records)
			put_answers(out, s, told);
	}
	json_close(out, '}');
}

static void put_resolved_place(struct json *j, const struct event_context *e, const struct addr *a,
			       const struct place *p)
{
	json_open(j, '{');
	JSON_KEY(j, "ip");
	event_put_addr(j, a);
	if (p->country[0]) {
		JSON_KEY(j, "country_iso_code");
		json_text(j, p->country);
	}
	if (p->city[0]) {
		JSON_KEY(j, "city_name");
		json_text(j, p->city);
	}
	if (p->as_number) {
		JSON_KEY(j, "as_number");
		json_unsigned(j, p->as_number);
	}
	event_put_edge(j, e, p);
	if (p->disagree) {
		JSON_KEY(j, "countries");
		json_open(j, '[');
		for (unsigned i = 0; i < p->opinions; i++)
			json_text(j, p->opinion[i].country);
		json_close(j, ']');
	}
	json_close(j, '}');
}

void event_put_resolved(struct json *j, const struct event_context *e, bool places, const struct sighting *s,
			const struct event_told *told)
{
	bool disagree = false;
	size_t known = 0;

	for (size_t i = 0; places && e->geo && i < told->count; i++) {
		const struct place *p = event_told_place(e->geo, told, i);

		if (!p)
			continue;
		disagree |= p->disagree;
		if (!known++) {
			JSON_KEY(j, "resolved");
			json_open(j, '[');
		}
		put_resolved_place(j, e, &told->addr[i], p);
	}
	if (known)
		json_close(j, ']');
	if (disagree)
		JSON_LITERAL(j, ",\"geo_disagree\":true");
	if (s->dns.took > 0) {
		JSON_KEY(j, "answer_microseconds");
		json_unsigned(j, (uint64_t)s->dns.took / 1000);
	}
	if (s->dns.retries) {
		JSON_KEY(j, "retries");
		json_unsigned(j, s->dns.retries);
	}
	if (s->dns.elsewhere) {
		JSON_KEY(j, "answered_by");
		event_put_addr(j, &s->dns.answered_by);
	}
	if (s->dns.answers > told->records) {
		JSON_KEY(j, "answers_omitted");
		json_unsigned(j, s->dns.answers - told->records);
	}
	if (told->truncated)
		JSON_LITERAL(j, ",\"truncated\":true");
}
