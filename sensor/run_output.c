/* Where a run's events go. */
#include <errno.h>

#include "log.h"
#include "run.h"

/* settle makes the sink what the options ask for. */
static bool settle(struct run *r)
{
	const struct options *o = r->options;

	if (o->interface_count && !sink_live(&r->sink)) {
		log_warn("not enough memory for the queue of events");
		return false;
	}
	if ((o->rotation.bytes || o->rotation.seconds) && !o->test && !sink_rotate_by(&r->sink, &o->rotation)) {
		log_warn("--rotate-size and --rotate-seconds rotate a plain file; name one with -o");
		return false;
	}
	return true;
}

bool run_output(struct run *r, const volatile sig_atomic_t *stop)
{
	const struct options *o = r->options;

	if (!sink_open(&r->sink, o->test ? NULL : o->output)) {
		log_warn("%s: %s; name a file that can be written with -o", o->output, strerror(errno));
		return false;
	}
	run_tell_open(r);
	run_guard_prepare();
	r->sink.stop = stop;
	if (settle(r))
		return true;
	(void)sink_close(&r->sink);
	return false;
}
