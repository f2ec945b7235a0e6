/* Where a service is to be had, as an answer tells it. */
#include "event.h"

/* parameters (RFC 9460 section 14.3.2) */
enum { SVCB_ALPN = 1, SVCB_IPV4 = 4, SVCB_ECH = 5, SVCB_IPV6 = 6 };

/* put_hint puts what is left of a SVCB parameter's value; false when there is nothing of its kind. */
static bool put_hint(char **p, uint16_t key, struct cursor *value)
{
	const uint8_t *bytes;
	struct cursor one;
	struct addr a;

	if (key == SVCB_ALPN) {
		one = cursor_block(value, 1);
		memcpy(*p, one.at, cursor_left(&one));
		*p += cursor_left(&one);
		return true;
	}
	bytes = cursor_take(value, key == SVCB_IPV4 ? 4 : 16);
	if (!bytes)
		return false;
	a = key == SVCB_IPV4 ? addr_v4(bytes) : addr_v6(bytes);
	*p += addr_put(&a, *p);
	return true;
}

void event_put_service(struct json *j, struct cursor data, struct cursor message)
{
	static const struct word joins[] = {
		[SVCB_ALPN] = WORD(" alpn="), [SVCB_IPV4] = WORD(" ipv4hint="), [SVCB_ECH] = WORD(" ech"),
		[SVCB_IPV6] = WORD(" ipv6hint="),
	}, comma = WORD(",");
	char text[1024], *p, *full = text + sizeof(text) - 300;	/* a value, and what is written behind its end */
	struct name target;

	p = json_put_digits(text, cursor_u16(&data));
	*p++ = ' ';
	if (name_read_dns(&data, message, &target))
		p = json_put_padded(p, target.text, target.len);
	*p++ = '.';
	while (cursor_left(&data) && p < full) {
		uint16_t key = cursor_u16(&data);
		struct cursor value = cursor_block(&data, 2);
		const struct word *join = key < sizeof(joins) / sizeof(*joins) ? &joins[key] : &joins[0];

		if (key == SVCB_ECH)
			p = word_put(p, join);
		while (join->n && key != SVCB_ECH && cursor_left(&value) && p < full) {
			p = word_put(p, join);
			if (!put_hint(&p, key, &value))
				break;
			join = &comma;
		}
	}
	json_bytes(j, text, (size_t)(p - text));
}
