/* links: dns name addr */
#include "dns.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor all = cursor_of(data, size), owner;
	struct dns_message m;
	struct dns_question q;
	struct dns_record r;

	(void)dns_is_query_by_content(all);
	if (!dns_read(all, &m))
		return 0;
	for (unsigned i = 0; i < m.questions && dns_read_question(&m, &q); i++)
		fuzz_name(&q.name);
	for (owner = m.at; dns_read_record(&m.at, &m.whole, &r); owner = m.at) {
		fuzz_touch(r.data);
		(void)dns_type_word(r.type);
		FUZZ_MUST(m.whole.at + r.at == owner.at && m.whole.at + r.data_at == r.data.at);
		if (name_read_dns(&owner, m.whole, &q.name)) {
			fuzz_name(&q.name);
			FUZZ_MUST(owner.at + 10 == r.data.at);
		}
	}
	return 0;
}
