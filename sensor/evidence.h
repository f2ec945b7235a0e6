/*
 * evidence.h: the frames behind matches, as a capture (-w).
 *
 * What makes a sighting may be the last of several frames (a hello in segments,
 * a query and its answer), so each frame that may come to matter is kept for a
 * while under a hash of what it belongs to: evidence_keep.  A match commits what
 * was kept: it is written in order, the comment on its first frame, and with
 * `follow` the flow's next bytes, too.  What matches nothing is dropped.
 *
 * Kept frames stand in one ring of EVIDENCE_RING_BYTES, the oldest overwritten;
 * all memory is bought by evidence_new.  Frames of one match are in their order;
 * matches are in the order of their decision, so that times may step back
 * between them (`reordercap` sorts).  A frame kept under two hashes may be
 * written twice.
 */
#ifndef TELLTALE_EVIDENCE_H
#define TELLTALE_EVIDENCE_H

#include <signal.h>

#include "frame.h"

enum {
	EVIDENCE_RING_BYTES = 8 * 1024 * 1024,
	EVIDENCE_FLOWS_MAX = 16384,		/* hashes known at once */
	EVIDENCE_FLOW_FRAMES_MAX = 256		/* kept of one before it is committed */
};

struct evidence_counts {
	uint64_t frames;	/* written */
	uint64_t commits;	/* matches whose frames, or some of them, were written */
	uint64_t missing;	/* matches of which no frame was left */
	uint64_t overwritten;	/* frames that the ring had lost when their match came */
	uint64_t beyond;	/* frames not kept of a flow that had EVIDENCE_FLOW_FRAMES_MAX */
	uint64_t lost;		/* frames that the system refused to write */
	uint64_t refused;	/* frames of more link types than a capture has */
	int error;		/* errno of the newest refusal of the system, 0 without one */
};

struct exhibit;

/* evidence_new writes to a descriptor that stays the caller's; NULL when memory is short. */
struct exhibit *evidence_new(int fd);

/* evidence_free writes the rest; false when anything was refused.  free(NULL) is fine, and true. */
bool evidence_free(struct exhibit *e);

/* evidence_stop: when *stop is set, a pipe whose reader hangs is waited for no more. */
void evidence_stop(struct exhibit *e, const volatile sig_atomic_t *stop);

/* evidence_keep takes a frame, whole as captured; call it before the commit that the frame leads to. */
void evidence_keep(struct exhibit *e, const struct frame *frame, uint64_t hash);

/*
 * evidence_commit writes what is kept under the hash.  Of a flow committed
 * before, the comment goes to its frame written last.  `follow` is how many bytes
 * of frames to come are written as they are kept; 0 forgets the flow.
 */
void evidence_commit(struct exhibit *e, uint64_t hash, const char *comment, uint64_t follow);

/* evidence_drop forgets what is kept; nothing is written of it. */
void evidence_drop(struct exhibit *e, uint64_t hash);

/* evidence_flush hands what is written to the system; false when it refused some. */
bool evidence_flush(struct exhibit *e);

struct evidence_counts evidence_counts(const struct exhibit *e);

#endif
