/* links: privdrop privdrop_paths privdrop_calls */
/*
 * escape READ WRITE: tries whatever an intruder would, each in a process of its
 * own, once before the sandbox (to show that the try itself is sound) and once
 * within; then does what the sensor has to do there.
 */
#include "privdrop.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tries.h"

enum { WORKED = 0, REFUSED = 1, NO_SANDBOX = 99 };

static unsigned passed, failed;

static void enter(const struct place *at)
{
	static struct privdrop p;
	struct privdrop_level level;
	char what[PRIVDROP_WHAT_MAX];

	p = (struct privdrop){ .receiver = at->packet, .notify = -1 };
	p.user = geteuid() == 0 ? "nobody" : NULL;
	privdrop_read(&p, at->read);
	privdrop_read(&p, "/no/such/folder");
	privdrop_write(&p, at->write);
	if (privdrop_apply(&p, &level, what) && level.calls)
		return;
	fprintf(stderr, "%s\n", level.calls ? what : "no sandbox in this build");
	_exit(NO_SANDBOX);
}

/* attempt runs one try; its exit status, or 128 and the signal. */
static int attempt(const struct try *t, const struct place *at, bool within)
{
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		const struct rlimit no_core = { 0, 0 };

		setrlimit(RLIMIT_CORE, &no_core);
		alarm(10);
		if (within)
			enter(at);
		errno = 0;
		if (t->run(at) == 0)
			_exit(WORKED);
		_exit(errno == EPERM || errno == EACCES || errno == ENOSYS || errno == EXDEV ? REFUSED : 2);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 255;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void check(const char *name, const char *when, bool ok, int status)
{
	passed += ok;
	failed += !ok;
	if (!ok)
		printf("FAILED %s %s: status %d\n", name, when, status);
}

int main(int argc, char **argv)
{
	struct place at;
	bool root = geteuid() == 0;

	if (argc != 3 || !place_open(&at, argv[1], argv[2]))
		return 1;
	for (const struct try *t = escapes; t->name; t++) {
		int before = attempt(t, &at, false), within;

		/* what only root could do anyway shows nothing when tried as another */
		if (root || !t->needs_root)
			check(t->name, "outside the sandbox, where it must work", before == WORKED, before);
		within = attempt(t, &at, true);
		check(t->name, "in the sandbox", within == REFUSED || within == 128 + SIGSYS, within);
	}
	for (const struct try *t = duties; t->name; t++) {
		int status = attempt(t, &at, true);

		check(t->name, "in the sandbox, where it must work", status == WORKED, status);
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed ? 1 : 0;
}
