#include "capture.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "capture_pipe.h"
#include "capture_plain.h"
#include "pcapng.h"
#include "unpack.h"

enum {
	SNAPLEN = 262144,		/* libpcap's own maximum: offload-merged frames fit */
	TIMEOUT_MS = 100,		/* longest that a quiet interface keeps a frame back */
	BUFFER_KIB = 32 * 1024,		/* of the kernel, for a span port's bursts */
	READ_BYTES = 64 * 1024		/* of a file: the copy out of it finds them in the second-level cache */
};

struct capture {
	pcap_t *pcap;
	FILE *file;			/* what libpcap reads */
	FILE *raw;			/* and what that is read from: the file as it lies there */
	struct pcapng_links *links;	/* of a pcapng file's frames, else empty; NULL with a filter */
	const char *wrong;		/* with what was packed; NULL while nothing is */
	struct capture_plain *plain;	/* reads in libpcap's place; NULL when that reads itself */
	bool stopped;			/* of these: by capture_stop */
	char *read_buffer, *name;
	uint64_t number;
	int64_t size;			/* bytes of the file, 0 of a pipe */
	bool live;
	int link;
	int64_t unit;			/* nanoseconds of the time stamp's fraction */
	void (*feed)(void *to, const struct frame *f);
	void *to;
	struct pcap_stat seen;		/* at the last look */
	struct capture_drops before;	/* summed up by then */
	char error[CAPTURE_WHAT_MAX];
};

static struct capture *blank(const char *name)
{
	struct capture *c = calloc(1, sizeof(*c));

	if (c)
		c->name = strdup(name);
	return c;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	if (c->plain)
		(void)capture_plain_end(c->plain, c->file);
	if (c->pcap)
		pcap_close(c->pcap);	/* closes the file, too */
	else if (c->file && c->file != stdin)
		fclose(c->file);
	free(c->read_buffer);
	free(c->links);
	free(c->name);
	free(c);
}

static bool set_filter(struct capture *c, const char *filter, char what[static CAPTURE_WHAT_MAX])
{
	struct bpf_program program;
	bool ok;

	if (!filter || !*filter)
		return true;
	ok = pcap_compile(c->pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) == 0;
	if (ok) {
		ok = pcap_setfilter(c->pcap, &program) == 0;
		pcap_freecode(&program);
	}
	if (!ok)
		snprintf(what, CAPTURE_WHAT_MAX, "capture filter \"%s\": %s; see pcap-filter(7)", filter,
			 pcap_geterr(c->pcap));
	return ok;
}

/* level puts what makes a capture one that libpcap reads over the file; false without memory. */
static bool level(struct capture *c, const struct capture_options *o)
{
	FILE *unpacked;

	c->raw = c->file = capture_pipe(c->file, o->idle, o->to);
	c->read_buffer = malloc(READ_BYTES);
	if (c->read_buffer)
		setvbuf(c->file, c->read_buffer, _IOFBF, READ_BYTES);
	__fsetlocking(c->file, FSETLOCKING_BYCALLER);	/* one thread reads it */
	unpacked = unpack_level(c->file, &c->wrong);
	if (!unpacked)
		return false;
	/* a filter is made for one link type: with one, libpcap is to refuse what has others */
	if (!o->filter || !*o->filter) {
		c->links = calloc(1, sizeof(*c->links));
		if (!c->links) {
			c->file = unpacked;
			return false;
		}
	}
	c->file = pcapng_level(unpacked, c->links);
	return true;
}

struct capture *capture_open_file(const char *path, const struct capture_options *o,
				  char what[static CAPTURE_WHAT_MAX])
{
	struct capture *c = blank(path);
	char error[PCAP_ERRBUF_SIZE];
	struct stat st = { 0 };

	if (!c) {
		snprintf(what, CAPTURE_WHAT_MAX, "%s: no memory", path);
		return NULL;
	}
	c->file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	if (!c->file) {
		snprintf(what, CAPTURE_WHAT_MAX, "%s: %s", path, strerror(errno));
		capture_close(c);
		return NULL;
	}
	(void)fstat(fileno(c->file), &st);
	c->size = st.st_size;
	if (!level(c, o)) {
		snprintf(what, CAPTURE_WHAT_MAX, "%s: no memory", path);
		capture_close(c);
		return NULL;
	}
	c->pcap = pcap_fopen_offline_with_tstamp_precision(c->file, PCAP_TSTAMP_PRECISION_NANO, error);
	if (!c->pcap) {
		snprintf(what, CAPTURE_WHAT_MAX, "%s: %s%s", path, c->wrong ? c->wrong : error,
			 c->wrong ? "" : "; is it a pcap or pcapng capture?");
		capture_close(c);
		return NULL;
	}
	c->link = pcap_datalink(c->pcap);
	c->unit = 1;
	if (!set_filter(c, o->filter, what)) {
		capture_close(c);
		return NULL;
	}
	if (!o->filter || !*o->filter)
		c->plain = capture_plain_new(c->file, (uint32_t)pcap_snapshot(c->pcap));
	return c;
}

static const char *live_remedy(int status)
{
	switch (status) {
	case PCAP_ERROR_PERM_DENIED: return "; run as root or give the program CAP_NET_RAW";
	case PCAP_ERROR_NO_SUCH_DEVICE: return "; telltale -D lists the interfaces";
	case PCAP_ERROR_IFACE_NOT_UP: return "; bring it up with: ip link set DEVICE up";
	default: return "";
	}
}

/*
 * join_fanout makes the socket one of a group, among whose members the kernel
 * deals the packets by connection, both directions to the same (packet(7)).  A group
 * of another process would take its part of them without a word.
 */
static bool join_fanout(struct capture *c, uint16_t share, char what[static CAPTURE_WHAT_MAX])
{
	unsigned group = (share + if_nametoindex(c->name)) & 0xffff;
	int argument = (int)(group | PACKET_FANOUT_HASH << 16);

	if (setsockopt(pcap_fileno(c->pcap), SOL_PACKET, PACKET_FANOUT, &argument, sizeof(argument)) == 0)
		return true;
	snprintf(what, CAPTURE_WHAT_MAX, "%s: cannot be shared by workers: %s; leave --workers out", c->name,
		 strerror(errno));
	return false;
}

struct capture *capture_open_live(const char *interface, const struct capture_options *o,
				  char what[static CAPTURE_WHAT_MAX])
{
	struct capture *c = blank(interface);
	char error[PCAP_ERRBUF_SIZE] = "";
	int status;

	if (!c || !(c->pcap = pcap_create(interface, error))) {
		snprintf(what, CAPTURE_WHAT_MAX, "%s: %s", interface, c ? error : "no memory");
		capture_close(c);
		return NULL;
	}
	c->live = true;
	pcap_set_snaplen(c->pcap, o->snaplen ? o->snaplen : SNAPLEN);
	pcap_set_promisc(c->pcap, o->promiscuous);
	pcap_set_timeout(c->pcap, TIMEOUT_MS);
	pcap_set_buffer_size(c->pcap, (o->buffer_kib ? o->buffer_kib : BUFFER_KIB) * 1024);
	(void)pcap_set_tstamp_precision(c->pcap, PCAP_TSTAMP_PRECISION_NANO);
	status = pcap_activate(c->pcap);
	if (status < 0) {
		snprintf(what, CAPTURE_WHAT_MAX, "%s: %s%s", interface,
			 *pcap_geterr(c->pcap) ? pcap_geterr(c->pcap) : pcap_statustostr(status), live_remedy(status));
		capture_close(c);
		return NULL;
	}
	(void)capture_drops(c, &(struct capture_drops){ 0 });	/* what the interface dropped before is not ours */
	c->before = (struct capture_drops){ 0 };
	c->link = pcap_datalink(c->pcap);
	c->unit = pcap_get_tstamp_precision(c->pcap) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000;
	snprintf(what, CAPTURE_WHAT_MAX, "%s: cannot be read without waiting", interface);
	if (!set_filter(c, o->filter, what) || (o->fanout && !join_fanout(c, o->group, what)) ||
	    pcap_setnonblock(c->pcap, 1, error) != 0) {
		capture_close(c);
		return NULL;
	}
	return c;
}

static void hand_over(u_char *self, const struct pcap_pkthdr *h, const u_char *bytes)
{
	struct capture *c = (struct capture *)(void *)self;
	struct frame f = {
		.bytes = cursor_of(bytes, h->caplen),
		.when = frame_time(h->ts.tv_sec, h->ts.tv_usec * c->unit),
		.number = ++c->number,
		.length = h->len > h->caplen ? h->len : h->caplen,
		.link = c->links ? pcapng_link(c->links, c->link) : c->link,
	};

	c->feed(c->to, &f);
}

/* read_plain is how many frames were handed over; when there are none any more libpcap goes on. */
static int read_plain(struct capture *c, int max)
{
	struct frame f = { .link = c->link };
	int n = 0;

	c->stopped = false;
	while (n < max && !c->stopped && capture_plain_next(c->plain, &f)) {
		f.number = ++c->number;
		c->feed(c->to, &f);
		n++;
	}
	if (!n) {
		(void)capture_plain_end(c->plain, c->file);
		c->plain = NULL;
	}
	return n;
}

enum capture_result capture_read(struct capture *c, int max, void (*feed)(void *to, const struct frame *f), void *to)
{
	int n;

	c->feed = feed;
	c->to = to;
	if (c->plain && (n = read_plain(c, max)))
		return CAPTURE_OK;
	n = pcap_dispatch(c->pcap, max, hand_over, (u_char *)c);
	if (n > 0 || n == PCAP_ERROR_BREAK)
		return CAPTURE_OK;
	if (n == 0 && !c->wrong)
		return c->live ? CAPTURE_IDLE : CAPTURE_END;
	snprintf(c->error, sizeof(c->error), "%s: %s", c->name, c->wrong ? c->wrong : pcap_geterr(c->pcap));
	return CAPTURE_BROKEN;
}

void capture_stop(struct capture *c)
{
	c->stopped = true;
	if (!c->plain)
		pcap_breakloop(c->pcap);
}

const char *capture_error(const struct capture *c)
{
	return c->error;
}

const char *capture_name(const struct capture *c)
{
	return c->name;
}

int capture_pollable(const struct capture *c)
{
	return c->live ? pcap_get_selectable_fd(c->pcap) : -1;
}

int capture_percent(const struct capture *c)
{
	int64_t at = !c->raw || c->size <= 0 ? -1 : c->plain ? capture_plain_at(c->plain) : ftello(c->raw);

	return at < 0 ? -1 : (int)(at * 100 / c->size);
}

bool capture_drops(struct capture *c, struct capture_drops *out)
{
	struct pcap_stat s;

	if (!c->live || pcap_stats(c->pcap, &s) != 0)
		return false;
	/* libpcap's counters have 32 bits, and wrap */
	c->before.received += s.ps_recv - (uint32_t)c->seen.ps_recv;
	c->before.kernel += s.ps_drop - (uint32_t)c->seen.ps_drop;
	c->before.interface += s.ps_ifdrop - (uint32_t)c->seen.ps_ifdrop;
	c->seen = s;
	*out = c->before;
	return true;
}

uint64_t capture_unread(const struct capture *c)
{
	uint64_t taken = c->before.kernel + c->number;

	return c->before.received > taken ? c->before.received - taken : 0;
}

const char *capture_library(void)
{
	return pcap_lib_version();
}

bool capture_list(char what[static CAPTURE_WHAT_MAX])
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_if_t *all, *d;

	if (pcap_findalldevs(&all, error) != 0) {
		snprintf(what, CAPTURE_WHAT_MAX, "%s", error);
		return false;
	}
	if (!all)
		fprintf(stderr, "telltale: no interface can be captured from; run as root\n");
	for (d = all; d; d = d->next)
		printf("%-16s %s%s\n", d->name, d->description ? d->description : "",
		       d->flags & PCAP_IF_UP ? "" : " [down]");
	pcap_freealldevs(all);
	return true;
}
