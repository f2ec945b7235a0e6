/*
 * dns.h: DNS messages (RFC 1035), as UDP, TCP, mDNS (RFC 6762) and LLMNR (RFC
 * 4795) carry them.  SVCB and HTTPS records are those of RFC 9460.
 */
#ifndef TELLTALE_DNS_H
#define TELLTALE_DNS_H

#include "sighting.h"
#include "word.h"

enum {
	DNS_QR = 0x8000, DNS_AA = 0x0400, DNS_TC = 0x0200, DNS_RD = 0x0100, DNS_RA = 0x0080,
	DNS_AD = 0x0020, DNS_CD = 0x0010, DNS_RCODE = 0x000f, DNS_OPCODE = 0x7800,
	DNS_A = 1, DNS_NS = 2, DNS_CNAME = 5, DNS_PTR = 12, DNS_TXT = 16, DNS_AAAA = 28,
	DNS_DNAME = 39, DNS_SVCB = 64, DNS_HTTPS = 65,
	DNS_HEADER = 12		/* bytes */
};

struct dns_message {
	uint16_t id, flags;
	uint16_t questions, answers, authorities, additionals;
	struct cursor whole;	/* for compression pointers */
	struct cursor at;	/* not read yet */
};

struct dns_question {
	struct name name;
	uint16_t type, class;
};

struct dns_record {
	size_t at;		/* its offset in the message, where its owner's name stands */
	uint16_t type, class;
	uint32_t ttl;
	struct cursor data;
	size_t data_at;		/* the data's offset */
};

/* dns_read takes a header; false when there is none. */
bool dns_read(struct cursor message, struct dns_message *out);

/* dns_read_question takes the next question; call it at most `questions` times. */
bool dns_read_question(struct dns_message *m, struct dns_question *out);

/* dns_read_record takes the next record of any section, and steps over its owner's name. */
bool dns_read_record(struct cursor *at, const struct cursor *whole, struct dns_record *out);

/*
 * dns_is_query_by_content is true of what is surely a DNS query, on whatever
 * port: one question of a known class, no answers, one more record at the most
 * (OPT, or the padding of DNSCrypt), nothing behind.
 */
bool dns_is_query_by_content(struct cursor message);

/* dns_type_word names a record type; NULL when it has only a number. */
const struct word *dns_type_word(uint16_t type);

/* dns_rcode_word names a response code (RFC 6895); NULL when it has only a number. */
const struct word *dns_rcode_word(uint16_t flags);

#endif
