/*
 * bench_send puts the frames of a capture on an interface at a given rate, from the start again when they run out, and
 * prints how many it sent:
 *	FRAMES BYTES SECONDS
 */

#define _GNU_SOURCE 1	/* sendmmsg */

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

enum { BATCH = 64, FILE_HEADER = 24, RECORD_HEADER = 16, LINK_ETHERNET = 1, NAP_NS = 50000 };

struct capture {
	const uint8_t *at, *first, *end;
};

static void fail(const char *what)
{
	fprintf(stderr, "bench_send: %s: %s\n", what, errno ? strerror(errno) : "not what was expected");
	exit(1);
}

static uint32_t word(const uint8_t *at)
{
	uint32_t w;

	memcpy(&w, at, sizeof(w));
	return w;
}

static struct capture capture_map(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct capture c;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		fail(path);
	if (st.st_size <= FILE_HEADER)
		fail(path);
	/* not unmapped: it is sent from until the program ends */
	c.first = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (c.first == MAP_FAILED)
		fail(path);
	if ((word(c.first) != 0xa1b2c3d4 && word(c.first) != 0xa1b23c4d) || word(c.first + 20) != LINK_ETHERNET)
		fail("a pcap file of this machine's byte order, of Ethernet, is needed");
	c.end = c.first + st.st_size;
	c.first += FILE_HEADER;
	c.at = c.first;
	return c;
}

static struct iovec capture_next(struct capture *c)
{
	struct iovec frame;

	if (c->end - c->at < RECORD_HEADER || c->end - c->at < RECORD_HEADER + (ptrdiff_t)word(c->at + 8))
		c->at = c->first;
	frame.iov_len = word(c->at + 8);
	frame.iov_base = (void *)(uintptr_t)(c->at + RECORD_HEADER);
	c->at += RECORD_HEADER + frame.iov_len;
	return frame;
}

static int socket_open(const char *interface)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(interface) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0), on = 1;

	if (!to.sll_ifindex || fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		fail(interface);
	(void)setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on));
	return fd;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* send_batch sends n frames, waiting where the interface has no room; how many bytes they have. */
static uint64_t send_batch(int fd, struct capture *c, unsigned n)
{
	struct mmsghdr messages[BATCH] = { 0 };
	struct iovec frames[BATCH];
	uint64_t bytes = 0;

	for (unsigned i = 0; i < n; i++) {
		frames[i] = capture_next(c);
		bytes += frames[i].iov_len;
		messages[i].msg_hdr.msg_iov = &frames[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	for (unsigned sent = 0; sent < n;) {
		int k = sendmmsg(fd, messages + sent, n - sent, 0);

		if (k > 0)
			sent += (unsigned)k;
		else if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
			fail("sendmmsg");
	}
	return bytes;
}

int main(int argc, char **argv)
{
	if (argc != 5) {
		fputs("usage: bench_send INTERFACE FILE FRAMES_A_SECOND FRAMES\n"
		      "  0 frames a second: as many as go\n", stderr);
		return 1;
	}

	struct capture c = capture_map(argv[2]);
	double rate = strtod(argv[3], NULL), begun;
	uint64_t frames = strtoull(argv[4], NULL, 10), sent = 0, bytes = 0;
	int fd = socket_open(argv[1]);

	begun = now();
	while (sent < frames) {
		uint64_t left = frames - sent;
		double due = rate > 0 ? (now() - begun) * rate - (double)sent : BATCH;

		if (due < 1) {
			struct timespec nap = { 0, NAP_NS };

			nanosleep(&nap, NULL);
			continue;
		}
		unsigned n = due < BATCH ? (unsigned)due : BATCH;

		n = n < left ? n : (unsigned)left;
		bytes += send_batch(fd, &c, n);
		sent += n;
	}
	printf("%ju %ju %.6f\n", (uintmax_t)sent, (uintmax_t)bytes, now() - begun);
	return 0;
}
