#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_parts.h"

enum { APPLICATION = 0x74656c6c, VERSION = 1 };

struct store_file {
	char *path;
	sqlite3 *db;
	sqlite3_stmt *put, *watch, *get;
	char why[256];
};

static const char schema[] =
	"BEGIN IMMEDIATE;"
	"CREATE TABLE IF NOT EXISTS pair(client TEXT NOT NULL, vendor TEXT NOT NULL, product TEXT NOT NULL,"
	" first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL, bytes INTEGER NOT NULL,"
	" PRIMARY KEY(client, vendor, product)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS watch(begun INTEGER PRIMARY KEY, ended INTEGER NOT NULL);"
	"PRAGMA application_id = 1952803948;"	/* APPLICATION */
	"PRAGMA user_version = 1;"
	"COMMIT";

static const char settings[] =
	"PRAGMA journal_mode = WAL;"
	"PRAGMA synchronous = NORMAL;"
	"PRAGMA temp_store = MEMORY;"
	"PRAGMA journal_size_limit = 4194304";

static const char put_text[] =
	"INSERT INTO pair VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(client, vendor, product) DO UPDATE SET"
	" first = min(first, excluded.first), last = max(last, excluded.last),"
	" count = count + excluded.count, bytes = bytes + excluded.bytes";

static const char watch_text[] =
	"INSERT INTO watch VALUES(?1, ?2) ON CONFLICT(begun) DO UPDATE SET ended = max(ended, excluded.ended)";

static const char get_text[] =
	"SELECT first, last, count, bytes FROM pair WHERE client = ?1 AND vendor = ?2 AND product = ?3";

#define LOAD "SELECT client, vendor, product, first, last, count, bytes FROM pair"

struct store_file *store_file_new(const char *path)
{
	struct store_file *f = calloc(1, sizeof(*f));

	if (f && (f->path = strdup(path)))
		return f;
	free(f);
	return NULL;
}

static bool shut(struct store_file *f)
{
	int rc;

	sqlite3_finalize(f->put);
	sqlite3_finalize(f->watch);
	sqlite3_finalize(f->get);
	rc = sqlite3_close(f->db);
	f->put = f->watch = f->get = NULL;
	f->db = NULL;
	return rc == SQLITE_OK;
}

void store_file_shut(struct store_file *f)
{
	(void)shut(f);
}

bool store_file_free(struct store_file *f)
{
	bool well;

	if (!f)
		return true;
	well = shut(f);
	free(f->path);
	free(f);
	return well;
}

bool store_file_is_open(const struct store_file *f)
{
	return f->db != NULL;
}

bool store_file_is_gone(struct store_file *f)
{
	int moved = 0;

	return sqlite3_file_control(f->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved;
}

const char *store_file_why(const struct store_file *f)
{
	return f->why;
}

static enum file_state state_of(struct store_file *f, int rc)
{
	if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
		return FILE_WELL;
	snprintf(f->why, sizeof(f->why), "%s", f->db ? sqlite3_errmsg(f->db) : sqlite3_errstr(rc));
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return FILE_BUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
	case SQLITE_ERROR:	/* a table or column that is not there */
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return FILE_DAMAGED;
	}
	return FILE_REFUSED;
}

/* number_of is the integer that a query gives, or `none`. */
static int64_t number_of(struct store_file *f, const char *sql, int64_t none, enum file_state *state)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(f->db, sql, -1, &q, NULL);
	int64_t n = none;

	if (rc == SQLITE_OK && (rc = sqlite3_step(q)) == SQLITE_ROW)
		n = sqlite3_column_int64(q, 0);
	*state = state_of(f, rc);
	sqlite3_finalize(q);
	return n;
}

static enum file_state run(struct store_file *f, const char *sql)
{
	return state_of(f, sqlite3_exec(f->db, sql, NULL, NULL, NULL));
}

static enum file_state damaged(struct store_file *f, const char *why)
{
	snprintf(f->why, sizeof(f->why), "%s", why);
	return FILE_DAMAGED;
}

static enum file_state check_pages(struct store_file *f)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(f->db, "PRAGMA quick_check(1)", -1, &q, NULL);
	const unsigned char *text;
	enum file_state state;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	state = state_of(f, rc);
	if (state == FILE_WELL) {
		text = sqlite3_column_text(q, 0);
		if (!text || strcmp((const char *)text, "ok") != 0)
			state = damaged(f, text ? (const char *)text : "fails its own check");
	}
	sqlite3_finalize(q);
	return state;
}

static enum file_state check_kind(struct store_file *f)
{
	enum file_state state;
	int64_t application = number_of(f, "PRAGMA application_id", 0, &state);
	int64_t version = state == FILE_WELL ? number_of(f, "PRAGMA user_version", 0, &state) : 0;

	if (state != FILE_WELL)
		return state;
	if (application != APPLICATION)
		return damaged(f, "it belongs to another program");
	if (version != VERSION)
		return damaged(f, "it is a store of another version of telltale");
	return check_pages(f);
}

static enum file_state prepare(struct store_file *f)
{
	const struct { const char *text; sqlite3_stmt **to; } all[] = {
		{ put_text, &f->put }, { watch_text, &f->watch }, { get_text, &f->get },
	};
	enum file_state state = FILE_WELL;

	for (size_t i = 0; i < sizeof(all) / sizeof(*all) && state == FILE_WELL; i++)
		state = state_of(f, sqlite3_prepare_v3(f->db, all[i].text, -1, SQLITE_PREPARE_PERSISTENT,
						       all[i].to, NULL));
	return state;
}

static enum file_state connect(struct store_file *f)
{
	enum file_state state = state_of(f, sqlite3_open_v2(f->path, &f->db, SQLITE_OPEN_READWRITE, NULL));
	int64_t tables;
	char byte;

	if (state != FILE_WELL)
		return state;
	sqlite3_randomness(sizeof(byte), &byte);	/* seeded now: later there may be no /dev/urandom */
	sqlite3_busy_timeout(f->db, STORE_BUSY_MILLISECONDS);
	tables = number_of(f, "SELECT count(*) FROM sqlite_master", 0, &state);
	if (state == FILE_WELL && tables)
		state = check_kind(f);
	if (state == FILE_WELL && sqlite3_db_readonly(f->db, "main") != 1) {
		state = run(f, settings);
		if (state == FILE_WELL && !tables)
			state = run(f, schema);
	}
	return state == FILE_WELL ? prepare(f) : state;
}

static enum file_state refused(struct store_file *f, enum file_state state, char what[static STORE_WHAT_MAX])
{
	store_file_shut(f);
	snprintf(what, STORE_WHAT_MAX, "store %s: %s; what is seen is kept in memory alone until it can be opened",
		 f->path, f->why);
	return state;
}

enum file_state store_file_open(struct store_file *f, bool *fresh, char what[static STORE_WHAT_MAX])
{
	enum file_state state;

	what[0] = '\0';
	if (!store_path_create(f->path, what))
		return FILE_REFUSED;
	state = connect(f);
	if (state == FILE_DAMAGED) {
		store_file_shut(f);
		if (!store_path_set_aside(f->path, f->why, what) || !store_path_create(f->path, what))
			return FILE_REFUSED;
		state = connect(f);
	}
	if (state == FILE_WELL)
		*fresh = !number_of(f, "SELECT EXISTS(SELECT 1 FROM pair)", 0, &state);
	if (state != FILE_WELL)
		return refused(f, state == FILE_DAMAGED ? FILE_REFUSED : state, what);
	if (sqlite3_db_readonly(f->db, "main") == 1)
		snprintf(what, STORE_WHAT_MAX, "store %s: can be read but not written; give its owner the right to",
			 f->path);
	return state;
}

static const char *text_at(sqlite3_stmt *q, int column)
{
	const unsigned char *text = sqlite3_column_text(q, column);

	return text ? (const char *)text : "";
}

enum file_state store_file_load(struct store_file *f, uint32_t most, store_taker *take, void *context, bool *more)
{
	enum file_state state;
	sqlite3_stmt *q = NULL;
	int64_t all = number_of(f, "SELECT count(*) FROM pair", 0, &state);
	int rc;

	if (state != FILE_WELL)
		return state;
	*more = all > most;	/* only then it is worth a sort */
	rc = sqlite3_prepare_v2(f->db, *more ? LOAD " ORDER BY last DESC LIMIT ?1" : LOAD " LIMIT ?1", -1, &q, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(q, 1, most);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(q);
		if (rc != SQLITE_ROW)
			break;
		take(context, &(struct store_row){
			.pair = { text_at(q, 0), text_at(q, 1), text_at(q, 2) },
			.first = sqlite3_column_int64(q, 3), .last = sqlite3_column_int64(q, 4),
			.count = (uint64_t)sqlite3_column_int64(q, 5), .bytes = (uint64_t)sqlite3_column_int64(q, 6) });
	}
	state = state_of(f, rc);
	sqlite3_finalize(q);
	return state;
}

static int bind_pair(sqlite3_stmt *q, const struct store_pair *pair)
{
	const char *const texts[] = { pair->client, pair->vendor, pair->product };
	int rc = SQLITE_OK;

	for (int i = 0; i < 3 && rc == SQLITE_OK; i++)
		rc = sqlite3_bind_text(q, 1 + i, texts[i], -1, SQLITE_STATIC);
	return rc;
}

static int put_row(sqlite3_stmt *q, const struct store_row *row)
{
	const int64_t numbers[] = { row->first, row->last, (int64_t)row->count, (int64_t)row->bytes };
	int rc = bind_pair(q, &row->pair);

	for (int i = 0; i < 4 && rc == SQLITE_OK; i++)
		rc = sqlite3_bind_int64(q, 4 + i, numbers[i]);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	sqlite3_reset(q);
	return rc;
}

static int get_row(sqlite3_stmt *q, struct store_row *row)
{
	int rc = bind_pair(q, &row->pair);

	if (rc == SQLITE_OK && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		row->first = sqlite3_column_int64(q, 0);
		row->last = sqlite3_column_int64(q, 1);
		row->count = (uint64_t)sqlite3_column_int64(q, 2);
		row->bytes = (uint64_t)sqlite3_column_int64(q, 3);
	}
	sqlite3_reset(q);
	return rc;
}

static int put_span(sqlite3_stmt *q, const struct store_span *span)
{
	int rc = sqlite3_bind_int64(q, 1, span->begun);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(q, 2, span->ended);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	sqlite3_reset(q);
	return rc;
}

enum file_state store_file_write(struct store_file *f, struct store_row *rows, size_t n, const struct store_span *span)
{
	enum file_state state = run(f, "BEGIN IMMEDIATE");

	for (size_t i = 0; i < n && state == FILE_WELL; i++)
		state = state_of(f, put_row(f->put, &rows[i]));
	if (state == FILE_WELL)
		state = state_of(f, put_span(f->watch, span));
	if (state == FILE_WELL)
		state = run(f, "COMMIT");
	if (state != FILE_WELL) {
		(void)sqlite3_exec(f->db, "ROLLBACK", NULL, NULL, NULL);	/* keeps `why` */
		return state;
	}
	for (size_t i = 0; i < n; i++) {
		if (rows[i].ask && get_row(f->get, &rows[i]) == SQLITE_ROW)
			rows[i].ask = false;
	}
	return state;
}
