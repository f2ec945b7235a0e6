/*
 * bench_names reads the events of a sensor on standard input and prints the names sighted in the form that bench_gen
 * lists them: kind<TAB>name, a line for each event. Says on standard error how many lines were no events.
 */

#define _DEFAULT_SOURCE 1	/* getline */

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static const char *text_at(const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	return text ? text : "";
}

/* Sightings are events with a name that was seen; of the evidence without, nothing is in the lists. */
static void print_sighting(const cJSON *event)
{
	const char *dataset = text_at(cJSON_GetObjectItemCaseSensitive(event, "event"), "dataset");
	const cJSON *ours = cJSON_GetObjectItemCaseSensitive(event, "telltale");
	const char *kind = text_at(ours, "evidence"), *name = text_at(ours, "name");

	if (strcmp(dataset, "telltale.match") && strcmp(dataset, "telltale.name"))
		return;
	if (!strcmp(kind, "resolved") || !strcmp(kind, "asn") || !strcmp(kind, "cidr"))
		return;
	printf("%s\t%s\n", kind, name);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0, damaged = 0;
	ssize_t n;

	while ((n = getline(&line, &size, stdin)) > 0) {
		cJSON *event = cJSON_ParseWithLength(line, (size_t)n);

		if (event)
			print_sighting(event);
		else
			damaged++;
		cJSON_Delete(event);
	}
	free(line);
	if (damaged > 0)
		fprintf(stderr, "bench_names: lines that are not JSON: %zu\n", damaged);
	if (fflush(stdout)) {
		fputs("bench_names: cannot write; free some space and run again\n", stderr);
		return 1;
	}
	return damaged > 0;
}
