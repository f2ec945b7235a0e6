/* links: unwrap defrag tunnel link link_wlan ip transport addr lru pool pieces */
#include "fuzz.h"
#include "unwrap.h"

#include <pcap/dlt.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct counts counts;
	static struct defrag *defrag;
	struct frame frame = { .bytes = cursor_of(data, size), .when = SECOND, .link = DLT_EN10MB, .length = 1600 };
	struct layers a = { 0 }, b = { 0 };
	struct packet p, q;

	if (!defrag)
		defrag = defrag_new(hash_key_files, &counts);
	if (!unwrap_plain(&frame, &a, &p))
		return 0;
	/* what was read in haste is what would have been read with care */
	FUZZ_MUST(unwrap_any(defrag, &counts, &frame, &b, &q) == COUNT_DECODED);
	FUZZ_MUST(addr_equal(&p.src, &q.src) && addr_equal(&p.dst, &q.dst) && p.sport == q.sport && p.dport == q.dport);
	FUZZ_MUST(p.proto == q.proto && p.flags == q.flags && p.ttl == q.ttl && p.seq == q.seq && p.ack == q.ack);
	FUZZ_MUST(p.cut == q.cut && p.length == q.length && p.payload.at == q.payload.at && p.payload.end == q.payload.end);
	FUZZ_MUST(!p.payload.bad && !q.payload.bad);
	FUZZ_MUST(a.src_mac == b.src_mac && a.dst_mac == b.dst_mac && a.vlans == b.vlans && !cursor_left(&b.more));
	return 0;
}
