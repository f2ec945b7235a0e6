/* links: flow lru pool pieces */
#include "bytes.h"
#include "flow.h"

static struct packet packet_of(uint8_t from, uint8_t to, uint16_t sport, uint16_t dport)
{
	struct packet p = { .proto = IP_TCP, .sport = sport, .dport = dport };

	memset(p.src.bytes, from, sizeof(p.src.bytes));
	memset(p.dst.bytes, to, sizeof(p.dst.bytes));
	return p;
}

static struct contact contact_of(const struct packet *p)
{
	return (struct contact){ .client = p->src, .server = p->dst, .client_port = p->sport,
				 .server_port = p->dport, .proto = p->proto };
}

static void test_both_directions(void **state)
{
	struct flows t;
	struct packet there = packet_of(1, 2, 40000, 443), back = packet_of(2, 1, 443, 40000);
	struct packet other = packet_of(1, 2, 40001, 443);
	struct contact c = contact_of(&there);
	struct flow *f;
	int side = -1;

	(void)state;
	assert_true(flows_new(&t, hash_key_files));
	assert_true(flow_hash(&t.key, &there) == flow_hash(&t.key, &back));
	assert_false(flow_hash(&t.key, &there) == flow_hash(&t.key, &other));
	assert_null(flow_find(&t, flow_hash(&t.key, &there), &there, &side));
	f = flow_add(&t, flow_hash(&t.key, &there), &c);
	assert_int_equal(f->phase, FLOW_OPEN);
	assert_null(f->side[SIDE_CLIENT]);
	assert_ptr_equal(flow_find(&t, flow_hash(&t.key, &there), &there, &side), f);
	assert_int_equal(side, SIDE_CLIENT);
	assert_ptr_equal(flow_find(&t, flow_hash(&t.key, &back), &back, &side), f);
	assert_int_equal(side, SIDE_SERVER);
	back.proto = IP_UDP;
	assert_null(flow_find(&t, flow_hash(&t.key, &there), &back, &side));
	assert_null(flow_find(&t, flow_hash(&t.key, &there), &other, &side));
	flow_close(&t, f);
	assert_null(flow_find(&t, flow_hash(&t.key, &there), &there, &side));
	flows_free(&t);
}

/* A stream outgrows its small block without losing a byte, and everything is given back. */
static void test_store_grows(void **state)
{
	static uint8_t bytes[STREAM_BYTES_MAX + 1];
	struct flows t;
	struct packet p = packet_of(1, 2, 40000, 443);
	struct contact c = contact_of(&p);
	struct flow *f;
	struct cursor whole;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 31 ^ i >> 8);
	assert_true(flows_new(&t, hash_key_files));
	f = flow_add(&t, 1, &c);
	assert_int_equal(flow_store(&t, f, SIDE_CLIENT, 100, cursor_of(bytes + 100, 900)), PIECES_NEW);
	assert_int_equal(flow_store(&t, f, SIDE_CLIENT, 2000, cursor_of(bytes + 2000, 100)), PIECES_NEW);
	assert_int_equal(pool_out(t.small.pool), 1);
	assert_int_equal(flow_store(&t, f, SIDE_CLIENT, 2100, cursor_of(bytes + 2100, 60000)), PIECES_NEW);
	assert_int_equal(pool_out(t.small.pool), 0);
	assert_int_equal(pool_out(t.big.pool), 1);
	assert_int_equal(flow_store(&t, f, SIDE_CLIENT, 1000, cursor_of(bytes + 1000, 1000)), PIECES_NEW);
	assert_int_equal(flow_store(&t, f, SIDE_CLIENT, 0, cursor_of(bytes, 100)), PIECES_NEW);
	whole = pieces_read(&f->side[SIDE_CLIENT]->pieces);
	assert_int_equal(cursor_left(&whole), 62100);
	assert_memory_equal(whole.at, bytes, 62100);
	assert_int_equal(flow_store(&t, f, SIDE_CLIENT, 1, cursor_of(bytes, STREAM_BYTES_MAX)), PIECES_FULL);
	assert_int_equal(flow_store(&t, f, SIDE_CLIENT, UINT32_MAX, cursor_of(bytes, 1)), PIECES_FULL);
	assert_int_equal(flow_store(&t, f, SIDE_SERVER, 0, cursor_of(bytes, 1)), PIECES_NEW);
	flow_close(&t, f);
	assert_int_equal(pool_out(t.big.pool) + pool_out(t.small.pool), 0);
	flows_free(&t);
}

/* When no block is left the piece is refused; what is there stays whole. */
static void test_blocks_run_out(void **state)
{
	static const uint8_t byte[1] = { 7 };
	static uint8_t much[STREAM_SMALL + 1];
	struct flows t;
	struct packet p = packet_of(1, 2, 1, 443);
	struct flow *f = NULL;
	unsigned taken = 0;

	(void)state;
	assert_true(flows_new(&t, hash_key_files));
	for (unsigned i = 0; i <= STREAMS_BIG; i++) {
		struct contact c = contact_of(&p);

		f = flow_add(&t, i, &c);
		taken += flow_store(&t, f, SIDE_CLIENT, 0, cursor_of(byte, 1)) == PIECES_NEW &&
			 flow_store(&t, f, SIDE_CLIENT, 1, cursor_of(much, sizeof(much))) == PIECES_NEW;
	}
	assert_int_equal(taken, STREAMS_BIG);
	assert_int_equal(pieces_ready(&f->side[SIDE_CLIENT]->pieces), 1);
	/* who holds a block of that size for longest, not who is oldest: those here hold none, or a small one */
	assert_ptr_equal(flow_hoarder(&t), lru_oldest(&t.table));
	flow_forget_side(&t, lru_oldest(&t.table), SIDE_CLIENT);
	assert_int_equal(flow_store(&t, f, SIDE_CLIENT, 1, cursor_of(much, sizeof(much))), PIECES_NEW);
	assert_null(flow_hoarder(&t));
	f = flow_add(&t, UINT64_MAX, &(struct contact){ .proto = IP_TCP });
	assert_int_equal(flow_store(&t, f, SIDE_CLIENT, 0, cursor_of(much, sizeof(much))), PIECES_FULL);
	assert_ptr_equal(flow_hoarder(&t), lru_newer(&t.table, lru_oldest(&t.table)));
	flow_close(&t, flow_hoarder(&t));
	assert_int_equal(flow_store(&t, f, SIDE_CLIENT, 0, cursor_of(much, sizeof(much))), PIECES_NEW);
	while ((f = lru_oldest(&t.table)))
		flow_close(&t, f);
	assert_int_equal(pool_out(t.big.pool) + pool_out(t.small.pool), 0);
	flows_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_directions),
		cmocka_unit_test(test_store_grows),
		cmocka_unit_test(test_blocks_run_out),
	};

	return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
