/* flood writes hostile load as an endless-looking capture to standard output, the same for the same arguments, and
 * in it contacts with known services at a steady rate; how many of each goes to standard error. */

#include "../gen/fatal.h"
#include "../gen/random.h"
#include "contacts.h"
#include "storms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP = 1000, EVERY = 500, DELAY = 20000 };	/* nanoseconds; frames */

enum { STORMS_MAX = 64 };

static const struct storm *every_one[STORMS_MAX];
static size_t storms;

static void make_all(void)
{
	for (size_t k = 0; k < storms; k++) {
		if (every_one[k]->make && every_one[k]->make != make_all)
			every_one[k]->make();
	}
}

/* put_all turns from storm to storm, so that all tables are full at once. */
static void put_all(uint64_t i)
{
	enum { TURN = 64 };

	every_one[i / TURN % (storms - 1)]->put(i / TURN / (storms - 1) * TURN + i % TURN);
}

static const struct storm storms_all[] = {
	{ "all", "all of them in turn", put_all, make_all },
	{ NULL, NULL, NULL, NULL },
};

static const struct storm *const lists[] = { storms_tcp, storms_udp, storms_dns, storms_under, storms_all };

static void list_storms(void)
{
	for (size_t k = 0; k < sizeof(lists) / sizeof(*lists); k++) {
		for (const struct storm *s = lists[k]; s->name; s++) {
			if (storms == STORMS_MAX)
				fatal("more storms than STORMS_MAX");
			every_one[storms++] = s;
		}
	}
}

static const struct storm *storm_find(const char *name)
{
	for (size_t k = 0; k < storms; k++) {
		if (!strcmp(every_one[k]->name, name))
			return every_one[k];
	}
	return NULL;
}

static void list(FILE *out)
{
	for (size_t k = 0; k < storms; k++)
		fprintf(out, "  %-16s %s\n", every_one[k]->name, every_one[k]->what);
}

static void usage(FILE *out)
{
	fputs("usage: flood STORM FRAMES [NANOSECONDS [EVERY [DELAY]]]\n"
	      "  NANOSECONDS  between frames (1000)\n"
	      "  EVERY        frames of the storm to one contact (500; 0: none)\n"
	      "  DELAY        frames of the storm until a server answers (20000)\n"
	      "storms:\n", out);
	list(out);
}

static uint64_t number(int argc, char **argv, int at, uint64_t standard)
{
	return argc > at ? strtoull(argv[at], NULL, 10) : standard;
}

int main(int argc, char **argv)
{
	list_storms();

	const struct storm *s = argc > 2 ? storm_find(argv[1]) : NULL;
	uint64_t frames = number(argc, argv, 2, 0), every = number(argc, argv, 4, EVERY);
	uint64_t delay = number(argc, argv, 5, DELAY);

	if (!s || !frames) {
		usage(argc == 2 && !strcmp(argv[1], "--help") ? stdout : stderr);
		return argc != 2;
	}
	random_seed(42);
	contacts_make();
	if (s->make)
		s->make();
	frames_begin(number(argc, argv, 3, STEP));
	for (uint64_t i = 0; i < frames; i++) {
		if (every)
			contacts_at(i, every, delay);
		s->put(i);
	}
	if (every)
		contacts_rest(frames, every, delay);
	frames_end();
	fprintf(stderr, "frames %ju", (uintmax_t)frames_written());
	for (int k = 0; k < CONTACT_KINDS; k++)
		fprintf(stderr, " %s %ju", contact_evidence[k], (uintmax_t)contacts_count((enum contact_kind)k));
	fputc('\n', stderr);
	return 0;
}

struct end storm_stranger(uint16_t port)
{
	uint64_t r = random_u64();

	/* 64.0.0.0/2: none of the contacts' */
	return (struct end){ .v4 = 0x40000000 | ((uint32_t)r & 0x3fffffff), .port = port ? port : (uint16_t)(r >> 48 | 1024) };
}

struct end storm_server(uint16_t port)
{
	return (struct end){ .v4 = 0xc6336400 | (random_u32() & 0xff), .port = port };
}

uint64_t storm_mix(uint64_t number)
{
	return random_mix(&number);
}
