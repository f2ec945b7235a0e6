/* links: rules rules_load rules_read rules_match rules_networks rules_table rules_index rules_shadow rules_facts jsonfile addr */
#include "file.h"
#include "rules.h"

static char dir[] = "/tmp/telltale-fuzz-XXXXXX", file[sizeof(dir) + 8];

static void leave(void)
{
	unlink(file);
	rmdir(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[FUZZ_PATH_MAX];
	struct name name = { .len = 22, .text = "ksn.kaspersky-labs.com" };
	int fd = fuzz_file(data, size, path);
	struct rules_error error;
	struct rule_hit hit;
	struct rules *rules;

	if (!file[0]) {
		FUZZ_MUST(mkdtemp(dir));
		snprintf(file, sizeof(file), "%s/a.json", dir);
		atexit(leave);
	}
	(void)unlink(file);
	FUZZ_MUST(symlink(path, file) == 0);
	rules = rules_load(dir, &error);
	FUZZ_MUST(rules || error.what[0]);
	if (rules && rules_match(rules, &name, &hit))
		FUZZ_MUST(hit.pattern[0] && hit.rule->id[0] && hit.rule->vendor->name[0] && hit.rule->references[0]);
	rules_free(rules);
	close(fd);
	return 0;
}
