#include "ech.h"

enum { VERSION = 0xfe0d, OUTER = 0 };

bool ech_next_config(struct cursor *list, struct ech_config *out)
{
	while (cursor_left(list)) {
		uint16_t version = cursor_u16(list);
		struct cursor c = cursor_block(list, 2);

		if (list->bad)
			return false;
		if (version != VERSION)
			continue;
		out->id = cursor_u8(&c);
		cursor_skip(&c, 2);		/* KEM */
		(void)cursor_block(&c, 2);	/* public key */
		(void)cursor_block(&c, 2);	/* cipher suites */
		cursor_skip(&c, 1);		/* maximum name length */
		if (name_read_host(cursor_block(&c, 1), &out->public_name))
			return true;
	}
	return false;
}

bool ech_read_outer(struct cursor extension, uint8_t *id)
{
	uint8_t type = cursor_u8(&extension);

	cursor_skip(&extension, 4);		/* KDF, AEAD */
	*id = cursor_u8(&extension);
	return !extension.bad && type == OUTER;
}
