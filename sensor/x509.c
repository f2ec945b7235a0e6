#include "x509.h"

enum {
	DER_BOOLEAN = 0x01, DER_OCTETS = 0x04, DER_OID = 0x06, DER_SEQUENCE = 0x30, DER_SET = 0x31,
	TBS_VERSION = 0xa0, TBS_EXTENSIONS = 0xa3, SAN_DNS = 0x82
};

/* der_take reads one element (X.690 section 8.1): its tag, its content. */
static struct cursor der_take(struct cursor *c, uint8_t *tag)
{
	size_t length;

	*tag = cursor_u8(c);
	length = cursor_u8(c);
	if (length & 0x80) {
		size_t more = length & 0x7f;

		length = 0;
		if (!more || more > 3)
			c->bad = true;
		while (more-- && !c->bad)
			length = length << 8 | cursor_u8(c);
	}
	return cursor_sub(c, c->bad ? SIZE_MAX : length);
}

static struct cursor der_in(struct cursor *c, uint8_t want)
{
	uint8_t tag;
	struct cursor in = der_take(c, &tag);

	if (tag != want)
		in.bad = true, in.at = in.end;
	return in;
}

static void read_common_name(struct cursor subject, struct name *out)
{
	while (cursor_left(&subject)) {
		struct cursor set = der_in(&subject, DER_SET);
		struct cursor pair = der_in(&set, DER_SEQUENCE);
		struct cursor oid = der_in(&pair, DER_OID);
		uint8_t tag;
		struct cursor value = der_take(&pair, &tag);

		if (cursor_left(&oid) == 3 && cursor_starts(&oid, "\x55\x04\x03", 3) &&
		    memchr(value.at, '.', cursor_left(&value)))
			(void)name_read_host(value, out);
	}
}

static void read_alternatives(struct cursor extensions, struct name *out)
{
	while (cursor_left(&extensions)) {
		struct cursor ext = der_in(&extensions, DER_SEQUENCE);
		struct cursor oid = der_in(&ext, DER_OID), names;

		if (cursor_left(&oid) != 3 || !cursor_starts(&oid, "\x55\x1d\x11", 3))
			continue;
		if (cursor_peek(&ext, 0) == DER_BOOLEAN)
			(void)der_in(&ext, DER_BOOLEAN);
		ext = der_in(&ext, DER_OCTETS);
		names = der_in(&ext, DER_SEQUENCE);
		while (cursor_left(&names)) {
			uint8_t tag;
			struct cursor host = der_take(&names, &tag);

			if (tag == SAN_DNS && name_read_host(host, out))
				return;
		}
	}
}

void x509_read_name(struct cursor certificate, struct name *out)
{
	struct cursor whole = der_in(&certificate, DER_SEQUENCE);
	struct cursor tbs = der_in(&whole, DER_SEQUENCE);
	struct cursor subject;
	uint8_t tag;

	out->odd = false;
	out->len = 0;
	out->text[0] = '\0';
	if (cursor_peek(&tbs, 0) == TBS_VERSION)
		(void)der_take(&tbs, &tag);
	for (int i = 0; i < 4; i++)	/* serial, algorithm, issuer, validity */
		(void)der_take(&tbs, &tag);
	subject = der_in(&tbs, DER_SEQUENCE);
	while (cursor_left(&tbs)) {	/* the key is passed by */
		struct cursor field = der_take(&tbs, &tag);

		if (tag == TBS_EXTENSIONS)
			read_alternatives(der_in(&field, DER_SEQUENCE), out);
	}
	if (!out->len)
		read_common_name(subject, out);
}
