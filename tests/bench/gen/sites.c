#include "sites.h"

#include "fatal.h"
#include "random.h"
#include "telemetry.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
	DOMAINS = 40000,
	NAME_SIZE = 80,
};

static char domains[DOMAINS][NAME_SIZE];

/* Cumulated share of the visits, up to and with each. */
static double domain_share[DOMAINS], telemetry_share[TELEMETRY_NAMES];

static const char *const syllables[32] = {
	"ba", "co", "di", "fo", "gra", "hel", "in", "jo", "ka", "lu", "mo", "ne", "or", "pla", "qui", "ro",
	"sta", "tri", "ur", "vo", "wex", "yo", "zen", "link", "net", "soft", "data", "shop", "play", "news",
	"blu", "max",
};

static const char *const suffixes[22] = {
	"com", "com", "com", "com", "com", "com", "net", "net", "org", "org", "io", "de", "co.uk", "fr", "ru",
	"cn", "co.jp", "com.br", "nl", "app", "dev", "cloud",
};

static const char *const hosts[20] = {
	"www", "www", "www", "api", "cdn", "static", "img", "m", "login", "assets", "media", "s3", "edge", "ws",
	"auth", "mail", "video", "events", "app", "update",
};

static void append(char name[static NAME_SIZE], const char *part)
{
	size_t n = strlen(name), more = strlen(part);

	if (n + more >= NAME_SIZE)
		fatal("the name %s%s is too long; enlarge NAME_SIZE", name, part);
	memcpy(name + n, part, more + 1);
}

static void append_number(char name[static NAME_SIZE], uint32_t number)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%u", (unsigned)number);
	append(name, digits);
}

static const char *draw_host(void)
{
	return hosts[random_below(20)];
}

static const char *draw_syllable(void)
{
	return syllables[random_below(32)];
}

/* As content networks name what they serve for one customer. */
static void append_tag(char name[static NAME_SIZE])
{
	uint32_t length = 6 + random_below(12);

	for (uint32_t i = 0; i < length; i++) {
		char letter[2] = { "abcdefghijklmnopqrstuvwxyz0123456789"[random_below(36)], '\0' };

		append(name, letter);
	}
	append(name, ".");
	append(name, draw_host());
	append(name, ".");
}

/* As clouds name a machine in a region. */
static void append_region(char name[static NAME_SIZE])
{
	uint32_t zone = random_below(9);
	const char *cluster = draw_syllable();
	const char *region = random_below(2) ? "eu-west" : "us-east";
	uint32_t number = random_below(99);

	append(name, draw_host());
	append(name, "-");
	append_number(name, number);
	append(name, ".");
	append(name, region);
	append(name, ".");
	append(name, cluster);
	append_number(name, zone);
	append(name, ".");
}

static void name_make(char name[static NAME_SIZE])
{
	double kind = random_unit();

	if (kind < 0.55) {
		append(name, draw_host());
		append(name, ".");
	} else if (kind < 0.75) {
		append_tag(name);
	} else if (kind < 0.9) {
		append_region(name);
	}
	for (uint32_t left = 2 + random_below(3); left > 0; left--)
		append(name, draw_syllable());
	if (random_chance(0.3))
		append_number(name, random_below(999));
	append(name, ".");
	append(name, suffixes[random_below(22)]);
}

/* Zipf's law: the visits of a site fall with a power of its rank. */
static void share_visits(double *share, size_t n, double power)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum += 1.0 / pow((double)(i + 1), power);
		share[i] = sum;
	}
	for (size_t i = 0; i < n; i++)
		share[i] /= sum;
}

void sites_make(void)
{
	for (size_t i = 0; i < DOMAINS; i++)
		name_make(domains[i]);
	share_visits(domain_share, DOMAINS, 0.95);
	share_visits(telemetry_share, TELEMETRY_NAMES, 0.7);
}

static uint32_t draw_share(const double *share, uint32_t n)
{
	double drawn = random_unit();
	uint32_t low = 0, high = n - 1;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (share[middle] < drawn)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct site site_pick(void)
{
	if (random_chance(0.05)) {
		uint32_t rank = draw_share(telemetry_share, TELEMETRY_NAMES);

		return (struct site){ DOMAINS + rank, telemetry_names[rank], true };
	}
	uint32_t rank = draw_share(domain_share, DOMAINS);

	return (struct site){ rank, domains[rank], false };
}
