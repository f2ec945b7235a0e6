#include "pseudonym.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aes.h"
#include "digest.h"
#include "hash.h"

enum { WAYS = 4, SETS = PSEUDONYM_CACHE / WAYS };

#define HOW_TO_MAKE "make one with: (umask 077; head -c 32 /dev/urandom > FILE)"

struct set {
	struct addr from[WAYS], to[WAYS];
	unsigned used;			/* how many ever were; the next takes the place of the oldest */
};

struct pseudonym {
	struct aes *aes;
	uint8_t pad[AES_BLOCK];
	struct hmac_key mac, host;
	struct hash_key place;		/* of the cache, unknown to the traffic */
	struct set cache[SETS];
};

/* derive gives a key of its own to each use (RFC 5869's expansion: one block, the use as its label). */
static void derive(const uint8_t key[static PSEUDONYM_KEY], const char *use, uint8_t out[static SHA256_BYTES])
{
	struct hmac_key k;

	hmac_key_of(key, PSEUDONYM_KEY, &k);
	hmac_sha256(&k, (const uint8_t *)use, strlen(use), out);
	explicit_bzero(&k, sizeof(k));
}

struct pseudonym *pseudonym_new(const uint8_t key[static PSEUDONYM_KEY])
{
	struct pseudonym *p = calloc(1, sizeof(*p));
	uint8_t derived[SHA256_BYTES];

	if (!p)
		return NULL;
	p->aes = aes_new(key);
	if (!p->aes || !aes_blocks(p->aes, key + AES_BLOCK, 1, p->pad)) {
		pseudonym_free(p);
		return NULL;
	}
	derive(key, "telltale pseudonym mac\1", derived);
	hmac_key_of(derived, sizeof(derived), &p->mac);
	derive(key, "telltale pseudonym host\1", derived);
	hmac_key_of(derived, sizeof(derived), &p->host);
	derive(key, "telltale pseudonym cache\1", derived);
	memcpy(&p->place, derived, sizeof(p->place));
	explicit_bzero(derived, sizeof(derived));
	return p;
}

void pseudonym_free(struct pseudonym *p)
{
	if (!p)
		return;
	aes_free(p->aes);
	explicit_bzero(p, sizeof(*p));
	free(p);
}

/*
 * Crypto-PAn: bit i of the stand-in is bit i of the address, flipped by the first bit of
 * the cipher over the i bits before it, filled up with the pad.
 */
static bool encrypt(struct pseudonym *p, const uint8_t *from, unsigned bytes, uint8_t *to)
{
	uint8_t blocks[128][AES_BLOCK];
	unsigned bits = 8 * bytes;

	for (unsigned i = 0; i < bits; i++) {
		unsigned whole = i / 8, kept = 0xff00u >> i % 8 & 0xff;

		memcpy(blocks[i], p->pad, AES_BLOCK);
		memcpy(blocks[i], from, whole);
		blocks[i][whole] = (uint8_t)((from[whole] & kept) | (p->pad[whole] & ~kept));
	}
	if (!aes_blocks(p->aes, blocks[0], bits, blocks[0]))
		return false;
	memcpy(to, from, bytes);
	for (unsigned i = 0; i < bits; i++)
		to[i / 8] ^= (uint8_t)((blocks[i][0] & 0x80) >> i % 8);
	return true;
}

struct addr pseudonym_addr(struct pseudonym *p, const struct addr *a)
{
	struct set *s = &p->cache[hash_bytes(&p->place, a, sizeof(*a)) % SETS];
	unsigned bytes = addr_is_v4(a) ? 4 : 16, at;
	struct addr to = *a;

	for (unsigned i = 0; i < WAYS && i < s->used; i++) {
		if (addr_equal(&s->from[i], a))
			return s->to[i];
	}
	if (!encrypt(p, a->bytes + 16 - bytes, bytes, to.bytes + 16 - bytes)) {
		memset(to.bytes + 16 - bytes, 0, bytes);	/* the true address must not get out */
		return to;
	}
	at = s->used % WAYS;
	s->from[at] = *a;
	s->to[at] = to;
	s->used = s->used == 2 * WAYS - 1 ? WAYS : s->used + 1;
	return to;
}

void pseudonym_mac(const struct pseudonym *p, const uint8_t mac[static 6], uint8_t out[static 6])
{
	uint8_t h[SHA256_BYTES];

	hmac_sha256(&p->mac, mac, 6, h);
	memcpy(out, h, 6);
	out[0] = (uint8_t)((out[0] & 0xfc) | 0x02);
}

void pseudonym_host(const struct pseudonym *p, const char *text, size_t n, char out[static PSEUDONYM_HOST_MAX])
{
	uint8_t h[SHA256_BYTES], message[119];
	size_t used = 0;

	/* hmac_sha256 takes short messages: a longer one is chained, each step with what came before */
	for (size_t i = 0; i < n; i++) {
		char c = text[i];

		if (used == sizeof(message)) {
			hmac_sha256(&p->host, message, used, message);
			used = SHA256_BYTES;
		}
		message[used++] = (uint8_t)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	hmac_sha256(&p->host, message, used, h);
	used = (size_t)snprintf(out, PSEUDONYM_HOST_MAX, "host-");
	for (int i = 0; i < 8; i++, used += 2)
		snprintf(out + used, PSEUDONYM_HOST_MAX - used, "%02x", h[i]);
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	       c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* read_hex takes 64 digits and perhaps the end of a line. */
static bool read_hex(const char *text, size_t n, uint8_t key[static PSEUDONYM_KEY])
{
	if (n > 2 * PSEUDONYM_KEY + 2)
		return false;
	while (n > 2 * PSEUDONYM_KEY && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	if (n != 2 * PSEUDONYM_KEY)
		return false;
	for (size_t i = 0; i < PSEUDONYM_KEY; i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		key[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool is_uniform(const uint8_t key[static PSEUDONYM_KEY])
{
	for (size_t i = 1; i < PSEUDONYM_KEY; i++) {
		if (key[i] != key[0])
			return false;
	}
	return true;
}

static const char *key_of(const char *text, size_t n, uint8_t key[static PSEUDONYM_KEY])
{
	if (n == PSEUDONYM_KEY)
		memcpy(key, text, PSEUDONYM_KEY);
	else if (!read_hex(text, n, key))
		return "is no key: it holds neither 32 bytes nor 64 hexadecimal digits; " HOW_TO_MAKE;
	if (is_uniform(key))
		return "is no key: all its bytes are the same; " HOW_TO_MAKE;
	return NULL;
}

/* key_read gives what is wrong, or NULL. */
static const char *key_read(const char *path, uint8_t key[static PSEUDONYM_KEY])
{
	char text[2 * PSEUDONYM_KEY + 8];
	const char *wrong;
	struct stat st;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return errno == ENOENT ? "is not there; " HOW_TO_MAKE : strerror(errno);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		wrong = "is no plain file";
	} else if (st.st_mode & (S_IRWXO & ~S_IXOTH)) {
		wrong = "can be read or changed by everyone: whoever has the key inverts every address; "
			"take the right away with chmod o= FILE, and if others were here, make a new one";
	} else {
		n = read(fd, text, sizeof(text));
		wrong = n < 0 ? strerror(errno) : key_of(text, (size_t)n, key);
		explicit_bzero(text, sizeof(text));
	}
	close(fd);
	return wrong;
}

struct pseudonym *pseudonym_open(const char *path, char what[static PSEUDONYM_WHAT_MAX])
{
	uint8_t key[PSEUDONYM_KEY];
	const char *wrong = key_read(path, key);
	struct pseudonym *p = NULL;

	if (!wrong && !(p = pseudonym_new(key)))
		wrong = "cannot be used: no memory, or this libcrypto has no AES-128";
	explicit_bzero(key, sizeof(key));
	if (!wrong)
		return p;
	snprintf(what, PSEUDONYM_WHAT_MAX, "key file %s: %s", path, wrong);
	return NULL;
}
