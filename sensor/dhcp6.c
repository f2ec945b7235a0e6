#include "dhcp.h"

enum {
	ETHERNET = 1,
	OPTION_IA_NA = 3, OPTION_IA_TA = 4, OPTION_IAADDR = 5, OPTION_RELAY_MESSAGE = 9,
	OPTION_FQDN = 39, OPTION_LINK_ADDRESS = 79,
	RELAYS_MAX = 8			/* RFC 8415 section 7.6: HOP_COUNT_LIMIT */
};

enum message_type {
	SOLICIT = 1, ADVERTISE, REQUEST, CONFIRM, RENEW, REBIND, REPLY, RELEASE, DECLINE, RECONFIGURE,
	INFORMATION_REQUEST, RELAY_FORWARD, RELAY_REPLY
};

static bool next_option(struct cursor *c, unsigned *code, struct cursor *value)
{
	if (!cursor_left(c))
		return false;
	*code = cursor_u16(c);
	*value = cursor_block(c, 2);
	return !c->bad;
}

/* RFC 8415 section 21.6; an address without a lifetime is one that is gone. */
static void take_address(struct cursor value, struct dhcp_facts *out)
{
	static const uint8_t none[16];
	const uint8_t *p = cursor_take(&value, 16);

	cursor_skip(&value, 4);		/* preferred lifetime */
	if (!cursor_u32(&value) && out->reply)
		return;
	if (value.bad || !p || out->standing != DHCP_NO_ADDRESS)
		return;
	if (memcmp(p, none, 16) == 0 || p[0] == 0xff /* multicast */)
		return;
	out->addr = addr_v6(p);
	out->standing = DHCP_HELD;	/* read_message knows better */
}

/* Sections 21.4 and 21.5: a temporary association has no two timers. */
static void take_association(struct cursor value, bool temporary, struct dhcp_facts *out)
{
	struct cursor option;
	unsigned code;

	cursor_skip(&value, temporary ? 4 : 12);
	while (next_option(&value, &code, &option)) {
		if (code == OPTION_IAADDR)
			take_address(option, out);
	}
}

static enum dhcp_standing standing_of(unsigned type)
{
	switch (type) {
	case REPLY: case RENEW: case REBIND:
		return DHCP_HELD;
	case SOLICIT: case ADVERTISE: case REQUEST: case CONFIRM:
		return DHCP_ASKED;
	default:
		return DHCP_NO_ADDRESS;
	}
}

static bool read_message(struct cursor c, unsigned type, struct dhcp_facts *out)
{
	struct cursor value;
	unsigned code;

	cursor_skip(&c, 3);		/* transaction id */
	out->reply = type == ADVERTISE || type == REPLY || type == RECONFIGURE;
	while (next_option(&c, &code, &value)) {
		if (code == OPTION_IA_NA || code == OPTION_IA_TA)
			take_association(value, code == OPTION_IA_TA, out);
		if (code != OPTION_FQDN)
			continue;
		cursor_skip(&value, 1);		/* flags (RFC 4704 section 4.1) */
		(void)dhcp_read_fqdn_wire(value, &out->host);
	}
	if (out->standing != DHCP_NO_ADDRESS)
		out->standing = standing_of(type);
	return !c.bad;
}

/* open_relay goes into the message that a relay carries; *c is bad when it carries none. */
static void open_relay(struct cursor *c, struct dhcp_facts *out)
{
	struct cursor options = *c, value, inner = { .bad = true };
	unsigned code;

	cursor_skip(&options, 33);	/* hop count, link address, peer address */
	while (next_option(&options, &code, &value)) {
		if (code == OPTION_RELAY_MESSAGE)
			inner = value;
		if (code == OPTION_LINK_ADDRESS && cursor_u16(&value) == ETHERNET && cursor_left(&value) == 6) {
			memcpy(out->mac, value.at, sizeof(out->mac));
			out->has_mac = true;
		}
	}
	*c = inner;
	c->bad |= options.bad;
}

bool dhcp6_read(struct cursor c, struct dhcp_facts *out)
{
	unsigned type = cursor_u8(&c);

	out->has_mac = false;
	out->relayed = type == RELAY_FORWARD || type == RELAY_REPLY;
	out->standing = DHCP_NO_ADDRESS;
	out->host.len = 0;
	out->host.odd = false;
	out->host.text[0] = out->vendor[0] = '\0';
	for (int relays = 0; type == RELAY_FORWARD || type == RELAY_REPLY; relays++) {
		if (relays == RELAYS_MAX)
			return false;
		open_relay(&c, out);
		type = cursor_u8(&c);
	}
	if (c.bad || type < SOLICIT || type > INFORMATION_REQUEST)
		return false;
	return read_message(c, type, out);
}
