/*
 * bench_scale loads rule sets of many names and looks names up in them: seconds to load, bytes that stay resident a
 * name, nanoseconds a lookup, and how that grows from a thousand names to a million. Each set is made and measured in a
 * process of its own; names are drawn with a fixed seed. `--shipped DIR` says how long the rules in DIR take to load.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "rules.h"

enum { SMALL = 1000, LARGE = 1000000, ASKED = 500000, RUNS = 25, LOADS = 9, NAME_BYTES = 64 };

enum mix { UNMATCHED, ONE_IN_TEN, MATCHED, MIXES };

static const char *const mixes[] = { "none matches", "one in ten matches", "all match, at random" };
static const double bar_seconds = 3, bar_bytes = 64, bar_ratio = 2, bar_shipped = 0.05;

struct figures {
	double seconds, bytes, ns[MIXES];
};

static uint64_t draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;	/* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
	fprintf(stderr, "bench_scale: %s\n", what);
	exit(2);
}

/* name_of gives the domain number `i`: 10 to 24 characters, as block lists have them; its length. */
static size_t name_of(uint64_t i, char *out)
{
	static const char *const ends[] = { "com", "net", "org", "de", "ru", "io", "co.uk", "info", "com.br", "xyz" };
	uint64_t state = i * 2654435761u + 1, r = draw(&state);
	size_t n = 6 + r % 12, at = 0;

	for (uint64_t v = 0; at < n; v /= 29, at++) {
		v = at % 8 ? v : draw(&state);
		out[at] = "abcdefghijklmnopqrstuvwxyz012"[v % 29];
	}
	at += (size_t)sprintf(out + at, "%06x.%s", (unsigned)(i & 0xffffff), ends[(r >> 32) % 10]);
	return at;
}

/* asked_of gives what a client asks for: a domain, half of them with a label before it. */
static size_t asked_of(uint64_t i, uint64_t random, char *out)
{
	static const char *const heads[] = { "www.", "api.", "cdn-7.", "a.b." };
	size_t n = random & 1 ? (size_t)sprintf(out, "%s", heads[random >> 1 & 3]) : 0;

	return n + name_of(i, out + n);
}

static void write_rules(const char *path, size_t count)
{
	char name[NAME_BYTES];
	FILE *f = fopen(path, "w");

	if (!f)
		fail("cannot write a rule file; make room in the directory for temporary files");
	fputs("{ \"vendor\": { \"id\": \"list\", \"name\": \"List\", \"tags\": [] }, \"rules\": [ { \"id\": \"list.all\",\n"
	      "\"product\": \"List\", \"purpose\": \"ads\", \"installed\": false, \"confidence\": \"blocklist\",\n"
	      "\"references\": [\"https://example.org/\"], \"match\": { \"suffix\": [\n", f);
	for (size_t i = 0; i < count; i++) {
		name_of(i, name);
		fprintf(f, "\"%s\"%s\n", name, i + 1 < count ? "," : "");
	}
	fputs("] } } ] }\n", f);
	if (fclose(f))
		fail("cannot write a rule file; make room in the directory for temporary files");
}

static double resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	unsigned long pages[2] = { 0, 0 };

	if (!f || fscanf(f, "%lu %lu", &pages[0], &pages[1]) != 2)
		fail("no /proc/self/statm");
	fclose(f);
	return (double)pages[1] * (double)sysconf(_SC_PAGESIZE);
}

/*
 * One in ten: the i-th name as often as 1/i, as names are asked for.  All: each as likely as any other, so that nothing
 * is found in a cache, which no network does: it shows the worst.
 */
static uint64_t hit_of(uint64_t random, size_t count, enum mix mix)
{
	double u = (double)(random >> 11) / (double)(UINT64_C(1) << 53);

	return mix == MATCHED ? random % count : (uint64_t)pow((double)count, u) - 1;
}

/* What is looked up stands ready in one run of texts, each behind its length, so that reading it costs the same. */
static uint8_t *ask(size_t count, enum mix mix)
{
	uint8_t *all = malloc((size_t)ASKED * NAME_BYTES), *p = all;
	uint64_t state = 42;

	if (!all)
		fail("no memory");
	for (size_t i = 0; i < ASKED; i++) {
		bool hit = mix == MATCHED || (mix == ONE_IN_TEN && draw(&state) % 10 == 0);
		uint64_t r = draw(&state);
		size_t n = asked_of(hit ? hit_of(r, count, mix) : LARGE + r % LARGE, draw(&state), (char *)p + 1);

		*p = (uint8_t)n;
		p += n + 1;
	}
	return all;
}

/* look gives the seconds for all lookups, the copying of the names left out when `r` is NULL. */
static double look(const struct rules *r, const uint8_t *asked, size_t *hits)
{
	double start = seconds(CLOCK_PROCESS_CPUTIME_ID);
	struct rule_hit hit;
	struct name name = { 0 };

	*hits = 0;
	for (size_t i = 0; i < ASKED; i++) {
		name.len = *asked;
		memcpy(name.text, asked + 1, name.len);
		name.text[name.len] = '\0';
		__asm__ volatile("" : : "r"(&name) : "memory");
		*hits += r && rules_match(r, &name, &hit);
		asked += name.len + 1;
	}
	return seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
}

static double look_best(const struct rules *r, size_t count, enum mix mix)
{
	uint8_t *asked = ask(count, mix);
	double best = 1e9;
	size_t hits = 0, none;

	for (int i = 0; i < RUNS; i++) {
		double t = look(r, asked, &hits) - look(NULL, asked, &none);

		best = t < best ? t : best;
	}
	free(asked);
	if (mix == UNMATCHED ? hits != 0 : mix == MATCHED ? hits != ASKED : hits < ASKED / 11 || hits > ASKED / 9)
		fail("a lookup gave a wrong answer");
	return best / ASKED * 1e9;
}

static struct figures measure(const char *dir, size_t count)
{
	double before = resident(), start = seconds(CLOCK_PROCESS_CPUTIME_ID);
	struct rules_error error;
	struct rules *r = rules_load(dir, &error);
	struct figures f = { .seconds = seconds(CLOCK_PROCESS_CPUTIME_ID) - start };

	if (!r)
		fail(error.what);
	f.bytes = (resident() - before) / (double)count;
	for (int i = 0; i < MIXES; i++)
		f.ns[i] = look_best(r, count, i);
	rules_free(r);
	return f;
}

/* measure_apart: in a child, so that no memory of one set is there for the next. */
static struct figures measure_apart(size_t count)
{
	char dir[] = "/tmp/telltale-scale-XXXXXX", path[sizeof(dir) + 16];
	struct figures f;
	int ends[2], status;
	pid_t child;

	if (!mkdtemp(dir) || pipe(ends) != 0)
		fail("no temporary directory");
	snprintf(path, sizeof(path), "%s/list.json", dir);
	write_rules(path, count);
	child = fork();
	if (child == 0) {
		f = measure(dir, count);
		_exit(write(ends[1], &f, sizeof(f)) != (ssize_t)sizeof(f));
	}
	close(ends[1]);
	if (child < 0 || read(ends[0], &f, sizeof(f)) != (ssize_t)sizeof(f))
		fail("the measuring process gave no figures");
	close(ends[0]);
	waitpid(child, &status, 0);
	unlink(path);
	rmdir(dir);
	return f;
}

static const char *verdict(double value, double bar, unsigned *missed)
{
	*missed += value >= bar;
	return value < bar ? "well" : "MISSED";
}

static void shipped(const char *dir, unsigned *missed)
{
	double best = 1e9;
	size_t patterns = 0;

	for (int i = 0; i < LOADS; i++) {
		double start = seconds(CLOCK_PROCESS_CPUTIME_ID), t;
		struct rules_error error;
		struct rules *r = rules_load(dir, &error);

		if (!r)
			fail(error.what);
		t = seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
		best = t < best ? t : best;
		patterns = rules_patterns(r);
		rules_free(r);
	}
	printf("%-44s %8.1f ms   bar %4.0f   %s\n", "load the shipped rules", best * 1e3, bar_shipped * 1e3,
	       verdict(best, bar_shipped, missed));
	printf("%-44s %8zu\n", "  patterns in them", patterns);
}

int main(int argc, char **argv)
{
	unsigned missed = 0;
	struct figures small, large;

	puts("Rules at scale: one rule of 1,000 and of 1,000,000 suffixes");
	small = measure_apart(SMALL);
	large = measure_apart(LARGE);
	printf("%-44s %8.2f s    bar %4.0f   %s\n", "load 1,000,000 names", large.seconds, bar_seconds,
	       verdict(large.seconds, bar_seconds, &missed));
	printf("%-44s %8.1f      bar %4.0f   %s\n", "resident bytes a name", large.bytes, bar_bytes,
	       verdict(large.bytes, bar_bytes, &missed));
	for (int i = 0; i < MIXES; i++) {
		double ratio = large.ns[i] / small.ns[i];
		bool barred = i != MATCHED;	/* the latency of memory sets that one, not the table */

		printf("lookup, %-21s ns: %6.1f, %6.1f  ratio %5.2f   ", mixes[i], small.ns[i], large.ns[i], ratio);
		if (barred)
			printf("bar %4.0f   %s\n", bar_ratio, verdict(ratio, bar_ratio, &missed));
		else
			puts("no bar");
	}
	if (argc > 1)
		shipped(argv[1], &missed);
	printf("bars missed: %u\n", missed);
	return 0;
}
