#include "expected.h"

#include "capture.h"
#include "fatal.h"

#include <inttypes.h>
#include <stdio.h>

enum { FILE_HEADER = 24 };

struct expected expected;

static FILE *names;

static FILE *open_beside(const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		fatal("cannot write %s; name a file in a directory you may write to", path);
	return file;
}

static void close_beside(FILE *file)
{
	int failed = ferror(file);

	if (fclose(file) || failed)
		fatal("writing beside the capture failed; free some space and run again");
}

void names_open(const char *path)
{
	names = open_beside(path);
}

void names_add(const char *kind, const char *name)
{
	fprintf(names, "%s\t%s\n", kind, name);
}

void names_close(void)
{
	close_beside(names);
}

static void put_totals(FILE *file)
{
	static const char *const kinds[TRAFFIC_KINDS] = {
		[TRAFFIC_DNS] = "dns",
		[TRAFFIC_TLS_HANDSHAKE] = "tls_handshake",
		[TRAFFIC_TLS_BULK] = "tls_bulk",
		[TRAFFIC_TCP_CONTROL] = "tcp_ack_ctl",
		[TRAFFIC_QUIC_HANDSHAKE] = "quic_handshake",
		[TRAFFIC_QUIC_BULK] = "quic_bulk",
		[TRAFFIC_HTTP] = "http",
		[TRAFFIC_OTHER] = "other",
	};

	for (unsigned i = 0; i < TRAFFIC_KINDS; i++) {
		struct traffic_total total = capture_total((enum traffic)i);

		fprintf(file, ",\n \"kind_%s\":{\"packets\":%" PRIu64 ",\"bytes_incl_16B_hdr\":%" PRIu64 "}",
			kinds[i], total.packets, total.bytes);
	}
}

void expected_write(const char *path, const char *mode, uint64_t seed)
{
	FILE *file = open_beside(path);

	fprintf(file, "{\n \"mode\":\"%s\",\"seed\":%" PRIu64 ",\"packets\":%" PRIu64 ",\"file_bytes\":%" PRIu64,
		mode, seed, capture_frames(), capture_bytes() + FILE_HEADER);
#define PUT_COUNT(name) fprintf(file, ",\n \"" #name "\":%" PRIu64, expected.name);
	EXPECTED_COUNTS(PUT_COUNT)
#undef PUT_COUNT
	put_totals(file);
	fputs("\n}\n", file);
	close_beside(file);
}
