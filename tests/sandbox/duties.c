/* What the sensor has to do in the sandbox, and what its libraries do. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "privdrop.h"
#include "tries.h"

#define TRY(name) static int name(const struct place *at)

bool place_open(struct place *at, const char *read, const char *write)
{
	struct sockaddr_ll lo = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
				  .sll_ifindex = (int)if_nametoindex("lo") };
	int low[PRIVDROP_LOW];

	privdrop_keep_low(low);
	*at = (struct place){ read, write, socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)) };
	privdrop_free_low(low);
	if (at->packet >= 0 && bind(at->packet, (struct sockaddr *)&lo, sizeof(lo)) == 0)
		return true;
	perror("a packet socket on lo");
	return false;
}

static const char *in(const char *folder, const char *name)
{
	static char path[4][1024];
	static unsigned turn;

	snprintf(path[++turn % 4], sizeof(path[0]), "%s/%s", folder, name);
	return path[turn % 4];
}

TRY(read_rules)
{
	FILE *f = fopen(in(at->read, "file"), "r");
	char line[16];
	bool ok = f && fgets(line, sizeof(line), f);

	return ok ? fclose(f) : -1;
}

TRY(map_database)
{
	int fd = open(in(at->read, "file"), O_RDONLY | O_CLOEXEC);
	void *p = fd < 0 ? MAP_FAILED : mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);

	return p == MAP_FAILED ? -1 : munmap(p, 1) || close(fd);
}

/* As sink_file.c does it. */
TRY(rotate)
{
	const char *path = in(at->write, "out"), *old = in(at->write, "out.1");
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0640), dir;

	if (fd < 0 || write(fd, "{}\n{", 4) != 4 || ftruncate(fd, 3) != 0 || fsync(fd) != 0 ||
	    sync_file_range(fd, 0, 3, SYNC_FILE_RANGE_WRITE) != 0 || rename(path, old) != 0)
		return -1;
	close(fd);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK, 0640);
	dir = open(at->write, O_RDONLY | O_DIRECTORY);
	return fd < 0 || dir < 0 || fsync(dir) != 0 || close(fd) != 0 || unlink(path) != 0 || unlink(old) != 0;
}

TRY(keep_in_sqlite)
{
	sqlite3 *db = NULL;
	bool ok = sqlite3_open(in(at->write, "state.db"), &db) == SQLITE_OK &&
		  sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA mmap_size=1048576; CREATE TABLE t(a);"
				   "BEGIN; INSERT INTO t VALUES(1); COMMIT; PRAGMA wal_checkpoint(TRUNCATE);"
				   "INSERT INTO t SELECT a FROM t; VACUUM;", NULL, NULL, NULL) == SQLITE_OK;

	return sqlite3_close(db) == SQLITE_OK && ok ? unlink(in(at->write, "state.db")) : -1;
}

static void *count(void *to)
{
	char *block = malloc(1 << 20);	/* an arena of its own */

	pthread_setname_np(pthread_self(), "worker");
	*(int *)to += block != NULL;
	free(block);
	return NULL;
}

TRY(start_threads)
{
	pthread_t t[4];
	int n[4] = { 0 };

	(void)at;
	for (int i = 0; i < 4; i++) {
		errno = pthread_create(&t[i], NULL, count, &n[i]);
		if (errno)
			return -1;
	}
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	return n[0] + n[1] + n[2] + n[3] == 4 ? 0 : -1;
}

TRY(receive)
{
	struct pollfd p = { .fd = at->packet, .events = POLLIN };
	struct tpacket_stats s;
	socklen_t n = sizeof(s);
	char b[64];

	(void)poll(&p, 1, 0);
	(void)recv(at->packet, b, sizeof(b), MSG_DONTWAIT);
	return getsockopt(at->packet, SOL_PACKET, PACKET_STATISTICS, &s, &n);
}

TRY(tell_time)
{
	time_t now = time(NULL);
	struct tm tm;
	struct itimerspec spec = { .it_value = { 0, 1000000 } };
	uint64_t n;
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);

	(void)at;
	return !localtime_r(&now, &tm) || fd < 0 || timerfd_settime(fd, 0, &spec, NULL) != 0 ||
	       read(fd, &n, sizeof(n)) != sizeof(n) || getrandom(&n, sizeof(n), 0) != sizeof(n);
}

TRY(say)
{
	(void)at;
	(void)isatty(STDERR_FILENO);
	return fprintf(stderr, "%s", "") < 0 || write(STDERR_FILENO, "", 0) != 0;
}

TRY(is_nobody)
{
	(void)at;
	return geteuid() == 0 || getuid() == 0 || getegid() == 0;
}

#define ROW(name) { #name, name, false }

const struct try duties[] = {
	ROW(read_rules), ROW(map_database), ROW(rotate), ROW(keep_in_sqlite), ROW(start_threads), ROW(receive),
	ROW(tell_time), ROW(say), ROW(is_nobody),
	{ 0 }
};
