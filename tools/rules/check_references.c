#include "check_parts.h"

#include <ctype.h>
#include <stdlib.h>

#include "fetch.h"
#include "memory.h"
#include "select.h"

/* A place where an address stands; several may name the same one. */
struct place {
	const char *url, *file, *text;		/* text: of the file */
	const char *after;			/* what stands before it in the file */
	char who[128];
	struct fetch *fetch;
};

struct places {
	struct place *list;
	size_t count;
};

static const char *host_fault(const char *host, size_t n)
{
	size_t name = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/?#");

	if (name > n)
		return "has a host whose bracket is not closed";
	if (!name || *host == '.' || memchr(host, '@', n))
		return memchr(host, '@', n) ? "holds a user's name" : "has no host";
	for (size_t i = 0; *host != '[' && i < name; i++) {
		if (!isalnum((unsigned char)host[i]) && !strchr("-._", host[i]))
			return "has a host that is no name; write A-labels (xn--)";
		if (host[i] == '.' && i + 1 < name && host[i + 1] == '.')
			return "has a host with an empty label";
	}
	if (name < n && (host[name] != ':' || strspn(host + name + 1, "0123456789") != n - name - 1 || n - name - 1 > 5))
		return "has a port that is no number";
	return NULL;
}

/* url_fault reads no more of RFC 3986 than what a copied address gets wrong. */
static const char *url_fault(const char *url)
{
	const char *host = strncmp(url, "https://", 8) == 0 ? url + 8 : strncmp(url, "http://", 7) == 0 ? url + 7 : NULL;

	if (!host)
		return "is no web address; begin it with https://, or name a page that says so";
	for (const char *p = url; *p; p++) {
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			return "has a blank or control character; write %20 or cut what does not belong to it";
		if ((unsigned char)*p > 0x7f)
			return "has a character that is not ASCII; write it as %XX";
		if (strchr("<>\"{}|\\^`", *p))
			return "has a character that no address has; write it as %XX";
		if (*p == '%' && !(isxdigit((unsigned char)p[1]) && isxdigit((unsigned char)p[2])))
			return "has a % without two digits behind it; write %25 for the sign itself";
	}
	return host_fault(host, strcspn(host, "/?#"));
}

static void add(struct check *c, struct places *all, struct place one, bool wanted)
{
	const char *fault = url_fault(one.url), *at = one.after ? pack_quoted(one.text, one.after) : NULL, *found;

	if (!fault && !wanted)
		return;
	if (!fault) {
		all->list = memory_room(all->list, all->count, sizeof(*all->list));
		all->list[all->count++] = one;
		return;
	}
	at = at ? at : one.text;
	found = pack_quoted(at, one.url);
	findings_put(&c->found, true, one.file, pack_line_at(one.text, found ? found : at), "reference \"%s\" of %s %s",
		     one.url, one.who, fault);
}

static void add_rules(struct check *c, struct places *all)
{
	for (size_t i = 0; i < c->pack.rule_count; i++) {
		const struct pack_rule *r = &c->pack.rules[i];
		const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(r->json, "references");
		struct place one = { .file = r->file->path, .text = r->file->json.text, .after = r->id };

		snprintf(one.who, sizeof(one.who), "rule \"%.100s\"", r->id);
		cJSON_ArrayForEach(item, list) {
			one.url = cJSON_IsString(item) ? item->valuestring : "";
			add(c, all, one, select_rule(c->options, r));
		}
	}
}

static void add_tag(struct check *c, struct places *all, const struct policies_file *f, const cJSON *tag, const char *id,
		    bool wanted)
{
	struct place one = { .url = pack_text(tag, "reference"), .file = f->path, .text = f->json.text, .after = id };

	snprintf(one.who, sizeof(one.who), "tag \"%.100s\"", id);
	if (*one.url)
		add(c, all, one, wanted);
}

static void add_tags(struct check *c, struct places *all)
{
	const struct options *o = c->options;
	bool wanted = !o->vendor && !o->purpose && !o->confidence && !o->country && !o->installed;

	for (size_t i = 0; i < c->policies.count; i++) {
		const cJSON *tag, *part;

		cJSON_ArrayForEach(tag, policies_list(&c->policies.files[i], "tags")) {
			const cJSON *parts = cJSON_GetObjectItemCaseSensitive(tag, "instruments");
			const char *id = pack_text(tag, "id");
			bool this = wanted && select_in(o->tag, id);

			add_tag(c, all, &c->policies.files[i], tag, id, this);
			cJSON_ArrayForEach(part, parts)
				add_tag(c, all, &c->policies.files[i], part, id, this);
		}
	}
}

static int by_url(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = strcmp(x->url, y->url);

	return order ? order : strcmp(x->who, y->who);
}

static void tell(struct check *c, const struct place *p, bool offline)
{
	const struct fetch *f = p->fetch;
	const char *at = pack_quoted(p->text, p->after), *found;
	bool dead = fetch_dead(f) && !offline;
	char how[FETCH_WHAT_MAX + 32];

	if (fetch_alive(f))
		return;
	if (f->fault || !f->asked)
		snprintf(how, sizeof(how), "%s", *f->what ? f->what : "no answer");
	else
		snprintf(how, sizeof(how), "status %ld", f->status);
	found = pack_quoted(at ? at : p->text, p->url);
	findings_put(&c->found, dead, p->file, pack_line_at(p->text, found ? found : at), "reference %s of %s %s (%s)%s",
		     p->url, p->who, dead ? "is dead" : "could not be read", how,
		     dead ? "; find where its page went, or another source" : "; look by hand");
}

/* fetch_places asks for each address once, and tells of it wherever it stands. */
static void fetch_places(struct check *c, struct places *all)
{
	struct fetch *list = memory_new(all->count, sizeof(*list));
	size_t n = 0, faults = 0;

	if (all->count)
		qsort(all->list, all->count, sizeof(*all->list), by_url);
	for (size_t i = 0; i < all->count; i++) {
		if (!i || strcmp(all->list[i].url, all->list[i - 1].url) != 0)
			list[n++].url = all->list[i].url;
		all->list[i].fetch = &list[n - 1];
	}
	if (n && !fetch_all(list, n)) {
		findings_put(&c->found, true, "references", 0, "were not asked for: curl could not be run");
	} else {
		for (size_t i = 0; i < n; i++)
			faults += list[i].fault != 0;
		if (n && faults == n)
			findings_put(&c->found, true, "references", 0, "not one of %zu could be reached; is there a way "
				     "to the network?", n);
		for (size_t i = 0; i < all->count; i++)
			tell(c, &all->list[i], faults == n);
		fprintf(stderr, "references: %zu addresses asked for\n", n);
	}
	free(list);
}

void check_references(struct check *c)
{
	struct places all = { 0 };

	add_rules(c, &all);
	add_tags(c, &all);
	if (c->options->references)
		fetch_places(c, &all);
	free(all.list);
}
