/* links: quic aead digest */
#include "quic.h"
#include "protect.h"

enum { V1 = 1, V2 = 0x6b3343cf };

static uint8_t scratch[QUIC_DATAGRAM_MAX + 1];
static struct aead *aead;

static struct aead_keys keys_of(uint32_t version)
{
	uint8_t dcid[8];
	struct aead_keys k;

	hex_bytes(SAMPLE_DCID, dcid, sizeof(dcid));
	assert_true(quic_keys(version, fence_end(dcid, sizeof(dcid)), &k));
	return k;
}

static struct build *fresh(void)
{
	static struct build b;

	b.n = b.depth = 0;
	return &b;
}

/* open_sample reads a datagram of one packet and checks its one CRYPTO frame. */
static void open_sample(const struct build *b, uint32_t version)
{
	struct aead_keys keys = keys_of(version);
	struct cursor datagram = fence_end(b->bytes, b->n), frames, data;
	struct quic_header h;
	uint64_t offset;

	assert_true(quic_may_start(&datagram));
	assert_int_equal(quic_read_header(&datagram, &h), QUIC_INITIAL);
	assert_int_equal(h.version, version);
	assert_hex(h.dcid.at, cursor_left(&h.dcid), SAMPLE_DCID);
	assert_int_equal(cursor_left(&datagram), 0);
	assert_true(quic_open(aead, &keys, &h, scratch, &frames));
	assert_int_equal(cursor_left(&frames), SAMPLE_PAYLOAD);
	assert_true(quic_next_crypto(&frames, &offset, &data));
	assert_int_equal(offset, 0);
	assert_int_equal(cursor_left(&data), 241);
	assert_hex(data.at, 4, "010000ed");
	assert_false(quic_next_crypto(&frames, &offset, &data));
	assert_int_equal(cursor_left(&frames), 0);
}

/* RFC 9001 appendix A.2: the header, the sample and the tag are those printed there */
static void test_sample_version_1(void **state)
{
	struct build *b = fresh();
	struct aead_keys keys = keys_of(V1);

	(void)state;
	put_sample(b, V1, &keys);
	assert_int_equal(b->n, 1200);
	assert_hex(b->bytes, 38, "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9b");
	assert_hex(b->bytes + 1184, 16, "e221af44860018ab0856972e194cd934");
	open_sample(b, V1);
}

/* RFC 9369 appendix A.2 */
static void test_sample_version_2(void **state)
{
	struct build *b = fresh();
	struct aead_keys keys = keys_of(V2);

	(void)state;
	put_sample(b, V2, &keys);
	assert_int_equal(b->n, 1200);
	assert_hex(b->bytes, 38, "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485dd04de806071");
	open_sample(b, V2);
}

static void test_token_and_numbers(void **state)
{
	static const uint8_t token[900] = "a token that an earlier connection left";
	struct aead_keys keys = keys_of(V1);
	uint8_t dcid[8], frame[64];
	struct build f = { .n = 0 };

	(void)state;
	hex_bytes(SAMPLE_DCID, dcid, sizeof(dcid));
	put_crypto(&f, 0, (const uint8_t *)"\x01\x00\x00\x04test", 8);
	memcpy(frame, f.bytes, f.n);
	for (size_t n = 0; n <= sizeof(token); n += n < 500 || n > 540 ? 100 : 1) {
		for (uint8_t digits = 0; digits < 4; digits++) {
			struct build *b = fresh();
			struct initial_plan p = { .version = V1, .first = 0xc0 | digits, .dcid = dcid, .dcid_n = 8,
						  .token = token, .token_n = n, .number = 200, .payload = 40 };
			struct cursor c, frames, data;
			struct quic_header h;
			uint64_t offset;

			put_initial(b, &p, &keys, frame, f.n);
			c = fence_end(b->bytes, b->n);
			assert_int_equal(quic_read_header(&c, &h), QUIC_INITIAL);
			assert_true(quic_open(aead, &keys, &h, scratch, &frames));
			assert_true(quic_next_crypto(&frames, &offset, &data));
			assert_int_equal(cursor_left(&data), 8);
			assert_memory_equal(data.at + 4, "test", 4);
		}
	}
}

/* Two Initials in one datagram, and what is no packet behind them. */
static void test_coalesced(void **state)
{
	struct build *b = fresh();
	struct aead_keys keys = keys_of(V1);
	struct cursor c, frames;
	struct quic_header h;

	(void)state;
	put_sample(b, V1, &keys);
	put_sample(b, V1, &keys);
	put_fill(b, 0, 20);
	c = fence_end(b->bytes, b->n);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(quic_read_header(&c, &h), QUIC_INITIAL);
		assert_int_equal(cursor_left(&h.packet), 1200);
		assert_true(quic_open(aead, &keys, &h, scratch, &frames));
	}
	assert_int_equal(quic_read_header(&c, &h), QUIC_NOT);
}

static void test_frames(void **state)
{
	static const uint8_t frames[] = {
		0x00, 0x00,					/* PADDING */
		0x01,						/* PING */
		0x02, 0x10, 0x00, 0x01, 0x00, 0x02, 0x03,	/* ACK, one further range */
		0x06, 0x40, 0x05, 0x03, 'a', 'b', 'c',		/* CRYPTO at 5, its offset in two bytes */
		0x03, 0x10, 0x00, 0x00, 0x00, 0x01, 0x02, 0x03,	/* ACK with ECN counts */
		0x00,
		0x06, 0x00, 0x02, 'd', 'e',			/* CRYPTO at 0 */
		0x1c, 0x00, 0x00, 0x00,				/* CONNECTION_CLOSE: the end */
		0x06, 0x09, 0x01, 'x'
	};
	static const uint8_t longer[] = { 0x06, 0x00, 0x05, 'a', 'b' };
	struct cursor c = fence_end(frames, sizeof(frames)), data;
	uint64_t offset;

	(void)state;
	assert_true(quic_next_crypto(&c, &offset, &data));
	assert_int_equal(offset, 5);
	assert_memory_equal(data.at, "abc", 3);
	assert_true(quic_next_crypto(&c, &offset, &data));
	assert_int_equal(offset, 0);
	assert_int_equal(cursor_left(&data), 2);
	assert_false(quic_next_crypto(&c, &offset, &data));
	c = fence_end(longer, sizeof(longer));
	assert_false(quic_next_crypto(&c, &offset, &data));
}

struct fixture {
	const char *what;
	const uint8_t *bytes;
	size_t n;
	enum quic_type want;
};

static const struct fixture good[] = {
	{ "version negotiation", TEXT("\x80" "\x00\x00\x00\x00" "\x02" "ab" "\x01" "c" "\x00\x00\x00\x01\x6b\x33\x43\xcf"), QUIC_VERSIONS },
	{ "Retry, version 1", TEXT("\xf0" "\x00\x00\x00\x01" "\x00" "\x01" "c" "token" "0123456789abcdef"), QUIC_RETRY },
	{ "Retry, version 2: types turn by one (RFC 9369 3.2)", TEXT("\xc0" "\x6b\x33\x43\xcf" "\x00" "\x01" "c" "token" "0123456789abcdef"), QUIC_RETRY },
	{ "0-RTT", TEXT("\xd0" "\x00\x00\x00\x01" "\x01" "a" "\x00" "\x08" "12345678"), QUIC_0RTT },
	{ "Handshake", TEXT("\xe0" "\x00\x00\x00\x01" "\x01" "a" "\x00" "\x08" "12345678"), QUIC_HANDSHAKE },
	{ "Initial, one byte short of a sample", TEXT("\xc0" "\x00\x00\x00\x01" "\x01" "a" "\x00" "\x00" "\x13" "123456789012345678!"), QUIC_INITIAL },
	{ "Initial, draft 29", TEXT("\xc0" "\xff\x00\x00\x1d" "\x01" "a" "\x00" "\x00" "\x08" "12345678"), QUIC_INITIAL },
};
static const struct fixture bad[] = {
	{ "short header", TEXT("\x40" "\x00\x00\x00\x01" "\x01" "a" "\x00" "\x00" "\x08" "12345678"), QUIC_NOT },
	{ "a version nobody knows", TEXT("\xc0" "\x12\x34\x56\x78" "\x01" "a" "\x00" "\x00" "\x08" "12345678"), QUIC_NOT },
	{ "connection id of 21 bytes", TEXT("\xc0" "\x00\x00\x00\x01" "\x15" "0123456789abcdefghijk" "\x00" "\x00" "\x08" "12345678"), QUIC_NOT },
	{ "token longer than the datagram", TEXT("\xc0" "\x00\x00\x00\x01" "\x01" "a" "\x00" "\x3f" "\x08" "12345678"), QUIC_NOT },
	{ "a datagram of no packet, cut at 15 bytes", TEXT("\xc0" "\x00\x00\x00\x01" "\x01" "a" "\x00" "\x00" "\x08" "12345"), QUIC_NOT },
	{ "length longer than the datagram", TEXT("\xc0" "\x00\x00\x00\x01" "\x01" "a" "\x00" "\x00" "\x09" "12345678"), QUIC_NOT },
};

static uint64_t read_datagram(struct cursor c, void *context)
{
	struct aead_keys *keys = context;
	struct quic_header h;
	uint64_t sum = quic_may_start(&c), offset;
	enum quic_type type;

	while (cursor_left(&c) && (type = quic_read_header(&c, &h)) != QUIC_NOT) {
		struct cursor frames, data;

		assert_true(c.at <= c.end);
		sum = mix(mix_cursor(mix_cursor(mix(sum, (uint64_t)type), h.dcid), h.scid), h.version);
		if (type != QUIC_INITIAL)
			continue;
		sum = mix_cursor(sum, h.packet);
		if (!keys || !quic_open(aead, keys, &h, scratch, &frames))
			continue;
		while (quic_next_crypto(&frames, &offset, &data))
			sum = mix_cursor(mix(sum, offset), data);
	}
	return sum;
}

static void test_fixtures(void **state)
{
	struct aead_keys keys = keys_of(V1);	/* of none of them: their payloads are too short for a sample */
	struct quic_header h;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct cursor c = fence_end(good[i].bytes, good[i].n);

		if (quic_read_header(&c, &h) != good[i].want)
			fail_msg("%s", good[i].what);
		bytes_torture(good[i].bytes, good[i].n, read_datagram, &keys);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct cursor c = fence_end(bad[i].bytes, bad[i].n);

		if (quic_read_header(&c, &h) != QUIC_NOT)
			fail_msg("%s", bad[i].what);
		(void)bytes_mutate(bad[i].bytes, bad[i].n, read_datagram, &keys);
	}
}

static uint64_t read_frames(struct cursor c, void *context)
{
	struct cursor data;
	uint64_t sum = 0, offset;

	(void)context;
	while (quic_next_crypto(&c, &offset, &data))
		sum = mix_cursor(mix(sum, offset), data);
	return sum;
}

/* Changed packets must not open; changed frames must not be read beyond their end. */
static void test_torture(void **state)
{
	struct build *b = fresh();
	struct aead_keys keys = keys_of(V1);
	uint8_t frame[512];
	size_t n = hex_bytes(SAMPLE_FRAME, frame, sizeof(frame));

	(void)state;
	put_sample(b, V1, &keys);
	bytes_torture(b->bytes, b->n, read_datagram, &keys);
	bytes_torture(frame, n, read_frames, NULL);
}

/* The versions that are read, and whose keys each has (the salts are those of RFC 9001 and its drafts). */
static void test_versions(void **state)
{
	static const struct {
		uint32_t from, to, as;	/* 0: none */
	} all[] = {
		{ 0xff000000, 0xff000014, 0 }, { 0xff000015, 0xff000016, 0xff000015 }, { 0xff000017, 0xff00001c, 0xff000017 },
		{ 0xff00001d, 0xff000020, 0xff00001d }, { 0xff000021, 0xff000022, V1 }, { 0xff000023, 0xff000080, 0 },
		{ 0xfaceb000, 0xfaceb000, 0 }, { 0xfaceb001, 0xfaceb001, 0xff000016 }, { 0xfaceb002, 0xfaceb002, 0xff000017 },
		{ 0xfaceb003, 0xfaceb00d, 0 }, { 0xfaceb00e, 0xfaceb00e, 0xff000017 }, { 0xfaceb00f, 0xfaceb00f, 0 },
		{ 0x0a0a0a0a, 0x0a0a0a0a, V1 }, { 0x1a2a3afa, 0x1a2a3afa, V1 }, { 0x1a2a3af9, 0x1a2a3af9, 0 }, { 2, 10, 0 },
		{ V2, V2, V2 }, { 0x709a50c4, 0x709a50c4, 0x709a50c4 }, { 0x5430304f, 0x5430304f, 0 },
		{ QUIC_Q050, QUIC_Q050, QUIC_Q050 }, { 0x54303530, 0x54303530, 0x54303530 }, { 0x54303531, 0x54303531, 0x54303531 },
	};
	static const uint32_t apart[] = { V1, V2, 0x709a50c4, 0xff000015, 0xff000017, 0xff00001d, QUIC_Q050, 0x54303530, 0x54303531 };
	uint8_t bytes[16] = { 0xc0 };

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		for (uint32_t version = all[i].from; version <= all[i].to; version++) {
			struct aead_keys keys, as;
			struct cursor dcid = cursor_of("12345678", 8), c;

			for (size_t k = 0; k < 4; k++)
				bytes[1 + k] = (uint8_t)(version >> 8 * (3 - k));
			c = fence_end(bytes, sizeof(bytes));
			assert_int_equal(quic_may_start(&c), all[i].as != 0);
			assert_int_equal(quic_keys(version, dcid, &keys), all[i].as != 0);
			if (!all[i].as)
				continue;
			assert_true(quic_keys(all[i].as, dcid, &as));
			assert_memory_equal(&keys, &as, sizeof(keys));
			c = fence_end(bytes, sizeof(bytes) - 1);
			assert_false(quic_may_start(&c));
			bytes[0] = 0x40;
			c = fence_end(bytes, sizeof(bytes));
			assert_false(quic_may_start(&c));
			bytes[0] = 0xc0;
		}
	}
	for (size_t i = 0; i < COUNT(apart); i++) {
		for (size_t k = 0; k < i; k++) {
			struct aead_keys a, b;

			assert_true(quic_keys(apart[i], cursor_of("12345678", 8), &a));
			assert_true(quic_keys(apart[k], cursor_of("12345678", 8), &b));
			assert_memory_not_equal(a.key, b.key, sizeof(a.key));
		}
	}
}

static int setup(void **state)
{
	(void)state;
	aead = aead_new();
	return aead ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	aead_free(aead);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sample_version_1),
		cmocka_unit_test(test_sample_version_2),
		cmocka_unit_test(test_token_and_numbers),
		cmocka_unit_test(test_coalesced),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_torture),
	};

	return cmocka_run_group_tests_name("quic", tests, setup, teardown);
}
