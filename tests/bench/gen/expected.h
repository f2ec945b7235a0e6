#ifndef EXPECTED_H
#define EXPECTED_H

#include <stdint.h>

/* What a sensor has to find in the capture, counted while it is made. */
#define EXPECTED_COUNTS(X) \
	X(dns_query_udp) X(dns_query_tcp) X(dns_response_udp) X(dns_response_tcp) \
	X(dns_q_A) X(dns_q_AAAA) X(dns_q_HTTPS) X(dns_q_other) \
	X(dns_answers_rr) X(dns_nxdomain) X(dns_query_telemetry) \
	X(tls_client_hello) X(tls_sni) X(tls_no_sni) X(tls_ch_one_segment) X(tls_ch_two_segments) \
	X(tls_sni_whole_in_first_segment) X(tls_sni_in_or_across_second_segment) \
	X(tls_second_segment_out_of_order) X(tls_ch_retransmitted) X(tls_mlkem) X(tls_legacy12) \
	X(tls_sni_telemetry) X(tls_on_other_port) \
	X(quic_flows) X(quic_sni) X(quic_one_datagram) X(quic_two_datagrams) \
	X(quic_sni_whole_in_first_datagram) X(quic_scrambled_crypto) X(quic_v2) X(quic_retry) \
	X(quic_client_initials) X(quic_client_initials_server_chosen_dcid) X(quic_server_initials) \
	X(quic_sni_telemetry) \
	X(http_host) X(http_telemetry) X(tcp_flows) X(vlan_packets) X(ipv6_packets)

struct expected {
#define EXPECTED_FIELD(name) uint64_t name;
	EXPECTED_COUNTS(EXPECTED_FIELD)
#undef EXPECTED_FIELD
};

extern struct expected expected;

/* The list of names: a line for every sighting, "kind<TAB>name". */
void names_open(const char *path);
void names_add(const char *kind, const char *name);
void names_close(void);

/* expected_write writes the counts, and the totals of the capture, as JSON. */
void expected_write(const char *path, const char *mode, uint64_t seed);

#endif
