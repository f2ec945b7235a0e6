#include "count.h"

const struct counter_text counter_texts[COUNTERS] = {
#define X(name, key, text) [COUNT_##name] = { "packets", key, text },
	COUNTERS_PACKETS(X)
#undef X
#define X(name, key, text) [COUNT_##name] = { "undecodable", key, text },
	COUNTERS_UNDECODABLE(X)
#undef X
#define X(name, key, text) [COUNT_##name] = { "names", key, text },
	COUNTERS_NAMES(X)
#undef X
#define X(name, key, text) [COUNT_##name] = { "tables", key, text },
	COUNTERS_TABLES(X)
#undef X
#define X(name, key, text) [COUNT_##name] = { "coverage", key, text },
	COUNTERS_COVERAGE(X)
#undef X
#define X(name, key, text) [COUNT_##name] = { "events", key, text },
	COUNTERS_EVENTS(X)
#undef X
};

bool counts_balance(const struct counts *c)
{
	uint64_t packets = c->n[COUNT_DECODED];
	uint64_t events = c->n[COUNT_WRITTEN] + c->n[COUNT_HELD] + c->n[COUNT_SUPPRESSED] +
			  c->n[COUNT_LOST_WRITE] + c->n[COUNT_LOST_LONG];
	uint64_t connections = c->n[COUNT_NAMED] + c->n[COUNT_ATTRIBUTED] + c->n[COUNT_HIDDEN] + c->n[COUNT_UNREAD];

	for (int i = COUNT_LINK_TYPE; i <= COUNT_TRANSPORT_BAD; i++)
		packets += c->n[i];
	return packets == c->n[COUNT_PACKETS] && events == c->n[COUNT_EVENTS] && connections == c->n[COUNT_CONNECTIONS];
}
