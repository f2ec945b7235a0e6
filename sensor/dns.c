#include "dns.h"

bool dns_read(struct cursor message, struct dns_message *out)
{
	const uint8_t *h;

	out->whole = out->at = message;
	h = cursor_take(&out->at, DNS_HEADER);
	if (!h)
		return false;
	out->id = (uint16_t)(h[0] << 8 | h[1]);
	out->flags = (uint16_t)(h[2] << 8 | h[3]);
	out->questions = (uint16_t)(h[4] << 8 | h[5]);
	out->answers = (uint16_t)(h[6] << 8 | h[7]);
	out->authorities = (uint16_t)(h[8] << 8 | h[9]);
	out->additionals = (uint16_t)(h[10] << 8 | h[11]);
	return true;
}

bool dns_read_question(struct dns_message *m, struct dns_question *out)
{
	if (!name_read_dns(&m->at, m->whole, &out->name))
		return false;
	out->type = cursor_u16(&m->at);
	out->class = cursor_u16(&m->at);
	return !m->at.bad;
}

static bool read_fields(struct cursor *at, const struct cursor *whole, struct dns_record *out)
{
	const uint8_t *h = cursor_take(at, 10);		/* one bounds check for all of them */

	if (!h)
		return false;
	out->type = (uint16_t)(h[0] << 8 | h[1]);
	out->class = (uint16_t)(h[2] << 8 | h[3]);
	out->ttl = (uint32_t)h[4] << 24 | (uint32_t)h[5] << 16 | (uint32_t)h[6] << 8 | h[7];
	out->data = cursor_sub(at, (size_t)(h[8] << 8 | h[9]));
	out->data_at = cursor_left(whole) - cursor_left(at) - cursor_left(&out->data);
	return !at->bad;
}

bool dns_read_record(struct cursor *at, struct cursor whole, struct dns_record *out)
{
	return name_read_dns(at, whole, &out->owner) && read_fields(at, &whole, out);
}

bool dns_skip_record(struct cursor *at, struct cursor whole, struct dns_record *out)
{
	return name_skip_dns(at) && read_fields(at, &whole, out);
}

bool dns_is_query_by_content(struct cursor message)
{
	struct dns_message m;
	struct dns_question q;
	struct dns_record r;

	/* two fields that other protocols seldom have so, before anything costs */
	if (cursor_peek16(&message, 4) != 1 || cursor_peek16(&message, 6) != 0)
		return false;
	if (!dns_read(message, &m) || m.flags & (DNS_QR | DNS_OPCODE | DNS_RCODE | 0x0040) ||
	    m.authorities || m.additionals > 1 /* OPT, or padding */)
		return false;
	if (!dns_read_question(&m, &q) || !q.name.len || q.name.odd ||
	    (q.class != 1 && q.class != 3) || !q.type || (q.type > 300 && q.type < 0x8000))
		return false;
	if (m.additionals && !dns_read_record(&m.at, m.whole, &r))
		return false;
	return cursor_done(&m.at);
}

static const char *const type_names[] = {
	[1] = "A", [2] = "NS", [3] = "MD", [4] = "MF", [5] = "CNAME", [6] = "SOA", [7] = "MB",
	[8] = "MG", [9] = "MR", [10] = "NULL", [11] = "WKS", [12] = "PTR", [13] = "HINFO",
	[14] = "MINFO", [15] = "MX", [16] = "TXT", [17] = "RP", [18] = "AFSDB", [24] = "SIG",
	[25] = "KEY", [28] = "AAAA", [29] = "LOC", [33] = "SRV", [35] = "NAPTR", [36] = "KX",
	[37] = "CERT", [39] = "DNAME", [41] = "OPT", [42] = "APL", [43] = "DS", [44] = "SSHFP",
	[45] = "IPSECKEY", [46] = "RRSIG", [47] = "NSEC", [48] = "DNSKEY", [49] = "DHCID",
	[50] = "NSEC3", [51] = "NSEC3PARAM", [52] = "TLSA", [53] = "SMIMEA", [55] = "HIP",
	[59] = "CDS", [60] = "CDNSKEY", [61] = "OPENPGPKEY", [62] = "CSYNC", [63] = "ZONEMD",
	[64] = "SVCB", [65] = "HTTPS", [99] = "SPF", [108] = "EUI48", [109] = "EUI64",
	[249] = "TKEY", [250] = "TSIG", [251] = "IXFR", [252] = "AXFR", [255] = "ANY",
};

const char *dns_type_text(uint16_t type)
{
	if (type == 256)
		return "URI";
	if (type == 257)
		return "CAA";
	return type < sizeof(type_names) / sizeof(*type_names) ? type_names[type] : NULL;
}

const char *dns_rcode_text(uint16_t flags)
{
	static const char *const names[16] = {
		"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
		"YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE", "DSOTYPENI",
	};

	return names[flags & DNS_RCODE];
}
