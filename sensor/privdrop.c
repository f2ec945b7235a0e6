#include "privdrop.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

#ifndef SANITIZED
#define SANITIZED 0
#endif

enum { FILES_MAX = 1024 };	/* descriptors */

const char *privdrop_user(const char *wanted, char what[static PRIVDROP_WHAT_MAX])
{
	const char *const names[] = { wanted, wanted ? NULL : "telltale", wanted ? NULL : "nobody" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (names[i] && getpwnam(names[i]))
			return names[i];
	}
	snprintf(what, PRIVDROP_WHAT_MAX, "there is no user %s", wanted ? wanted : "telltale or nobody");
	return NULL;
}

void privdrop_keep_low(int held[static PRIVDROP_LOW])
{
	for (int i = 0; i < PRIVDROP_LOW; i++)
		held[i] = open("/", O_PATH | O_CLOEXEC);
}

void privdrop_free_low(const int held[static PRIVDROP_LOW])
{
	for (int i = 0; i < PRIVDROP_LOW; i++) {
		if (held[i] >= 0)
			close(held[i]);
	}
}

void privdrop_read(struct privdrop *p, const char *path)
{
	if (p->reads < PRIVDROP_PATHS_MAX)
		p->read[p->reads++] = path;
}

void privdrop_write(struct privdrop *p, const char *path)
{
	if (p->writes < PRIVDROP_PATHS_MAX)
		p->write[p->writes++] = path;
}

void privdrop_folder_of(const char *path, char *out, size_t size)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		snprintf(out, size, ".");
	else
		snprintf(out, size, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

void privdrop_give(const char *path, const char *user)
{
	const struct passwd *to = user ? getpwnam(user) : NULL;
	int fd = to ? open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
	struct stat st, around;
	char folder[1024];

	if (fd < 0)
		return;
	privdrop_folder_of(path, folder, sizeof(folder));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1 && st.st_uid == 0 &&
	    stat(folder, &around) == 0 && around.st_uid == to->pw_uid)
		(void)!fchown(fd, to->pw_uid, to->pw_gid);
	close(fd);
}

static bool fail(char what[static PRIVDROP_WHAT_MAX], const char *step)
{
	snprintf(what, PRIVDROP_WHAT_MAX, "%s: %s", step, strerror(errno));
	return false;
}

/* The bounding set can be emptied with CAP_SETPCAP only; without, no_new_privs makes it meaningless. */
static void empty_bounding_set(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0; cap++)
		;
}

static bool become(const char *name, char what[static PRIVDROP_WHAT_MAX])
{
	const struct passwd *user;

	if (!name || geteuid() != 0)
		return true;
	user = getpwnam(name);
	if (!user)
		return fail(what, name);
	if (setgroups(0, NULL) != 0 || setresgid(user->pw_gid, user->pw_gid, user->pw_gid) != 0 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0)
		return fail(what, "becoming another user");
	if (user->pw_uid != 0 && setuid(0) == 0) {
		snprintf(what, PRIVDROP_WHAT_MAX, "root came back after becoming %s", name);
		return false;
	}
	return true;
}

static bool drop_capabilities(bool read_any, char what[static PRIVDROP_WHAT_MAX])
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { 0 };

	if (read_any && geteuid() == 0)
		none[0].effective = none[0].permitted = 1U << CAP_DAC_READ_SEARCH;
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capset, &head, none) == 0)
		return true;
	none[0] = none[1];	/* a container's root may not have it */
	return syscall(SYS_capset, &head, none) == 0 || fail(what, "dropping capabilities");
}

static bool set_limits(char what[static PRIVDROP_WHAT_MAX])
{
	const struct rlimit none = { 0, 0 };
	struct rlimit files;

	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return fail(what, "limit of core files");
	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return fail(what, "limit of descriptors");
	if (files.rlim_max > FILES_MAX)
		files = (struct rlimit){ FILES_MAX, FILES_MAX };
	return setrlimit(RLIMIT_NOFILE, &files) == 0 || fail(what, "limit of descriptors");
}

static bool apply(const struct privdrop *p, struct privdrop_level *level, char what[static PRIVDROP_WHAT_MAX])
{
	int ruleset = privdrop_paths_open(p, &level->landlock);

	if (ruleset < 0) {
		if (level->landlock > 0)
			return fail(what, "Landlock");
		level->landlock = 0;
	}
	tzset();	/* reads /etc/localtime */
	empty_bounding_set();
	if (!set_limits(what) || !become(p->user, what) || !drop_capabilities(p->read_any, what))
		return false;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return fail(what, "no_new_privs");
	if (ruleset >= 0 && !privdrop_paths_close(ruleset))
		return fail(what, "Landlock");
	return privdrop_calls(p, &level->calls) || fail(what, "seccomp");
}

bool privdrop_apply(const struct privdrop *p, struct privdrop_level *level, char what[static PRIVDROP_WHAT_MAX])
{
	*level = (struct privdrop_level){ 0 };
	return SANITIZED || apply(p, level, what);
}
