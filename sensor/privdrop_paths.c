/* What is left of the file system: Landlock, by its three system calls (Linux 5.13, landlock(7)). */
#include "privdrop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

/* linux/landlock.h, written out: what a build knows must not depend on the age of its headers. */
enum { CREATE_VERSION = 1, RULE_PATH_BENEATH = 1 };
enum {
	EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_DIR = 1 << 3, REMOVE_FILE = 1 << 5,
	MAKE_REG = 1 << 8, REFER = 1 << 13, TRUNCATE = 1 << 14, IOCTL_DEV = 1 << 15
};
enum { FS_OF_ABI_1 = (1 << 13) - 1, NET_TCP = 3, SCOPE_ABSTRACT_AND_SIGNAL = 3 };

struct ruleset {
	uint64_t files, net, scoped;	/* what is forbidden but for rules; in ABI 1, 4 and 6 */
};

struct beneath {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

static uint64_t handled(int abi)
{
	return FS_OF_ABI_1 | (abi >= 2 ? REFER : 0) | (abi >= 3 ? TRUNCATE : 0) | (abi >= 5 ? IOCTL_DEV : 0);
}

static int create(int abi)
{
	struct ruleset r = { handled(abi), abi >= 4 ? NET_TCP : 0, abi >= 6 ? SCOPE_ABSTRACT_AND_SIGNAL : 0 };
	size_t size = abi >= 6 ? sizeof(r) : abi >= 4 ? offsetof(struct ruleset, scoped)
						      : offsetof(struct ruleset, net);

	return (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
}

/* allow adds a path with all below it; what is not there, or is no file of a file system (a pipe), is no fault. */
static bool allow(int ruleset, const char *path, uint64_t rights)
{
	struct beneath b = { .allowed = rights, .parent = open(path, O_PATH | O_CLOEXEC) };
	struct stat st;
	bool ok;

	if (b.parent < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ENXIO || errno == EACCES;
	if (fstat(b.parent, &st) == 0 && !S_ISDIR(st.st_mode))
		b.allowed &= WRITE_FILE | READ_FILE | TRUNCATE;
	ok = syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &b, 0) == 0 || errno == EBADFD;
	close(b.parent);
	return ok;
}

int privdrop_paths_open(const struct privdrop *p, int *abi)
{
	uint64_t reading = READ_FILE | READ_DIR, writing = reading | WRITE_FILE | REMOVE_FILE | MAKE_REG | TRUNCATE;
	int ruleset;
	bool ok = true;

	*abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);
	if (*abi < 1)
		return -1;
	ruleset = create(*abi);
	if (ruleset < 0)
		return -1;
	for (size_t i = 0; ok && i < p->reads; i++)
		ok = allow(ruleset, p->read[i], reading);
	for (size_t i = 0; ok && i < p->writes; i++)
		ok = allow(ruleset, p->write[i], writing & handled(*abi));
	if (ok)
		return ruleset;
	close(ruleset);
	return -1;
}

bool privdrop_paths_close(int ruleset)
{
	bool ok = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;

	close(ruleset);
	return ok;
}
