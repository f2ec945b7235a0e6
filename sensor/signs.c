#include "signs.h"

static void count_up(uint8_t *n)
{
	if (*n < UINT8_MAX)
		++*n;
}

void signs_note_ttl(struct signs *s, uint8_t ttl)
{
	static const uint8_t initial[SIGNS_FAMILIES] = { 64, 128, 255 };

	for (int i = 0; i < SIGNS_FAMILIES; i++) {
		if (ttl <= initial[i] && ttl > initial[i] - 32)
			count_up(&s->ttls[i]);
	}
}

void signs_note_hello(struct signs *s, uint64_t hash)
{
	s->hellos[hash >> 6 & (SIGNS_HELLO_WORDS - 1)] |= UINT64_C(1) << (hash & 63);
}

void signs_note_server(struct signs *s, uint64_t hash)
{
	s->servers |= UINT64_C(1) << (hash & 63);
}

void signs_note_asked(struct signs *s)
{
	count_up(&s->asked);
}

enum client_kind signs_kind(const struct signs *s)
{
	int families = 0, hellos = 0;

	for (int i = 0; i < SIGNS_FAMILIES; i++)
		families += s->ttls[i] >= SIGNS_TTL_MIN;
	for (int i = 0; i < SIGNS_HELLO_WORDS; i++)
		hellos += __builtin_popcountll(s->hellos[i]);
	if (s->asked >= SIGNS_ASKED_MIN && __builtin_popcountll(s->servers) >= SIGNS_SERVERS_MANY)
		return CLIENT_PROXY;
	return families > 1 || hellos >= SIGNS_HELLOS_MANY ? CLIENT_NAT : CLIENT_ALONE;
}
