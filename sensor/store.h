/*
 * store.h: which client was seen with which vendor's product, ever: first and last
 * time, sightings, bytes; kept over restarts in an SQLite file.
 *
 * The pairs stand in a table in memory, bought and loaded at start; store_note asks
 * and changes only that, behind a lock that is never held during SQL, so the packet
 * path does not wait for a disk.  store_flush, called about once a second and by any
 * one thread, writes what changed in transactions of at most STORE_BATCH pairs.
 *
 * Bounds.  A pair that finds the table full takes the place of the one unseen for
 * longest, which stays in the file: nothing is lost there.  But from then on a pair
 * that is not in memory may be an old one, and is answered STORE_UNSURE until a flush
 * has asked the file.  When every
 * pair in memory waits to be written (the disk refuses), a further one is counted as
 * lost (store_counts) and not kept.
 *
 * The file (application_id 0x74656c6c, user_version 1):
 *
 *	pair(client TEXT, vendor TEXT, product TEXT,
 *	     first INTEGER, last INTEGER,	-- nanoseconds since 1970
 *	     count INTEGER, bytes INTEGER,	-- sightings; both directions
 *	     PRIMARY KEY(client, vendor, product)) WITHOUT ROWID
 *	watch(begun INTEGER PRIMARY KEY, ended INTEGER)
 *
 * `watch` has one row a run: the time that this sensor looked.  A client is silent
 * since `last` only as far as the rows of `watch` reach; gaps between them prove
 * nothing.  Readers open it with mode=ro; it is in WAL mode, synchronous NORMAL: a
 * killed process loses nothing that a flush has written, a power cut perhaps the
 * newest transactions, and neither damages the file.  Several processes may write one
 * file: counts add up, first and last are the outermost.
 *
 * A file that is damaged, or no store of this version, is renamed to
 * PATH.damaged-TIME (its mtime, UTC) and a new one begun, at start and at run time;
 * one that was moved or removed is begun anew.  At run time the new one gets all that
 * is in memory.  A file that cannot be opened or written leaves the store in memory
 * alone, tried again at each flush.  None of it is fatal; each is said once in `what`.
 *
 * System calls after store_open, for a sandbox: openat of PATH, PATH-wal, -shm, -journal
 * and of the folder; rename and unlink in it; fcntl locks, mmap (of -shm), munmap,
 * newfstatat, fstat, access, pread64, pwrite64, fdatasync, fsync, ftruncate, close,
 * getpid, geteuid, and as root fchown.
 */
#ifndef TELLTALE_STORE_H
#define TELLTALE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "hash.h"

enum {
	STORE_PAIRS_MAX = 131072,	/* in memory; what the sensor asks for by default */
	STORE_TEXT_MAX = 384,		/* bytes of client, vendor and product of a pair together */
	STORE_BATCH = 1024,		/* pairs a transaction */
	STORE_BUSY_MILLISECONDS = 500,	/* that a flush waits for another process */
	STORE_WATCH_SECONDS = 60,	/* packet time after which `watch` is renewed when nothing else is */
	STORE_WHAT_MAX = 2560
};

struct store;

struct store_pair {
	const char *client, *vendor, *product;	/* not empty; vendor and product as the rules' ids and names */
};

enum store_news {
	STORE_NEW,		/* never seen before */
	STORE_KNOWN,		/* *first is when it was seen first */
	STORE_UNSURE		/* the file may know it, the memory does not: *first is the earliest in memory */
};

/*
 * store_open loads the newest `capacity` pairs.  NULL only when memory is short or the
 * capacity is 0; `what` is empty when all went well, and else says what happened to
 * the file and what to do.
 */
struct store *store_open(const char *path, uint32_t capacity, struct hash_key key, char what[static STORE_WHAT_MAX]);

/* store_close does not flush: call store_flush before.  False when the file could not be closed in order. */
bool store_close(struct store *s);

/* store_note counts `count` sightings and bytes of a pair at `when` (packet time, nanoseconds). */
enum store_news store_note(struct store *s, const struct store_pair *pair, int64_t when, uint64_t count,
			   uint64_t bytes, int64_t *first);

/*
 * store_flush writes all that changed; `now` is packet time.  False when it is not all
 * in the file: it stays in memory for the next flush, and `what` tells why, the first
 * time; an empty `what` says that nothing changed since.  True with a `what` tells of
 * something that happened and is over, as a damaged file set aside.
 */
bool store_flush(struct store *s, int64_t now, char what[static STORE_WHAT_MAX]);

struct store_counts {
	uint64_t pairs;		/* in memory */
	uint64_t waiting;	/* of those, changed since they were written */
	uint64_t unsure;	/* notes answered STORE_UNSURE */
	uint64_t lost;		/* notes that found no room at all, or a text over STORE_TEXT_MAX */
};

struct store_counts store_counts(struct store *s);

#endif
