/*
 * starttls.h: what a client says in the clear before it asks for TLS on the same
 * connection: SMTP (RFC 3207), IMAP (RFC 9051), POP3 (RFC 2595), FTP (RFC 4217),
 * LDAP (RFC 4511 section 4.14), XMPP (RFC 6120), PostgreSQL, MySQL and RDP.
 *
 * Told by content on any port, so that the stream can be followed from the first
 * byte behind the request and a hello may come in pieces and any order.
 */
#ifndef TELLTALE_STARTTLS_H
#define TELLTALE_STARTTLS_H

#include "cursor.h"

enum { STARTTLS_CLEAR_MAX = 16 };	/* segments a client may say before it asks */

/* starttls_asked is true when a segment ends with the request: TLS begins with the next byte. */
bool starttls_asked(struct cursor segment);

/*
 * starttls_preface is how many bytes stand before what the client says without
 * waiting: MySQL's request for TLS, the header by which a load balancer tells
 * whom it speaks for.  0 when nothing of that kind stands there whole.
 */
size_t starttls_preface(struct cursor stream);

/* starttls_prefaced is true of what begins as one, and may become whole. */
bool starttls_prefaced(struct cursor stream);

/* starttls_may_follow is true of clear words that a request may still follow: a line of text, or XML. */
bool starttls_may_follow(struct cursor segment);

#endif
