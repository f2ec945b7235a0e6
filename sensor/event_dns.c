/* The DNS part of an event: question, answers as text, and where the addresses told lie. */
#include "event.h"

/* Bytes of a record that tells an address or a plain name, with what is written behind its end. */
enum { RECORD_MAX = 2 * (NAME_TEXT_MAX + NAME_CHUNK) + ADDR_TEXT_MAX + 128 };

/* put_type writes the name of a type, or the number (RFC 3597 section 5). */
static char *put_type(char *p, uint16_t type)
{
	const struct word *word = dns_type_word(type);

	return word ? word_put(p, word) : json_put_digits(JSON_PUT(p, "TYPE"), type);
}

static bool is_name(uint16_t type)
{
	return type == DNS_CNAME || type == DNS_DNAME || type == DNS_NS || type == DNS_PTR;
}

static void put_strings(struct json *j, struct cursor data)
{
	struct cursor first = cursor_block(&data, 1);

	json_bytes(j, (const char *)first.at, cursor_left(&first));
}

/* The name decompressed last: those behind it mostly point to it again. */
struct known {
	size_t at;			/* its offset in the message, 0 without one */
	const struct name *name;
	struct name room[2];		/* where it is when it is not the first alias; the other is for the next */
};

static struct name *other_room(struct known *known)
{
	return &known->room[known->name == known->room];
}

/* name_data is the name that a record's value is; NULL when it is none. */
static const struct name *name_data(const struct event_told *told, size_t i, struct cursor message, struct known *known)
{
	const struct dns_record *r = &told->record[i];
	struct cursor data = r->data;
	struct name *room = other_room(known);

	known->at = 0;
	if (i != told->alias_record && !name_read_dns(&data, message, room))
		return NULL;
	known->at = r->data_at;
	known->name = i == told->alias_record ? &told->alias : room;
	return known->name;
}

/* put_other puts what is neither an address nor a plain name; false when it is of a kind that has no text here. */
static bool put_other(struct json *j, const struct dns_record *r, const struct name *name, struct cursor message)
{
	if (is_name(r->type)) {
		if (name)
			event_put_name(j, name);
		return name != NULL;
	}
	switch (r->type) {
	case DNS_HTTPS: case DNS_SVCB:
		event_put_service(j, r->data, message);
		return true;
	case DNS_TXT:
		put_strings(j, r->data);
		return true;
	default:
		return false;
	}
}

/* put_owner begins a record: its name, type and age. */
static void put_owner(struct json *j, const struct name *owner, const struct dns_record *r)
{
	char *p;

	json_open(j, '{');
	if (owner->len) {	/* the root has no text */
		JSON_KEY(j, "name");
		event_put_name(j, owner);
	}
	if (j->comma)
		json_raw(j, ",", 1);
	if (!json_room(j, RECORD_MAX))
		return;
	p = JSON_PUT(j->at, "\"type\":\"");
	p = put_type(p, r->type);
	p = JSON_PUT(p, "\",\"ttl\":");
	j->at = json_put_digits(p, r->ttl);
	j->comma = true;
}

/* put_answer puts a record of which anything may be odd. */
__attribute__((noinline))
static void put_answer(struct json *j, const struct name *owner, const struct dns_record *r, const struct addr *a,
		       const struct name *name, struct cursor message)
{
	struct json before;

	put_owner(j, owner, r);
	before = *j;
	JSON_KEY(j, "data");
	if (a)
		event_put_addr(j, a);
	else if (!put_other(j, r, name, message))
		*j = before;
	json_close(j, '}');
}

/* write_answer writes one of plain names; *data is where its value begins. */
static char *write_answer(char *p, const struct name *owner, const struct dns_record *r, const struct addr *a,
			  const struct name *name, const char **data)
{
	p = JSON_PUT(p, "{\"name\":\"");
	p = json_put_padded(p, owner->text, owner->len);
	p = JSON_PUT(p, "\",\"type\":\"");
	p = put_type(p, r->type);
	p = JSON_PUT(p, "\",\"ttl\":");
	p = json_put_digits(p, r->ttl);
	p = JSON_PUT(p, ",\"data\":\"");
	*data = p;
	if (a)
		p += addr_put(a, p);
	else
		p = json_put_padded(p, name->text, name->len);
	return JSON_PUT(p, "\"}");
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
static const struct name *owner_of(const struct dns_record *r, const struct sighting *s, struct known *known)
{
	struct name *room = other_room(known);
	struct cursor at = s->dns.message;
	unsigned pointer;

	cursor_skip(&at, r->at);
	pointer = cursor_peek16(&at, 0);
	if (pointer == (0xc000 | DNS_HEADER))
		return &s->name;
	if (known->at && pointer == (0xc000 | known->at))
		return known->name;
	known->at = pointer > 0xc000 ? pointer & 0x3fff : 0;
	known->name = room;
	return name_read_dns(&at, s->dns.message, room) ? room : NULL;
}

/* The text of an address told, where the line has it already; NULL where it has not. */
struct told_text {
	const char *text;
	size_t n;
};

/* put_addresses puts the addresses alone, as ECS asks for. */
static void put_addresses(struct json *j, const struct event_told *told, const struct told_text *texts)
{
	JSON_KEY(j, "resolved_ip");
	json_open(j, '[');
	for (size_t k = 0; k < told->count; k++) {
		if (texts[k].text)
			json_padded(j, texts[k].text, texts[k].n);
		else
			event_put_addr(j, &told->addr[k]);
	}
	json_close(j, ']');
}

static void put_answers(struct json *j, const struct sighting *s, const struct event_told *told)
{
	struct told_text texts[EVENT_ANSWERS_MAX];
	struct known known;
	size_t count = 0;

	known.at = 0;
	known.name = NULL;
	JSON_LITERAL(j, ",\"answers\":[");
	j->comma = false;
	for (size_t i = 0; i < told->records; i++) {
		const struct dns_record *r = &told->record[i];
		const struct name *owner = owner_of(r, s, &known), *name = NULL;
		const struct addr *a = NULL;
		const char *data = NULL;

		if (!owner)
			break;
		if (event_is_address(r))
			a = &told->addr[count];
		else if (is_name(r->type))
			name = name_data(told, i, s->dns.message, &known);
		if (!owner->len || owner->odd || !(a || (name && !name->odd)) || !json_has(j, RECORD_MAX)) {
			put_answer(j, owner, r, a, name, s->dns.message);
		} else {
			*j->at = ',';
			j->at = write_answer(j->at + (j->comma ? 1 : 0), owner, r, a, name, &data);
			j->comma = true;
		}
		if (a)
			texts[count++] = (struct told_text){ data, (size_t)(j->at - data) - 2 };
	}
	for (; count < told->count; count++)
		texts[count].text = NULL;
	json_close(j, ']');
	if (told->count && !j->full)
		put_addresses(j, told, texts);
}

static char *put_class(char *p, uint16_t class)
{
	static const struct word words[] = {
		[1] = WORD("IN"), [3] = WORD("CH"), [4] = WORD("HS"), [255] = WORD("ANY"),
	};
	uint16_t plain = class & 0x7fff;	/* mDNS puts a flag on top (RFC 6762 section 5.4) */

	if (plain < sizeof(words) / sizeof(*words) && words[plain].n)
		return word_put(p, &words[plain]);
	return json_put_digits(JSON_PUT(p, "CLASS"), plain);
}

static void put_question(struct json *j, const struct sighting *s)
{
	enum { QUESTION_MAX = 256 };	/* without the name */
	const struct dns_facts *d = &s->dns;
	char *p = j->at;

	if (!json_room(j, QUESTION_MAX))
		return;
	p = JSON_PUT(p, ",\"dns\":{\"type\":\"");
	p = d->answered ? JSON_PUT(p, "answer") : JSON_PUT(p, "query");
	p = JSON_PUT(p, "\",\"id\":\"");	/* ECS has it as text */
	p = json_put_digits(p, d->id);
	j->at = JSON_PUT(p, "\",\"question\":{\"name\":");
	j->comma = false;
	event_put_name(j, &s->name);
	if (!json_room(j, QUESTION_MAX))
		return;
	p = JSON_PUT(j->at, ",\"type\":\"");
	p = put_type(p, d->qtype);
	p = JSON_PUT(p, "\",\"class\":\"");
	p = put_class(p, d->qclass);
	j->at = JSON_PUT(p, "\"}");
}

void event_put_dns(struct json *j, const struct sighting *s, const struct event_told *told)
{
	const struct dns_facts *d = &s->dns;
	const struct word *rcode = dns_rcode_word(d->flags);

	put_question(j, s);
	put_flags(j, d->flags);
	if (d->answered) {
		if (rcode) {
			JSON_KEY(j, "response_code");
			json_word(j, rcode);
		}
		if (told->records)
			put_answers(j, s, told);
	}
	json_close(j, '}');
}

__attribute__((noinline))	/* for matches alone */
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
