/*
 * datagrams.h: QUIC hellos cut into CRYPTO frames and sealed into Initial packets,
 * for tests that send these in ways of their own.
 */
#ifndef TELLTALE_DATAGRAMS_H
#define TELLTALE_DATAGRAMS_H

#include "wire.h"

#include "../unit/protect.h"
#include "quic.h"

#define NAME "www.example.com"

enum { V1 = 1, V2 = 0x6b3343cf, PACKETS_MAX = 3 };

static const uint32_t versions[] = { V1, V2 };
static struct build hello, large;
static struct build frames[PACKETS_MAX], datagrams[PACKETS_MAX];

static inline int setup(void **state)
{
	put_hello(&hello, &(struct hello_plan){ .name = NAME, .key_share = 32 });
	put_hello(&large, &(struct hello_plan){ .name = NAME, .key_share = 1600, .ech = true });
	return wire_setup(state);
}

static inline void clear(struct build *b)
{
	b->n = b->depth = 0;
}

/* seal puts one Initial packet of the connection `id` into b. */
static inline void seal(struct build *b, uint32_t version, uint64_t id, uint64_t number, const struct build *f)
{
	uint8_t dcid[8];
	struct aead_keys keys;
	struct initial_plan plan = { .version = version, .first = version == V2 ? 0xd1 : 0xc1, .dcid = dcid,
				     .dcid_n = sizeof(dcid), .number = number, .payload = 100 };

	for (size_t i = 0; i < sizeof(dcid); i++)
		dcid[i] = (uint8_t)(mix(id, 1) >> 8 * i);
	assert_true(quic_keys(version, cursor_of(dcid, sizeof(dcid)), &keys));
	put_initial(b, &plan, &keys, f->bytes, f->n);
}

/* put_parts cuts the hello at the borders given: one CRYPTO frame each, PING and PADDING around it. */
static inline void put_parts(const struct build *h, const size_t *at, unsigned parts)
{
	for (unsigned i = 0; i < parts; i++) {
		clear(&frames[i]);
		put_int(&frames[i], 1, 1);	/* PING */
		put_crypto(&frames[i], at[i], h->bytes + at[i], at[i + 1] - at[i]);
		put_fill(&frames[i], 0, 3);	/* PADDING */
	}
}

static inline void send(const struct build *b)
{
	wire_udp(true, b->bytes, b->n);
}

static inline void begin(void)
{
	wire_case(443);
}

static inline void expect(uint32_t version)
{
	wire_rest();
	wire_expect(NAME, EVIDENCE_QUIC, 1);
	assert_int_equal(wire.seen[0].tls.quic_version, version);
}

#endif
