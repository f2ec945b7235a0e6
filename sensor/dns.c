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

bool dns_read_record(struct cursor *at, const struct cursor *whole, struct dns_record *out)
{
	const uint8_t *h;

	out->at = cursor_left(whole) - cursor_left(at);
	if (!name_skip_dns(at))
		return false;
	h = cursor_take(at, 10);	/* one bounds check for all of them */
	if (!h)
		return false;
	out->type = (uint16_t)(h[0] << 8 | h[1]);
	out->class = (uint16_t)(h[2] << 8 | h[3]);
	out->ttl = (uint32_t)h[4] << 24 | (uint32_t)h[5] << 16 | (uint32_t)h[6] << 8 | h[7];
	out->data = cursor_sub(at, (size_t)(h[8] << 8 | h[9]));
	out->data_at = cursor_left(whole) - cursor_left(at) - cursor_left(&out->data);
	return !at->bad;
}

bool dns_is_query_by_content(struct cursor message)
{
	struct dns_message m;
	struct dns_question q;
	struct dns_record r;
	struct cursor owner;

	/* two fields that other protocols seldom have so, before anything costs */
	if (cursor_peek16(&message, 4) != 1 || cursor_peek16(&message, 6) != 0)
		return false;
	if (!dns_read(message, &m) || m.flags & (DNS_QR | DNS_OPCODE | DNS_RCODE | 0x0040) ||
	    m.authorities || m.additionals > 1 /* OPT, or padding */)
		return false;
	if (!dns_read_question(&m, &q) || !q.name.len || q.name.odd ||
	    (q.class != 1 && q.class != 3) || !q.type || (q.type > 300 && q.type < 0x8000))
		return false;
	owner = m.at;
	if (m.additionals && (!name_read_dns(&owner, m.whole, &q.name) || !dns_read_record(&m.at, &m.whole, &r)))
		return false;
	return cursor_done(&m.at);
}

static const struct word type_names[] = {
	[1] = WORD("A"), [2] = WORD("NS"), [3] = WORD("MD"), [4] = WORD("MF"), [5] = WORD("CNAME"),
	[6] = WORD("SOA"), [7] = WORD("MB"), [8] = WORD("MG"), [9] = WORD("MR"), [10] = WORD("NULL"),
	[11] = WORD("WKS"), [12] = WORD("PTR"), [13] = WORD("HINFO"), [14] = WORD("MINFO"), [15] = WORD("MX"),
	[16] = WORD("TXT"), [17] = WORD("RP"), [18] = WORD("AFSDB"), [24] = WORD("SIG"), [25] = WORD("KEY"),
	[28] = WORD("AAAA"), [29] = WORD("LOC"), [33] = WORD("SRV"), [35] = WORD("NAPTR"), [36] = WORD("KX"),
	[37] = WORD("CERT"), [39] = WORD("DNAME"), [41] = WORD("OPT"), [42] = WORD("APL"), [43] = WORD("DS"),
	[44] = WORD("SSHFP"), [45] = WORD("IPSECKEY"), [46] = WORD("RRSIG"), [47] = WORD("NSEC"),
	[48] = WORD("DNSKEY"), [49] = WORD("DHCID"), [50] = WORD("NSEC3"), [51] = WORD("NSEC3PARAM"),
	[52] = WORD("TLSA"), [53] = WORD("SMIMEA"), [55] = WORD("HIP"), [59] = WORD("CDS"),
	[60] = WORD("CDNSKEY"), [61] = WORD("OPENPGPKEY"), [62] = WORD("CSYNC"), [63] = WORD("ZONEMD"),
	[64] = WORD("SVCB"), [65] = WORD("HTTPS"), [99] = WORD("SPF"), [108] = WORD("EUI48"),
	[109] = WORD("EUI64"), [249] = WORD("TKEY"), [250] = WORD("TSIG"), [251] = WORD("IXFR"),
	[252] = WORD("AXFR"), [255] = WORD("ANY"),
};

const struct word *dns_type_word(uint16_t type)
{
	static const struct word uri = WORD("URI"), caa = WORD("CAA");

	if (type == 256)
		return &uri;
	if (type == 257)
		return &caa;
	return type < sizeof(type_names) / sizeof(*type_names) && type_names[type].n ? &type_names[type] : NULL;
}

const struct word *dns_rcode_word(uint16_t flags)
{
	static const struct word names[16] = {
		WORD("NOERROR"), WORD("FORMERR"), WORD("SERVFAIL"), WORD("NXDOMAIN"), WORD("NOTIMP"), WORD("REFUSED"),
		WORD("YXDOMAIN"), WORD("YXRRSET"), WORD("NXRRSET"), WORD("NOTAUTH"), WORD("NOTZONE"), WORD("DSOTYPENI"),
	};
	const struct word *word = &names[flags & DNS_RCODE];

	return word->n ? word : NULL;
}
