#include "stream.h"

#include "expected.h"
#include "random.h"

#include <math.h>

uint64_t stream_open(struct flow *flow, uint64_t when)
{
	flow->traffic = TRAFFIC_TCP_CONTROL;
	expected.tcp_flows++;
	tcp_send(flow, CLIENT, SYN, NULL, 0, when);
	when += random_delay(800, 60000);
	tcp_send(flow, SERVER, SYN | ACK, NULL, 0, when);
	when += random_delay(20, 80);
	tcp_send(flow, CLIENT, ACK, NULL, 0, when);
	return when;
}

uint64_t stream_close(struct flow *flow, uint64_t when)
{
	flow->traffic = TRAFFIC_TCP_CONTROL;
	if (random_chance(0.12)) {
		when += random_delay(50, 500);
		tcp_send(flow, CLIENT, RST | ACK, NULL, 0, when);
		return when;
	}
	when += random_delay(50, 5000);
	tcp_send(flow, CLIENT, FIN | ACK, NULL, 0, when);
	when += random_delay(800, 30000);
	tcp_send(flow, SERVER, FIN | ACK, NULL, 0, when);
	when += random_delay(20, 80);
	tcp_send(flow, CLIENT, ACK, NULL, 0, when);
	return when;
}

uint64_t stream_send(struct flow *flow, enum side from, enum traffic traffic, bool acks, const uint8_t *bytes,
		     size_t n, uint64_t when)
{
	size_t max = flow_segment_max(flow);

	for (unsigned sent = 1; n > 0; sent++) {
		size_t take = n < max ? n : max;

		flow->traffic = traffic;
		when += random_delay(8, 40);
		tcp_send(flow, from, n <= max ? PSH | ACK : ACK, bytes, take, when);
		bytes += take;
		n -= take;
		if (acks && sent % 2 == 0) {
			flow->traffic = TRAFFIC_TCP_CONTROL;
			when += random_delay(5, 30);
			tcp_send(flow, from == CLIENT ? SERVER : CLIENT, ACK, NULL, 0, when);
		}
	}
	return when;
}

/* Log-normal: half of them below 15 kB. */
uint32_t bulk_size(void)
{
	double power = 1.9 * random_normal();

	power += 9.6;

	double size = exp(power);

	if (size > 6e6)
		size = 6e6;
	if (size < 200)
		size = 200;
	return (uint32_t)size;
}
