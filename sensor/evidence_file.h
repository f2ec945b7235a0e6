/*
 * evidence_file.h: writes frames as a pcapng capture (draft-ietf-opsawg-pcapng):
 * one section, one interface description a link type, times in nanoseconds, and
 * comments behind frames.  Nothing of the host or the wall clock is in it, so the
 * same frames give the same bytes, on every machine (little-endian ones).
 */
#ifndef TELLTALE_EVIDENCE_FILE_H
#define TELLTALE_EVIDENCE_FILE_H

#include <signal.h>

#include "frame.h"

enum {
	EVIDENCE_FRAME_MAX = 262144,	/* bytes of one frame; more is cut, as by a snapshot length */
	EVIDENCE_LINKS_MAX = 16,	/* link types in one section */
	EVIDENCE_COMMENTS_MAX = 16,	/* of one frame */
	EVIDENCE_COMMENT_MAX = 1024,	/* bytes of one, escaped; more is cut */
	EVIDENCE_BUFFER_BYTES = 512 * 1024
};

struct evidence_file {
	int fd;
	bool seeks;			/* a file, which can be cut back to its last whole block */
	bool broken;			/* nothing can be written any more */
	bool section;			/* the section's header is in the buffer or written */
	int error;			/* errno of the newest refusal, 0 when there was none */
	int64_t end;			/* bytes of the file, whole blocks */
	const volatile sig_atomic_t *stop;	/* when set, a reader that hangs is waited for no more; may be NULL */
	int links[EVIDENCE_LINKS_MAX];
	unsigned link_count;
	size_t used;			/* bytes of the buffer */
	size_t open;			/* where the newest frame's block begins */
	bool is_open;			/* it can still take comments */
	unsigned comments;		/* it has */
	uint64_t number;		/* of the newest frame */
	uint64_t frames, pending;	/* written; in the buffer */
	uint64_t lost;			/* frames that the system refused */
	uint64_t refused;		/* frames of one link type too many */
	uint8_t *buffer;
};

/* evidence_file_new writes to a descriptor that stays the caller's; false when memory is short. */
bool evidence_file_new(struct evidence_file *f, int fd);

/* evidence_file_free flushes; a file without a frame becomes an empty capture.  False when something was refused. */
bool evidence_file_free(struct evidence_file *f);

/* evidence_file_put appends a frame, unless it is the newest already; false when it cannot be written. */
bool evidence_file_put(struct evidence_file *f, const struct frame *frame);

/*
 * evidence_file_comment adds a comment to the newest frame; false when that was
 * flushed, or has enough.  Control characters, those that turn the direction of
 * writing, and what is no UTF-8 become \xNN; a backslash is doubled.
 */
bool evidence_file_comment(struct evidence_file *f, const char *text);

/*
 * evidence_file_flush hands whole blocks to the system; false when some were
 * refused: these frames are counted as lost, the file is cut back to its last
 * whole block, and the next frame begins a new section.
 */
bool evidence_file_flush(struct evidence_file *f);

#endif
