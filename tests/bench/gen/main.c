/* bench_gen writes captures as a span port shows them, the same for the same seed, and what is to be found in them. */

#include "capture.h"
#include "expected.h"
#include "fatal.h"
#include "hosts.h"
#include "mix.h"
#include "random.h"
#include "sites.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096 };

static const char usage[] =
	"usage: bench_gen mix|hs|dns SEED FILE SIZE\n"
	"  mix   traffic of a span port, SIZE bytes of it\n"
	"  hs    TLS and QUIC handshakes only, SIZE packets\n"
	"  dns   DNS only, SIZE packets\n"
	"Writes FILE (pcap), FILE.expected.json (counts) and FILE.names (for every\n"
	"name in FILE a line kind<TAB>name).\n"
	"The capture is made in memory and stops after the conversation that reaches SIZE.\n";

static uint64_t read_number(const char *what, const char *text)
{
	char *end;

	errno = 0;

	unsigned long long number = strtoull(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || errno)
		fatal("%s is \"%s\"; give a number, such as 1000000", what, text);
	return number;
}

static void beside(char path[static PATH_SIZE], const char *file, const char *ending)
{
	int n = snprintf(path, PATH_SIZE, "%s%s", file, ending);

	if (n < 0 || n >= PATH_SIZE)
		fatal("the name of the file is too long; give one of less than %d bytes", PATH_SIZE);
}

int main(int argc, char **argv)
{
	char names[PATH_SIZE], counts[PATH_SIZE];

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc != 5) {
		fputs(usage, stderr);
		return 1;
	}

	const struct mix *mix = mix_find(argv[1]);
	uint64_t seed = read_number("SEED", argv[2]);
	uint64_t size = read_number("SIZE", argv[4]);

	if (!mix)
		fatal("there is no capture \"%s\"; choose mix, hs or dns", argv[1]);
	beside(names, argv[3], ".names");
	beside(counts, argv[3], ".expected.json");
	names_open(names);

	/* in this order: each draws from the same stream of chance */
	random_seed(seed);
	noise_fill();
	sites_make();
	clients_make();
	while (mix->size() < size)
		mix->add();

	names_close();
	capture_write(argv[3]);
	expected_write(counts, mix->name, seed);
	return 0;
}
