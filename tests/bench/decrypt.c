/*
 * decrypt CAPTURE: how many QUIC Initial packets a second one core derives keys
 * for, decrypts and checks: those of the capture, over and over.
 */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "link.h"
#include "quic.h"
#include "transport.h"

enum { PACKETS_MAX = 1000, ROUNDS = 200 };

struct sample {
	uint8_t *bytes;
	size_t n;
};

static bool quic_payload(struct cursor frame, struct cursor *out)
{
	struct layers layers = { 0 };
	struct datagram d;
	struct packet p;

	if (link_read(&frame, DLT_EN10MB, &layers) != LINK_IP || !ip_read(&frame, &d) || d.proto != IP_UDP ||
	    !transport_read(&d, &p) || p.dport != 443 || !quic_may_start(&p.payload))
		return false;
	*out = p.payload;
	return true;
}

static size_t load(const char *path, struct sample *samples)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, error);
	struct pcap_pkthdr *h;
	const u_char *bytes;
	size_t n = 0;

	while (pcap && n < PACKETS_MAX && pcap_next_ex(pcap, &h, &bytes) == 1) {
		struct cursor payload;

		if (!quic_payload(cursor_of(bytes, h->caplen), &payload))
			continue;
		samples[n].n = cursor_left(&payload);
		samples[n].bytes = malloc(samples[n].n);
		if (!samples[n].bytes)
			break;
		memcpy(samples[n].bytes, payload.at, samples[n].n);
		n++;
	}
	if (pcap)
		pcap_close(pcap);
	return n;
}

static bool open_one(struct aead *a, const struct sample *s, uint8_t *scratch)
{
	struct cursor datagram = cursor_of(s->bytes, s->n), frames;
	struct quic_header h;
	struct aead_keys keys;

	return quic_read_header(&datagram, &h) == QUIC_INITIAL && quic_keys(h.version, h.dcid, &keys) &&
	       quic_open(a, &keys, &h, scratch, &frames);
}

int main(int argc, char **argv)
{
	static struct sample samples[PACKETS_MAX];
	static uint8_t scratch[QUIC_DATAGRAM_MAX + 1];
	struct aead *a = aead_new();
	size_t n = argc == 2 ? load(argv[1], samples) : 0, opened = 0;
	clock_t start = clock();
	double seconds;

	if (!a || !n) {
		fprintf(stderr, "usage: bench_decrypt CAPTURE with QUIC Initial packets in Ethernet frames\n");
		return 1;
	}
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < n; i++)
			opened += open_one(a, &samples[i], scratch);
	}
	seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	printf("QUIC Initial packets tried: %.0f k a second, %.0f %% of them opened\n",
	       (double)n * ROUNDS / seconds / 1000, 100.0 * (double)opened / (double)n / ROUNDS);
	for (size_t i = 0; i < n; i++)
		free(samples[i].bytes);
	aead_free(a);
	return 0;
}
