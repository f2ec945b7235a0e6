/* What the site does not want handed on: its addresses, and names that tell of them or of its machines. */
#include <stdio.h>

#include "pseudonym.h"
#include "report_parts.h"

/* is_ours is true of an address that tells of the site; unspecified and loopback ones, as blockers answer, do not. */
static bool is_ours(const struct addr *a)
{
	static const uint8_t none[15];
	bool nowhere = addr_is_v4(a) ? a->bytes[12] == 0 || a->bytes[12] == 127 :
				       memcmp(a->bytes, none, sizeof(none)) == 0 && a->bytes[15] <= 1;

	return addr_is_local(a) && !nowhere;
}

void report_disguise(struct pseudonym *p, struct contact *c)
{
	uint8_t mac[6];

	c->client = pseudonym_addr(p, &c->client);
	if (addr_is_local(&c->server))
		c->server = pseudonym_addr(p, &c->server);
	if (!c->has_mac)
		return;
	memcpy(mac, c->mac, sizeof(mac));
	pseudonym_mac(p, mac, c->mac);
}

static bool ends_in(const struct name *n, const char *suffix)
{
	size_t len = strlen(suffix);

	return n->len >= len && memcmp(n->text + n->len - len, suffix, len) == 0;
}

/* is_abroad is true of the reverse name of one whole address that is not the site's (RFC 1035 section 3.5). */
static bool is_abroad(const struct name *n)
{
	struct addr a;
	uint8_t b[16] = { 0 };
	unsigned v[4];
	int end = 0;

	if (sscanf(n->text, "%3u.%3u.%3u.%3u.in-addr.arpa%n", &v[3], &v[2], &v[1], &v[0], &end) == 4 && end == n->len) {
		for (int i = 0; i < 4; i++)
			b[i] = (uint8_t)v[i];
		a = addr_v4(b);
		return !is_ours(&a);
	}
	if (n->len != 64 + 8 || !ends_in(n, "ip6.arpa"))	/* RFC 3596 section 2.5 */
		return false;
	for (int i = 0; i < 32; i++) {
		char digit = n->text[62 - 2 * i];
		int value = digit >= 'a' ? digit - 'a' + 10 : digit - '0';

		b[i / 2] = (uint8_t)(b[i / 2] << 4 | (value & 0xf));
	}
	a = addr_v6(b);
	return !is_ours(&a);
}

/* is_of_machines is true of a name that stands for machines of the site, or for their addresses. */
static bool is_of_machines(const struct sighting *s)
{
	if (s->evidence == EVIDENCE_MDNS || s->evidence == EVIDENCE_LLMNR)
		return true;
	return event_is_dns(s) && (ends_in(&s->name, "in-addr.arpa") || ends_in(&s->name, "ip6.arpa")) &&
	       !is_abroad(&s->name);
}

static void disguise_name(struct pseudonym *p, struct name *n)
{
	char text[PSEUDONYM_HOST_MAX];

	pseudonym_host(p, n->text, n->len, text);
	n->len = (uint16_t)strlen(text);
	n->odd = false;
	memcpy(n->text, text, n->len + 1u);
}

/* disguise_literal takes an address in the place of a name, as HTTP has it. */
static void disguise_literal(struct pseudonym *p, struct name *n)
{
	struct addr a;

	if (!n->len || !name_is_literal(n) || !addr_parse(n->text, &a) || !addr_is_local(&a))
		return;
	a = pseudonym_addr(p, &a);
	n->len = (uint16_t)addr_put(&a, n->text);
}

/* disguise_answer puts stand-ins in the place of the site's own addresses among those told. */
static void disguise_answer(struct pseudonym *p, struct event_told *told)
{
	for (size_t i = 0, k = 0; i < told->records && k < told->count; i++) {
		struct addr *a = &told->addr[k];

		if (!event_is_address(&told->record[i]))
			continue;
		if (is_ours(a)) {
			size_t from = addr_is_v4(a) ? 12 : 0;

			*a = pseudonym_addr(p, a);
			told->record[i].data = cursor_of(a->bytes + from, sizeof(a->bytes) - from);
			told->stand_ins |= UINT32_C(1) << k;
		}
		k++;
	}
}

void report_disguise_sighting(struct pseudonym *p, struct sighting *s, struct event_told *told)
{
	report_disguise(p, &s->contact);
	if (s->evidence == EVIDENCE_DNS && s->dns.elsewhere && addr_is_local(&s->dns.answered_by))
		s->dns.answered_by = pseudonym_addr(p, &s->dns.answered_by);
	if (is_of_machines(s)) {
		disguise_name(p, &s->name);
		told->records = told->count = 0;
	} else if (!event_is_dns(s)) {
		disguise_literal(p, &s->name);
	}
	if (s->evidence == EVIDENCE_HTTP || s->evidence == EVIDENCE_CONNECT || s->evidence == EVIDENCE_SOCKS)
		disguise_literal(p, &s->http.proxied);
	disguise_answer(p, told);
}
