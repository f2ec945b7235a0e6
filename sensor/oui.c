#include "oui.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cursor.h"

/*
 * A block is one number: its 36 bits from the left, how many of them count (a
 * third of what is above 24 bits: 24, 28, 36), and where its name begins.  Sorted
 * so, the block that was added first comes first.
 */
enum { NAME_BITS = 24, WIDTH_BITS = 2, PREFIX_AT = NAME_BITS + WIDTH_BITS, PREFIX_DIGITS = 9 };
enum { WIDE_24, WIDE_28, WIDE_36, WIDTHS };

static const int digits_of[WIDTHS] = { 6, 7, 9 };

_Static_assert(OUI_TEXT_MAX <= 1 << NAME_BITS, "a name's place fits");

struct oui {
	uint64_t *block;
	char *text;
	size_t blocks, room, used, size, skipped;
};

struct oui *oui_new(void)
{
	return calloc(1, sizeof(struct oui));
}

void oui_free(struct oui *o)
{
	if (!o)
		return;
	free(o->block);
	free(o->text);
	free(o);
}

size_t oui_blocks(const struct oui *o)
{
	return o->blocks;
}

size_t oui_skipped(const struct oui *o)
{
	return o->skipped;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* read_digits takes hexadecimal digits with `:` and `-` between them, the first `most` into *prefix; how many. */
static int read_digits(struct cursor *line, int most, uint64_t *prefix)
{
	int n = 0;

	for (*prefix = 0; cursor_left(line); cursor_skip(line, 1)) {
		char c = (char)cursor_peek(line, 0);
		int digit = digit_of(c);

		if (n && (c == ':' || c == '-'))
			continue;
		if (digit < 0)
			break;
		if (n++ < most)
			*prefix = *prefix << 4 | (uint64_t)digit;
	}
	return n;
}

/* width_of is WIDTHS when no block has so many digits. */
static int width_of(int digits)
{
	return digits == 6 ? WIDE_24 : digits == 7 ? WIDE_28 : digits == 9 ? WIDE_36 : WIDTHS;
}

static void skip_blanks(struct cursor *line)
{
	while (cursor_peek(line, 0) == ' ' || cursor_peek(line, 0) == '\t')
		cursor_skip(line, 1);
}

/* skip_past steps over the next `mark`; false, and nothing is left, when there is none. */
static bool skip_past(struct cursor *line, char mark)
{
	while (cursor_left(line)) {
		if (cursor_u8(line) == (uint8_t)mark)
			return true;
	}
	return false;
}

/* grow doubles what is too small; false at the limit or without memory. */
static bool grow(void **p, size_t *room, size_t need, size_t first, size_t most, size_t unit)
{
	size_t n = *room ? *room : first;
	void *more;

	if (need <= *room)
		return true;
	while (n < need)
		n *= 2;
	n = n < most ? n : most;
	if (need > most || !(more = realloc(*p, n * unit)))
		return false;
	*p = more;
	*room = n;
	return true;
}

static bool add_room(struct oui *o)
{
	void *block = o->block, *text = o->text;
	bool ok = grow(&block, &o->room, o->blocks + 1, 4096, OUI_BLOCKS_MAX, sizeof(*o->block));

	o->block = block;
	ok = ok && grow(&text, &o->size, o->used + OUI_NAME_MAX, 65536, OUI_TEXT_MAX, 1);
	o->text = text;
	return ok;
}

/* put_name copies what fits, without control bytes and half characters, blanks at the end left out. */
static size_t put_name(struct cursor name, char to[static OUI_NAME_MAX])
{
	size_t n = 0;

	while (cursor_left(&name) && n < OUI_NAME_MAX - 1) {
		uint8_t c = cursor_u8(&name);

		to[n++] = (char)(c < ' ' || c == 0x7f ? ' ' : c);
	}
	if ((cursor_peek(&name, 0) & 0xc0) == 0x80) {
		while (n && ((uint8_t)to[n - 1] & 0xc0) == 0x80)
			n--;
		n -= n > 0;
	}
	while (n && to[n - 1] == ' ')
		n--;
	to[n] = '\0';
	return n;
}

static bool add_block(struct oui *o, uint64_t prefix, int width, struct cursor name)
{
	size_t n = add_room(o) ? put_name(name, o->text + o->used) : 0;

	if (!n)
		return false;
	prefix <<= 4 * (PREFIX_DIGITS - digits_of[width]);
	o->block[o->blocks++] = prefix << PREFIX_AT | (uint64_t)width << NAME_BITS | o->used;
	o->used += n + 1;
	return true;
}

/* read_field takes a field of RFC 4180 to its comma; quotes around it go, doubled ones become one. */
static struct cursor read_field(struct cursor *line, char room[static OUI_NAME_MAX + 4])
{
	bool quoted = cursor_peek(line, 0) == '"';
	size_t n = 0;

	cursor_skip(line, quoted);
	while (cursor_left(line)) {
		char c = (char)cursor_u8(line);

		if (quoted && c == '"' && cursor_peek(line, 0) != '"')
			break;
		if (!quoted && c == ',')
			break;
		cursor_skip(line, quoted && c == '"');
		if (n < OUI_NAME_MAX + 4)
			room[n++] = c;
	}
	return cursor_of(room, n);
}

/* Registry,Assignment,Organization Name,Organization Address */
static bool read_csv(struct oui *o, struct cursor line)
{
	char room[OUI_NAME_MAX + 4];
	uint64_t prefix;
	int width;

	(void)skip_past(&line, ',');
	width = width_of(read_digits(&line, PREFIX_DIGITS, &prefix));
	return width != WIDTHS && cursor_u8(&line) == ',' && add_block(o, prefix, width, read_field(&line, room));
}

/* 002272     (base 16)		Name */
static bool read_base16(struct oui *o, struct cursor line)
{
	uint64_t prefix;
	int digits = read_digits(&line, PREFIX_DIGITS, &prefix);

	(void)skip_past(&line, ')');
	skip_blanks(&line);
	return digits == 6 && add_block(o, prefix, WIDE_24, line);
}

/* 00:1B:C5:00:00:00/36<TAB>Short<TAB>Long, or nmap's 001BC5000 Name */
static bool read_prefix(struct oui *o, struct cursor line)
{
	struct cursor again = line, rest;
	uint64_t prefix;
	int digits = read_digits(&line, PREFIX_DIGITS, &prefix), width = width_of(digits);

	if (digits == 12 && (cursor_starts(&line, "/28", 3) || cursor_starts(&line, "/36", 3))) {
		width = cursor_peek(&line, 1) == '2' ? WIDE_28 : WIDE_36;
		(void)read_digits(&again, digits_of[width], &prefix);
		cursor_skip(&line, 3);
	}
	if (width == WIDTHS || (cursor_peek(&line, 0) != ' ' && cursor_peek(&line, 0) != '\t'))
		return false;
	skip_blanks(&line);
	rest = line;
	if (skip_past(&rest, '\t'))
		line = rest;
	skip_blanks(&line);
	return add_block(o, prefix, width, line);
}

static bool has(const struct cursor *line, const char *text)
{
	return memmem(line->at, cursor_left(line), text, strlen(text)) != NULL;
}

/* read_line sets *csv at the first line of CSV: from there on, others are the rest of an address of several lines. */
static void read_line(struct oui *o, struct cursor line, bool *csv)
{
	bool ok;

	while (cursor_left(&line) && cursor_peek(&line, cursor_left(&line) - 1) <= ' ')
		cursor_trim(&line, cursor_left(&line) - 1);
	if (!cursor_left(&line) || cursor_peek(&line, 0) == '#' || cursor_starts(&line, "Registry,", 9))
		return;
	if (cursor_starts(&line, "MA-", 3) || cursor_starts(&line, "IAB,", 4)) {
		*csv = true;
		ok = read_csv(o, line);
	} else if (has(&line, "(base 16)")) {
		ok = read_base16(o, line);
	} else if (has(&line, "(hex)") || cursor_peek(&line, 0) == '\t') {
		return;		/* the text says it again in the next line; addresses follow */
	} else {
		ok = !*csv && read_prefix(o, line);
	}
	o->skipped += !ok;
}

static void read_lines(struct oui *o, struct cursor text)
{
	bool csv = false;

	while (cursor_left(&text)) {
		const uint8_t *newline = memchr(text.at, '\n', cursor_left(&text));
		struct cursor line = cursor_sub(&text, newline ? (size_t)(newline - text.at) : cursor_left(&text));

		cursor_skip(&text, newline != NULL);
		read_line(o, line, &csv);
	}
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static bool read_file(FILE *f, char **bytes, size_t *n)
{
	struct stat st;

	*bytes = NULL;
	if (fstat(fileno(f), &st) != 0)
		return false;
	if (!S_ISREG(st.st_mode) || st.st_size > OUI_FILE_MAX) {
		errno = EFBIG;
		return false;
	}
	*bytes = malloc((size_t)st.st_size + 1);
	if (!*bytes)
		return false;
	*n = fread(*bytes, 1, (size_t)st.st_size, f);
	return !ferror(f);
}

bool oui_add(struct oui *o, const char *path, char what[static OUI_WHAT_MAX])
{
	FILE *f = fopen(path, "rbe");
	char *bytes = NULL;
	size_t n = 0;
	bool ok = f && read_file(f, &bytes, &n);

	if (!ok)
		snprintf(what, OUI_WHAT_MAX, "%s: %s; name a list of MAC address blocks", path, strerror(errno));
	if (f)
		fclose(f);
	if (ok)
		read_lines(o, cursor_of(bytes, n));
	free(bytes);
	if (o->blocks)
		qsort(o->block, o->blocks, sizeof(*o->block), compare);
	return ok;
}

const char *oui_add_system(struct oui *o)
{
	static const char *const places[][5] = {
		{ "/usr/share/ieee-data", "oui.csv", "mam.csv", "oui36.csv", "iab.csv" },
		{ "/usr/share/hwdata", "oui.txt", "iab.txt" },
		{ "/usr/share/wireshark", "manuf" },
		{ "/usr/share/nmap", "nmap-mac-prefixes" },
	};
	char path[256], what[OUI_WHAT_MAX];

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		bool any = false;

		for (size_t k = 1; k < 5 && places[i][k]; k++) {
			snprintf(path, sizeof(path), "%s/%s", places[i][0], places[i][k]);
			any |= access(path, R_OK) == 0 && oui_add(o, path, what);
		}
		if (any && o->blocks)
			return places[i][0];
	}
	return NULL;
}

/* find_block is the name of the block of this prefix and width, NULL when there is none. */
static const char *find_block(const struct oui *o, uint64_t prefix, int width)
{
	uint64_t key = prefix << PREFIX_AT | (uint64_t)width << NAME_BITS;
	size_t low = 0, high = o->blocks;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (o->block[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == o->blocks || o->block[low] >> NAME_BITS != key >> NAME_BITS)
		return NULL;
	return o->text + (o->block[low] & ((1 << NAME_BITS) - 1));
}

const char *oui_find(const struct oui *o, const uint8_t mac[static 6])
{
	static const uint64_t kept[WIDTHS] = { UINT64_C(0xffffff000), UINT64_C(0xfffffff00), UINT64_C(0xfffffffff) };
	uint64_t prefix = 0;

	if (mac[0] & 1)
		return NULL;
	if (mac[0] & 2)
		return OUI_RANDOM;
	for (int i = 0; i < 5; i++)
		prefix = prefix << 8 | mac[i];
	prefix >>= 4;
	for (int width = WIDE_36; width >= WIDE_24; width--) {
		const char *name = find_block(o, prefix & kept[width], width);

		/* a block that the registry divides further is nobody's where no part of it is known */
		if (name)
			return strcmp(name, "Private") == 0 || strncmp(name, "IEEE Reg", 8) == 0 ? NULL : name;
	}
	return NULL;
}
