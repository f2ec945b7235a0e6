/*
 * marks.h: what rules match besides names: networks, autonomous systems, fingerprints.
 */
#ifndef RULES_TOOL_MARKS_H
#define RULES_TOOL_MARKS_H

#include "addr.h"
#include "pack.h"

enum mark_kind { MARK_CIDR, MARK_ASN, MARK_JA4, MARK_KINDS };

struct mark {
	enum mark_kind kind;
	uint32_t rule;			/* index */
	char *text;			/* as written, or as a number reads */
	const char *fault;		/* why it can match nothing; NULL: it is sound */
	struct addr net;		/* cidr: bits behind the prefix are zero */
	uint8_t bits;			/* of the sixteen bytes, so 96 more for IPv4 */
	uint32_t number;		/* asn */
};

struct marks {
	struct mark *list;
	size_t count;
};

void marks_open(struct marks *m, const struct pack *p);
void marks_close(struct marks *m);

/* mark_holds is true of an address inside a sound network. */
bool mark_holds(const struct mark *m, const struct addr *a);

/* mark_parts is how many of the three parts of a fingerprint a sound JA4 pattern names; 0 when it does not fit. */
unsigned mark_parts(const struct mark *m, const char *ja4);

/* mark_is_ja4 is true of a whole fingerprint, without a star. */
bool mark_is_ja4(const char *text);

/* mark_kind_text is the key under "match". */
const char *mark_kind_text(enum mark_kind kind);

#endif
