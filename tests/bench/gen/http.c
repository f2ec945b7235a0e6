#include "expected.h"
#include "out.h"
#include "random.h"
#include "stream.h"
#include "visit.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	REQUEST_MAX = 1024,
	HEADER_MAX = 1024,
	BODY_MAX = 400000,
	BODY_NOISE = 600000,
};

static size_t request_make(char request[static REQUEST_MAX], const char *host)
{
	uint32_t version = random_below(99);
	uint32_t page = random_below(999);
	uint64_t folder = random_u64();

	return (size_t)snprintf(request, REQUEST_MAX,
				"GET /%" PRIx64 "/%" PRIu32 "?v=%" PRIu32 " HTTP/1.1\r\n"
				"Host: %s\r\n"
				"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 "
				"(KHTML, like Gecko) Chrome/126.0 Safari/537.36\r\n"
				"Accept: */*\r\n"
				"Accept-Encoding: gzip, deflate\r\n"
				"Connection: keep-alive\r\n\r\n",
				folder, page, version, host);
}

static void response_put(struct out *o, uint32_t body)
{
	char header[HEADER_MAX];
	int n = snprintf(header, sizeof(header),
			 "HTTP/1.1 200 OK\r\n"
			 "Server: nginx\r\n"
			 "Content-Type: application/octet-stream\r\n"
			 "Content-Length: %" PRIu32 "\r\n"
			 "Connection: keep-alive\r\n\r\n",
			 body);

	out_bytes(o, header, (size_t)n);
	out_bytes(o, noise_at(BODY_NOISE), body);
}

void http_visit(const struct visit *visit, uint64_t when)
{
	static uint8_t response_bytes[HEADER_MAX + BODY_MAX];
	struct flow flow = flow_new(visit->client, server_address(visit->site.id, 0, visit->v6), 80);
	struct out response = OUT(response_bytes);
	char request[REQUEST_MAX];

	when = stream_open(&flow, when);

	size_t n = request_make(request, visit->site.name);

	expected.http_host++;
	expected.http_telemetry += visit->site.telemetry;
	names_add("http", visit->site.name);
	flow.traffic = TRAFFIC_HTTP;
	when += random_delay(30, 300);
	tcp_send(&flow, CLIENT, PSH | ACK, (const uint8_t *)request, n, when);

	uint32_t body = visit->bulk ? bulk_size() : 200;

	response_put(&response, body < BODY_MAX ? body : BODY_MAX);
	when += random_delay(1000, 50000);
	when = stream_send(&flow, SERVER, TRAFFIC_HTTP, true, response.data, response.n, when);
	stream_close(&flow, when);
}
