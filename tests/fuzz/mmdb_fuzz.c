/* links: geo addr */
#include <ctype.h>

#include "file.h"
#include "geo.h"

/* libmaxminddb itself forgets part of a broken file's metadata; what geo.c takes is still watched */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libmaxminddb";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const asked[] = { "77.74.181.50", "8.8.8.8", "2a03:2480::1", "::ffff:1.2.3.4" };
	char path[FUZZ_PATH_MAX], what[GEO_WHAT_MAX] = "";
	int fd = fuzz_file(data, size, path);
	struct geo *geo = geo_new();
	struct addr a;

	FUZZ_MUST(geo);
	if (!geo_open(geo, path, what))
		FUZZ_MUST(what[0]);
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked) && addr_parse(asked[i], &a); i++) {
		const struct place *p = geo_find(geo, &a);

		if (!p)
			continue;
		FUZZ_MUST(p->country[0] || p->as_number);
		/* countries go into JSON as they stand */
		for (unsigned k = 0; k < p->opinions; k++)
			FUZZ_MUST(isalnum((unsigned char)p->opinion[k].country[0]) &&
				  isalnum((unsigned char)p->opinion[k].country[1]));
		FUZZ_MUST(!p->country[2] && memchr(p->city, 0, sizeof(p->city)) && memchr(p->as_name, 0, sizeof(p->as_name)));
	}
	geo_free(geo);
	close(fd);
	return 0;
}
