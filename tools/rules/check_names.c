#include "check_parts.h"

#include <stdarg.h>

#include "suffixes.h"

enum { LABEL_BYTES_MAX = 63, NAME_BYTES_MAX = 253 };

struct names {
	const struct pack *pack;
	struct findings *out;
	const struct suffixes *list;
	size_t repeats;
};

__attribute__((format(printf, 4, 5)))
static void put(const struct names *n, const struct pack_pattern *p, bool error, const char *format, ...)
{
	const struct pack_rule *rule = &n->pack->rules[p->rule];
	char what[512];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	findings_put(n->out, error, rule->file->path, pack_line(rule->file, rule->id, p->text), "%s \"%s\" of rule \"%s\" %s",
		     rule_kind_text(p->kind), p->text, rule->id, what);
}

static const struct pack_rule *rule_of(const struct names *n, const struct pack_pattern *p)
{
	return &n->pack->rules[p->rule];
}

/* check_repeat finds the same text further up: whatever its kind, it belongs in one place. */
static void check_repeat(struct names *n, const struct pack_pattern *p)
{
	const struct pack_pattern *q = NULL;

	while ((q = pack_next(n->pack, p->text + p->anchor, q)) && q < p) {
		const struct pack_rule *other = rule_of(n, q);

		if (strcmp(q->text, p->text) != 0 || other->overridden)
			continue;
		if (other->file->dir != rule_of(n, p)->file->dir && !(other->enabled && rule_of(n, p)->enabled))
			continue;	/* a site may switch one off and put its own in its place */
		n->repeats++;
		put(n, p, true, "stands at %s:%u already, as %s of \"%s\"; remove it from one", other->file->path,
		    pack_line(other->file, other->id, q->text), rule_kind_text(q->kind), other->id);
		return;
	}
}

/* wider_in_tail looks among the patterns whose plain part is `tail`. */
static const struct pack_pattern *wider_in_tail(const struct names *n, const struct pack_pattern *p, const char *tail)
{
	const struct pack_pattern *q = NULL;

	while ((q = pack_next(n->pack, tail, q))) {
		if (q == p || q->rule != p->rule || q->kind == RULE_EXACT || strcmp(q->text, p->text) == 0)
			continue;
		if (q->kind == RULE_SUFFIX ? pack_covers(q, p->text) : p->kind == RULE_EXACT && pack_covers(q, p->text))
			return q;
	}
	return NULL;
}

static void check_shadow(struct names *n, const struct pack_pattern *p)
{
	const char *tail = p->text;

	while ((tail = strchr(tail, '.'))) {
		const struct pack_pattern *wide = wider_in_tail(n, p, ++tail);

		if (wide) {
			put(n, p, true, "changes nothing: %s \"%s\" of the same rule covers it; remove it",
			    rule_kind_text(wide->kind), wide->text);
			return;
		}
	}
}

static void check_length(struct names *n, const struct pack_pattern *p)
{
	size_t label = 0;

	for (const char *c = p->text; *c; c++) {
		label = *c == '.' ? 0 : label + (*c != '*');
		if (label > LABEL_BYTES_MAX) {
			put(n, p, true, "can never match: a label has at most %d bytes", LABEL_BYTES_MAX);
			return;
		}
	}
	if (strlen(p->text) > NAME_BYTES_MAX + (p->kind == RULE_GLOB))
		put(n, p, true, "can never match: a name has at most %d bytes", NAME_BYTES_MAX);
}

static void check_breadth(struct names *n, const struct pack_pattern *p)
{
	const char *plain = p->text + p->anchor;
	const struct pack_rule *rule = rule_of(n, p);

	if (p->kind == RULE_EXACT) {
		if (!strchr(p->text, '.'))
			put(n, p, false, "has one label only: names on a network seldom do");
	} else if (*plain && suffixes_registry(n->list, plain)) {
		put(n, p, true, "is too broad: anybody can register a name under \"%s\"; write the vendor's own domain",
		    plain);
	} else if (p->kind == RULE_SUFFIX && suffixes_tenants(n->list, plain)) {
		if (rule->installed)
			put(n, p, true, "is a public suffix: names below belong to customers, who need not have the "
			    "product; set \"installed\" to false or name the vendor's own hosts");
		else if (!*rule->note)
			put(n, p, false, "is a public suffix: names below belong to customers; say so in \"note\"");
	}
}

size_t check_names(const struct pack *p, struct findings *out)
{
	struct suffixes *list = suffixes_open();
	struct names n = { .pack = p, .out = out, .list = list };

	if (!list)
		findings_put(out, false, "public suffix list", 0,
			     "not found, so breadth is not checked; install the package publicsuffix");
	for (size_t i = 0; i < p->pattern_count; i++) {
		const struct pack_pattern *pattern = &p->patterns[i];

		if (p->rules[pattern->rule].overridden)
			continue;
		check_repeat(&n, pattern);
		check_shadow(&n, pattern);
		check_length(&n, pattern);
		check_breadth(&n, pattern);
	}
	suffixes_close(list);
	return n.repeats;
}
