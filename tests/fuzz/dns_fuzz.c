/* links: dns name addr */
#include "dns.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor all = cursor_of(data, size), at;
	struct dns_message m;
	struct dns_question q;
	struct dns_record r, skipped;

	(void)dns_is_query_by_content(all);
	if (!dns_read(all, &m))
		return 0;
	for (unsigned i = 0; i < m.questions && dns_read_question(&m, &q); i++)
		fuzz_name(&q.name);
	for (at = m.at; dns_read_record(&at, m.whole, &r);) {
		fuzz_name(&r.owner);
		fuzz_touch(r.data);
		(void)dns_type_word(r.type);
		FUZZ_MUST(dns_skip_record(&m.at, m.whole, &skipped) && m.at.at == at.at && skipped.ttl == r.ttl);
	}
	return 0;
}
