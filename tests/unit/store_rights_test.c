/* links: store store_file store_path store_table lru pool */
/*
 * The store without the rights that it would like: a folder that is read-only, a
 * sandbox that leaves it one folder.
 */
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "store_build.h"

enum { NO_LANDLOCK = 77 };

/* in_child runs a part that gives up rights for good; its exit status. */
static int in_child(void (*part)(const char *path), const char *path)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child) {
		part(path);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void use_read_only(const char *path)
{
	char what[STORE_WHAT_MAX];
	struct store *s;

	if (getuid() == 0 && setuid(65534) != 0)
		_exit(2);
	s = store_open(path, CAPACITY, hash_key_files, what);
	if (!s || !strstr(what, "store ") || note(s, 1, 1) != STORE_UNSURE || note(s, 1, 2) != STORE_UNSURE)
		_exit(3);
	if (store_flush(s, 3, what) || store_flush(s, 4, what) || what[0] || store_counts(s).waiting != 1)
		_exit(4);
	if (!store_close(s))
		_exit(5);
}

static void test_read_only_folder(void **state)
{
	struct folder f = folder_make();

	(void)state;
	assert_int_equal(chmod(f.path, 0555), 0);
	assert_int_equal(in_child(use_read_only, folder_file(&f, "seen.db")), 0);
	assert_int_equal(chmod(f.path, 0755), 0);
	fill(folder_file(&f, "seen.db"), 5);
	assert_int_equal(chmod(f.path, 0555), 0);
	assert_int_equal(chmod(folder_file(&f, "seen.db"), 0444), 0);
	assert_int_equal(in_child(use_read_only, folder_file(&f, "seen.db")), 0);
	assert_int_equal(chmod(f.path, 0755), 0);
	assert_int_equal(count_aside(&f), 0);
	folder_remove(&f);
}

/* confine leaves the process one folder to open files in; false where the kernel has no Landlock. */
static bool confine(const char *dir)
{
	struct landlock_ruleset_attr all = { .handled_access_fs = LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1 };
	struct landlock_path_beneath_attr beneath = { .allowed_access = all.handled_access_fs };
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);

	if (rules < 0)
		return false;
	beneath.parent_fd = open(dir, O_PATH | O_CLOEXEC);
	return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
}

static void use_confined(const char *path)
{
	char what[STORE_WHAT_MAX], dir[PATH_ROOM * 2];
	struct store *s = store_open(path, 4096, hash_key_files, what);

	snprintf(dir, sizeof(dir), "%.*s", (int)(strrchr(path, '/') - path), path);
	if (!s || what[0])
		_exit(2);
	if (!confine(dir))
		_exit(NO_LANDLOCK);
	if (open("/dev/urandom", O_RDONLY) >= 0 || open("/etc/passwd", O_RDONLY) >= 0)
		_exit(3);
	for (int64_t n = 0; n < 20; n++) {	/* enough for checkpoints of the log */
		for (unsigned i = 0; i < 3000; i++)
			note(s, i, n);
		if (!store_flush(s, n, what) || what[0])
			_exit(4);
	}
	if (unlink(path) != 0 || !store_flush(s, 21, what) || !store_close(s))
		_exit(5);
}

static void test_confined(void **state)
{
	struct folder f = folder_make();
	const char *path = folder_file(&f, "seen.db");
	int status = in_child(use_confined, path);

	(void)state;
	if (status == NO_LANDLOCK) {
		printf("  not tried in a sandbox: no Landlock here\n");
	} else {
		assert_int_equal(status, 0);
		assert_int_equal(ask(path, "SELECT count(*) FROM pair WHERE count = 20"), 3000);
	}
	folder_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_only_folder),
		cmocka_unit_test(test_confined),
	};

	return cmocka_run_group_tests_name("store rights", tests, NULL, NULL);
}
