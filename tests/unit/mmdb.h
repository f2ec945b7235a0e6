/*
 * mmdb.h: the smallest MaxMind DB that a test needs (MaxMind DB file format 2.0):
 * an IPv4 tree with records of 24 bits, and one string under one key a network.
 */
#ifndef TELLTALE_TESTS_MMDB_H
#define TELLTALE_TESTS_MMDB_H

#include "build.h"

enum { MMDB_NODES_MAX = 2048, MMDB_NETS_MAX = 64 };

struct mmdb {
	uint32_t node[MMDB_NODES_MAX][2];	/* 0: nothing; else a node, or MMDB_DATA and a network's index */
	uint32_t nodes;
	const char *key, *value[MMDB_NETS_MAX];
	size_t nets;
};

#define MMDB_DATA UINT32_C(0x10000)

static inline void mmdb_text(struct build *b, const char *text)
{
	put_int(b, 0x40 | strlen(text), 1);
	put(b, text, strlen(text));
}

static inline void mmdb_number(struct build *b, const char *key, unsigned type, uint64_t v, size_t bytes)
{
	mmdb_text(b, key);
	if (type > 7) {
		put_int(b, bytes, 1);
		put_int(b, type - 7, 1);
	} else {
		put_int(b, type << 5 | bytes, 1);
	}
	put_int(b, v, bytes);
}

/* mmdb_add puts a network that overlaps no other one; `value` lives as long as the database. */
static inline void mmdb_add(struct mmdb *m, const uint8_t net[static 4], unsigned bits, const char *value)
{
	uint32_t at = 0;

	m->nodes = m->nodes ? m->nodes : 1;
	for (unsigned i = 0; i < bits; i++) {
		uint32_t *next = &m->node[at][net[i / 8] >> (7 - i % 8) & 1];

		if (i + 1 == bits) {
			*next = MMDB_DATA + (uint32_t)m->nets;
		} else if (!*next) {
			assert_true(m->nodes < MMDB_NODES_MAX);
			*next = m->nodes++;
		}
		at = *next;
	}
	assert_true(m->nets < MMDB_NETS_MAX);
	m->value[m->nets++] = value;
}

/* mmdb_put appends the file: each network's data is a map of one key. */
static inline void mmdb_put(struct build *b, const struct mmdb *m, const char *type)
{
	uint32_t at[MMDB_NETS_MAX], n = 0;

	for (size_t i = 0; i < m->nets; i++) {
		at[i] = n;
		n += (uint32_t)(3 + strlen(m->key) + strlen(m->value[i]));
	}
	for (uint32_t i = 0; i < 2 * m->nodes; i++) {
		uint32_t v = m->node[i / 2][i % 2];

		put_int(b, !v ? m->nodes : v >= MMDB_DATA ? m->nodes + 16 + at[v - MMDB_DATA] : v, 3);
	}
	put_fill(b, 0, 16);
	for (size_t i = 0; i < m->nets; i++) {
		put_int(b, 0xe1, 1);
		mmdb_text(b, m->key);
		mmdb_text(b, m->value[i]);
	}
	put(b, "\xab\xcd\xefMaxMind.com", 14);
	put_int(b, 0xe9, 1);
	mmdb_number(b, "binary_format_major_version", 5, 2, 2);
	mmdb_number(b, "binary_format_minor_version", 5, 0, 2);
	mmdb_number(b, "build_epoch", 9, 1760000000, 8);
	mmdb_text(b, "database_type");
	mmdb_text(b, type);
	mmdb_text(b, "description");
	put_int(b, 0xe0, 1);
	mmdb_number(b, "ip_version", 5, 4, 2);
	mmdb_text(b, "languages");
	put(b, "\x00\x04", 2);
	mmdb_number(b, "node_count", 6, m->nodes, 4);
	mmdb_number(b, "record_size", 5, 24, 2);
}

#endif
