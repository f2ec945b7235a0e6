/* links: notify */
#include "folder.h"
#include "notify.h"

#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

/* listen_at stands for the service manager; '@' begins an abstract name. */
static int listen_at(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	memcpy(at.sun_path, path, strlen(path));
	if (*path == '@')
		at.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&at,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path))), 0);
	setenv("NOTIFY_SOCKET", path, 1);
	return fd;
}

static const char *heard(int fd)
{
	static char text[2048];
	ssize_t n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void test_says(void **state)
{
	char name[64];
	int manager, fd;

	(void)state;
	snprintf(name, sizeof(name), "@telltale-test-%d", (int)getpid());
	for (int i = 0; i < 2; i++) {
		manager = listen_at(i ? name : folder_file(&folder, "socket"));
		fd = notify_open();
		assert_true(fd >= 0);
		notify_say(fd, "READY=%d", 1);
		assert_string_equal(heard(manager), "READY=1");
		notify_say(fd, "STATUS=%2000d", 7);	/* too long: cut, not dropped */
		assert_int_equal(strlen(heard(manager)), 1023);
		close(manager);
		notify_say(fd, "STOPPING=1");		/* nobody hears it: no harm */
		close(fd);
	}
}

/* A manager that does not read must not hold the sensor up. */
static void test_never_waits(void **state)
{
	int manager = listen_at(folder_file(&folder, "deaf")), fd = notify_open();

	(void)state;
	for (int i = 0; i < 10000; i++)
		notify_say(fd, "WATCHDOG=1");
	assert_string_equal(heard(manager), "WATCHDOG=1");
	close(fd);
	close(manager);
}

static void test_no_manager(void **state)
{
	static const char *const bad[] = { "", "/", "relative/path", "/no/such/socket", "vsock:2:1234" };
	char longest[300];

	(void)state;
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(notify_open(), -1);
	notify_say(-1, "READY=1");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		setenv("NOTIFY_SOCKET", bad[i], 1);
		assert_int_equal(notify_open(), -1);
	}
	memset(longest, '/', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	setenv("NOTIFY_SOCKET", longest, 1);
	assert_int_equal(notify_open(), -1);
}

static void test_watchdog(void **state)
{
	static const struct {
		const char *us;
		int64_t ns;
	} all[] = {
		{ "30000000", 30000000000 }, { "1", 1000 }, { "", 0 }, { "x", 0 }, { "5s", 0 },
		{ "99999999999999999999", 0 }, { "18446744073709551615", 0 },
	};
	char pid[32];

	(void)state;
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	assert_int_equal(notify_watchdog(), 0);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		setenv("WATCHDOG_USEC", all[i].us, 1);
		assert_int_equal(notify_watchdog(), all[i].ns);
	}
	setenv("WATCHDOG_USEC", "1000", 1);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(notify_watchdog(), 1000000);
	setenv("WATCHDOG_PID", "1", 1);		/* another process is watched */
	assert_int_equal(notify_watchdog(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_says),
		cmocka_unit_test(test_never_waits),
		cmocka_unit_test(test_no_manager),
		cmocka_unit_test(test_watchdog),
	};

	return cmocka_run_group_tests_name("notify", tests, folder_setup, folder_teardown);
}
