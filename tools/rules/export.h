/*
 * export.h: formats of other tools, one row each.
 */
#ifndef RULES_TOOL_EXPORT_H
#define RULES_TOOL_EXPORT_H

#include "options.h"
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
	const char **but;	/* domains below a suffix that its line must leave out; NULL without them */
	size_t but_count;
};

struct export_format {
	const char *name;
	enum export_can can[3];		/* by enum rule_kind */
	bool excepts;			/* has a way to say what must not match, */
	bool buts;			/* which frees all below; but a line can leave domains out */
	void (*begin)(void);
	void (*put)(const struct export_item *item);
	void (*end)(void);
	const char *note;		/* what a reader has to know; NULL: nothing */
};

extern const struct export_format export_formats[];	/* ends with a NULL name */

/*
 * export_plan decides how exceptions are said.  An exception of a domain frees what was asked for below it; so where
 * there is such, the wider lines leave the domain out themselves.
 */
struct export_plan {
	const struct pack *pack;
	bool *chosen;			/* by rule */
	enum export_how { HOW_NOT, HOW_LINE, HOW_BUT, HOW_LOST } *how;	/* by pattern not chosen */
	const char **buts;		/* texts of those left out by wider lines */
	size_t but_count;
	size_t lost;			/* exceptions that cannot be said */
};

void export_plan_new(struct export_plan *plan, const struct pack *p, const struct options *o, bool buts);
void export_plan_free(struct export_plan *plan);

/* export_plan_but lists the domains that a chosen suffix's line leaves out; the caller frees the list. */
const char **export_plan_but(const struct export_plan *plan, const struct pack_pattern *p, size_t *count);

/* export_misp_*, export_rpz_*: formats that have a file of their own. */
void export_misp_begin(void);
void export_misp_put(const struct export_item *item);
void export_misp_end(void);
void export_rpz_begin(void);
void export_rpz_put(const struct export_item *item);
void export_rpz_end(void);

#endif
