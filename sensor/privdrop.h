/*
 * privdrop.h: the sensor gives up whatever it will not need, before the first
 * packet: the user's rights, capabilities, the file system but for its own
 * folders (Landlock), and every system call but those of a table (seccomp).
 *
 * Afterwards no socket can be opened, no program run, no process traced; not
 * even the capture sockets can be sent on.  Apply it before any thread starts:
 * Landlock binds the calling thread and those that it starts.
 *
 * Built with a sanitizer, which traces its own process, it does nothing and
 * says so.
 */
#ifndef TELLTALE_PRIVDROP_H
#define TELLTALE_PRIVDROP_H

#include <stdbool.h>
#include <stddef.h>

enum {
	PRIVDROP_PATHS_MAX = 512,
	PRIVDROP_LOW = 32,		/* descriptors that later openings may take */
	PRIVDROP_WHAT_MAX = 512		/* bytes of a message */
};

/* What remains allowed.  The strings are borrowed until privdrop_apply returns. */
struct privdrop {
	const char *user;		/* to become when root; NULL: stay who we are, see read_any */
	bool read_any;			/* keep CAP_DAC_READ_SEARCH: root reads anyone's captures, those named */
	const char *read[PRIVDROP_PATHS_MAX], *write[PRIVDROP_PATHS_MAX];
	size_t reads, writes;		/* files, or folders with all below them; those not there are left out */
	int receiver;			/* lowest descriptor that may only be read from, see privdrop_keep_low */
	int notify;			/* the one connected socket that may be sent on, -1 for none */
};

/* What was reached. */
struct privdrop_level {
	int landlock;			/* its ABI, 0: the kernel has none */
	unsigned calls;			/* system calls left; 0: no sandbox in this build */
};

/* privdrop_user is who to become: `wanted`, else telltale, else nobody; NULL with `what` when there is no such user. */
const char *privdrop_user(const char *wanted, char what[static PRIVDROP_WHAT_MAX]);

/*
 * privdrop_keep_low holds PRIVDROP_LOW descriptors, so that capture sockets
 * opened next lie above all that is opened for writing later; privdrop_free_low
 * lets go of them.  A rule of seccomp cannot ask what a descriptor is.
 */
void privdrop_keep_low(int held[static PRIVDROP_LOW]);
void privdrop_free_low(const int held[static PRIVDROP_LOW]);

/* privdrop_read and privdrop_write add a path; privdrop_folder_of copies the folder of a path into `out`. */
void privdrop_read(struct privdrop *p, const char *path);
void privdrop_write(struct privdrop *p, const char *path);
void privdrop_folder_of(const char *path, char *out, size_t size);

/*
 * privdrop_give makes a file that root has just made the user's, where its folder
 * is the user's: else that user could not open it again.  Only a plain file of
 * root's with one name: in such a folder the user may have put a trap.
 */
void privdrop_give(const char *path, const char *user);

/* privdrop_apply cannot be undone.  False with `what` when a part that the kernel has was refused. */
bool privdrop_apply(const struct privdrop *p, struct privdrop_level *level, char what[static PRIVDROP_WHAT_MAX]);

/*
 * The parts, for privdrop.c.  privdrop_paths_open gives a Landlock ruleset, -1
 * with errno (ENOSYS, EOPNOTSUPP: the kernel has none); privdrop_paths_close
 * puts it into force.
 */
int privdrop_paths_open(const struct privdrop *p, int *abi);
bool privdrop_paths_close(int ruleset);
bool privdrop_calls(const struct privdrop *p, unsigned *calls);

#endif
