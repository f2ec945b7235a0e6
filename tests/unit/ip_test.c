/* links: ip */
#include "bytes.h"
#include "ip.h"

static const uint8_t good_v4[] = {
	0x45, 0x00, 0x00, 0x18,		/* version 4, 20 bytes of header; 24 in all */
	0x12, 0x34, 0x00, 0x00,		/* id; no flags, offset 0 */
	0x40, 0x11, 0x00, 0x00,		/* TTL, UDP, checksum */
	192, 0, 2, 1,
	192, 0, 2, 2,
	'd', 'a', 't', 'a',
	0x00, 0x00			/* Ethernet padding: no part of it */
};
static const uint8_t good_v4_options[] = {
	0x46, 0x00, 0x00, 0x1a,		/* 24 bytes of header, 26 in all */
	0x00, 0x01, 0x40, 0x00,		/* DF */
	0x40, 0x06, 0x00, 0x00,
	192, 0, 2, 1,
	192, 0, 2, 2,
	0x01, 0x01, 0x01, 0x00,		/* NOP, NOP, NOP, end */
	'd', 'a'
};
static const uint8_t good_v4_offload[] = {
	0x45, 0x00, 0x00, 0x00,		/* total length 0: segmentation offload */
	0x12, 0x34, 0x00, 0x00,
	0x40, 0x06, 0x00, 0x00,
	192, 0, 2, 1,
	192, 0, 2, 2,
	'd', 'a', 't', 'a'
};
static const uint8_t good_v4_fragment[] = {
	0x45, 0x00, 0x00, 0x1c,
	0xbe, 0xef, 0x20, 0xb9,		/* more fragments, offset 185 * 8 */
	0x40, 0x11, 0x00, 0x00,
	192, 0, 2, 1,
	192, 0, 2, 2,
	'd', 'a', 't', 'a', 'd', 'a', 't', 'a'
};
static const uint8_t good_v4_ah[] = {
	0x45, 0x00, 0x00, 0x30,
	0x00, 0x01, 0x00, 0x00,
	0x40, 0x33, 0x00, 0x00,		/* AH (RFC 4302) */
	192, 0, 2, 1,
	192, 0, 2, 2,
	0x11, 0x04, 0x00, 0x00,		/* next UDP; 6 words, less two */
	0x00, 0x00, 0x00, 0x01,		/* SPI */
	0x00, 0x00, 0x00, 0x01,		/* sequence */
	1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
	'd', 'a', 't', 'a'
};
static const uint8_t bad_v4_header[] = {
	0x44, 0x00, 0x00, 0x18, 0x12, 0x34, 0x00, 0x00,		/* 16 bytes of header */
	0x40, 0x11, 0x00, 0x00, 192, 0, 2, 1, 192, 0, 2, 2, 'd', 'a', 't', 'a'
};
static const uint8_t bad_v4_length[] = {
	0x46, 0x00, 0x00, 0x14, 0x12, 0x34, 0x00, 0x00,		/* total shorter than its header */
	0x40, 0x11, 0x00, 0x00, 192, 0, 2, 1, 192, 0, 2, 2, 'd', 'a', 't', 'a'
};
static const uint8_t bad_version[] = { 0x55, 0x00, 0x00, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };

#define V6_ADDRESSES \
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, \
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2

static const uint8_t good_v6[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x04, 0x11, 0x40,		/* 4 bytes of UDP */
	V6_ADDRESSES,
	'd', 'a', 't', 'a', 0xee
};
static const uint8_t good_v6_extensions[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x24, 0x00, 0x40,		/* hop by hop first */
	V6_ADDRESSES,
	0x3c, 0x00, 0x01, 0x04, 0, 0, 0, 0,			/* next: destination options */
	0x2b, 0x00, 0x01, 0x04, 0, 0, 0, 0,			/* next: routing */
	0x06, 0x01, 0x00, 0x00, 0, 0, 0, 0,			/* next TCP, 16 bytes */
	0, 0, 0, 0, 0, 0, 0, 0,
	'd', 'a', 't', 'a'
};
static const uint8_t good_v6_fragment[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x10, 0x2c, 0x40,
	V6_ADDRESSES,
	0x11, 0x00, 0x05, 0xc9, 0xde, 0xad, 0xbe, 0xef,		/* UDP, offset 185 * 8, more, id */
	'd', 'a', 't', 'a', 'd', 'a', 't', 'a'
};
static const uint8_t good_v6_atomic[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x0c, 0x2c, 0x40,
	V6_ADDRESSES,
	0x11, 0x00, 0x00, 0x00, 0xde, 0xad, 0xbe, 0xef,		/* RFC 6946: whole in itself */
	'd', 'a', 't', 'a'
};
static const uint8_t bad_v6_extension[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x08, 0x00, 0x40,
	V6_ADDRESSES,
	0x06, 0x01, 0x01, 0x04, 0, 0, 0, 0			/* says 16 bytes, has 8 */
};

struct fixture {
	const char *what;
	const uint8_t *bytes;
	size_t n;
	uint8_t proto;
	bool fragment, more;
	uint16_t offset;
	uint32_t id;
	size_t payload, left;
};

#define IS(bytes) #bytes, bytes, sizeof(bytes)

static const struct fixture good[] = {
	{ IS(good_v4), IP_UDP, false, false, 0, 0x1234, 4, 2 },
	{ IS(good_v4_options), IP_TCP, false, false, 0, 1, 2, 0 },
	{ IS(good_v4_offload), IP_TCP, false, false, 0, 0x1234, 4, 0 },
	{ IS(good_v4_fragment), IP_UDP, true, true, 1480, 0xbeef, 8, 0 },
	{ IS(good_v4_ah), IP_UDP, false, false, 0, 1, 4, 0 },
	{ IS(good_v6), IP_UDP, false, false, 0, 0, 4, 1 },
	{ IS(good_v6_extensions), IP_TCP, false, false, 0, 0, 4, 0 },
	{ IS(good_v6_fragment), IP_UDP, true, true, 1480, 0xdeadbeef, 8, 0 },
	{ IS(good_v6_atomic), IP_UDP, false, false, 0, 0, 4, 0 },
};
static const struct fixture bad[] = {
	{ .what = "bad_v4_header", .bytes = bad_v4_header, .n = sizeof(bad_v4_header) },
	{ .what = "bad_v4_length", .bytes = bad_v4_length, .n = sizeof(bad_v4_length) },
	{ .what = "bad_version", .bytes = bad_version, .n = sizeof(bad_version) },
	{ .what = "bad_v6_extension", .bytes = bad_v6_extension, .n = sizeof(bad_v6_extension) },
	{ .what = "nothing", .bytes = bad_version, .n = 0 },
};

static uint64_t read_ip(struct cursor c, void *context)
{
	struct datagram d = { 0 };
	const uint8_t *end = c.end;

	(void)context;
	if (!ip_read(&c, &d))
		return 1;
	assert_true(d.payload.end <= end && c.end == end);
	return mix(mix_cursor(mix_bytes(mix_bytes(2, &d.src, 16), &d.dst, 16), d.payload),
		   (uint64_t)d.proto << 32 | d.offset | (d.fragment ? d.id + 1u : 0u) | (uint64_t)d.cut << 60);
}

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		const struct fixture *f = &good[i];
		struct cursor c = fence_end(f->bytes, f->n);
		struct datagram d;

		assert_true(ip_read(&c, &d));
		assert_int_equal(d.proto, f->proto);
		assert_int_equal(d.fragment, f->fragment);
		assert_int_equal(cursor_left(&d.payload), f->payload);
		assert_int_equal(cursor_left(&c), f->left);
		assert_false(d.cut);
		assert_memory_equal(d.payload.at, "da", 2);
		if (f->fragment) {
			assert_int_equal(d.more, f->more);
			assert_int_equal(d.offset, f->offset);
			assert_int_equal(d.id, f->id);
		}
		bytes_torture(f->bytes, f->n, read_ip, NULL);
	}
}

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct cursor c = fence_end(bad[i].bytes, bad[i].n);
		struct datagram d;

		assert_false(ip_read(&c, &d));
		(void)bytes_mutate(bad[i].bytes, bad[i].n, read_ip, NULL);
	}
}

/* A snapshot length cuts the payload: what is there is given, and said to be cut. */
static void test_cut(void **state)
{
	struct datagram d;
	struct cursor c = fence_end(good_v4, 22);

	(void)state;
	assert_true(ip_read(&c, &d));
	assert_true(d.cut);
	assert_int_equal(cursor_left(&d.payload), 2);
	c = fence_end(good_v4_options, 23);		/* not even the header */
	assert_false(ip_read(&c, &d));
	c = fence_end(good_v6, 42);
	assert_true(ip_read(&c, &d));
	assert_true(d.cut);
	assert_int_equal(cursor_left(&d.payload), 2);
}

/* Each extension header of the IANA registry that has the common form is stepped over; ESP and none are not. */
static void test_extension_kinds(void **state)
{
	static const uint8_t kinds[] = { 0, 43, 60, 135, 139, 140 }, others[] = { 50, 59, 136, 141 };
	uint8_t bytes[40 + 12];
	struct datagram d;
	struct cursor c;

	(void)state;
	memcpy(bytes, good_v6, 40);
	memcpy(bytes + 40, "\x11\x00\x01\x04\0\0\0\0data", 12);
	bytes[5] = 12;
	for (size_t i = 0; i < COUNT(kinds) + COUNT(others); i++) {
		bool steps = i < COUNT(kinds);

		bytes[6] = steps ? kinds[i] : others[i - COUNT(kinds)];
		c = fence_end(bytes, sizeof(bytes));
		assert_true(ip_read(&c, &d));
		assert_int_equal(d.proto, steps ? IP_UDP : bytes[6]);
		assert_int_equal(cursor_left(&d.payload), steps ? 4 : 12);
	}
}

/* Headers without end are not followed without end. */
static void test_many_extensions(void **state)
{
	uint8_t bytes[40 + 8 * 64];
	struct datagram d;
	struct cursor c;

	(void)state;
	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, good_v6, 40);
	bytes[4] = 2;
	bytes[5] = 0;
	bytes[6] = 60;
	for (size_t i = 40; i < sizeof(bytes); i += 8)
		bytes[i] = 60;
	c = fence_end(bytes, sizeof(bytes));
	assert_true(ip_read(&c, &d));
	assert_int_equal(d.proto, 60);		/* of no transport */
	assert_int_equal(cursor_left(&d.payload), 8 * (64 - 16));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_extension_kinds),
		cmocka_unit_test(test_many_extensions),
	};

	return cmocka_run_group_tests_name("ip", tests, NULL, NULL);
}
