#include "fetch.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory.h"

/* curl's exit codes (curl(1)) that say something of the address and not of the way to it. */
enum { CURL_NO_HOST = 6, CURL_NOT_FOUND = 127 };

extern char **environ;

bool fetch_alive(const struct fetch *f)
{
	return f->asked && !f->fault && f->status >= 200 && f->status < 400;
}

bool fetch_dead(const struct fetch *f)
{
	return f->asked && (f->fault ? f->fault == CURL_NO_HOST : f->status == 404 || f->status == 410);
}

/* put_config writes what curl is to fetch (curl(1), --config); order gives back which was meant by its number. */
static size_t put_config(FILE *out, const struct fetch *list, size_t n, bool head, size_t *order)
{
	size_t count = 0;

	fprintf(out, "globoff\nlocation\nparallel\nparallel-max = %d\nconnect-timeout = %d\nmax-time = %d\n"
		"max-redirs = %d\nproto = \"=http,https\"\nproto-redir = \"=http,https\"\ncompressed\n"
		"user-agent = \"Mozilla/5.0 (compatible; telltale-rules)\"\n"
		"write-out = \"%%{urlnum}\\t%%{http_code}\\t%%{exitcode}\\t%%{errormsg}\\n\"\n%s",
		FETCH_PARALLEL, FETCH_CONNECT_SECONDS, FETCH_SECONDS, FETCH_REDIRECTS, head ? "head\n" : "");
	for (size_t i = 0; i < n; i++) {
		if (fetch_alive(&list[i]))
			continue;
		fputs("url = \"", out);
		for (const char *p = list[i].url; *p; p++)
			fprintf(out, strchr("\"\\", *p) ? "\\%c" : "%c", *p);
		fputs("\"\noutput = \"/dev/null\"\n", out);
		order[count++] = i;
	}
	return count;
}

/* run_curl: 0 to 126 is what curl left with; CURL_NOT_FOUND and above when it did not run. */
static int run_curl(int in, int out)
{
	char *argv[] = { (char []){ "curl" }, (char []){ "--disable" }, (char []){ "--silent" },
			 (char []){ "--no-progress-meter" }, (char []){ "--config" }, (char []){ "-" }, NULL };
	posix_spawn_file_actions_t actions;
	int status = -1, error;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	error = posix_spawnp(&pid, "curl", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error)
		return CURL_NOT_FOUND;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : CURL_NOT_FOUND;
}

static size_t read_answers(FILE *in, struct fetch *list, const size_t *order, size_t count)
{
	unsigned long number;
	char line[1024];
	long status, fault;
	size_t answers = 0;
	int at;

	while (fgets(line, sizeof(line), in)) {
		if (sscanf(line, "%lu\t%ld\t%ld\t%n", &number, &status, &fault, &at) != 3 || number >= count)
			continue;
		line[strcspn(line, "\n")] = '\0';
		list[order[number]].asked = true;
		list[order[number]].status = status;
		list[order[number]].fault = fault;
		snprintf(list[order[number]].what, FETCH_WHAT_MAX, "%.*s", FETCH_WHAT_MAX - 1, line + at);
		answers++;
	}
	return answers;
}

static bool pass(struct fetch *list, size_t n, bool head)
{
	FILE *config = tmpfile(), *answers = tmpfile();
	size_t *order = memory_new(n, sizeof(*order)), count = 0, got = 0;
	bool ok = config && answers;

	if (ok)
		count = put_config(config, list, n, head, order);
	if (ok && count) {
		ok = fflush(config) == 0 && lseek(fileno(config), 0, SEEK_SET) == 0 &&
		     run_curl(fileno(config), fileno(answers)) < CURL_NOT_FOUND;
		rewind(answers);
		got = read_answers(answers, list, order, count);
		ok = ok && got;
	}
	if (!ok)
		fputs("telltale-rules: references cannot be asked for: install the program curl, 7.75 or later\n", stderr);
	if (config)
		fclose(config);
	if (answers)
		fclose(answers);
	free(order);
	return ok;
}

bool fetch_all(struct fetch *list, size_t n)
{
	return pass(list, n, true) && pass(list, n, false);
}
