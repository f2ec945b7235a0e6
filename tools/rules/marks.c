#include "marks.h"

#include <stdlib.h>

#include "memory.h"

static const char *const keys[MARK_KINDS] = { [MARK_CIDR] = "cidr", [MARK_ASN] = "asn", [MARK_JA4] = "ja4" };

const char *mark_kind_text(enum mark_kind kind)
{
	return keys[kind];
}

static const char *read_net(const char *text, struct mark *m)
{
	size_t n = strcspn(text, "/"), most, digits;
	char addr[ADDR_TEXT_MAX];
	long bits;

	if (n >= sizeof(addr))
		return "is no network; write 192.0.2.0/24 or 2001:db8::/32";
	memcpy(addr, text, n);
	addr[n] = '\0';
	if (!addr_parse(addr, &m->net))
		return "is no network; write 192.0.2.0/24 or 2001:db8::/32";
	most = addr_is_v4(&m->net) ? 32 : 128;
	digits = text[n] ? strspn(text + n + 1, "0123456789") : 0;
	bits = text[n] ? strtol(text + n + 1, NULL, 10) : (long)most;
	if (text[n] && (!digits || digits > 3 || text[n + 1 + digits] || bits > (long)most))
		return "has no prefix length that fits its address";
	m->bits = (uint8_t)(128 - most + (size_t)bits);
	for (size_t bit = m->bits; bit < 128; bit++) {
		if (m->net.bytes[bit / 8] & 0x80 >> bit % 8)
			return "has bits behind its prefix; clear them";
	}
	return NULL;
}

/* read_ja4 checks the form t13d1516h2_8daaf6152771_e5627efa2ab1; a star stands for any of the three parts. */
static const char *read_ja4(const char *text)
{
	static const char fault[] = "is no JA4 fingerprint; write it as in t13d1516h2_8daaf6152771_e5627efa2ab1";
	bool named = false;

	for (int part = 0; part < 3; part++) {
		size_t n = strcspn(text, "_"), wide = part ? 12 : 10;
		const char *set = part ? "0123456789abcdef" : "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
		bool star = n == 1 && *text == '*';

		if (!star && (n != wide || strspn(text, set) != n))
			return fault;
		if (!star && !part && (!strchr("tqd", text[0]) || !strchr("di", text[3])))
			return fault;
		named |= !star;
		text += n;
		if (part < 2 && *text++ != '_')
			return fault;
	}
	return *text || !named ? fault : NULL;
}

static void add(struct marks *all, const cJSON *item, enum mark_kind kind, uint32_t rule)
{
	struct mark m = { .kind = kind, .rule = rule };
	double v = item->valuedouble;

	if (kind == MARK_ASN) {
		bool sound = cJSON_IsNumber(item) && v >= 1 && v <= UINT32_MAX && !(v > (uint32_t)v);

		m.number = sound ? (uint32_t)v : 0;
		m.fault = sound ? NULL : "is no number of an autonomous system; write 64500, without AS or quotes";
		m.text = cJSON_IsString(item) ? memory_text("%s", item->valuestring) : memory_text("%.17g", v);
	} else {
		m.text = memory_text("%s", cJSON_IsString(item) ? item->valuestring : "?");
		m.fault = !cJSON_IsString(item) ? "is no text" :
			  kind == MARK_CIDR ? read_net(m.text, &m) : read_ja4(m.text);
	}
	all->list = memory_room(all->list, all->count, sizeof(*all->list));
	all->list[all->count++] = m;
}

void marks_open(struct marks *m, const struct pack *p)
{
	*m = (struct marks){ 0 };
	for (size_t i = 0; i < p->rule_count; i++) {
		const cJSON *match = cJSON_GetObjectItemCaseSensitive(p->rules[i].json, "match");

		for (enum mark_kind kind = 0; kind < MARK_KINDS; kind++) {
			const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(match, keys[kind]);

			cJSON_ArrayForEach(item, list)
				add(m, item, kind, (uint32_t)i);
		}
	}
}

void marks_close(struct marks *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->list[i].text);
	free(m->list);
}

bool mark_holds(const struct mark *m, const struct addr *a)
{
	size_t whole = m->bits / 8, rest = m->bits % 8;

	if (m->kind != MARK_CIDR || m->fault || addr_is_v4(&m->net) != addr_is_v4(a) ||
	    memcmp(m->net.bytes, a->bytes, whole) != 0)
		return false;
	return !rest || (m->net.bytes[whole] ^ a->bytes[whole]) >> (8 - rest) == 0;
}

bool mark_is_ja4(const char *text)
{
	return !read_ja4(text) && !strchr(text, '*');
}

unsigned mark_parts(const struct mark *m, const char *ja4)
{
	const char *text = m->text;
	unsigned parts = 0;

	if (m->kind != MARK_JA4 || m->fault)
		return 0;
	for (int part = 0; part < 3; part++) {
		size_t n = strcspn(text, "_"), wide = strcspn(ja4, "_");

		if (*text != '*' && (n != wide || memcmp(text, ja4, n) != 0))
			return 0;
		parts += *text != '*';
		text += n + (text[n] == '_');
		ja4 += wide + (ja4[wide] == '_');
	}
	return parts;
}
