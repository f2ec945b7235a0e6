/* links: privdrop privdrop_paths privdrop_calls */
#include "files.h"
#include "privdrop.h"

#include <fcntl.h>
#include <pwd.h>

/* What the sandbox holds back is tried in tests/sandbox, in processes of their own. */

static void test_user(void **state)
{
	char what[PRIVDROP_WHAT_MAX] = "";

	(void)state;
	assert_non_null(privdrop_user(NULL, what));
	assert_string_equal(privdrop_user("root", what), "root");
	assert_null(privdrop_user("no such user", what));
	assert_non_null(strstr(what, "no such user"));
}

static void test_folder_of(void **state)
{
	static const struct {
		const char *path, *folder;
	} all[] = {
		{ "events.json", "." }, { "/events.json", "/" }, { "/var/log/events.json", "/var/log" },
		{ "log/events.json", "log" }, { "./events.json", "." }, { "a//b", "a/" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		char out[64];

		privdrop_folder_of(all[i].path, out, sizeof(out));
		assert_string_equal(out, all[i].folder);
	}
}

/* Sockets opened between the two calls lie above what is opened afterwards. */
static void test_low_descriptors(void **state)
{
	int low[PRIVDROP_LOW], socket, later[PRIVDROP_LOW];

	(void)state;
	privdrop_keep_low(low);
	socket = open("/dev/null", O_RDONLY);
	privdrop_free_low(low);
	for (int i = 0; i < PRIVDROP_LOW; i++) {
		later[i] = open("/dev/null", O_WRONLY);
		assert_true(later[i] >= 0 && later[i] < socket);
	}
	for (int i = 0; i < PRIVDROP_LOW; i++)
		close(later[i]);
	close(socket);
}

static uid_t owner(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_uid;
}

/* Only a plain file of root's, with one name, in the user's own folder. */
static void test_give(void **state)
{
	const struct passwd *nobody = getpwnam("nobody");
	uid_t uid = nobody ? nobody->pw_uid : 0;
	struct folder f;
	char path[2 * PATH_ROOM], other[2 * PATH_ROOM];

	(void)state;
	if (geteuid() != 0 || !uid) {
		print_message("skipped giving files away: not root\n");
		return;
	}
	f = folder_make();
	strcpy(path, folder_put(&f, "events", "x", 1));
	strcpy(other, folder_file(&f, "link"));
	privdrop_give(path, "nobody");
	assert_int_equal(owner(path), 0);		/* root's folder: root's file */
	assert_int_equal(chown(f.path, uid, (gid_t)-1), 0);
	privdrop_give(path, NULL);
	privdrop_give(path, "no such user");
	assert_int_equal(owner(path), 0);
	assert_int_equal(link(path, other), 0);
	privdrop_give(path, "nobody");
	assert_int_equal(owner(path), 0);		/* two names */
	assert_int_equal(unlink(other), 0);
	assert_int_equal(symlink(path, other), 0);
	privdrop_give(other, "nobody");
	assert_int_equal(owner(path), 0);
	assert_int_equal(owner(other), 0);
	privdrop_give(path, "nobody");
	assert_int_equal(owner(path), uid);
	folder_remove(&f);
}

/* More paths than there is room for are left out: the sandbox is tighter, not wider. */
static void test_paths_are_bounded(void **state)
{
	static struct privdrop p;

	(void)state;
	for (int i = 0; i < PRIVDROP_PATHS_MAX + 5; i++) {
		privdrop_read(&p, "/a");
		privdrop_write(&p, "/b");
	}
	assert_int_equal(p.reads, PRIVDROP_PATHS_MAX);
	assert_int_equal(p.writes, PRIVDROP_PATHS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_user),
		cmocka_unit_test(test_folder_of),
		cmocka_unit_test(test_low_descriptors),
		cmocka_unit_test(test_give),
		cmocka_unit_test(test_paths_are_bounded),
	};

	return cmocka_run_group_tests_name("privdrop", tests, NULL, NULL);
}
