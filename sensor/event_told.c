/* What a DNS answer told, read off once for all that ask. */
#include "event.h"

bool event_is_address(const struct dns_record *r)
{
	return (r->type == DNS_A && cursor_left(&r->data) == 4) || (r->type == DNS_AAAA && cursor_left(&r->data) == 16);
}

static bool is_alias(uint16_t type)
{
	return type == DNS_CNAME || type == DNS_DNAME;
}

void event_told_of(const struct sighting *s, struct event_told *out)
{
	struct cursor at;

	out->records = out->count = 0;
	out->truncated = false;
	out->stand_ins = 0;
	out->alias_record = EVENT_ANSWERS_MAX;
	if (!event_is_dns(s) || !s->dns.answered)
		return;
	at = s->dns.records;
	while (out->records < s->dns.answers && out->records < EVENT_ANSWERS_MAX) {
		struct dns_record *r = &out->record[out->records];

		if (!dns_read_record(&at, &s->dns.message, r))
			return;
		if (is_alias(r->type) && out->alias_record == EVENT_ANSWERS_MAX) {
			struct cursor data = r->data;

			if (name_read_dns(&data, s->dns.message, &out->alias))
				out->alias_record = out->records;
		}
		out->records++;
		if (event_is_address(r))
			out->addr[out->count++] = r->type == DNS_A ? addr_v4(r->data.at) : addr_v6(r->data.at);
	}
}

const struct name *event_next_alias(const struct sighting *s, const struct event_told *told, size_t *i,
				    struct name *room)
{
	while (*i < told->records) {
		const struct dns_record *r = &told->record[*i];
		struct cursor data = r->data;

		if ((*i)++ == told->alias_record)
			return &told->alias;
		if (is_alias(r->type) && name_read_dns(&data, s->dns.message, room))
			return room;
	}
	return NULL;
}
