#include "options_parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPTION_FORMAT = 256, OPTION_SUMMARY, OPTION_ROLLUP, OPTION_FLOWS, OPTION_STORE, OPTION_PSEUDONYMIZE,
	OPTION_WRITE_BYTES, OPTION_ROTATE_SIZE, OPTION_ROTATE_SECONDS, OPTION_KEEP,
	OPTION_WORKERS, OPTION_PIN, OPTION_NO_SANDBOX, OPTION_METRICS,
	WORKERS_MAX = 64,
	KIB_MAX = 0x7fffffff / 1024,	/* so that their bytes fit an int */
	FLOW_SECONDS = 600,	/* after which a long connection is told of, unless the user says otherwise */
	DAY = 86400,
	KEEP = 10		/* rotated files, when nobody says */
};

const struct option options_longs[] = {
	{ "interface", required_argument, NULL, 'i' }, { "read", required_argument, NULL, 'r' },
	{ "output", required_argument, NULL, 'o' }, { "all", no_argument, NULL, 'a' },
	{ "format", required_argument, NULL, OPTION_FORMAT }, { "rules", required_argument, NULL, 'R' },
	{ "geo", required_argument, NULL, 'g' }, { "count", required_argument, NULL, 'c' },
	{ "list-interfaces", no_argument, NULL, 'D' }, { "snapshot-length", required_argument, NULL, 's' },
	{ "buffer-size", required_argument, NULL, 'B' }, { "no-promiscuous-mode", no_argument, NULL, 'p' },
	{ "test", no_argument, NULL, 't' }, { "quiet", no_argument, NULL, 'q' },
	{ "write", required_argument, NULL, 'w' }, { "write-bytes", required_argument, NULL, OPTION_WRITE_BYTES },
	{ "rollup", required_argument, NULL, OPTION_ROLLUP },
	{ "flow-interval", required_argument, NULL, OPTION_FLOWS },
	{ "workers", required_argument, NULL, OPTION_WORKERS }, { "pin", no_argument, NULL, OPTION_PIN },
	{ "store", required_argument, NULL, OPTION_STORE },
	{ "pseudonymize", required_argument, NULL, OPTION_PSEUDONYMIZE },
	{ "verbose", no_argument, NULL, 'v' }, { "summary", no_argument, NULL, OPTION_SUMMARY },
	{ "rotate-size", required_argument, NULL, OPTION_ROTATE_SIZE },
	{ "rotate-seconds", required_argument, NULL, OPTION_ROTATE_SECONDS },
	{ "keep", required_argument, NULL, OPTION_KEEP },
	{ "user", required_argument, NULL, 'u' }, { "no-sandbox", no_argument, NULL, OPTION_NO_SANDBOX },
	{ "metrics", required_argument, NULL, OPTION_METRICS },
	{ "config", required_argument, NULL, 'C' },
	{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static void help(void)
{
	fputs(
"telltale sees which vendors' software phones home from a network.\n"
"\n"
"usage: telltale -i INTERFACE [options] [capture filter]     watch a span port\n"
"       telltale -r FILE [options] [capture filter]          read captures\n"
"\n"
"  -i, --interface NAME   capture from here; may be repeated\n"
"  -r, --read PATH        read a capture, every capture of a folder, or - for\n"
"                         standard input; may be repeated\n"
"  -c, --count N          stop after N packets\n"
"  -D, --list-interfaces  list what -i can take\n"
"  -s, --snapshot-length N, -B, --buffer-size KiB, -p, --no-promiscuous-mode,\n"
"  -n                     as in tcpdump (no name is ever looked up)\n"
"      --workers N, --pin threads that share an interface; each on a processor\n"
"\n"
"  -o, --output PATH      append events to PATH; - is standard output\n"
"      --rotate-size N[K|M|G], --rotate-seconds N, --keep N\n"
"                         begin a new file; PATH.1 to PATH.N (10) are old ones\n"
"      --format json|text what they look like: text on a terminal, else JSON\n"
"  -a, --all              names that no rule matches, too\n"
"      --summary          a table of vendors at the end, on standard error\n"
"      --rollup SECONDS   fold repeats within this time, counted; 0: never\n"
"      --flow-interval S  tell of a connection that lasts each S seconds (600)\n"
"      --store FILE       remember who was seen with which product, over restarts\n"
"      --metrics FILE     every counter for Prometheus, written anew each minute\n"
"      --pseudonymize KEYFILE  events have stand-ins for clients and their names\n"
"  -w, --write FILE       the packets behind matches, as pcapng\n"
"      --write-bytes N    and the next N bytes of each matched connection\n"
"\n"
"  -R, --rules DIR        rules, see telltale-rules(5); of several the later wins\n"
"  -g, --geo FILE         a MaxMind DB; may be repeated; \"none\" for none\n"
"  -u, --user NAME        what root becomes: telltale, else nobody\n"
"      --no-sandbox       keep every right (a fault has them, too)\n"
"  -C, --config FILE      options by their long names, as JSON; see telltale(8)\n"
"  -t, --test             check options, inputs, rules and databases, then leave\n"
"  -v, --verbose          say what was not read, with packet numbers\n"
"  -q, --quiet            only warnings and errors on standard error\n"
"  -h, --help, -V, --version\n"
"\n"
"exit status: 0 clean, 1 wrong options or set-up, 2 a capture was damaged or cut\n"
"off, 3 events or packets were lost.  telltale(8) tells more.\n", stdout);
}

static const char *at_file;
static unsigned at_line;

void options_at(const char *file, unsigned line)
{
	at_file = file;
	at_line = line;
}

bool options_wrong(const char *subject, const char *what)
{
	if (!at_file)
		fprintf(stderr, "telltale: %s%s; telltale --help lists the options\n", subject, what);
	else if (at_line)
		fprintf(stderr, "telltale: %s:%u: %s%s; see telltale(8)\n", at_file, at_line, subject, what);
	else
		fprintf(stderr, "telltale: %s: %s%s; see telltale(8)\n", at_file, subject, what);
	return false;
}

static bool add(const char **list, unsigned *count, const char *value, const char *option)
{
	if (*count == OPTIONS_LIST_MAX)
		return options_wrong("too many of option ", option);
	list[(*count)++] = value;
	return true;
}

static bool number(const char *text, const char *option, uint64_t max, uint64_t *out)
{
	char *end, most[48];
	unsigned long long v;

	errno = 0;
	v = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || v == 0)
		return options_wrong(option, " takes a whole number above 0");
	if (errno || v > max) {
		snprintf(most, sizeof(most), " takes at most %" PRIu64, max);
		return options_wrong(option, most);
	}
	*out = v;
	return true;
}

static bool integer(const char *text, const char *option, int max, int *out)
{
	uint64_t v;

	if (!number(text, option, (uint64_t)max, &v))
		return false;
	*out = (int)v;
	return true;
}

/* seconds takes 0 for never, and a day at the most. */
static bool seconds(const char *text, const char *option, int *out)
{
	uint64_t v = 0;

	if (strcmp(text, "0") != 0 && !number(text, option, DAY, &v))
		return false;
	*out = (int)v;
	return true;
}

/* size takes bytes, or KiB, MiB, GiB with a letter. */
static bool size(char *text, const char *option, uint64_t *out)
{
	static const char letters[] = "KMG";
	size_t n = strlen(text);
	const char *letter = n ? strchr(letters, text[n - 1]) : NULL;
	unsigned shift = letter ? 10 * (unsigned)(letter - letters + 1) : 0;

	if (letter)
		text[n - 1] = '\0';
	if (!number(text, option, UINT64_MAX >> shift, out))
		return false;
	*out <<= shift;
	return true;
}

static bool keep(const char *text, unsigned *out)
{
	uint64_t v;

	if (!number(text, "--keep", SINK_KEEP_MAX, &v))
		return false;
	*out = (unsigned)v;
	return true;
}

static bool read_format(const char *text, struct options *o)
{
	if (strcmp(text, "json") == 0)
		o->format = FORMAT_JSON;
	else if (strcmp(text, "text") == 0)
		o->format = FORMAT_TEXT;
	else
		return options_wrong("--format takes json or text, not ", text);
	return true;
}

bool options_take(int option, char *value, struct options *o)
{
	switch (option) {
	case 'i': return add(o->interfaces, &o->interface_count, value, "-i");
	case 'r': return add(o->files, &o->file_count, value, "-r");
	case 'g': return add(o->databases, &o->database_count, value, "-g");
	case 'o': o->output = value; return true;
	case 'R': return add(o->rules, &o->rules_count, value, "-R");
	case 'a': o->all = true; return true;
	case 'c': return number(value, "-c", UINT64_MAX, &o->packets);
	case 'D': o->list = true; return true;
	case 's': return integer(value, "-s", KIB_MAX, &o->snaplen);
	case 'B': return integer(value, "-B", KIB_MAX, &o->buffer_kib);
	case 'u': o->user = value; return true;
	case OPTION_NO_SANDBOX: o->no_sandbox = true; return true;
	case 'p': o->no_promiscuous = true; return true;
	case 'n': return true;
	case 't': o->test = true; return true;
	case 'q': o->quiet = true; return true;
	case 'v': o->verbose++; return true;
	case OPTION_SUMMARY: o->summary = true; return true;
	case OPTION_ROLLUP: return seconds(value, "--rollup", &o->rollup);
	case OPTION_FLOWS: return seconds(value, "--flow-interval", &o->flow_interval);
	case OPTION_PIN: o->pin = true; return true;
	case OPTION_WORKERS: return integer(value, "--workers", WORKERS_MAX, &o->workers);
	case OPTION_METRICS: o->metrics = value; return true;
	case OPTION_STORE: o->store = value; return true;
	case OPTION_PSEUDONYMIZE: o->keyfile = value; return true;
	case 'w': o->evidence = value; return true;
	case OPTION_WRITE_BYTES: return number(value, "--write-bytes", UINT32_MAX, &o->evidence_bytes);
	case OPTION_ROTATE_SIZE: return size(value, "--rotate-size", &o->rotation.bytes);
	case OPTION_ROTATE_SECONDS: return number(value, "--rotate-seconds", UINT32_MAX, &o->rotation.seconds);
	case OPTION_KEEP: return keep(value, &o->rotation.keep);
	case OPTION_FORMAT: return read_format(value, o);
	case 'C': return true;	/* read before all others */
	default: return false;
	}
}

bool options_is_number(int option)
{
	switch (option) {
	case 'c': case 's': case 'B':
	case OPTION_ROLLUP: case OPTION_FLOWS: case OPTION_WRITE_BYTES:
	case OPTION_WORKERS: case OPTION_ROTATE_SIZE: case OPTION_ROTATE_SECONDS: case OPTION_KEEP:
		return true;
	default:
		return false;
	}
}

/* displace: what the command line lists takes the place of the file's list. */
static void displace(int option, struct options *o)
{
	if ((option == 'i' || option == 'r') && o->config_inputs) {
		o->interface_count = o->file_count = 0;
		o->config_inputs = false;
	} else if (option == 'R' && o->config_rules) {
		o->rules_count = 0;
		o->config_rules = false;
	} else if (option == 'g' && o->config_databases) {
		o->database_count = 0;
		o->config_databases = false;
	}
}

static int next_option(int argc, char **argv)
{
	return getopt_long(argc, argv, "+:i:r:o:ac:C:DnR:g:s:B:ptu:qvw:hV", options_longs, NULL);
}

/* read_config reads the file that -C names, before any other option. */
static bool read_config(int argc, char **argv, struct options *o)
{
	const char *path = NULL;
	int option;

	while ((option = next_option(argc, argv)) != -1) {
		if (option == 'C')
			path = optarg;
	}
	optind = 0;	/* getopt starts over */
	if (path && !options_file(path, o))
		return false;
	o->config_inputs = o->interface_count || o->file_count;
	o->config_rules = o->rules_count;
	o->config_databases = o->database_count;
	return true;
}

/* join_filter makes one text of the words behind the options, as tcpdump does. */
static bool join_filter(char **words, struct options *o)
{
	size_t n = 1;

	if (!*words)
		return true;
	for (char **w = words; *w; w++)
		n += strlen(*w) + 1;
	o->filter_text = calloc(1, n);
	if (!o->filter_text)
		return options_wrong("no memory for the ", "capture filter");
	for (char **w = words; *w; w++) {
		strcat(o->filter_text, *w);
		if (w[1])
			strcat(o->filter_text, " ");
	}
	o->filter = o->filter_text;
	return true;
}

static bool is_stdout(const char *path)
{
	return strcmp(path, "-") == 0;
}

static bool consistent(const struct options *o)
{
	if (o->evidence && is_stdout(o->evidence) && (!o->output || is_stdout(o->output)))
		return options_wrong("-w and -o are both standard output: name a file for one of them", "");
	if (o->interface_count && o->file_count)
		return options_wrong("-i and -r do not go together", "");
	if (!o->interface_count && !o->file_count && !o->list && !o->test)
		return options_wrong("nothing to read: name an interface with -i or a capture with -r", "");
	return true;
}

enum options_result options_read(int argc, char **argv, struct options *out)
{
	char letter[] = "-?";
	int option;

	*out = (struct options){ .flow_interval = FLOW_SECONDS, .rotation.keep = KEEP };
	opterr = 0;
	if (!read_config(argc, argv, out))
		return OPTIONS_WRONG;
	while ((option = next_option(argc, argv)) != -1) {
		switch (option) {
		case 'h':
			help();
			return OPTIONS_DONE;
		case 'V':
			return OPTIONS_VERSION;
		case ':':
			options_wrong(argv[optind - 1], " needs a value");
			return OPTIONS_WRONG;
		case '?':
			letter[1] = (char)optopt;
			options_wrong("no such option: ", optopt ? letter : argv[optind - 1]);
			return OPTIONS_WRONG;
		default:
			displace(option, out);
			if (!options_take(option, optarg, out))
				return OPTIONS_WRONG;
		}
	}
	return join_filter(argv + optind, out) && consistent(out) ? OPTIONS_RUN : OPTIONS_WRONG;
}

void options_free(struct options *o)
{
	options_file_free(o);
	free(o->filter_text);
	o->filter_text = NULL;
	o->filter = NULL;
}
