/* What a run still needs when everything is open, and that the rest is given up. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "paths.h"
#include "privdrop.h"
#include "run.h"

enum { FOLDERS_MAX = 2 * OPTIONS_LIST_MAX + 8 };

/* Folders that no option names as such. */
struct guard {
	struct privdrop drop;
	char folder[FOLDERS_MAX][PATH_BYTES_MAX];
	unsigned folders;
};

static int low[PRIVDROP_LOW];

void run_guard_prepare(void)
{
	privdrop_keep_low(low);
}

static char *next_folder(struct guard *g)
{
	return g->folder[g->folders < FOLDERS_MAX - 1 ? g->folders++ : g->folders];
}

/* A file may be replaced by another of its name: its folder is what is needed. */
static const char *folder_of(struct guard *g, const char *path)
{
	char *folder = next_folder(g);

	privdrop_folder_of(path, folder, PATH_BYTES_MAX);
	return folder;
}

static void allow_reading(struct guard *g, const struct run *r)
{
	const struct options *o = r->options;
	char *path;

	for (unsigned i = 0; i < o->rules_count; i++)
		privdrop_read(&g->drop, o->rules[i]);
	if (!o->rules_count) {
		path = next_folder(g);
		paths_rules(path);
		privdrop_read(&g->drop, path);
		privdrop_read(&g->drop, folder_of(g, PATHS_SITE_RULES));	/* which may come to be later */
	}
	for (unsigned i = 0; i < geo_databases(r->workers->geo); i++) {
		const char *type;
		uint64_t built;

		privdrop_read(&g->drop, folder_of(g, geo_database(r->workers->geo, i, &type, &built)));
	}
	for (unsigned i = 0; i < o->file_count; i++)
		privdrop_read(&g->drop, o->files[i]);
	for (unsigned i = 0; i < o->interface_count; i++) {	/* libpcap's count of what the interface dropped */
		path = next_folder(g);
		snprintf(path, PATH_BYTES_MAX, "/sys/class/net/%s/statistics", o->interfaces[i]);
		privdrop_read(&g->drop, path);
	}
}

static void allow_writing(struct guard *g, const struct run *r)
{
	const char *out = r->sink.path;

	if (out)
		privdrop_write(&g->drop, r->sink.plain ? folder_of(g, out) : out);
	if (r->options->metrics)
		privdrop_write(&g->drop, folder_of(g, r->options->metrics));
	if (r->options->store)
		privdrop_write(&g->drop, folder_of(g, r->options->store));
}

/* find_user: captures are read by whoever started the run, an interface by nobody who matters. */
static bool find_user(struct guard *g, const struct options *o, char what[static PRIVDROP_WHAT_MAX])
{
	bool root = geteuid() == 0;

	g->drop.read_any = root && o->file_count && !o->user;
	if (!root && o->user) {
		snprintf(what, PRIVDROP_WHAT_MAX, "only root can become %s; leave -u out", o->user);
		return false;
	}
	if (!root || g->drop.read_any)
		return true;
	g->drop.user = privdrop_user(o->user, what);
	return g->drop.user != NULL;
}

/* find_sockets: the captures are the newest descriptors, so that the lowest of them parts the two kinds. */
static void find_sockets(struct guard *g, const struct run *r)
{
	g->drop.receiver = -1;
	g->drop.notify = r->tell.notify;
	for (unsigned i = 0; i < r->count; i++) {
		for (unsigned k = 0; k < r->workers[i].count; k++) {
			int fd = r->workers[i].polled[k].fd;

			if (fd >= 0 && (g->drop.receiver < 0 || fd < g->drop.receiver))
				g->drop.receiver = fd;
		}
	}
}

/* say_rights tells what the user cannot do that the run will want to; false when it was asked for. */
static bool say_rights(const struct guard *g, const struct run *r)
{
	const struct options *o = r->options;
	const char *who = g->drop.user ? g->drop.user : "this user";
	const char *out = r->sink.path && r->sink.plain ? g->drop.write[0] : NULL;
	bool rotates = o->rotation.bytes || o->rotation.seconds;

	if (out && (rotates || o->interface_count) && access(out, W_OK) != 0)
		log_warn("%s: %s may not create files there%s; give it the folder, or -u names another",
			 out, who,
			 rotates ? ", so nothing can be rotated"
				 : ": once moved away, the output cannot be opened again");
	else
		rotates = false;
	for (size_t i = 0; o->interface_count && i < g->drop.reads; i++) {
		if (access(g->drop.read[i], F_OK) == 0 && access(g->drop.read[i], R_OK) != 0)
			log_warn("%s: %s may not read it, so SIGHUP will not load it; -u names another user",
				 g->drop.read[i], who);
	}
	return !rotates;
}

static void say_level(const struct guard *g, const struct run *r, const struct privdrop_level *level)
{
	char landlock[32] = "no Landlock in this kernel";

	if (!r->options->interface_count && !r->options->verbose)
		return;
	if (level->landlock)
		snprintf(landlock, sizeof(landlock), "Landlock ABI %d", level->landlock);
	if (!level->calls)
		log_info("sandbox: none in a build with a sanitizer");
	else
		log_info("sandbox: user %s, %s, %s, %u rules of seccomp", g->drop.user ? g->drop.user : "unchanged",
			 g->drop.read_any ? "capability dac_read_search" : "no capability", landlock, level->calls);
}

static void give_files(const struct guard *g, const struct run *r)
{
	static const char *const parts[] = { "", "-wal", "-shm" };
	char path[PATH_BYTES_MAX];

	if (r->sink.path)
		privdrop_give(r->sink.path, g->drop.user);
	if (r->options->evidence)
		privdrop_give(r->options->evidence, g->drop.user);
	for (size_t i = 0; r->options->store && i < sizeof(parts) / sizeof(*parts); i++) {
		if (snprintf(path, sizeof(path), "%s%s", r->options->store, parts[i]) < (int)sizeof(path))
			privdrop_give(path, g->drop.user);
	}
}

static bool guard_with(struct guard *g, struct run *r)
{
	char what[PRIVDROP_WHAT_MAX];
	struct privdrop_level level;
	bool applied = false;

	allow_reading(g, r);
	allow_writing(g, r);
	find_sockets(g, r);
	if (find_user(g, r->options, what)) {
		give_files(g, r);
		applied = privdrop_apply(&g->drop, &level, what);
	}
	if (!applied) {
		log_warn("sandbox: %s; --no-sandbox runs without one", what);
		return false;
	}
	say_level(g, r, &level);
	return say_rights(g, r) && run_tell_metrics(r);
}

bool run_guard(struct run *r)
{
	struct guard *g;
	bool ok;

	privdrop_free_low(low);
	if (r->options->test)
		return true;
	if (r->options->no_sandbox) {
		log_warn("NO SANDBOX, as asked: a fault in reading packets would have every right of this process");
		return run_tell_metrics(r);
	}
	g = calloc(1, sizeof(*g));
	ok = g && guard_with(g, r);
	if (!g)
		log_warn("not enough memory");
	free(g);
	return ok;
}
