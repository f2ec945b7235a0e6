/*
 * empty_loop reads every packet of a capture through libpcap and does nothing with it: what a sensor costs is measured
 * against this. Without BUFFER_BYTES libpcap reads as it does on its own; with it, through a stdio buffer of that size.
 */

#define _DEFAULT_SOURCE 1	/* pcap.h asks for u_char and its like */

#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static pcap_t *open_buffered(const char *path, size_t size, char *error)
{
	FILE *file = fopen(path, "rb");

	if (!file) {
		snprintf(error, PCAP_ERRBUF_SIZE, "cannot read %s; name a capture, such as bench_gen writes", path);
		return NULL;
	}
	/* not freed: the file reads through it until the program ends */
	char *buffer = malloc(size);

	if (!buffer || setvbuf(file, buffer, _IOFBF, size)) {
		snprintf(error, PCAP_ERRBUF_SIZE, "no buffer of %zu bytes; give a smaller one", size);
		return NULL;
	}
	return pcap_fopen_offline(file, error);
}

int main(int argc, char **argv)
{
	char error[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const u_char *data;
	uint64_t packets = 0, bytes = 0, mixed = 0;
	int got;

	if (argc < 2 || argc > 3) {
		fputs("usage: empty_loop FILE [BUFFER_BYTES]\n", stderr);
		return 1;
	}

	size_t buffer = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	pcap_t *capture = buffer ? open_buffered(argv[1], buffer, error) : pcap_open_offline(argv[1], error);

	if (!capture) {
		fprintf(stderr, "empty_loop: %s\n", error);
		return 1;
	}
	while ((got = pcap_next_ex(capture, &header, &data)) == 1) {
		packets++;
		bytes += header->caplen;
		mixed ^= (uint64_t)header->ts.tv_usec;	/* so that no compiler finds the loop empty */
	}
	if (got == PCAP_ERROR)
		fprintf(stderr, "empty_loop: %s: %s\n", argv[1], pcap_geterr(capture));
	printf("%ju packets, %ju bytes, %jx\n", (uintmax_t)packets, (uintmax_t)bytes, (uintmax_t)mixed);
	pcap_close(capture);
	return got == PCAP_ERROR;
}
