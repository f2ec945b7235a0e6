#include "day.h"
#include "export.h"
#include "say.h"

static cJSON *event, *attributes;

/* put_uuid makes the same name the same identifier on every run (RFC 9562 section 5.8: version 8). */
static void put_uuid(cJSON *object, const char *text)
{
	uint64_t a = UINT64_C(0xcbf29ce484222325), b = UINT64_C(0x84222325cbf29ce4);
	char uuid[40];

	for (; *text; text++) {
		a = (a ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
		b = (b + (uint8_t)*text) * UINT64_C(0x9e3779b97f4a7c15);
		b ^= b >> 29;
	}
	snprintf(uuid, sizeof(uuid), "%08x-%04x-8%03x-%04x-%012llx", (unsigned)(a >> 32), (unsigned)(a >> 16 & 0xffff),
		 (unsigned)(a & 0xfff), (unsigned)(b >> 48 & 0x3fff) | 0x8000U,
		 (unsigned long long)(b & UINT64_C(0xffffffffffff)));
	cJSON_AddStringToObject(object, "uuid", uuid);
}

static void put_stamp(cJSON *object)
{
	char stamp[32];

	snprintf(stamp, sizeof(stamp), "%lld", (long long)day_today() * 86400);
	cJSON_AddStringToObject(object, "timestamp", stamp);
}

void export_misp_begin(void)
{
	char day[16];

	day_text(day_today(), day);
	event = cJSON_CreateObject();
	put_uuid(event, "telltale rules");
	cJSON_AddStringToObject(event, "info", "telltale: names of vendors' services");
	cJSON_AddStringToObject(event, "date", day);
	put_stamp(event);
	cJSON_AddStringToObject(event, "analysis", "2");
	cJSON_AddStringToObject(event, "threat_level_id", "4");
	cJSON_AddBoolToObject(event, "published", false);
	attributes = cJSON_AddArrayToObject(event, "Attribute");
}

void export_misp_put(const struct export_item *item)
{
	cJSON *one = cJSON_CreateObject();
	char comment[512];

	snprintf(comment, sizeof(comment), "%s: %s, %s, %s%s", item->rule->id, item->rule->product, item->rule->purpose,
		 item->rule->confidence, item->rule->installed ? ", installed" : "");
	put_uuid(one, item->pattern->text);
	cJSON_AddStringToObject(one, "type", item->pattern->kind == RULE_SUFFIX ? "domain" : "hostname");
	cJSON_AddStringToObject(one, "category", "Network activity");
	cJSON_AddStringToObject(one, "value", item->pattern->text);
	cJSON_AddBoolToObject(one, "to_ids", item->rule->installed);
	cJSON_AddStringToObject(one, "comment", comment);
	put_stamp(one);
	cJSON_AddItemToArray(attributes, one);
}

void export_misp_end(void)
{
	cJSON *root = cJSON_CreateObject();

	cJSON_AddItemToObject(root, "Event", event);
	say_json(root);
}
