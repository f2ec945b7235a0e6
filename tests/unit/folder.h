/*
 * folder.h: one folder for a group of tests, which the group makes first and removes last.
 */
#ifndef TELLTALE_TESTS_FOLDER_H
#define TELLTALE_TESTS_FOLDER_H

#include "files.h"

static struct folder folder;

static inline int folder_setup(void **state)
{
	(void)state;
	folder = folder_make();
	return 0;
}

static inline int folder_teardown(void **state)
{
	(void)state;
	folder_remove(&folder);
	return 0;
}

#endif
