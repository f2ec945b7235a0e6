/* links: ruleset */
#include "file.h"
#include "rules.h"

static const char rule[] =
	"{ \"vendor\": { \"id\": \"v\", \"name\": \"V\" }, \"rules\": [ { \"id\": \"v.r\", \"product\": \"P\", \"purpose\": \"time\","
	"\"installed\": false, \"confidence\": \"documented\", \"match\": { \"asn\": [64500] }, \"references\": [\"a\"] } ] }";
static char dir[] = "/tmp/telltale-fuzz-XXXXXX", vendor[sizeof(dir) + 8], networks[sizeof(dir) + 16];

static void leave(void)
{
	unlink(vendor);
	unlink(networks);
	rmdir(dir);
}

static void enter(void)
{
	FILE *f;

	FUZZ_MUST(mkdtemp(dir));
	snprintf(vendor, sizeof(vendor), "%s/a.json", dir);
	snprintf(networks, sizeof(networks), "%s/networks.json", dir);
	f = fopen(vendor, "w");
	FUZZ_MUST(f && fputs(rule, f) >= 0 && fclose(f) == 0);
	atexit(leave);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[FUZZ_PATH_MAX];
	int fd = fuzz_file(data, size, path);
	struct rules_error error;
	struct rules *rules;

	if (!vendor[0])
		enter();
	(void)unlink(networks);
	FUZZ_MUST(symlink(path, networks) == 0);
	rules = rules_load(dir, &error);
	FUZZ_MUST(rules || error.what[0]);
	for (uint32_t as = 0; rules && as < 65536; as += 13) {
		const struct network *n = rules_network(rules, as);

		FUZZ_MUST(!n || (n->as == as && n->name[0] && n->references[0] &&
				 (strcmp(n->kind, "cdn") == 0 || strcmp(n->kind, "cloud") == 0)));
	}
	rules_free(rules);
	close(fd);
	return 0;
}
