/* Who the client of a sighting is, and whether it was ever seen with this vendor before. */
#include <stdio.h>

#include "learn.h"
#include "oui.h"
#include "pseudonym.h"
#include "report_parts.h"
#include "store.h"

/* sign_of is what a sighting says of its client. */
static struct client_sign sign_of(const struct sighting *s)
{
	const struct contact *c = &s->contact;
	bool proxied = s->evidence == EVIDENCE_CONNECT || s->evidence == EVIDENCE_SOCKS ||
		       (s->evidence == EVIDENCE_HTTP && s->http.proxied.len);

	return (struct client_sign){
		.client = &c->client, .server = &c->server, .client_mac = c->has_mac ? c->mac : NULL,
		.has_vlan = c->vlans > 0, .vlan = c->vlan[0], .when = c->when, .proxied = proxied, .ttl = c->ttl,
		.ja4 = event_is_tls(s) && s->tls.ja4[0] ? s->tls.ja4 : NULL,
	};
}

/* disguise puts pseudonyms in the place of what names the machine. */
static void disguise(struct report *r)
{
	struct client_facts *c = &r->client;
	char hidden[PSEUDONYM_HOST_MAX];
	uint8_t mac[6];

	if (c->has_mac) {
		memcpy(mac, c->mac, sizeof(mac));
		pseudonym_mac(r->options.pseudonym, mac, c->mac);
	}
	if (!c->host)
		return;
	pseudonym_host(r->options.pseudonym, c->host, strlen(c->host), hidden);
	snprintf(r->client_name, sizeof(r->client_name), "%s", hidden);
}

bool report_store(struct report *r, const struct addr *client, const struct rule *rule, int64_t when, uint64_t count,
		  uint64_t bytes)
{
	char text[ADDR_TEXT_MAX];
	struct store_pair pair = { .client = text, .vendor = rule->vendor->id, .product = rule->product };
	int64_t first;

	if (!r->options.store)
		return false;
	(void)addr_put(client, text);
	return store_note(r->options.store, &pair, when, count, bytes, &first) == STORE_NEW;
}

/* find_client notes the sign and copies what is known; false when nothing is. */
static bool find_client(struct report *r, const struct client_sign *sign)
{
	bool known;

	shared_lock(r->shared);
	clients_note(r->shared->clients, sign);
	known = clients_find(r->shared->clients, sign->client, sign->when, &r->client);
	if (known && r->client.host) {
		snprintf(r->client_name, sizeof(r->client_name), "%s", r->client.host);
		r->client.host = r->client_name;
	}
	shared_unlock(r->shared);
	return known;
}

void report_learn(struct report *r, const struct packet *p, const struct layers *layers, int64_t when)
{
	shared_lock(r->shared);
	learn_packet(r->shared->clients, p, layers, when);
	shared_unlock(r->shared);
}

void report_meet(struct report *r, const struct finding *f)
{
	struct client_sign sign = sign_of(f->real);

	r->events.first_seen = report_store(r, &f->seen->contact.client, f->hit.rule, f->seen->contact.when, 1, 0);
	if (!find_client(r, &sign))
		return;
	r->events.client = &r->client;
	/* the maker stays in what is handed on, the machine does not */
	r->events.maker = r->client.has_mac && r->options.oui ? oui_find(r->options.oui, r->client.mac) : NULL;
	if (r->options.pseudonym)
		disguise(r);
}

void report_forget_client(struct report *r)
{
	r->events.client = NULL;
	r->events.maker = NULL;
	r->events.first_seen = false;
}
