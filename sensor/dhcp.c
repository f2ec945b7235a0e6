#include "dhcp.h"

enum {
	OP_REQUEST = 1, OP_REPLY = 2,
	ETHERNET = 1,			/* hardware type (RFC 1700) */
	COOKIE = 0x63825363,		/* RFC 2132 section 2 */
	OPTION_PAD = 0, OPTION_HOST = 12, OPTION_ADDRESS = 50, OPTION_OVERLOAD = 52, OPTION_MESSAGE = 53,
	OPTION_VENDOR = 60, OPTION_FQDN = 81, OPTION_END = 255,
	FQDN_ENCODED = 0x04,		/* the E flag: wire form instead of ASCII (RFC 4702 section 2.1) */
	IN_FILE = 1, IN_SNAME = 2	/* bits of the overload option */
};

enum message_type { DISCOVER = 1, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM };

/* An option's bytes, joined from all its parts (RFC 3396 section 7). */
struct joined {
	uint16_t len;
	uint8_t bytes[NAME_TEXT_MAX + 4];	/* what is longer is no name any more, whatever follows */
};

struct options {
	uint8_t type, overload;
	bool has_address;
	struct addr address;
	struct joined host, fqdn, vendor;
};

static void join(struct joined *j, struct cursor part)
{
	size_t n = cursor_left(&part), room = sizeof(j->bytes) - j->len;

	n = n < room ? n : room;
	if (n)
		memcpy(j->bytes + j->len, part.at, n);
	j->len = (uint16_t)(j->len + n);
}

static void take_option(uint8_t code, struct cursor value, struct options *o)
{
	const uint8_t *p;

	switch (code) {
	case OPTION_MESSAGE:
		o->type = cursor_u8(&value);
		break;
	case OPTION_OVERLOAD:
		o->overload = cursor_u8(&value);
		break;
	case OPTION_ADDRESS:
		p = cursor_take(&value, 4);
		o->has_address = p != NULL;
		if (p)
			o->address = addr_v4(p);
		break;
	case OPTION_HOST:
		join(&o->host, value);
		break;
	case OPTION_FQDN:
		join(&o->fqdn, value);
		break;
	case OPTION_VENDOR:
		join(&o->vendor, value);
		break;
	default:
		break;
	}
}

/* read_options reads to the end option; a field may also just end. */
static bool read_options(struct cursor c, struct options *o)
{
	while (cursor_left(&c)) {
		uint8_t code = cursor_u8(&c);
		struct cursor value;

		if (code == OPTION_PAD)
			continue;
		if (code == OPTION_END)
			break;
		value = cursor_block(&c, 1);
		if (!c.bad)
			take_option(code, value, o);
	}
	return !c.bad;
}

static void clear_name(struct name *n)
{
	n->len = 0;
	n->odd = false;
	n->text[0] = '\0';
}

bool dhcp_read_fqdn_wire(struct cursor labels, struct name *out)
{
	uint8_t whole[NAME_TEXT_MAX + 2];
	size_t n = cursor_left(&labels);
	struct cursor c;

	clear_name(out);
	if (labels.bad || !n || n > NAME_TEXT_MAX)
		return false;
	memcpy(whole, labels.at, n);
	whole[n] = 0;
	c = cursor_of(whole, n + 1);
	/* the message is what follows the name: a pointer has nowhere to point to */
	if (name_read_dns(&c, c, out) && out->len && cursor_left(&c) <= 1)
		return true;
	clear_name(out);
	return false;
}

/* RFC 2132 section 2: receivers must be prepared for NULs at the end. */
static struct cursor text_of(const struct joined *j)
{
	size_t n = j->len;

	while (n && !j->bytes[n - 1])
		n--;
	return cursor_of(j->bytes, n);
}

static void read_host(const struct options *o, struct name *out)
{
	struct cursor fqdn = cursor_of(o->fqdn.bytes, o->fqdn.len);
	uint8_t flags;

	if (name_read_host(text_of(&o->host), out))
		return;
	flags = cursor_u8(&fqdn);
	cursor_skip(&fqdn, 2);		/* RCODE1 and RCODE2, deprecated */
	if (flags & FQDN_ENCODED) {
		if (dhcp_read_fqdn_wire(fqdn, out))
			return;
	} else if (name_read_host(fqdn, out)) {
		return;
	}
	clear_name(out);
}

static void put_vendor(const struct joined *j, char out[static DHCP_VENDOR_MAX])
{
	size_t n = 0;

	for (; n < j->len && n < DHCP_VENDOR_MAX - 1; n++)
		out[n] = j->bytes[n] >= ' ' && j->bytes[n] < 0x7f ? (char)j->bytes[n] : '.';
	out[n] = '\0';
}

/* settle decides by RFC 2131 table 4 and section 3 which address is meant, and how surely. */
static void settle(const struct options *o, const struct addr *ciaddr, const struct addr *yiaddr,
		   struct dhcp_facts *out)
{
	static const struct addr none = { { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 } };
	bool in_use = !addr_equal(ciaddr, &none), given = !addr_equal(yiaddr, &none);

	out->standing = DHCP_NO_ADDRESS;
	out->addr = in_use ? *ciaddr : o->address;
	switch (o->type) {
	case ACK:
		out->addr = given ? *yiaddr : *ciaddr;
		out->standing = given || in_use ? DHCP_HELD : DHCP_NO_ADDRESS;
		break;
	case OFFER:
		out->addr = *yiaddr;
		out->standing = given ? DHCP_ASKED : DHCP_NO_ADDRESS;
		break;
	case REQUEST: case INFORM: case DISCOVER:
		out->standing = in_use ? DHCP_HELD : o->has_address ? DHCP_ASKED : DHCP_NO_ADDRESS;
		break;
	default:
		break;
	}
	if (addr_equal(&out->addr, &none))
		out->standing = DHCP_NO_ADDRESS;
}

bool dhcp_read(struct cursor c, struct dhcp_facts *out)
{
	uint8_t op = cursor_u8(&c), hardware = cursor_u8(&c), hardware_len = cursor_u8(&c);
	struct options o = { .type = 0 };
	const uint8_t *addresses, *mac;
	struct cursor sname, file;
	struct addr ciaddr, yiaddr;

	out->relayed = cursor_u8(&c);	/* hops */
	cursor_skip(&c, 8);		/* xid, secs, flags */
	addresses = cursor_take(&c, 16);
	mac = cursor_take(&c, 16);
	sname = cursor_sub(&c, 64);
	file = cursor_sub(&c, 128);
	if (!addresses || !mac || cursor_u32(&c) != COOKIE || (op != OP_REQUEST && op != OP_REPLY))
		return false;
	if (!read_options(c, &o))
		return false;
	/* RFC 3396 section 5: the options field, then file, then sname */
	if (o.overload & IN_FILE && !read_options(file, &o))
		return false;
	if (o.overload & IN_SNAME && !read_options(sname, &o))
		return false;
	out->reply = o.type == OFFER || o.type == ACK || o.type == NAK;
	if (o.type < DISCOVER || o.type > INFORM || out->reply != (op == OP_REPLY))
		return false;
	out->has_mac = hardware == ETHERNET && hardware_len == 6;
	memcpy(out->mac, mac, sizeof(out->mac));
	ciaddr = addr_v4(addresses);
	yiaddr = addr_v4(addresses + 4);
	settle(&o, &ciaddr, &yiaddr, out);
	read_host(&o, &out->host);
	put_vendor(&o.vendor, out->vendor);
	return true;
}
