/* links: ruleset */
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
	struct addr asked[2] = { addr_v4((const uint8_t[]){ 198, 18, 4, 7 }),
				 addr_v6((const uint8_t[16]){ 0x20, 0x01, 0x0d, 0xb8 }) };
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
	for (int i = 0; rules && i < 2; i++) {
		if (rules_match_addr(rules, &asked[i], &hit))
			FUZZ_MUST(rules_has_addr(rules) && strchr(hit.pattern, '/') && hit.kind == RULE_CIDR);
	}
	if (rules && rules_match_as(rules, 64500, &hit))
		FUZZ_MUST(rules_has_as(rules) && strcmp(hit.pattern, "64500") == 0);
	if (rules && rules_match_ja4(rules, "t13d1516h2_8daaf6152771_02713d6af862", &hit))
		FUZZ_MUST(rules_has_ja4(rules) && strchr(hit.pattern, '_') && hit.kind == RULE_JA4);
	rules_free(rules);
	close(fd);
	return 0;
}
