/* What a run came to, in words on standard error. */
#include "log.h"
#include "run.h"

static void say_unread(const struct counts *c)
{
	for (int i = COUNT_LINK_TYPE; i < COUNT_CONNECTIONS; i++) {
		char firsts[64] = "";
		size_t at = 0;

		if (!c->n[i])
			continue;
		for (uint64_t k = 0; k < c->n[i] && k < COUNT_FIRSTS && c->first[i][k]; k++)
			at += (size_t)snprintf(firsts + at, sizeof(firsts) - at, "%s%llu", k ? ", " : "; packets ",
					       (unsigned long long)c->first[i][k]);
		log_info("%10llu  %s%s%s", (unsigned long long)c->n[i], counter_texts[i].text, firsts,
			 *firsts && c->n[i] > COUNT_FIRSTS ? ", ..." : "");
	}
}

bool run_totals(struct run *r, const struct run_sum *sum)
{
	const struct event_drops *drops = &sum->drops;
	const struct counts *c = &sum->counts;
	bool lost = (c->n[COUNT_LOST_WRITE] && !r->sink.closed) || c->n[COUNT_LOST_LONG] ||
		    drops->kernel || drops->interface;

	log_info("%llu packets, %llu names, %llu of a known vendor's service",
		 (unsigned long long)c->n[COUNT_PACKETS], (unsigned long long)sum->names,
		 (unsigned long long)sum->matches);
	if (drops->live)
		log_info("%llu received, %llu dropped by the kernel, %llu by the interface",
			 (unsigned long long)drops->received, (unsigned long long)drops->kernel,
			 (unsigned long long)drops->interface);
	if (c->n[COUNT_LOST_WRITE] && !r->sink.closed)
		log_warn("%llu events were lost: the output refused them (%s)",
			 (unsigned long long)c->n[COUNT_LOST_WRITE],
			 r->sink.error ? strerror(r->sink.error) : "too slow");
	if (c->n[COUNT_LOST_LONG])
		log_warn("%llu events were lost: longer than a line may be", (unsigned long long)c->n[COUNT_LOST_LONG]);
	if (r->options->verbose)
		say_unread(c);
	return !lost;
}
