/* What is left of the system calls: a table, loaded by libseccomp. */
#include "privdrop.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef SOL_PACKET
#define SOL_PACKET 263
#endif

/* Allowed with any arguments.  Names that an architecture or libseccomp does not have are passed over. */
static const struct {
	const char *name, *why;
} allowed[] = {
	{ "read", "captures, rules, databases" },
	{ "readv", "stdio" },
	{ "pread64", "the torn end of a file; SQLite" },
	{ "pwrite64", "SQLite; a socket refuses it" },
	{ "lseek", "captures, the end of the output" },
	{ "openat", "where Landlock lets it: the next capture, reload, reopening, rotation" },
	{ "open", "the same, older" },
	{ "close", "the same" },
	{ "fstat", "is the output still the file of that name?" },
	{ "stat", "the same" },
	{ "lstat", "SQLite resolves its path" },
	{ "newfstatat", "stat of today" },
	{ "statx", "stat of other libraries" },
	{ "fstatfs", "SQLite" },
	{ "access", "rotation: which numbers are taken?" },
	{ "faccessat", "the same" },
	{ "faccessat2", "the same" },
	{ "getdents64", "folders of rules and captures" },
	{ "readlink", "/proc/self/exe: the rules beside the program" },
	{ "readlinkat", "the same" },
	{ "getcwd", "SQLite resolves its path" },
	{ "ftruncate", "half a line on a full disk; SQLite" },
	{ "fallocate", "SQLite" },
	{ "fsync", "a rotated file is on the disk" },
	{ "fdatasync", "SQLite" },
	{ "sync_file_range", "so that fsync has little left to do" },
	{ "rename", "rotation, metrics" },
	{ "renameat", "the same" },
	{ "renameat2", "the same" },
	{ "unlink", "SQLite's journal" },
	{ "unlinkat", "the same" },
	{ "fchmod", "SQLite gives its files the rights of the main one" },
	{ "umask", "the same" },
	{ "flock", "locks" },
	{ "munmap", "memory" },
	{ "mremap", "memory" },
	{ "madvise", "memory" },
	{ "brk", "memory" },
	{ "msync", "SQLite" },
	{ "mincore", "memory of libraries" },
	{ "poll", "frames to come" },
	{ "ppoll", "the same" },
	{ "select", "the same, in libraries" },
	{ "pselect6", "the same" },
	{ "epoll_create1", "workers" },
	{ "epoll_ctl", "workers" },
	{ "epoll_wait", "workers" },
	{ "epoll_pwait", "workers" },
	{ "eventfd2", "workers" },
	{ "timerfd_create", "periods" },
	{ "timerfd_settime", "periods" },
	{ "timerfd_gettime", "periods" },
	{ "recvfrom", "frames" },
	{ "recvmsg", "frames with their VLAN tag" },
	{ "getsockopt", "PACKET_STATISTICS: what the kernel dropped" },
	{ "getsockname", "libpcap" },
	{ "clock_gettime", "where it is no vDSO" },
	{ "clock_getres", "the same" },
	{ "gettimeofday", "the same" },
	{ "time", "the same" },
	{ "nanosleep", "waiting" },
	{ "clock_nanosleep", "waiting" },
	{ "restart_syscall", "waiting on behind a signal" },
	{ "rt_sigaction", "signals" },
	{ "rt_sigprocmask", "signals" },
	{ "rt_sigreturn", "signals" },
	{ "rt_sigtimedwait", "signals in a thread" },
	{ "sigaltstack", "threads" },
	{ "futex", "threads" },
	{ "futex_waitv", "threads" },
	{ "set_robust_list", "threads" },
	{ "rseq", "threads" },
	{ "membarrier", "threads" },
	{ "sched_yield", "threads" },
	{ "sched_getaffinity", "how many workers; malloc" },
	{ "sched_setaffinity", "a worker stays on its processor" },
	{ "getcpu", "the same" },
	{ "gettid", "threads" },
	{ "getpid", "locks" },
	{ "getppid", "libraries" },
	{ "getuid", "libraries" },
	{ "geteuid", "SQLite" },
	{ "getgid", "libraries" },
	{ "getegid", "libraries" },
	{ "getrandom", "keys of tables" },
	{ "getrusage", "what the run cost" },
	{ "getrlimit", "stacks of threads" },
	{ "sysinfo", "qsort of the C library" },
	{ "uname", "libraries" },
	{ "exit", "a thread ends" },
	{ "exit_group", "the end" },
};

/* Refused without a death: libraries try these, and do without. */
static const struct {
	const char *name;
	int error;
	const char *why;
} refused[] = {
	{ "clone3", ENOSYS, "its flags lie in memory, out of a filter's sight: pthread_create falls back to clone" },
	{ "openat2", ENOSYS, "its flags do, too" },
	{ "fchown", EPERM, "SQLite as root" },
	{ "fchmodat", EPERM, "libraries" },
	{ "mlock", EPERM, "libcrypto's secure heap" },
	{ "mkdir", EPERM, "SQLite's locks of last resort" },
	{ "sched_setscheduler", EPERM, "libraries" },
	{ "set_mempolicy", EPERM, "libraries" },
	{ "mbind", EPERM, "libraries" },
	{ "chdir", EPERM, "libraries" },
};

#define IS(arg, value) { (arg), SCMP_CMP_EQ, (value), 0 }
#define NONE_OF(arg, bits) { (arg), SCMP_CMP_MASKED_EQ, (bits), 0 }
#define ALL_OF(arg, bits) { (arg), SCMP_CMP_MASKED_EQ, (bits), (bits) }
#define ANY { 0, _SCMP_CMP_MIN, 0, 0 }

enum { THREAD_FLAGS = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM };

/* Allowed with these arguments only; with others they are deadly, but for `refused` ones. */
static const struct {
	const char *name, *why;
	struct scmp_arg_cmp one, other;
} limited[] = {
	{ "clone", "threads, no processes", ALL_OF(0, THREAD_FLAGS), ANY },
	{ "mmap", "memory that is never run", NONE_OF(2, PROT_EXEC), ANY },
	{ "mprotect", "the same", NONE_OF(2, PROT_EXEC), ANY },
	/* no F_DUPFD: a capture socket would get a number that may be written to */
	{ "fcntl", "flags", IS(1, F_GETFD), ANY },
	{ "fcntl", "flags", IS(1, F_SETFD), ANY },
	{ "fcntl", "flags", IS(1, F_GETFL), ANY },
	{ "fcntl", "flags", IS(1, F_SETFL), ANY },
	{ "fcntl", "SQLite's locks", IS(1, F_GETLK), ANY },
	{ "fcntl", "SQLite's locks", IS(1, F_SETLK), ANY },
	{ "fcntl", "SQLite's locks", IS(1, F_SETLKW), ANY },
	{ "ioctl", "is it a terminal?", IS(1, TCGETS), ANY },
	{ "ioctl", "how wide is it?", IS(1, TIOCGWINSZ), ANY },
	{ "ioctl", "how much waits?", IS(1, FIONREAD), ANY },
	{ "ioctl", "is the interface still there?", IS(1, SIOCGIFFLAGS), ANY },
	{ "setsockopt", "libpcap lets go of the ring", IS(1, SOL_PACKET), IS(2, PACKET_RX_RING) },
	{ "prctl", "a thread's name", IS(0, PR_SET_NAME), ANY },
	{ "prlimit64", "limits are read, not set", IS(2, 0), ANY },
};

static bool add(scmp_filter_ctx ctx, uint32_t action, const char *name, unsigned *calls, unsigned n,
		const struct scmp_arg_cmp *args)
{
	int number = seccomp_syscall_resolve_name(name), result;

	if (number == __NR_SCMP_ERROR)
		return true;
	result = seccomp_rule_add_array(ctx, action, number, n, args);
	*calls += result == 0 && action == SCMP_ACT_ALLOW;
	errno = -result;
	return result == 0 || result == -EDOM || result == -EEXIST;	/* EDOM: not on this architecture */
}

/*
 * add_writing: only descriptors below the capture sockets.  The comparison is
 * of 64 bits where the kernel looks at 32, so that a number with something in
 * the upper half is never below.
 */
static bool add_writing(scmp_filter_ctx ctx, const struct privdrop *p, unsigned *calls)
{
	scmp_datum_t below = p->receiver > 0 ? (scmp_datum_t)p->receiver : INT_MAX;
	const struct scmp_arg_cmp low = { 0, SCMP_CMP_LT, below, 0 };
	const struct scmp_arg_cmp sent[] = { IS(0, (scmp_datum_t)p->notify), IS(4, 0) };	/* to its peer */
	const struct scmp_arg_cmp self = IS(0, (scmp_datum_t)getpid());

	return add(ctx, SCMP_ACT_ALLOW, "write", calls, 1, &low) &&
	       add(ctx, SCMP_ACT_ALLOW, "writev", calls, 1, &low) &&
	       (p->notify < 0 || add(ctx, SCMP_ACT_ALLOW, "sendto", calls, 2, sent)) &&
	       add(ctx, SCMP_ACT_ALLOW, "tgkill", calls, 1, &self);	/* abort() */
}

static bool add_tables(scmp_filter_ctx ctx, const struct privdrop *p, unsigned *calls)
{
	const struct scmp_arg_cmp exec = ALL_OF(2, PROT_EXEC);
	bool ok = add_writing(ctx, p, calls);
	unsigned none = 0;

	for (size_t i = 0; ok && i < sizeof(allowed) / sizeof(*allowed); i++)
		ok = add(ctx, SCMP_ACT_ALLOW, allowed[i].name, calls, 0, NULL);
	for (size_t i = 0; ok && i < sizeof(refused) / sizeof(*refused); i++)
		ok = add(ctx, SCMP_ACT_ERRNO((uint16_t)refused[i].error), refused[i].name, &none, 0, NULL);
	for (size_t i = 0; ok && i < sizeof(limited) / sizeof(*limited); i++) {
		const struct scmp_arg_cmp args[] = { limited[i].one, limited[i].other };

		ok = add(ctx, SCMP_ACT_ALLOW, limited[i].name, calls, limited[i].other.op ? 2 : 1, args);
	}
	/* a library that would load another one is told that it cannot */
	return ok && add(ctx, SCMP_ACT_ERRNO(EACCES), "mmap", &none, 1, &exec) &&
	       add(ctx, SCMP_ACT_ERRNO(EACCES), "mprotect", &none, 1, &exec);
}

bool privdrop_calls(const struct privdrop *p, unsigned *calls)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int result;
	bool ok;

	*calls = 0;
	if (!ctx)
		return false;
	(void)seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);	/* a tree instead of a list, where it can */
	ok = add_tables(ctx, p, calls);
	if (ok) {
		result = seccomp_load(ctx);
		ok = result == 0;
		errno = -result;
	}
	seccomp_release(ctx);
	return ok;
}
