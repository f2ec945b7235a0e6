#include <stdlib.h>

#include "explain.h"
#include "say.h"

/* put_when writes conditions as words: "client 10.0.0.0/8 or 192.0.2.1, country RU". */
static void put_when(const cJSON *when)
{
	const cJSON *item, *member;

	cJSON_ArrayForEach(item, when) {
		if (item != when->child)
			fputs(", ", stdout);
		say_text(stdout, item->string);
		for (member = cJSON_IsArray(item) ? item->child : item; member; member = member->next) {
			char *number = cJSON_IsString(member) ? NULL : cJSON_PrintUnformatted(member);

			fputs(cJSON_IsArray(item) && member != item->child ? " or " : " ", stdout);
			say_text(stdout, number ? number : cJSON_IsString(member) ? member->valuestring : "");
			free(number);
			if (!cJSON_IsArray(item))
				break;
		}
	}
}

static void may_rows(const struct explain *e, const char *list, const char *key)
{
	const struct policies_file *file;
	const cJSON *entry = NULL;

	while ((entry = explain_may(e, list, entry, &file))) {
		const char *id = pack_text(entry, "id"), *reason = pack_text(entry, "reason");

		printf("  %-11s ", key);
		say_text(stdout, id);
		if (*pack_text(entry, "expires")) {
			fputs(" until ", stdout);
			say_text(stdout, pack_text(entry, "expires"));
		} else {
			printf(" (%g)", cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(entry, "severity")));
		}
		fputs(", when ", stdout);
		put_when(cJSON_GetObjectItemCaseSensitive(entry, "when"));
		if (*reason) {
			fputs(": ", stdout);
			say_text(stdout, reason);
		}
		fputs(" (", stdout);
		say_text(stdout, file->path);
		printf(":%u)\n", policies_line(file, list, id, NULL));
	}
}

void explain_policy_words(const struct explain *e)
{
	const struct policy_verdict *v = &e->verdict;

	printf("  %-11s %d", "severity", v->severity);
	if (v->severity_id)
		printf(" (%s%s", v->severity_id, v->note ? ": " : "");
	say_text(stdout, v->note ? v->note : "");
	puts(v->severity_id ? ")" : "");
	may_rows(e, "severity", "or");
	if (v->suppressed_by)
		explain_row("suppressed", v->suppressed_by, v->reason);
	may_rows(e, "suppressions", "unless");
}

static void put_may(cJSON *out, const struct explain *e, const char *list)
{
	const struct policies_file *file;
	const cJSON *entry = NULL;
	cJSON *array = cJSON_CreateArray();

	while ((entry = explain_may(e, list, entry, &file))) {
		cJSON *one = cJSON_Duplicate(entry, true);

		cJSON_AddStringToObject(one, "file", file->path);
		cJSON_AddNumberToObject(one, "line", policies_line(file, list, pack_text(entry, "id"), NULL));
		cJSON_AddItemToArray(array, one);
	}
	cJSON_AddItemToObject(out, *list == 's' && list[1] == 'e' ? "severity_may_be" : "suppression_may_be", array);
}

cJSON *explain_policy_json(const struct explain *e)
{
	const struct policy_verdict *v = &e->verdict;
	cJSON *out = cJSON_CreateObject();

	cJSON_AddNumberToObject(out, "severity", v->severity);
	if (v->severity_id)
		cJSON_AddStringToObject(out, "severity_id", v->severity_id);
	if (v->note)
		cJSON_AddStringToObject(out, "note", v->note);
	if (v->suppressed_by) {
		cJSON_AddStringToObject(out, "suppressed_by", v->suppressed_by);
		cJSON_AddStringToObject(out, "reason", v->reason);
	}
	put_may(out, e, "severity");
	put_may(out, e, "suppressions");
	return out;
}
