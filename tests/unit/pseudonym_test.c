/* links: pseudonym aes digest addr */
#include <time.h>

#include "bytes.h"
#include "files.h"
#include "pseudonym.h"

/* The key of the sample trace that comes with the authors' implementation. */
static const uint8_t sample_key[PSEUDONYM_KEY] = {
	21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16,
	216, 152, 143, 131, 121, 121, 101, 39, 98, 87, 76, 45, 42, 132, 34, 2
};

static struct pseudonym *sample(void)
{
	struct pseudonym *p = pseudonym_new(sample_key);

	assert_non_null(p);
	return p;
}

static void assert_addr(struct pseudonym *p, const char *from, const char *to)
{
	char text[ADDR_TEXT_MAX];
	struct addr a, got;

	assert_true(addr_parse(from, &a));
	for (int twice = 0; twice < 2; twice++) {	/* computed, and from the cache */
		got = pseudonym_addr(p, &a);
		addr_put(&got, text);
		assert_string_equal(text, to);
	}
}

/* sample_trace_raw.dat and sample_trace_sanitized.dat of Crypto-PAn, each address once */
static void test_sample_trace(void **state)
{
	static const char *const trace[][2] = {
		{ "128.11.68.132", "135.242.180.132" }, { "129.118.74.4", "134.136.186.123" },
		{ "130.132.252.244", "133.68.164.234" }, { "141.223.7.43", "141.167.8.160" },
		{ "141.233.145.108", "141.129.237.235" }, { "152.163.225.39", "151.140.114.167" },
		{ "156.29.3.236", "147.225.12.42" }, { "165.247.96.84", "162.9.99.234" },
		{ "166.107.77.190", "160.132.178.185" }, { "192.102.249.13", "252.138.62.131" },
		{ "192.215.32.125", "252.43.47.189" }, { "192.233.80.103", "252.25.108.8" },
		{ "192.41.57.43", "252.222.221.184" }, { "193.150.244.223", "253.169.52.216" },
		{ "195.205.63.100", "255.186.223.5" }, { "198.200.171.101", "249.199.68.213" },
		{ "198.26.132.101", "249.36.123.202" }, { "198.36.213.5", "249.7.21.132" },
		{ "198.51.77.238", "249.18.186.254" }, { "199.217.79.101", "248.38.184.213" },
		{ "202.49.198.20", "245.206.7.234" }, { "203.12.160.252", "244.248.163.4" },
		{ "204.184.162.189", "243.192.77.90" }, { "204.202.136.230", "243.178.4.198" },
		{ "204.29.20.4", "243.33.20.123" }, { "205.178.38.67", "242.108.198.51" },
		{ "205.188.147.153", "242.96.16.101" }, { "205.188.248.25", "242.96.88.27" },
		{ "205.245.121.43", "242.21.121.163" }, { "207.105.49.5", "241.118.205.138" },
		{ "207.135.65.238", "241.202.129.222" }, { "207.155.9.214", "241.220.250.22" },
		{ "207.188.7.45", "241.255.249.220" }, { "207.25.71.27", "241.33.119.156" },
		{ "207.33.151.131", "241.1.233.131" }, { "208.147.89.59", "227.237.98.191" },
		{ "208.234.120.210", "227.154.67.17" }, { "208.28.185.184", "227.39.94.90" },
		{ "208.52.56.122", "227.8.63.165" }, { "209.12.231.7", "226.243.167.8" },
		{ "209.238.72.3", "226.6.119.243" }, { "209.246.74.109", "226.22.124.76" },
		{ "209.68.60.238", "226.184.220.233" }, { "209.85.249.6", "226.170.70.6" },
		{ "212.120.124.31", "228.135.163.231" }, { "212.146.8.236", "228.19.4.234" },
		{ "212.186.227.154", "228.59.98.98" }, { "212.204.172.118", "228.71.195.169" },
		{ "212.206.130.201", "228.69.242.193" }, { "216.148.237.145", "235.84.194.111" },
		{ "216.157.30.252", "235.89.31.26" }, { "216.184.159.48", "235.96.225.78" },
		{ "216.227.10.221", "235.28.253.36" }, { "216.254.18.172", "235.7.16.162" },
		{ "216.32.132.250", "235.192.139.38" }, { "216.35.217.178", "235.195.157.81" },
		{ "24.0.250.221", "100.15.198.226" }, { "24.13.62.231", "100.2.192.247" },
		{ "24.14.213.138", "100.1.42.141" }, { "24.5.0.80", "100.9.15.210" },
		{ "24.7.198.88", "100.10.6.25" }, { "24.94.26.44", "100.88.228.35" },
		{ "38.15.67.68", "64.3.66.187" }, { "4.3.88.225", "124.60.155.63" },
		{ "63.14.55.111", "95.9.215.7" }, { "63.195.241.44", "95.179.238.44" },
		{ "63.97.7.140", "95.97.9.123" }, { "64.14.118.196", "0.255.183.58" },
		{ "64.34.154.117", "0.221.154.117" }, { "64.39.15.238", "0.219.7.41" },
	};
	struct pseudonym *p = sample();

	(void)state;
	for (size_t i = 0; i < COUNT(trace); i++)
		assert_addr(p, trace[i][0], trace[i][1]);
	pseudonym_free(p);
	pseudonym_free(NULL);
}

/* The authors' code is IPv4 alone; two later ones agree: Yawning/cryptopan, keiichishima/yacryptopan. */
static void test_ipv6(void **state)
{
	struct pseudonym *p = sample();

	(void)state;
	assert_addr(p, "::1", "78ff:f001:9fc0:20df:8380:b1f1:704:ed");
	assert_addr(p, "::2", "78ff:f001:9fc0:20df:8380:b1f1:704:ef");
	assert_addr(p, "::ffff", "78ff:f001:9fc0:20df:8380:b1f1:704:f838");
	assert_addr(p, "2001:db8::1", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e");
	assert_addr(p, "2001:db8::2", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c");
	pseudonym_free(p);
	p = pseudonym_new((const uint8_t *)"32-char-str-for-AES-key-and-pad.");
	assert_non_null(p);
	assert_addr(p, "192.0.2.1", "192.0.125.244");
	assert_addr(p, "2001:db8::1", "27fe:8bc7:fee:1e:1e1f:f0fe:f0e1:83fd");
	pseudonym_free(p);
}

static unsigned shared(const struct addr *a, const struct addr *b)
{
	unsigned n = 0;

	while (n < 128 && !((a->bytes[n / 8] ^ b->bytes[n / 8]) & 0x80 >> n % 8))
		n++;
	return n;
}

/* Exactly as many leading bits stay shared, over every length, and IPv4 stays IPv4. */
static void test_prefixes(void **state)
{
	struct pseudonym *p = sample();
	uint64_t h = 1;

	(void)state;
	for (unsigned i = 0; i < 4000; i++) {
		struct addr a, b, pa, pb;
		unsigned from = i % 2 ? 96 : 0, bit;

		for (int k = 0; k < 16; k++)
			a.bytes[k] = (uint8_t)((h = mix(h, i)) >> 20);
		if (from)
			memset(a.bytes, 0xff, 12);
		b = a;
		bit = from + i / 2 % (128 - from);
		for (unsigned k = bit + 1; k < 128; k++)
			b.bytes[k / 8] ^= (uint8_t)(((h = mix(h, k)) >> 30 & 1) << (7 - k % 8));
		b.bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		pa = pseudonym_addr(p, &a);
		pb = pseudonym_addr(p, &b);
		assert_int_equal(shared(&pa, &pb), bit);
		assert_int_equal(addr_is_v4(&pa), from != 0);
	}
	pseudonym_free(p);
}

static void test_mac(void **state)
{
	struct pseudonym *p = sample(), *other = pseudonym_new((const uint8_t *)"32-char-str-for-AES-key-and-pad.");
	uint8_t mac[6] = { 0x3c, 0x22, 0xfb, 1, 2, 3 }, out[6], again[6];

	(void)state;
	assert_non_null(other);
	for (int i = 0; i < 256; i++) {
		mac[5] = (uint8_t)i;
		pseudonym_mac(p, mac, out);
		assert_int_equal(out[0] & 3, 2);
		assert_memory_not_equal(out, mac, 3);
		pseudonym_mac(p, mac, again);
		assert_memory_equal(out, again, 6);
		pseudonym_mac(other, mac, again);
		assert_memory_not_equal(out, again, 6);
		mac[5] ^= 1;
		pseudonym_mac(p, mac, again);
		assert_memory_not_equal(out + 1, again + 1, 5);
	}
	pseudonym_free(other);
	pseudonym_free(p);
}

/* Names of every length have stand-ins of their own; case makes no other name. */
static void test_host(void **state)
{
	static char seen[300][PSEUDONYM_HOST_MAX];
	struct pseudonym *p = sample();
	char text[300], again[PSEUDONYM_HOST_MAX];

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t n = 0; n < sizeof(text); n++) {
		pseudonym_host(p, (const char *)fence_end((const uint8_t *)text, n).at, n, seen[n]);
		assert_int_equal(strlen(seen[n]), PSEUDONYM_HOST_MAX - 1);
		assert_int_equal(strspn(seen[n] + 5, "0123456789abcdef"), 16);
		for (size_t i = 0; i < n; i++)
			assert_string_not_equal(seen[i], seen[n]);
	}
	text[250] = 'b';
	pseudonym_host(p, text, 299, again);
	assert_string_not_equal(again, seen[299]);
	text[250] = 'A';
	pseudonym_host(p, text, 299, again);
	assert_string_equal(again, seen[299]);
	pseudonym_free(p);
}

/* key_file writes a key file with these rights and opens it; the pseudonym, and what is wrong with it. */
static struct pseudonym *key_file(const void *bytes, size_t n, mode_t mode, const char **what)
{
	static char text[PSEUDONYM_WHAT_MAX];
	struct folder f = folder_make();
	const char *path = folder_put(&f, "key", bytes, n);
	struct pseudonym *p;

	assert_int_equal(chmod(path, mode), 0);
	text[0] = '\0';
	p = pseudonym_open(path, text);
	assert_int_equal(p == NULL, text[0] != '\0');
	*what = text;
	folder_remove(&f);
	return p;
}

static void assert_good(const void *bytes, size_t n, mode_t mode)
{
	const char *what;
	struct pseudonym *p = key_file(bytes, n, mode, &what);

	assert_string_equal(what, "");
	assert_addr(p, "128.11.68.132", "135.242.180.132");
	pseudonym_free(p);
}

static void assert_bad(const void *bytes, size_t n, mode_t mode, const char *why)
{
	const char *what;

	assert_null(key_file(bytes, n, mode, &what));
	assert_non_null(strstr(what, why));
	assert_non_null(strstr(what, "key file "));
}

static void test_key_file(void **state)
{
	static const char hex[] = "152217" "8D33A4CF80130A5B1649907D10d8988f83797965" "2762574c2d2a842202";
	char text[80];
	uint8_t zero[64] = { 0 };

	(void)state;
	assert_good(sample_key, sizeof(sample_key), 0600);
	assert_good(sample_key, sizeof(sample_key), 0440);
	assert_good(hex, 64, 0400);
	snprintf(text, sizeof(text), "%s\n", hex);
	assert_good(text, 65, 0600);
	snprintf(text, sizeof(text), "%s\r\n", hex);
	assert_good(text, 66, 0600);
	assert_bad("", 0, 0600, "neither 32 bytes nor 64 hexadecimal digits");
	assert_bad(sample_key, 31, 0600, "neither 32 bytes");
	assert_bad(hex, 63, 0600, "neither 32 bytes");
	text[10] = 'g';
	assert_bad(text, 64, 0600, "neither 32 bytes");
	snprintf(text, sizeof(text), "%s\n\n\n", hex);
	assert_bad(text, 67, 0600, "neither 32 bytes");
	memset(zero, '7', sizeof(zero));
	assert_bad(zero, 64, 0600, "all its bytes are the same");
	assert_bad(zero, 32, 0600, "all its bytes are the same");
	assert_bad(sample_key, sizeof(sample_key), 0604, "by everyone");
	assert_bad(sample_key, sizeof(sample_key), 0602, "by everyone");
}

static void test_no_file(void **state)
{
	char what[PSEUDONYM_WHAT_MAX];

	(void)state;
	assert_null(pseudonym_open("/nonexistent/key", what));
	assert_non_null(strstr(what, "/nonexistent/key"));
	assert_non_null(strstr(what, "/dev/urandom"));
	assert_null(pseudonym_open("/", what));
	assert_non_null(strstr(what, "no plain file"));
}

static double speed(struct pseudonym *p, bool v6, unsigned different)
{
	enum { CALLS = 200000 };
	struct addr a = addr_v6((const uint8_t[16]){ 0x20, 1, 0xd, 0xb8 });
	struct timespec from, to;

	if (!v6)
		memset(a.bytes, 0xff, 12);
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (unsigned i = 0; i < CALLS; i++) {
		uint32_t host = i % different;

		memcpy(a.bytes + 12, &host, sizeof(host));
		(void)pseudonym_addr(p, &a);
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	return ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / CALLS;
}

/* The cache must be worth its room. */
static void test_speed(void **state)
{
	struct pseudonym *p = sample();
	double v4 = speed(p, false, 1u << 31), v6 = speed(p, true, 1u << 31);
	double known4 = speed(p, false, 250), known6 = speed(p, true, 250);

	(void)state;
	printf("  ns an address: IPv4 %.0f, from the cache %.0f; IPv6 %.0f, from the cache %.0f\n", v4, known4, v6, known6);
	assert_true(known4 < v4 && known6 < v6);
	pseudonym_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sample_trace),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_mac),
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_key_file),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_speed),
	};

	return cmocka_run_group_tests_name("pseudonym", tests, NULL, NULL);
}
