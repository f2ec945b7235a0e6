/* Events as text: one line each, for eyes and grep. */
#include <stdio.h>

#include "event.h"
#include "resolved.h"

enum { CLIENT_WIDTH = 24, SERVER_WIDTH = 27, NAME_WIDTH = 44 };

#define BOLD "\033[1m"
#define RED "\033[31m"
#define DIM "\033[2m"
#define PLAIN "\033[0m"

static void put(struct json *j, const char *text)
{
	json_raw(j, text, strlen(text));
}

static void put_padded(struct json *j, const char *text, size_t n, size_t width)
{
	static const char blanks[] = "                                                                ";

	json_raw(j, text, n);
	if (n < width)
		json_raw(j, blanks, width - n);
}

static void put_clock(struct json *j, int64_t when)
{
	char text[40];
	struct json t = json_of(text, sizeof(text));

	json_time(&t, when);
	json_raw(j, text + 1, 10);
	json_raw(j, " ", 1);
	json_raw(j, text + 12, 12);
	json_raw(j, "  ", 2);
}

static size_t put_endpoint(char *out, const struct addr *a, uint16_t port)
{
	size_t n = addr_put(a, out);

	return n + (size_t)sprintf(out + n, addr_is_v4(a) ? ":%u" : ".%u", port);
}

/* A name from the wire is printed so that no byte of it can steer a terminal. */
static size_t safe_name(const struct name *name, char out[static NAME_TEXT_MAX])
{
	for (size_t i = 0; i < name->len; i++)
		out[i] = name->text[i] > ' ' && name->text[i] < 0x7f ? name->text[i] : '?';
	return name->len;
}

/* The country that matters: the server's, of DNS that of the first address told. */
static const char *country_of(struct event_context *e, const struct sighting *s, const struct event_told *told,
			      bool *disagree)
{
	const struct place *p = NULL;

	if (!event_is_dns(s))
		p = event_place(e, &s->contact.server);
	else if (e->geo && told->count)
		p = event_told_place(e->geo, told, 0);
	*disagree = p && p->disagree;
	return p && p->country[0] ? p->country : "--";
}

static void put_verdict(struct json *j, const struct sighting *s, const struct rule_hit *hit, bool colour)
{
	const struct rule *r = hit->rule;
	const char *confidence = event_confidence(hit, s);

	if (colour)
		put(j, r->installed ? BOLD RED : BOLD);
	put(j, r->vendor->name);
	if (colour)
		put(j, PLAIN);
	put(j, ": ");
	put(j, r->product);
	put(j, ", ");
	put(j, r->purpose);
	if (r->installed)
		put(j, ", installed");
	if (hit->via) {
		char text[NAME_TEXT_MAX];

		put(j, ", by its alias ");
		json_raw(j, text, safe_name(hit->via, text));
	}
	if (strcmp(confidence, "documented") != 0) {
		put(j, " (");
		put(j, confidence);
		put(j, ")");
	}
}

void event_put_text(struct json *j, struct event_context *e, const struct sighting *s,
		    const struct rule_hit *hit, const struct event_told *told, bool colour)
{
	char text[NAME_TEXT_MAX + 1];
	bool disagree = false;
	const char *country = hit ? country_of(e, s, told, &disagree) : "--";
	const char *evidence = event_evidence_of(s, hit)->text;
	const struct name *name = hit && hit->by ? &hit->by->name : &s->name;

	put_clock(j, s->contact.when);
	put_padded(j, text, put_endpoint(text, &s->contact.client, s->contact.client_port), CLIENT_WIDTH);
	put(j, " > ");
	put_padded(j, text, put_endpoint(text, &s->contact.server, s->contact.server_port), SERVER_WIDTH);
	put(j, " ");
	put(j, country);
	put(j, disagree ? "? " : "  ");
	put_padded(j, evidence, strlen(evidence), 5);
	put(j, " ");
	if (!hit && colour)
		put(j, DIM);
	put_padded(j, text, safe_name(name, text), hit ? NAME_WIDTH : 0);
	if (!hit && colour)
		put(j, PLAIN);
	if (hit) {
		put(j, "  ");
		put_verdict(j, s, hit, colour);
	}
}
