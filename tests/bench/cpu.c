/*
 * bench_cpu runs a command with its output thrown away and prints what it took:
 *	USER+SYSTEM_SECONDS PEAK_RESIDENT_KIB
 * Its exit status is that of the command.
 */

#define _DEFAULT_SOURCE 1	/* wait4 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_FAILED = 127 };

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void run(char **command)
{
	int nowhere = open("/dev/null", O_WRONLY);

	if (nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0)
		execvp(command[0], command);
	fprintf(stderr, "bench_cpu: cannot run %s: %s; is it built, and on the PATH?\n", command[0], strerror(errno));
	_exit(COMMAND_FAILED);
}

int main(int argc, char **argv)
{
	struct rusage used;
	int status;

	if (argc < 2) {
		fputs("usage: bench_cpu COMMAND [ARGUMENT]...\n", stderr);
		return 1;
	}

	pid_t child = fork();

	if (child == 0)
		run(argv + 1);
	if (child < 0 || wait4(child, &status, 0, &used) < 0) {
		fprintf(stderr, "bench_cpu: cannot start or watch a process: %s\n", strerror(errno));
		return 1;
	}
	if (!WIFEXITED(status)) {
		fprintf(stderr, "bench_cpu: %s was ended by signal %d\n", argv[1], WTERMSIG(status));
		return 1;
	}
	printf("%.6f %ld\n", seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss);
	return WEXITSTATUS(status);
}
