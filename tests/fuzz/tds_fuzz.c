/* links: tds */
#include "fuzz.h"
#include "tds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t room[64];
	struct cursor stream = cursor_of(data, size), within = tds_unwrap(stream, room, sizeof(room));
	enum tds_kind kind = tds_kind(&stream);

	FUZZ_MUST(tds_options(&stream) <= (kind == TDS_OPTIONS ? size : 0));
	FUZZ_MUST(kind == TDS_TLS || kind == TDS_SHORT ? within.at == room : within.at == data);
	FUZZ_MUST(cursor_left(&within) <= (kind == TDS_SHORT ? 0 : kind == TDS_TLS ? sizeof(room) : size));
	/* what begins as one of these cannot become another */
	for (size_t n = 0; n < size && n < 16; n++) {
		struct cursor part = cursor_of(data, n);

		FUZZ_MUST(!n || kind == TDS_NONE || tds_kind(&part) == TDS_SHORT || tds_kind(&part) == kind);
	}
	return 0;
}
