#include "nbns.h"

#include "dns.h"

enum {
	TYPE_NB = 0x20, TYPE_NBSTAT = 0x21, CLASS_IN = 1,
	OP_QUERY = 0, OP_REGISTRATION = 5, OP_REFRESH = 8,
	OP_REFRESH_TOO = 9,		/* what section 4.2.1.1 and section 4.2.4 call it differs */
	OP_MULTI_HOMED = 15,
	GROUP = 0x8000,			/* of NB_FLAGS and NAME_FLAGS */
	ENCODED = 2 * (NBNS_NAME_MAX + 1)	/* letters */
};

/* host_of takes fifteen bytes, filled up with blanks; NULs come, too. */
static bool host_of(const uint8_t *bytes, struct name *out)
{
	size_t n = NBNS_NAME_MAX;

	while (n && (bytes[n - 1] == ' ' || !bytes[n - 1]))
		n--;
	if (bytes[0] == '*' || bytes[0] < ' ')	/* the wildcard; the browser's __MSBROWSE__ */
		n = 0;
	return name_read_host(cursor_of(bytes, n), out);
}

bool nbns_decode(const struct name *encoded, struct name *host, uint8_t *suffix)
{
	uint8_t bytes[NBNS_NAME_MAX + 1];

	if (encoded->len < ENCODED || (encoded->text[ENCODED] && encoded->text[ENCODED] != '.'))
		return false;
	for (size_t i = 0; i < ENCODED; i += 2) {
		unsigned high = (unsigned)(encoded->text[i] - 'a'), low = (unsigned)(encoded->text[i + 1] - 'a');

		if (high > 15 || low > 15)
			return false;
		bytes[i / 2] = (uint8_t)(high << 4 | low);
	}
	*suffix = bytes[NBNS_NAME_MAX];
	return host_of(bytes, host);
}

static bool is_host(uint8_t suffix, unsigned flags)
{
	return !(flags & GROUP) && (suffix == NBNS_WORKSTATION || suffix == NBNS_FILE_SERVER);
}

static bool take_addr(const uint8_t *p, struct nbns_facts *out)
{
	static const uint8_t none[4];

	if (!p)
		return false;
	out->has_addr = memcmp(p, none, sizeof(none)) != 0;
	out->addr = addr_v4(p);
	return true;
}

/* The name stands in the question, what is claimed of it in the one additional record. */
static bool read_claim(struct dns_message *m, struct nbns_facts *out)
{
	struct dns_question q;
	struct dns_record r;
	unsigned flags;

	if (m->questions != 1 || m->additionals != 1 || m->answers || m->authorities)
		return false;
	if (!dns_read_question(m, &q) || q.type != TYPE_NB || q.class != CLASS_IN ||
	    !nbns_decode(&q.name, &out->host, &out->suffix))
		return false;
	if (!dns_read_record(&m->at, &m->whole, &r) || r.type != TYPE_NB || r.class != CLASS_IN)
		return false;
	flags = cursor_u16(&r.data);
	return take_addr(cursor_take(&r.data, 4), out) && is_host(out->suffix, flags);
}

/* The workstation's name is the host's; one that only serves files has the other. */
static bool read_status(struct dns_message *m, struct nbns_facts *out)
{
	static const uint8_t none[6];
	struct dns_record r;
	struct name host;
	const uint8_t *p;
	bool found = false;

	if (m->questions || m->answers != 1 || !dns_read_record(&m->at, &m->whole, &r) || r.type != TYPE_NBSTAT)
		return false;
	for (unsigned n = cursor_u8(&r.data); n && (p = cursor_take(&r.data, NBNS_NAME_MAX + 1)); n--) {
		uint8_t suffix = p[NBNS_NAME_MAX];

		if (!is_host(suffix, cursor_u16(&r.data)) || (found && out->suffix <= suffix) || !host_of(p, &host))
			continue;
		out->host = host;
		out->suffix = suffix;
		found = true;
	}
	p = cursor_take(&r.data, sizeof(out->mac));
	out->has_mac = p && memcmp(p, none, sizeof(none)) != 0;
	if (out->has_mac)
		memcpy(out->mac, p, sizeof(out->mac));
	return found && !m->at.bad;
}

bool nbns_read(struct cursor message, struct nbns_facts *out)
{
	struct dns_message m;
	unsigned opcode;

	out->has_addr = out->has_mac = false;
	if (!dns_read(message, &m))
		return false;
	opcode = (unsigned)(m.flags & DNS_OPCODE) >> 11;
	if (m.flags & DNS_QR)
		return opcode == OP_QUERY && !(m.flags & DNS_RCODE) && read_status(&m, out);
	if (opcode != OP_REGISTRATION && opcode != OP_REFRESH && opcode != OP_REFRESH_TOO && opcode != OP_MULTI_HOMED)
		return false;
	return read_claim(&m, out);
}

bool nbns_read_datagram(struct cursor c, struct nbns_facts *out)
{
	enum { DIRECT_UNIQUE = 0x10, DIRECT_GROUP, BROADCAST, FIRST_FRAGMENT = 0x02 };
	struct cursor whole = c;
	uint8_t type = cursor_u8(&c), flags = cursor_u8(&c);
	struct name source;

	out->has_addr = out->has_mac = false;
	cursor_skip(&c, 2);		/* DGM_ID */
	if (type < DIRECT_UNIQUE || type > BROADCAST || !(flags & FIRST_FRAGMENT) ||
	    !take_addr(cursor_take(&c, 4), out))
		return false;
	cursor_skip(&c, 6);		/* SOURCE_PORT, DGM_LENGTH, PACKET_OFFSET */
	return name_read_dns(&c, whole, &source) && nbns_decode(&source, &out->host, &out->suffix) &&
	       is_host(out->suffix, 0);
}
