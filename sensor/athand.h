/*
 * athand.h: what a stream has in its buffer.  A reader of a pipe that takes no more
 * has something to go on with, and never waits with it in hand.
 */
#ifndef TELLTALE_ATHAND_H
#define TELLTALE_ATHAND_H

#include <stdio.h>

/* at_hand is how many bytes can be read without waiting, for which the C standard has no word; 0 may be too few. */
static inline size_t at_hand(FILE *file)
{
#ifdef __GLIBC__
	return (size_t)(file->_IO_read_end - file->_IO_read_ptr);
#else
	(void)file;
	return 0;
#endif
}

#endif
