/*
 * pseudonym.h: stand-ins for addresses and names of the watched network, so that
 * what is written can be handed on.
 *
 * Addresses: Crypto-PAn (J. Xu, J. Fan, M. Ammar, S. Moon, "Prefix-Preserving IP
 * Address Anonymization", ICNP 2002) with AES-128, as its authors' implementation:
 * the first 16 bytes of the key are the cipher's, the last 16 the pad.  IPv6 by the
 * same rule over 128 bits.  MAC addresses and host names: HMAC-SHA-256 under keys of
 * their own, drawn from the same 32 bytes, cut to 46 and 64 bits.
 *
 * Kept: the same value has the same stand-in for as long as the key is the same, in
 * every run and on every sensor; IPv4 stays IPv4; two addresses share as many leading
 * bits as their stand-ins, so networks stay together.  Not kept: what an address
 * means.  A stand-in of 10.0.0.1 looks like a public one, and may be the true address
 * of somebody else: ask addr_is_local before, not after.
 *
 * What leaks: structure.  Who knows or can provoke the traffic of one host learns
 * its stand-in, and with it the same leading bits of all its neighbours; a few such
 * hosts uncover a network (T. Brekne, A. Arnes, A. Oslebo, "Anonymization of IP
 * Traffic Monitoring Data: Attacks on Two Prefix-Preserving Anonymization Schemes",
 * PET 2005; RFC 6235 section 4.1).  Times, volumes and the services asked for stay
 * what they are.  Whoever holds the key inverts every address.  It is pseudonymity,
 * not anonymity.
 *
 * One thread uses a struct pseudonym at a time: give each worker its own.
 */
#ifndef TELLTALE_PSEUDONYM_H
#define TELLTALE_PSEUDONYM_H

#include "addr.h"

enum {
	PSEUDONYM_KEY = 32,		/* bytes */
	PSEUDONYM_WHAT_MAX = 512,
	PSEUDONYM_HOST_MAX = 22,	/* "host-", 16 hexadecimal digits, NUL */
	PSEUDONYM_CACHE = 4096		/* addresses whose stand-in is remembered */
};

struct pseudonym;

/* pseudonym_new is NULL when memory is short or libcrypto has no AES. */
struct pseudonym *pseudonym_new(const uint8_t key[static PSEUDONYM_KEY]);

/*
 * pseudonym_open reads the key from a file: 32 bytes as they are, or 64 hexadecimal
 * digits with or without a newline.  NULL with a line of what is wrong and what to do:
 * the file cannot be read, has another length, holds one byte over and over, or others
 * than its owner and group may read or change it.
 */
struct pseudonym *pseudonym_open(const char *path, char what[static PSEUDONYM_WHAT_MAX]);

/* pseudonym_free wipes the keys. */
void pseudonym_free(struct pseudonym *p);

/* pseudonym_addr is the stand-in of an address: the newest PSEUDONYM_CACHE or so are not computed again. */
struct addr pseudonym_addr(struct pseudonym *p, const struct addr *a);

/* pseudonym_mac gives a locally administered unicast address (RFC 9542 section 2.1), never a maker's. */
void pseudonym_mac(const struct pseudonym *p, const uint8_t mac[static 6], uint8_t out[static 6]);

/* pseudonym_host writes the stand-in of a name, ASCII upper case folded, and a NUL. */
void pseudonym_host(const struct pseudonym *p, const char *text, size_t n, char out[static PSEUDONYM_HOST_MAX]);

#endif
