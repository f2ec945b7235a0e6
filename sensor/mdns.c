#include "mdns.h"

enum { CLASS_IN = 1, CACHE_FLUSH = 0x8000 };	/* the flag on top of a class (RFC 6762 section 10.2) */

bool mdns_open(struct cursor message, struct mdns_walk *w)
{
	w->left = 0;
	if (!dns_read(message, &w->m) || !(w->m.flags & DNS_QR) || w->m.flags & (DNS_OPCODE | DNS_RCODE))
		return false;
	/* an answer has no questions (section 6), and one that has is a query's by unicast (6.7) */
	for (unsigned i = 0; i < w->m.questions && i < MDNS_RECORDS_MAX; i++) {
		if (!name_skip_dns(&w->m.at))
			return false;
		cursor_skip(&w->m.at, 4);
	}
	w->left = (unsigned)w->m.answers + w->m.authorities + w->m.additionals;
	if (w->left > MDNS_RECORDS_MAX)
		w->left = MDNS_RECORDS_MAX;
	return !w->m.at.bad;
}

/* strip_local leaves the one label before ".local"; false when it is another name. */
static bool strip_local(struct name *n)
{
	static const char local[] = ".local";
	size_t end = sizeof(local) - 1;

	if (n->len <= end || memcmp(n->text + n->len - end, local, end) != 0)
		return false;
	n->len = (uint16_t)(n->len - end);
	n->text[n->len] = '\0';
	return n->text[0] != '_' && !memchr(n->text, '.', n->len);
}

static bool address_of(const struct dns_record *r, struct addr *out)
{
	size_t n = cursor_left(&r->data);

	if ((r->class & ~CACHE_FLUSH) != CLASS_IN || !r->ttl)
		return false;
	if (r->type == DNS_A && n == 4)
		*out = addr_v4(r->data.at);
	else if (r->type == DNS_AAAA && n == 16)
		*out = addr_v6(r->data.at);
	else
		return false;
	return true;
}

bool mdns_next_host(struct mdns_walk *w, struct mdns_host *out)
{
	struct dns_record r;

	while (w->left) {
		struct cursor owner = w->m.at;

		w->left--;
		if (!dns_read_record(&w->m.at, &w->m.whole, &r)) {
			w->left = 0;
			break;
		}
		if (address_of(&r, &out->addr) && name_read_dns(&owner, w->m.whole, &out->host) &&
		    strip_local(&out->host))
			return true;
	}
	return false;
}
