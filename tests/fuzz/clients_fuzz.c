/* links: clients signs lru addr name */
#include "clients.h"
#include "fuzz.h"

static void learn_lease(struct clients *t, const uint8_t mac[static 6], uint8_t what, const struct addr *a,
			const struct name *n, int64_t when)
{
	struct dhcp_facts f = { .reply = what & 4, .relayed = what & 8, .has_mac = what & 16, .standing = what % 3,
				.addr = *a, .host = *n };

	memcpy(f.mac, mac, 6);
	clients_learn_lease(t, &f, mac, when);
}

/* Steps of eight bytes on a few addresses and machines: what to do, whom, which machine, when. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of(data, size);
	struct clients *t = clients_new(hash_key_files);

	FUZZ_MUST(t);
	while (cursor_left(&c) >= 8) {
		uint8_t what = cursor_u8(&c), who = cursor_u8(&c), mac[6] = { 0, 1, 2, 3, 4, cursor_u8(&c) & 15 };
		uint8_t ttl = cursor_u8(&c);
		int64_t when = (int64_t)cursor_u32(&c) << 24;
		struct addr a = addr_v4((uint8_t[]){ 10, 0, 0, who & 31 }), b = addr_v4((uint8_t[]){ 10, 0, 1, ttl });
		struct client_facts f;
		struct name n;

		(void)name_read_host(cursor_of(&ttl, 1), &n);
		if (what < 128)
			clients_note(t, &(struct client_sign){ .client = &a, .server = &b, .client_mac = what & 1 ? mac : NULL,
							       .ttl = ttl, .proxied = what & 2, .when = when });
		else if (what < 192)
			clients_learn_name(t, &a, mac, 1 + (what & 1), &n, when);
		else
			learn_lease(t, mac, what, &a, &n, when);
		if (!clients_find(t, &a, when, &f))
			continue;
		FUZZ_MUST((f.host != NULL) == (f.source != CLIENT_NO_NAME) && !(f.has_mac && f.is_router));
		FUZZ_MUST(!f.host || (f.host[0] && strlen(f.host) < CLIENT_HOST_MAX));
	}
	clients_free(t);
	return 0;
}
