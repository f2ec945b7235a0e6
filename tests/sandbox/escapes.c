/* What must not work in the sandbox. */
#include <fcntl.h>
#include <linux/sched.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tries.h"

#define TRY(name) static int name(const struct place *at)

static int opened(int fd)
{
	return fd < 0 ? -1 : close(fd);
}

static int process(long child)
{
	if (child == 0)
		_exit(0);
	return child < 0 ? -1 : 0;
}

static const char *in(const char *folder, const char *name)
{
	static char path[2][1024];
	static unsigned turn;

	snprintf(path[++turn % 2], sizeof(path[0]), "%s/%s", folder, name);
	return path[turn % 2];
}

TRY(read_shadow) { (void)at; return opened(open("/etc/shadow", O_RDONLY)); }
TRY(read_public) { (void)at; return opened(open("/etc/passwd", O_RDONLY)); }
TRY(read_memory) { (void)at; return opened(open("/proc/self/mem", O_RDWR)); }
TRY(list_folder) { (void)at; return opened(open("/etc", O_RDONLY | O_DIRECTORY)); }
TRY(create_outside) { (void)at; return opened(open("/tmp/telltale-escaped", O_WRONLY | O_CREAT, 0600)) ||
				       unlink("/tmp/telltale-escaped"); }
TRY(write_read_only) { return opened(open(in(at->read, "file"), O_WRONLY)); }
TRY(create_in_read_only) { return opened(open(in(at->read, "new"), O_WRONLY | O_CREAT, 0600)) ||
				  unlink(in(at->read, "new")); }
TRY(make_folder) { return mkdirat(AT_FDCWD, in(at->write, "dir"), 0700) || rmdir(in(at->write, "dir")); }
TRY(make_link) { return symlink("/etc/shadow", in(at->write, "link")) || unlink(in(at->write, "link")); }
TRY(make_pipe) { return mknodat(AT_FDCWD, in(at->write, "fifo"), S_IFIFO | 0600, 0) || unlink(in(at->write, "fifo")); }
TRY(give_away) { return fchmodat(AT_FDCWD, at->write, 0777, 0); }

TRY(socket_inet) { (void)at; return opened(socket(AF_INET, SOCK_STREAM, 0)); }
TRY(socket_inet6) { (void)at; return opened(socket(AF_INET6, SOCK_DGRAM, 0)); }
TRY(socket_unix) { (void)at; return opened(socket(AF_UNIX, SOCK_STREAM, 0)); }
TRY(socket_netlink) { (void)at; return opened(socket(AF_NETLINK, SOCK_RAW, 0)); }
TRY(socket_packet) { (void)at; return opened(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL))); }
TRY(socket_pair) { int s[2]; (void)at; return socketpair(AF_UNIX, SOCK_DGRAM, 0, s); }

/* On the capture socket itself. */
static const char frame[64] = "\xff\xff\xff\xff\xff\xff\2\0\0\0\0\1\x88\xb5";
static int sent(ssize_t n) { return n == (ssize_t)sizeof(frame) ? 0 : -1; }
TRY(send_write) { return sent(write(at->packet, frame, sizeof(frame))); }
TRY(send_sendto) { return sent(sendto(at->packet, frame, sizeof(frame), 0, NULL, 0)); }
TRY(send_high_bits) { return sent(syscall(SYS_write, (1ULL << 32) | (unsigned)at->packet, frame, sizeof(frame))); }
TRY(send_dup)
{
	int fd = fcntl(at->packet, F_DUPFD, 0);

	return fd < 0 ? -1 : sent(write(fd, frame, sizeof(frame)));
}
TRY(send_dup2) { return dup2(at->packet, 1) < 0 ? -1 : sent(write(1, frame, sizeof(frame))); }
TRY(send_message)
{
	struct msghdr m = { .msg_iov = &(struct iovec){ (void *)(uintptr_t)frame, sizeof(frame) }, .msg_iovlen = 1 };

	return sent(sendmsg(at->packet, &m, 0));
}
TRY(filter_off) { int one = 1; return setsockopt(at->packet, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one)); }

TRY(run_program)
{
	pid_t child = (pid_t)syscall(SYS_getppid);	/* keeps the compiler from moving the call */

	(void)at;
	return child ? execl("/bin/true", "true", (char *)NULL) : -1;
}
TRY(run_descriptor) { (void)at; return (int)syscall(SYS_execveat, AT_FDCWD, "/bin/true", (char *[]){ NULL },
						    (char *[]){ NULL }, 0); }
TRY(fork_process) { (void)at; return process(fork()); }
TRY(clone_process) { (void)at; return process(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)); }
TRY(clone3_process)
{
	struct clone_args a = { .exit_signal = SIGCHLD };

	(void)at;
	return process(syscall(SYS_clone3, &a, sizeof(a)));
}
TRY(trace) { (void)at; return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL); }
TRY(read_process) { char b; struct iovec v = { &b, 1 }; (void)at;
		    return process_vm_readv(getpid(), &v, 1, &v, 1, 0) == 1 ? 0 : -1; }
TRY(signal_parent) { (void)at; return kill(getppid(), 0); }
TRY(mount_memory) { return mount("none", at->write, "tmpfs", 0, NULL) || umount2(at->write, MNT_DETACH); }
TRY(change_root) { return chroot(at->write); }
TRY(new_namespace) { (void)at; return unshare(CLONE_NEWNS); }
TRY(become_root) { (void)at; return setresuid(0, 0, 0); }
TRY(raise_limit) { struct rlimit r; (void)at; return getrlimit(RLIMIT_FSIZE, &r) || setrlimit(RLIMIT_FSIZE, &r); }
TRY(dump_again) { (void)at; return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); }
TRY(run_memory)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)at;
	return p == MAP_FAILED ? -1 : 0;
}
TRY(run_data)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)at;
	return p == MAP_FAILED ? -1 : mprotect(p, 4096, PROT_READ | PROT_EXEC);
}
TRY(memory_file) { (void)at; return opened((int)syscall(SYS_memfd_create, "x", 0)); }

#define ROW(name) { #name, name, false }
#define ROOT(name) { #name, name, true }

const struct try escapes[] = {
	ROOT(read_shadow), ROW(read_public), ROW(read_memory), ROW(list_folder), ROW(create_outside),
	ROOT(write_read_only), ROOT(create_in_read_only), ROW(make_folder), ROW(make_link), ROW(make_pipe),
	ROOT(give_away),
	ROW(socket_inet), ROW(socket_inet6), ROW(socket_unix), ROW(socket_netlink), ROW(socket_packet),
	ROW(socket_pair),
	ROW(send_write), ROW(send_sendto), ROW(send_high_bits), ROW(send_dup), ROW(send_dup2), ROW(send_message),
	ROW(filter_off),
	ROW(run_program), ROW(run_descriptor), ROW(fork_process), ROW(clone_process), ROW(clone3_process),
	ROW(trace), ROW(read_process), ROW(signal_parent),
	ROOT(mount_memory), ROOT(change_root), ROOT(new_namespace), ROOT(become_root),
	ROW(raise_limit), ROW(dump_again), ROW(run_memory), ROW(run_data), ROW(memory_file),
	{ 0 }
};
