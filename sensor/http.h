/*
 * http.h: heads of HTTP/1 requests (RFC 9112) as far as the host; SOCKS
 * requests that carry a name (RFC 1928, SOCKS4a).
 */
#ifndef TELLTALE_HTTP_H
#define TELLTALE_HTTP_H

#include "sighting.h"

enum { HTTP_HEAD_MAX = 32768 };	/* bytes looked at for a host */

struct http_request {
	struct name host;		/* Host, else the authority of the target; may be empty */
	struct http_facts facts;
	bool connect;
	size_t consumed;		/* bytes of head and body, when both are known; else 0 */
};

/* http_may_start is true when a request could begin here: a few bytes looked at; yet, when there are too few. */
bool http_may_start(const struct cursor *c);
bool http_may_yet_start(const struct cursor *c);

/* http_skip_empty steps over empty lines before a request (RFC 9112 section 2.2); how many bytes they were. */
size_t http_skip_empty(struct cursor *c);

/*
 * http_read_request takes a stream from the first byte of a request.  FOUND
 * needs the host line or the end of the head, nothing after it.  `ended` says
 * that no more bytes can come (a cut capture): then what is there decides.
 */
enum verdict http_read_request(struct cursor stream, bool ended, struct http_request *out);

/*
 * http_tells is false when what came behind the first `seen` bytes of an
 * unfinished head, which were read, cannot change what a reader says: no line
 * that names the host or ends the head.
 */
bool http_tells(struct cursor stream, size_t seen);

/*
 * socks_read_request takes what a client says first: methods, a password and the
 * request of SOCKS5, or the request of SOCKS4a; FOUND when it names a host.
 */
bool socks_may_start(const struct cursor *c);
enum verdict socks_read_request(struct cursor stream, struct name *host, uint16_t *port);

#endif
