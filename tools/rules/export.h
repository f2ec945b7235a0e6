/*
 * export.h: formats of other tools, one row each.
 */
#ifndef RULES_TOOL_EXPORT_H
#define RULES_TOOL_EXPORT_H

#include "pack.h"

enum export_can {
	CAN_NO,			/* left out */
	CAN_SELF,		/* the name itself, not those below it */
	CAN_LOOSE,		/* as the reader of the list takes it */
	CAN_ALL
};

struct export_item {
	const struct pack_pattern *pattern;
	const struct pack_rule *rule;
	bool except;		/* of a rule not asked for, below one that is: must not match */
};

struct export_format {
	const char *name;
	enum export_can can[3];		/* by enum rule_kind */
	bool excepts;			/* has a way to say what must not match */
	void (*begin)(void);
	void (*put)(const struct export_item *item);
	void (*end)(void);
	const char *note;		/* what a reader has to know; NULL: nothing */
};

extern const struct export_format export_formats[];	/* ends with a NULL name */

/* export_misp_*: the one format that has a file of its own. */
void export_misp_begin(void);
void export_misp_put(const struct export_item *item);
void export_misp_end(void);

#endif
