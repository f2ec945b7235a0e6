/* Which ECH extensions are real: what HTTPS records told, remembered by hash. */
#include "dns.h"
#include "ech.h"
#include "extract_parts.h"

enum { KEY_ECH = 5, TOLD_SECONDS = 3600, NONE_TOLD = 0x100 };

static uint64_t mark(const struct extract *x, const struct name *name, unsigned id)
{
	return hash_pair(&x->key, name_hash(&x->key, name), 0xec4000 | id);
}

/* note_service looks for an ech parameter in one HTTPS record (RFC 9460 section 2.2). */
static bool note_service(struct extract *x, struct cursor data, int64_t when)
{
	struct ech_config config;
	bool told = false;

	cursor_skip(&data, 2);
	if (!name_skip_dns(&data))
		return false;
	while (cursor_left(&data)) {
		uint16_t key = cursor_u16(&data);
		struct cursor value = cursor_block(&data, 2), list;

		if (key != KEY_ECH)
			continue;
		list = cursor_block(&value, 2);
		for (int i = 0; i < ECH_CONFIGS_MAX && ech_next_config(&list, &config); i++) {
			recent_note(x->ech, mark(x, &config.public_name, config.id), when);
			told = true;
		}
	}
	return told;
}

void extract_note_ech(struct extract *x, const struct dns_facts *dns, const struct name *name, int64_t when)
{
	struct cursor at = dns->records;
	struct dns_record r;
	bool told = false;

	for (unsigned i = 0; i < dns->answers && dns_read_record(&at, &dns->message, &r); i++) {
		if (r.type == DNS_HTTPS)
			told |= note_service(x, r.data, when);
	}
	if (!told)
		recent_note(x->ech, mark(x, name, NONE_TOLD), when);
}

void extract_settle_ech(const struct extract *x, const struct tls_hello *hello, int64_t when, struct tls_facts *facts)
{
	if (facts->ech != ECH_UNSURE || !hello->name.len)
		return;
	if (recent_has(x->ech, mark(x, &hello->name, hello->ech_id), when, TOLD_SECONDS * SECOND))
		facts->ech = ECH_OUTER;
	else if (recent_has(x->ech, mark(x, &hello->name, NONE_TOLD), when, TOLD_SECONDS * SECOND))
		facts->ech = ECH_GREASE;
}
